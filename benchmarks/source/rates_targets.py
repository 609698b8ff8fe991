"""What was asked for beside what was measured, also where it is not met."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from benchmarks._document import Claim, Comparison
from benchmarks.source.rates_tables import errors_px
from benchmarks.source.runs import Record
from benchmarks.source.tables import map_sums, records_of, share
from benchmarks.source.unrelated import pairs_and_accepted

ENOUGH_UNRELATED = 100_000


def targets_table(results: Mapping[str, Record | None]) -> Iterator[str]:
    """Yield one row for each target whose run has results."""
    yield "## What was asked for"
    yield ""
    yield "| what | asked | measured | n | met |"
    yield "|---|---|---|---|---|"
    for claim in (
        *_of_copies(records_of(results["copies"])),
        *_of_negatives(records_of(results["negatives"])),
        *_of_unrelated(results["unrelated"]),
    ):
        comparison = claim.comparison.value if claim.comparison else ""
        met = "yes" if claim.is_met else "**no**"
        if claim.note:
            met = claim.note if claim.is_met else met
        yield (
            f"| {claim.name} | {comparison} {claim.target:g} {claim.unit} | {claim.value:g} "
            f"| {claim.n:,} | {met} |"
        )
    yield ""


def _of_copies(copies: Sequence[Record]) -> Iterator[Claim]:
    if not copies:
        return
    sums, errors = map_sums(copies), errors_px(copies)
    least, most = Comparison.AT_LEAST, Comparison.AT_MOST
    wrong_agree, wrong_changed = (
        wrong / max(1, called) for wrong, called in (sums.agree, sums.changed)
    )
    for name, value, comparison, target in (
        ("tier A, ten attacks", share("A", copies, tiers="A").value, least, 0.85),
        ("change map, IoU mean", sums.iou_mean, least, 0.88),
        ("change map, IoU lowest tenth", sums.iou_p10, least, 0.75),
        ("wrong among cells called agree", wrong_agree, most, 0.01),
        ("wrong among cells called changed", wrong_changed, most, 0.01),
        ("calibration error (ECE)", sums.calibration_error, most, 0.02),
        ("registration error, median, px", float(np.median(errors or [np.inf])), most, 0.5),
    ):
        yield Claim(
            name=name,
            value=round(value, 4),
            unit="",
            n=len(copies),
            note="",
            target=target,
            comparison=comparison,
        )


def _of_negatives(negatives: Sequence[Record]) -> Iterator[Claim]:
    for name, is_synthetic in (("real", False), ("synthetic", True)):
        kind = [
            one for one in negatives if one["is_synthetic"] is is_synthetic and not one["is_near"]
        ]
        if kind:
            yield Claim(
                name=f"tier A on {name} pairs of different shots",
                value=share(name, kind, tiers="A", cluster="cluster").hits,
                unit="",
                n=len(kind),
                note="",
                target=0,
                comparison=Comparison.EQUAL,
            )


def _of_unrelated(result: Record | None) -> Iterator[Claim]:
    if result is not None:
        pairs, accepted = pairs_and_accepted(result)
        is_enough = pairs >= ENOUGH_UNRELATED
        yield Claim(
            name=f"unrelated pairs accepted, of at least {ENOUGH_UNRELATED:,}",
            value=accepted,
            unit="",
            n=pairs,
            note="" if is_enough else "too few so far",
            target=0,
            comparison=Comparison.EQUAL,
        )
