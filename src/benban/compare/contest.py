"""
The contest among siblings: which of several near-identical originals a picture was made from.

A burst holds photographs that each alone would pass. Held together, only the one whose finest
detail coincides best keeps its tier A, with those it does not clearly beat. Siblings are originals
that agree with the questioned picture in the same region: two photographs that were pasted into
one picture agree in different ones, and neither says anything about the other.
"""

from collections.abc import Sequence
from dataclasses import replace

from benban.compare.sources import agreed_region, strength_of
from benban.fingerprint.ports import PairFinding
from benban.model.finding import Tier

# In a contest the winner's finest detail coincides better by at least this much.
_CLEAR_LEAD = 0.05
# Siblings share this much of the smaller agreed region; as in ``sources``, where a source has as
# much of its region for itself.
_SHARED = 0.5


def hold_contest(pairs: Sequence[PairFinding]) -> tuple[PairFinding, ...]:
    """
    Return *pairs* in their order, with tiers and the best one as they are after the contest.

    The best is the strongest of what is left; where none reaches A or B it is the first of tier C,
    and none where there is no correspondence at all.

    Args:
        pairs: of one questioned picture, judged alone or in smaller contests before.
    """
    standing = [k for k, pair in enumerate(pairs) if pair.tier in {Tier.A, Tier.B}]
    judged = list(pairs)
    for k in standing:
        if any(_beats(pairs[j], pairs[k]) and are_siblings(pairs[j], pairs[k]) for j in standing):
            judged[k] = replace(judged[k], tier=Tier.B)
    # With A or B nowhere the tier alone is said; which original it was is not (HARM 11).
    others = (k for k, pair in enumerate(pairs) if pair.tier is Tier.C)
    best = min(standing, key=lambda k: (*strength_of(judged[k]), k), default=next(others, None))
    return tuple(replace(pair, is_best=k == best) for k, pair in enumerate(judged))


def siblings_of(winner: PairFinding, pairs: Sequence[PairFinding]) -> tuple[PairFinding, ...]:
    """Return those of *pairs* that agree where *winner* does, without it."""
    return tuple(pair for pair in pairs if pair != winner and are_siblings(winner, pair))


def are_siblings(one: PairFinding, other: PairFinding) -> bool:
    """Return whether two originals agree with the questioned picture in the same region."""
    regions = agreed_region(one.change_map), agreed_region(other.change_map)
    smaller = min(map(len, regions))
    return smaller > 0 and len(regions[0] & regions[1]) >= _SHARED * smaller


def _beats(top: PairFinding, other: PairFinding) -> bool:
    if (
        {top.tier, other.tier} != {Tier.A}
        or top.fine_correlation is None
        or other.fine_correlation is None
    ):
        return False
    return top.fine_correlation - other.fine_correlation > _CLEAR_LEAD
