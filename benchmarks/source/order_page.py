"""
The rates of the direction finding: a section of error-rates.md and the file that a dossier prints.

Both come from ``results/order.json`` alone; ``python -m benchmarks.source.rates_page`` writes them.
"""

from collections.abc import Iterator, Sequence

from benchmarks.source.intervals import interval
from benchmarks.source.order_rates import MADE_FROM, SIBLINGS, Claimed, claimed, signs
from benchmarks.source.runs import ROOT, Record
from benchmarks.source.tables import records_of

SHIPPED_ORDER = ROOT / "src" / "benban" / "catalogue" / "order_rates.toml"
_UNUSED = "earlier-compression"

_HEAD = """\
# How often an order of two pictures was stated rightly. Printed in every dossier with a comparison
# section. Written by python -m benchmarks.source.rates_page from the results, not by hand. Change
# compare/direction.py or what it is told and these numbers must be measured anew.
# Intervals, by photograph: docs/explanation/error-rates.md.
measured_on = "{measured_on}"
photographs = {photographs}
altered_pairs = {altered_pairs}
"""

_ROW = """
[[rate]]
sign = "{sign}"
stated = {stated}
right = {right}
altered_stated = {altered}
"""


def shipped_order_of(result: Record) -> str:
    """Return catalogue/order_rates.toml for a result; what the program does not use stays out."""
    pairs = records_of(result)
    rows = {name: _row(pairs, name) for name in signs() if name != _UNUSED}
    _, _, _, altered = rows["all"]
    head = _HEAD.format(
        measured_on=result["measured_on"],
        photographs=len({str(one["photo"]) for one in pairs if one["tier"] == "A"}),
        altered_pairs=altered.pairs,
    )
    return head + "".join(
        _ROW.format(
            sign=name,
            stated=right.claimed + wrong.claimed,
            right=right.claimed,
            altered=on_altered.claimed,
        )
        for name, (right, wrong, _, on_altered) in rows.items()
    )


def order_section(result: Record | None) -> Iterator[str]:
    """Yield the section of the page."""
    yield "## Which came first"
    yield ""
    if result is None:
        yield "Not measured yet."
        yield ""
        return
    pairs = records_of(result)
    yield (
        f"{result['items']} of {result['items_planned']} pairs, each in both roles, "
        f"{result['measured_on']}, commit {str(result['commit'])[:12]} (`python -m "
        "benchmarks.source.order`). Photographs without people that a program covered in part, "
        "cropped, shrank and compressed anew, also as a messenger or a screenshot does; only pairs "
        "of tier A. *Right*: the questioned picture was made from the declared one, of all pairs "
        "of which one was made from the other and an order was stated. *Not stated*: of those made "
        "from the declared one. *Altered sibling declared*: both were made from a third picture, "
        "and the declared one is the altered one; what the program then calls altered is not. "
        "*Other sibling declared*: the questioned one is the altered one. Intervals are 95 %, "
        "exact: of pairs for what is right, of photographs for siblings, one pair with an order "
        "making it the photograph's."
    )
    yield ""
    yield "| sign | right | not stated | altered sibling declared | other sibling declared |"
    yield "|---|---|---|---|---|"
    for name in signs():
        right, wrong, beside, altered = _row(pairs, name)
        stated = right.claimed + wrong.claimed
        low, high = interval(right.claimed, stated)
        said = f"{right.claimed} of {stated} ({low:.3f} to {high:.3f})" if stated else "none stated"
        label = f"{name} (not used)" if name == _UNUSED else name
        yield (
            f"| {label} | {said} | {right.pairs - right.claimed} of {right.pairs} "
            f"| {_share(altered)} | {_share(beside)} |"
        )
    yield ""
    yield (
        "No sign tells a copy from a sibling: a wider field or finer detail shows that a picture "
        "was not made from the other, and no more. The program therefore says of an order that "
        "both may come from a third picture. An earlier compression generation was asked of the "
        "coefficients that a JPEG leaves (`benchmarks/source/generations.py`); it is not used, "
        "because siblings show it too at times and only files of this program's own making were "
        "measured. A stamp has no rate: it rests on times."
    )
    yield ""


def _row(pairs: Sequence[Record], name: str) -> tuple[Claimed, Claimed, Claimed, Claimed]:
    sign = signs()[name]
    return (
        claimed(pairs, sign, relations=MADE_FROM, role="as-made"),
        claimed(pairs, sign, relations=MADE_FROM, role="swapped"),
        claimed(pairs, sign, relations=SIBLINGS, role="as-made"),
        claimed(pairs, sign, relations=SIBLINGS, role="swapped"),
    )


def _share(one: Claimed) -> str:
    low, high = interval(one.photographs_claimed, one.photographs)
    return f"{one.claimed} of {one.pairs} pairs; photographs {low:.3f} to {high:.3f}"
