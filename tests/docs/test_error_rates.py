"""Every number in docs/explanation/error-rates.md comes from the results of the runs."""

import tomllib

import pytest

from benban.dossier.rates import measured_version
from benchmarks.source.order_page import SHIPPED_ORDER, order_section, shipped_order_of
from benchmarks.source.rates_page import (
    ORDER,
    PAGE,
    is_complete,
    page_of,
    read_results,
    shipped_of,
    shipped_version,
    version_of,
)
from benchmarks.source.runs import Record, read_result


def test_the_page_is_what_the_results_give() -> None:
    page = page_of(read_results(), shipped_version(), read_result(ORDER))
    assert PAGE.read_text(encoding="utf-8") == page


def test_the_order_rates_that_a_dossier_prints_are_what_the_result_gives() -> None:
    result = read_result(ORDER)
    assert result is not None
    assert SHIPPED_ORDER.read_text(encoding="utf-8") == shipped_order_of(result)


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


def test_an_order_stated_for_an_altered_sibling_is_counted_and_not_as_right() -> None:
    wider = {
        "original_only_share": 0.2,
        "questioned_only_share": 0.0,
        "detail_ratio": 1.0,
        "size_ratio": 1.0,
        "is_altered": True,
    }
    same = {**wider, "original_only_share": 0.0}
    pairs = [
        {"photo": "a", "relation": relation, "role": role, "tier": tier, "order": facts}
        for relation, role, tier, facts in (
            ("child", "as-made", "A", wider),
            ("child", "swapped", "A", same),
            ("child-of-copy", "swapped", "A", wider),
            ("sibling", "swapped", "A", wider),
            ("sibling", "swapped", "B", wider),
            ("copies", "swapped", "A", same),
        )
    ]
    result: Record = {
        "measured_on": "2026-01-02",
        "commit": "0" * 40,
        "items": 6,
        "items_planned": 6,
        "pairs": pairs,  # type: ignore[dict-item]
    }
    shipped = tomllib.loads(shipped_order_of(result))

    assert shipped["altered_pairs"] == 2
    assert shipped["rate"][0] == {
        "sign": "wider-field",
        "stated": 2,
        "right": 1,
        "altered_stated": 1,
    }
    assert "| wider-field | 1 of 2 " in "\n".join(order_section(result))


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
