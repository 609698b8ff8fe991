"""Every number in docs/explanation/error-rates.md comes from the results of the runs."""

import pytest

from benban.dossier.rates import measured_version
from benchmarks.source.rates_page import (
    PAGE,
    is_complete,
    page_of,
    read_results,
    shipped_of,
    shipped_version,
    version_of,
)
from benchmarks.source.runs import Record


def test_the_page_is_what_the_results_give() -> None:
    assert PAGE.read_text(encoding="utf-8") == page_of(read_results(), shipped_version())


def test_the_page_names_the_version_that_dossiers_cite() -> None:
    assert measured_version() in PAGE.read_text(encoding="utf-8")


def test_what_dossiers_print_is_of_complete_runs_alone() -> None:
    results = read_results()

    if measured_version() == version_of(results):
        assert is_complete(results)


def test_a_target_that_was_missed_stays_in_the_page() -> None:
    page = page_of(_results(tier="B"), "2026-01-01")

    assert "| tier A, ten attacks | >= 0.85  | 0 | 2 | **no** |" in page
    assert "a draft" in page


def test_another_measurement_has_another_version() -> None:
    assert version_of(_results(tier="A")) != version_of(_results(tier="B"))


def test_complete_results_become_the_rows_that_a_dossier_prints() -> None:
    shipped = shipped_of(_results(tier="A"))

    assert shipped.count("[[rate]]") == 4
    assert "tier_a_right = 2" in shipped


@pytest.mark.parametrize("name", ["copies", "unrelated"])
def test_a_run_that_was_never_made_is_said(name: str) -> None:
    assert f"| {name} | not measured yet |" in page_of({**_results(tier="A"), name: None}, "")


def _results(*, tier: str) -> dict[str, Record | None]:
    origin: Record = {
        "measured_on": "2026-01-02",
        "commit": "0" * 40,
        "is_clean": True,
        "seed": "1",
        "items": 2,
        "items_planned": 2,
        "processor_s": 60,
    }
    copies = [
        {
            "photo": name,
            "attack": "plain",
            "fill": "cloth",
            "tier": tier,
            "error_px": 0.1,
            "map": None,
        }
        for name in "ab"
    ]
    negatives = [
        {
            "stratum": stratum,
            "cluster": "x",
            "is_synthetic": is_synthetic,
            "is_near": False,
            "tier": "B",
        }
        for stratum, is_synthetic in (
            ("castle", False),
            ("parallax 0.5 to 1 px", True),
            ("one screen", True),
            ("one camera's printed bar", False),
        )
    ]
    row = {
        "kind": "copy",
        "pairs": 7,
        "photos": 2,
        "accepted": [],
        "nearest_log10_nfa": -4.0,
        "pairs_below": {"-2.0": 1, "-5.0": 0},
    }
    return {
        "copies": {**origin, "pairs": copies},  # type: ignore[dict-item]
        "inverse": {**origin, "pairs": copies},  # type: ignore[dict-item]
        "negatives": {**origin, "pairs": negatives},  # type: ignore[dict-item]
        "unrelated": {
            **origin,
            "accepted_below_log10_nfa": -10.0,
            "accepted_from_inliers": 9,
            "foreign_photos": 3,
            "rows": [row],  # type: ignore[list-item]
            "accepted_for_shared_print": [],
        },
    }
