"""
The error rates as a page and as the file that a dossier prints, from the results alone.

``python -m benchmarks.source.rates_page`` writes docs/explanation/error-rates.md; a test holds the
page against the results, so no number in it is typed by hand. When all runs are complete it also
writes src/benban/catalogue/error_rates.toml, whose version every dossier cites.
"""

import hashlib
import json
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence

from benban.compare.thresholds import load_thresholds
from benchmarks.source.order_page import SHIPPED_ORDER, order_section, shipped_order_of
from benchmarks.source.rates_tables import (
    copies_table,
    count_of,
    foreign_rows,
    inverse_table,
    maps_table,
    negatives_table,
    number_of,
    pairs_of,
    unrelated_table,
)
from benchmarks.source.rates_targets import targets_table
from benchmarks.source.runs import ROOT, Record, read_result
from benchmarks.source.tables import records_of, share

PAGE = ROOT / "docs" / "explanation" / "error-rates.md"
SHIPPED = ROOT / "src" / "benban" / "catalogue" / "error_rates.toml"
RUNS = ("copies", "inverse", "negatives", "unrelated")
ORDER = "order"

Results = Mapping[str, Record | None]
Lines = Iterator[str]


def read_results() -> dict[str, Record | None]:
    """Return every result that was written."""
    return {name: read_result(name) for name in RUNS}


def version_of(results: Results) -> str:
    """Return the day of the newest measurement and a digest of everything that was found."""
    text = json.dumps(results, sort_keys=True).encode()
    days = [str(one["measured_on"]) for one in results.values() if one is not None]
    return f"{max(days, default='none')}.{hashlib.sha256(text).hexdigest()[:4]}"


def is_complete(results: Results) -> bool:
    """Return whether every run measured all that it planned."""
    return all(one is not None and one["items"] == one["items_planned"] for one in results.values())


def page_of(results: Results, shipped_version: str, order: Record | None = None) -> str:
    """
    Return the page.

    Args:
        results: of the comparison's runs, which make its version.
        shipped_version: that dossiers cite.
        order: the result of the direction's own run, which has no part in that version.
    """
    parts = (
        _head(results, shipped_version),
        _runs(results),
        targets_table(results),
        copies_table(records_of(results["copies"])),
        maps_table(records_of(results["copies"])),
        inverse_table(records_of(results["inverse"])),
        negatives_table(records_of(results["negatives"])),
        unrelated_table(results["unrelated"]),
        order_section(order),
        _not_measured(),
    )
    return "\n".join(line for part in parts for line in part) + "\n"


def main() -> int:
    """Write the page, and the file of the dossier when everything was measured."""
    results, order = read_results(), read_result(ORDER)
    if is_complete(results):
        SHIPPED.write_text(shipped_of(results), encoding="utf-8")
    if order is not None:
        SHIPPED_ORDER.write_text(shipped_order_of(order), encoding="utf-8")
    PAGE.write_text(page_of(results, shipped_version(), order), encoding="utf-8")
    print(PAGE, version_of(results), "complete" if is_complete(results) else "not complete")
    return 0


def shipped_version() -> str:
    """Return the version that the dossiers of this program cite."""
    return str(tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["version"])


def shipped_of(results: Results) -> str:
    """Return catalogue/error_rates.toml for complete results."""
    copies, negatives = records_of(results["copies"]), records_of(results["negatives"])
    foreign = {str(row["kind"]): row for row in foreign_rows(results["unrelated"])}
    method = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["method"]
    reached = share("A", copies, tiers="A")
    altered = (*pairs_of(foreign["copy"]), *_hits(copies))
    rows = [("altered-without-people", True, reached.clusters, *altered)]
    for pictures, is_synthetic, strata in (
        ("same-scene", False, ("castle", "handheld", "room")),
        ("synthetic-scene", True, ("parallax",)),
        ("one-surface", True, ("one ",)),
    ):
        kind = [
            one
            for one in negatives
            if str(one["stratum"]).startswith(strata) and one["is_synthetic"] is is_synthetic
        ]
        wrong = share("A", kind, tiers="A", cluster="cluster")
        rows.append((pictures, is_synthetic, wrong.clusters, wrong.pairs, wrong.hits, 0, 0))
    return _SHIPPED_HEAD.format(
        method=method,
        version=version_of(results),
        measured_on=version_of(results)[:10],
        thresholds=load_thresholds().version,
    ) + "".join(_ROW.format(*(str(value).lower() for value in row)) for row in rows)


_SHIPPED_HEAD = """\
# How often the comparison was right and wrong, on which pictures. Printed in every dossier with a
# comparison section. Written by python -m benchmarks.source.rates_page from the results, not by
# hand. Change the method or its thresholds and these numbers must be measured anew.
# Intervals, by photograph and place: docs/explanation/error-rates.md.
method = "{method}"
measured_on = "{measured_on}"
version = "{version}"
thresholds = "{thresholds}"
"""

_ROW = """
[[rate]]
pictures = "{}"
is_synthetic = {}
scenes = {}
different_pairs = {}
tier_a_wrong = {}
same_pairs = {}
tier_a_right = {}
"""


def _head(results: Results, shipped_version: str) -> Lines:
    version = version_of(results)
    yield "# Error rates of the picture comparison"
    yield ""
    if version == shipped_version:
        yield f"Version {version}. Every dossier with a comparison section cites it."
    else:
        yield (
            f"Version {version}, a draft: not every run below is complete. Dossiers go on citing "
            f"version {shipped_version} (the table in `comparison.md`) until it is."
        )
    yield ""
    yield (
        "Written by `python -m benchmarks.source.rates_page` from `benchmarks/source/results`; no "
        "number here is typed by hand. How it is measured: `comparison.md`. Intervals are 95 %. "
        "Copies of one photograph and pairs of one place stand or fall together: an interval of a "
        "recall draws photographs with replacement; an interval of a false claim is exact (Clopper "
        "and Pearson) over photographs or places, one false claim making the whole place false. "
        "Without any hit, or with nothing but hits, both are the exact one."
    )
    yield ""


def _runs(results: Results) -> Lines:
    yield "## Where the numbers come from"
    yield ""
    yield "| run | measured | planned | day | commit | seed | processor time |"
    yield "|---|---|---|---|---|---|---|"
    for name, one in results.items():
        if one is None:
            yield f"| {name} | not measured yet | | | | | |"
            continue
        clean = "" if one["is_clean"] else " with changes"
        minutes = number_of(one["processor_s"]) / 60
        yield (
            f"| {name} | {one['items']} | {one['items_planned']} | {one['measured_on']} "
            f"| {str(one['commit'])[:12]}{clean} | {one['seed']} | {minutes:.0f} min |"
        )
    yield ""


def _not_measured() -> Lines:
    yield "## Not measured"
    yield ""
    yield (
        "Real photographs from a tripod, and of one object in two places: there are none among the "
        "pictures; the synthetic rows stand in and are no proof for real ones. Real edits by "
        "people or by generating programs. Photographs of people. The change map's shipped "
        "coefficients were trained on copies that were covered with pieces of odd-numbered "
        "photographs, by an earlier forger without Poisson clones; none of the copies measured "
        "here was among them."
    )


def _hits(copies: Sequence[Record]) -> tuple[int, int]:
    return len(copies), count_of(copies, "A")


if __name__ == "__main__":
    sys.exit(main())
