"""
How often a direction is claimed, and rightly, for each sign alone and as the program concludes.

Facts come from ``results/order.json``; what is concluded is asked of ``compare.direction`` now.
Copies of one photograph stand or fall together: bounds are exact over photographs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benban.compare.direction import judge_direction
from benban.fingerprint.ports import DirectionFacts
from benban.model.finding import Order
from benban.model.ids import ComparisonId
from benchmarks.source.intervals import clustered, upper_bound
from benchmarks.source.runs import Record

# One was made from the other; both were made from a third picture.
MADE_FROM = ("child", "child-of-copy", "piece")
SIBLINGS = ("sibling", "copies")
_FOUND_COHERENCE, _FOUND_SHARE = 0.15, 0.9
_FOUND_FREQUENCIES, _FOUND_SAMPLES = 8, 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """
    What one sign claims on one kind of pairs.

    Attributes:
        pairs: of tier A, in this role.
        claimed: of them, said to be a later, altered copy.
        photographs: behind the pairs.
        photographs_claimed: of them, with at least one claim.
    """

    pairs: int
    claimed: int
    photographs: int
    photographs_claimed: int

    @property
    def most(self) -> float:
        """Return the exact one-sided 95 % upper bound of the share of photographs with a claim."""
        return upper_bound(self.photographs_claimed, self.photographs)


Sign = Callable[[Record], bool]


def signs() -> dict[str, Sign]:
    """Return every sign by its id; ``all`` is what the program says."""
    return {
        "wider-field": lambda pair: "wider-field" in _support(pair),
        "finer-detail": lambda pair: "finer-detail" in _support(pair),
        "all": lambda pair: bool(_support(pair)),
        "earlier-compression": _is_earlier_compression,
    }


def claimed(pairs: Sequence[Record], sign: Sign, *, relations: Sequence[str], role: str) -> Claimed:
    """Return what *sign* claims on the tier A pairs of these relations in this role."""
    asked = [
        one
        for one in pairs
        if one["relation"] in relations and one["role"] == role and one["tier"] == "A"
    ]
    found = [(str(one["photo"]), sign(one)) for one in asked]
    hits, photographs = clustered(found)
    return Claimed(
        pairs=len(asked),
        claimed=sum(is_claimed for _, is_claimed in found),
        photographs=photographs,
        photographs_claimed=hits,
    )


def _support(pair: Record) -> tuple[str, ...]:
    facts = pair.get("order")
    if not isinstance(facts, dict):
        return ()
    found = judge_direction(
        ComparisonId("pair"),
        DirectionFacts(
            original_only_share=_number(facts, "original_only_share"),
            questioned_only_share=_number(facts, "questioned_only_share"),
            detail_ratio=_number(facts, "detail_ratio"),
            size_ratio=_number(facts, "size_ratio"),
            is_altered=bool(facts["is_altered"]),
        ),
        is_stamped_before=None,
    )
    return found.support if found.order is Order.QUESTIONED_IS_LATER else ()


def _is_earlier_compression(pair: Record) -> bool:
    facts = pair.get("order")
    is_altered = isinstance(facts, dict) and bool(facts["is_altered"])
    return is_altered and _is_found(pair.get("forward")) and not _is_found(pair.get("backward"))


def _is_found(trace: object) -> bool:
    return (
        isinstance(trace, dict)
        and not trace["is_twice"]
        and _number(trace, "coherence") >= _FOUND_COHERENCE
        and _number(trace, "positive_share") >= _FOUND_SHARE
        and _number(trace, "frequencies") >= _FOUND_FREQUENCIES
        and _number(trace, "samples") >= _FOUND_SAMPLES
    )


def _number(facts: Record, name: str) -> float:
    value = facts[name]
    return float(value) if isinstance(value, int | float) else 0.0
