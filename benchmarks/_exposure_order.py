"""Whether the direction is right where one is claimed: claims for ``benchmarks/exposure.py``."""

from benchmarks._document import Claim, Comparison
from benchmarks.source.intervals import upper_bound
from benchmarks.source.order import NAME, items
from benchmarks.source.order_rates import MADE_FROM, SIBLINGS, Claimed, Sign, claimed, signs
from benchmarks.source.runs import Record, read_result
from benchmarks.source.tables import records_of

_ASKED = 0.98
_QUICK_STEP = 26


def claims(*, is_quick: bool) -> list[Claim]:
    """
    Return one claim for each sign, on pairs of which one was made from the other and on siblings.

    Args:
        is_quick: measure a few photographs now instead of reading the long run's result.
    """
    result = None if is_quick else read_result(NAME)
    if result is None:
        pairs = [make() for make in items(is_test=True, step=_QUICK_STEP).values()]
        said = f"quick: every {_QUICK_STEP}th photograph of the test half"
    else:
        pairs = list(records_of(result))
        said = f"{result['items']} of {result['items_planned']} pairs, {result['measured_on']}"
    found: list[Claim] = []
    for name, sign in signs().items():
        found += [_right(name, sign, pairs, said), _on_siblings(name, sign, pairs, said)]
    return found


def _right(name: str, sign: Sign, pairs: list[Record], said: str) -> Claim:
    right = claimed(pairs, sign, relations=MADE_FROM, role="as-made")
    wrong = claimed(pairs, sign, relations=MADE_FROM, role="swapped")
    count = right.claimed + wrong.claimed
    value = right.claimed / count if count else 0.0
    # Of the photographs behind any claim, those with a wrong one.
    bound = upper_bound(wrong.photographs_claimed, max(1, right.photographs_claimed))
    return Claim(
        name=f"direction by {name}: right where claimed, one made from the other, both roles",
        value=round(value, 4),
        unit="share of claims",
        n=count,
        note=(
            f"{said}; {right.claimed} of {right.pairs} claimed as made ({_of(right)}), "
            f"{wrong.claimed} of {wrong.pairs} with the roles swapped ({_of(wrong)}); wrong among "
            f"photographs with a claim at most {bound:.3f} (95 %)"
        ),
        target=_ASKED,
        comparison=Comparison.AT_LEAST,
    )


def _on_siblings(name: str, sign: Sign, pairs: list[Record], said: str) -> Claim:
    altered = claimed(pairs, sign, relations=SIBLINGS, role="as-made")
    swapped = claimed(pairs, sign, relations=SIBLINGS, role="swapped")
    share = swapped.claimed / swapped.pairs if swapped.pairs else 0.0
    return Claim(
        name=f"direction by {name}: claimed although the declared one is the altered sibling",
        value=round(share, 4),
        unit="share of pairs",
        n=swapped.pairs,
        note=(
            f"{said}; neither was made from the other. {swapped.claimed} of {swapped.pairs} where "
            f"the declared picture is the altered one, at most {swapped.most:.3f} of photographs "
            f"(95 %); {altered.claimed} of {altered.pairs} where the questioned one is"
        ),
        target=0.02,
        comparison=Comparison.AT_MOST,
    )


def _of(one: Claimed) -> str:
    return f"{one.photographs_claimed} of {one.photographs} photographs, at most {one.most:.3f}"
