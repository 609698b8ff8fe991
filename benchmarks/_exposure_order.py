"""Whether the direction is right where one is claimed: claims for ``benchmarks/exposure.py``."""

from collections.abc import Iterator, Sequence

from benchmarks._document import Claim, Comparison
from benchmarks.source.intervals import upper_bound
from benchmarks.source.order import NAME, items
from benchmarks.source.order_rates import MADE_FROM, SIBLINGS, Claimed, Sign, claimed, signs
from benchmarks.source.runs import Record, read_result
from benchmarks.source.tables import records_of

_ASKED = 0.98
_QUICK_STEP = 40


def claims(*, is_quick: bool) -> list[Claim]:
    """
    Return the claims of each sign, from the long run's result as those of the comparison are.

    Args:
        is_quick: where there is no such result, measure fewer photographs.
    """
    result = read_result(NAME)
    if result is None:
        step = _QUICK_STEP if is_quick else 1
        pairs: Sequence[Record] = [make() for make in items(is_test=True, step=step).values()]
        said = f"measured now on every photograph of {step} of the test half"
    else:
        pairs = records_of(result)
        said = (
            f"the long run of {result['measured_on']} (python -m benchmarks.source.order), "
            f"{result['items']} of {result['items_planned']} pairs; crops, downscales, "
            "recompressions, screenshots, messengers"
        )
    return [claim for name, sign in signs().items() for claim in _of_sign(name, sign, pairs, said)]


def _of_sign(name: str, sign: Sign, pairs: Sequence[Record], said: str) -> Iterator[Claim]:
    right = claimed(pairs, sign, relations=MADE_FROM, role="as-made")
    swapped = claimed(pairs, sign, relations=MADE_FROM, role="swapped")
    beside = claimed(pairs, sign, relations=SIBLINGS, role="as-made")
    altered = claimed(pairs, sign, relations=SIBLINGS, role="swapped")
    words = "" if name != "earlier-compression" else "; the program does not use this sign"
    yield _share(
        f"direction by {name}: right where claimed, one picture made from the other",
        right.claimed,
        right.claimed + swapped.claimed,
        f"{said}; {_of(right)} with the roles as made, {_of(swapped)} with them swapped{words}",
    )
    every = right.claimed + swapped.claimed + beside.claimed + altered.claimed
    yield _share(
        f"direction by {name}: declared picture not made from the questioned one, where claimed",
        every - swapped.claimed,
        every,
        f"{said}; all pairs, also two made from a third picture{words}",
    )
    yield Claim(
        name=f"direction by {name}: claimed although the declared picture is the altered sibling",
        value=round(altered.claimed / altered.pairs, 4) if altered.pairs else 0.0,
        unit="share of pairs",
        n=altered.pairs,
        note=(
            f"{said}; both were made from a third picture. {_of(altered)}; "
            f"{_of(beside)} where the questioned one is the altered one{words}"
        ),
    )


def _share(name: str, hits: int, count: int, note: str) -> Claim:
    # Where nothing was claimed nothing can be right or wrong.
    bound = f"; wrong at most {upper_bound(count - hits, count):.3f} (95 %, by pair)"
    return Claim(
        name=name,
        value=round(hits / count, 4) if count else 0.0,
        unit="share of claims",
        n=count,
        note=note + (bound if count else "; nothing was claimed"),
        target=_ASKED if count else None,
        comparison=Comparison.AT_LEAST if count else None,
    )


def _of(one: Claimed) -> str:
    return (
        f"{one.claimed} of {one.pairs} pairs claimed, {one.photographs_claimed} of "
        f"{one.photographs} photographs, at most {one.most:.3f} (95 %)"
    )
