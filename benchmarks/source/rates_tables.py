"""The tables of docs/explanation/error-rates.md, line by line, from the records of the runs."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from benchmarks._document import JsonValue
from benchmarks.source.attacks import ATTACKS
from benchmarks.source.fills import FILLS
from benchmarks.source.intervals import interval
from benchmarks.source.runs import Record
from benchmarks.source.tables import MapSums, map_sums, recall_interval, share

Lines = Iterator[str]
_NOTHING = ("Not measured yet.", "")
_COPY_COLUMNS = "| copies | photographs | tier A | 95 % | A or B | C (wrong) | 0 | error, median |"


def copies_table(copies: Sequence[Record]) -> Lines:
    """Yield the altered copies by attack and by filling."""
    yield "## Altered copies of photographs of the test half"
    yield ""
    if not copies:
        yield from _NOTHING
        return
    yield f"| attack {_COPY_COLUMNS}"
    yield "|---|---|---|---|---|---|---|---|---|"
    yield from _rows_by(copies, "attack", ATTACKS)
    yield ""
    yield "By filling:"
    yield ""
    yield f"| filling {_COPY_COLUMNS}"
    yield "|---|---|---|---|---|---|---|---|---|"
    yield from _rows_by(copies, "fill", FILLS)
    yield ""
    yield "The error is in pixels of the working copy (longest side 800 px), where one is seen."
    yield ""


def _rows_by(copies: Sequence[Record], key: str, names: Iterable[str]) -> Lines:
    for name in (*names, "all"):
        kind = [one for one in copies if name in {"all", one[key]}]
        reached, shown, wrong, lost = (
            share(name, kind, tiers=tiers) for tiers in ("A", "AB", "C", "0")
        )
        errors = errors_px(kind)
        error = f"{np.median(errors):.2f}" if errors else "–"
        yield (
            f"| {name} | {reached.pairs} | {reached.clusters} | {percent(reached.value)} "
            f"| {_between(recall_interval(kind, 'A'))} | {percent(shown.value)} | {wrong.hits} "
            f"| {lost.hits} | {error} |"
        )


def maps_table(copies: Sequence[Record]) -> Lines:
    """Yield the change map by filling."""
    yield "## The change map on the same copies"
    yield ""
    if not copies:
        yield from _NOTHING
        return
    yield (
        "| filling | copies | without a map | IoU mean | 95 % | lowest tenth | wrong in agree "
        "| 95 % | wrong in changed | 95 % | undecided | ECE |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|---|---|"
    for name in (*FILLS, "all"):
        kind = [one for one in copies if name in {"all", one["fill"]}]
        if kind:
            yield _map_row(name, map_sums(kind))
    yield ""
    yield (
        "Truth is the difference of the pixels: what changed by less than eight grey levels on "
        "average around counts for nobody."
    )
    yield ""


def _map_row(name: str, sums: MapSums) -> str:
    cells = [
        name,
        str(sums.copies),
        str(sums.copies - sums.registered),
        f"{sums.iou_mean:.3f}",
        "{:.3f} to {:.3f}".format(*sums.iou_mean_interval),
        f"{sums.iou_p10:.3f}",
        percent(sums.agree[0] / max(1, sums.agree[1]), 2),
        _between(sums.agree_interval, 2),
        percent(sums.changed[0] / max(1, sums.changed[1]), 2),
        _between(sums.changed_interval, 2),
        percent(sums.undecided),
        f"{sums.calibration_error:.4f}",
    ]
    return f"| {' | '.join(cells)} |"


def inverse_table(pieces: Sequence[Record]) -> Lines:
    """Yield the pieces by attack."""
    yield "## A piece of a photograph in another picture"
    yield ""
    if not pieces:
        yield from _NOTHING
        return
    yield "| attack | pieces | photographs | A | B | C | 0 |"
    yield "|---|---|---|---|---|---|---|"
    for name in (*ATTACKS, "all"):
        kind = [one for one in pieces if name in {"all", one["attack"]}]
        found = {tier: share(tier, kind, tiers=tier) for tier in "ABC0"}
        counts = " | ".join(str(one.hits) for one in found.values())
        yield f"| {name} | {len(kind)} | {found['A'].clusters} | {counts} |"
    yield ""


def negatives_table(negatives: Sequence[Record]) -> Lines:
    """Yield the pairs of different shots by stratum, the real ones by scene too."""
    yield "## Pairs of which none was made from the other"
    yield ""
    if not negatives:
        yield from _NOTHING
        return
    yield "| stratum | pairs | places or photographs | tier A | 95 % of places | B | C | 0 |"
    yield "|---|---|---|---|---|---|---|---|"
    for is_synthetic, kind_name in ((False, "real"), (True, "synthetic")):
        kind = [one for one in negatives if one["is_synthetic"] is is_synthetic]
        for stratum in sorted({str(one["stratum"]) for one in kind}, key=_in_order):
            rows = [one for one in kind if one["stratum"] == stratum]
            found = {tier: share(tier, rows, tiers=tier, cluster="cluster") for tier in "ABC0"}
            near = ", the same shot by the words of tier A" if rows[0]["is_near"] else ""
            between = _between(found["A"].clustered_interval)
            others = " | ".join(str(found[tier].hits) for tier in "BC0")
            yield (
                f"| {stratum} ({kind_name}{near}) | {len(rows)} | {found['A'].clusters} "
                f"| {found['A'].hits} | {between} | {others} |"
            )
    scenes = [one for one in negatives if str(one["stratum"]) in {"castle", "handheld", "room"}]
    yield ""
    yield "Real ones by scene:"
    yield ""
    yield "| scene | pairs | A | B | C | 0 |"
    yield "|---|---|---|---|---|---|"
    for place in sorted({str(one["cluster"]) for one in scenes}):
        rows = [one for one in scenes if one["cluster"] == place]
        counts = [count_of(rows, tier) for tier in "ABC0"]
        yield f"| {place} | {len(rows)} | {' | '.join(map(str, counts))} |"
    yield ""


def unrelated_table(result: Record | None) -> Lines:
    """Yield the unrelated pairs by kind of questioned picture."""
    yield "## Photographs that have nothing to do with one another"
    yield ""
    if result is None:
        yield "Not measured yet."
        yield ""
        return
    yield (
        f"Accepted means: log10 NFA below {result['accepted_below_log10_nfa']} and at least "
        f"{result['accepted_from_inliers']} inliers. Each picture was held against up to "
        f"{result['foreign_photos']} photographs."
    )
    yield ""
    yield (
        "| questioned | pairs | photographs | accepted | 95 % of pairs, were they independent "
        "| 95 % of photographs | nearest log10 NFA | pairs below -2 | below -5 |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    for row in foreign_rows(result):
        pairs, accepted = pairs_of(row)
        photos, hit = int(number_of(row["photos"])), len({str(one[0]) for one in _named(row)})
        below = row["pairs_below"] if isinstance(row["pairs_below"], dict) else {}
        yield (
            f"| {row['kind']} | {pairs:,} | {photos} | {accepted} "
            f"| at most {percent(interval(accepted, pairs)[1], 4)} | at most "
            f"{percent(interval(hit, photos)[1])} | {row['nearest_log10_nfa']} | {below['-2.0']} "
            f"| {below['-5.0']} |"
        )
    yield ""
    shared = result["accepted_for_shared_print"]
    shown = [one for one in shared if isinstance(one, list)] if isinstance(shared, list) else []
    for one in shown:
        yield (
            f"Counted apart: `{one[0]}` with `{one[1]}` (log10 NFA {one[2]}, {one[3]} inliers), "
            "two photographs in which one make of camera printed the same bar; seen by eye. "
            "They stand among the pairs above."
        )
        yield ""


def errors_px(records: Iterable[Record]) -> list[float]:
    """Return the registration errors of the copies that have one."""
    return [number_of(one["error_px"]) for one in records if one["error_px"] is not None]


def count_of(records: Iterable[Record], tier: str) -> int:
    """Return how many have a tier."""
    return sum(one["tier"] == tier for one in records)


def foreign_rows(result: Record | None) -> list[Record]:
    """Return the rows of the unrelated run."""
    rows = [] if result is None else result["rows"]
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _named(row: Record) -> list[list[JsonValue]]:
    accepted = row["accepted"] if isinstance(row["accepted"], list) else []
    return [one for one in accepted if isinstance(one, list)]


def pairs_of(row: Record) -> tuple[int, int]:
    """Return the pairs of a row and how many of them were accepted."""
    return int(number_of(row["pairs"])), len(_named(row))


def _in_order(stratum: str) -> tuple[str, float]:
    """Sort bands of parallax by their size and everything else by name."""
    word, _, rest = stratum.partition(" ")
    return (word, float(rest.split(" ")[0])) if word == "parallax" else (stratum, 0.0)


def percent(value: float, digits: int = 1) -> str:
    """Return a share as it is written."""
    return f"{100 * value:.{digits}f} %"


def _between(bounds: tuple[float, float], digits: int = 1) -> str:
    low, high = (f"{100 * one:.{digits}f}" for one in bounds)
    return f"{low} to {high} %"


def number_of(value: JsonValue) -> float:
    """Return a number of a result."""
    return float(str(value))
