from dataclasses import replace
from pathlib import Path

import pytest

from benban.dossier.searched import measured_list, searched_said
from benban.model.finding import Part, Searched, Siblings, Tier
from benban.model.ids import ComparisonId
from benban.wording import Language, message_ids
from tests.unit.dossier.example import finding

PAGE = Path(__file__).parents[3] / "docs/explanation/common-origin-index.md"
LISTED = Searched(declared=40, by_index=38, in_full=10, unread=2)


def test_the_measured_rate_is_the_one_of_the_page() -> None:
    rate = measured_list()

    assert f"({rate.found}) | {rate.asked} |" in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("tier", [Tier.B, Tier.C, Tier.NONE])
def test_a_list_that_found_nothing_for_sure_can_miss_and_says_how_often(tier: Tier) -> None:
    said = dict(searched_said(replace(finding(1, tier, 2), searched=LISTED)))

    rate = measured_list()
    assert said["searched.may-miss"]["found"] == rate.found
    assert (said["searched.list"]["by_index"], said["searched.unread"]["unread"]) == (38, 2)


def test_a_run_that_compared_all_or_was_never_counted_speaks_of_no_index() -> None:
    every = Searched(declared=3, by_index=None, in_full=3, unread=0)
    loud = replace(finding(1, Tier.NONE, 2), searched=every)

    assert [message for message, _ in searched_said(loud)] == ["searched.all"]
    assert searched_said(replace(loud, searched=None)) == ()


@pytest.mark.parametrize("language", Language)
def test_everything_that_is_said_has_words_for_every_face(language: Language) -> None:
    every = replace(
        finding(1, Tier.A, 2),
        searched=LISTED,
        part=Part(number=2, count=2, first=ComparisonId("cmp-0000000000000001")),
        siblings=Siblings(alike=1, beaten=1),
    )
    none = replace(every, tier=Tier.B, searched=replace(LISTED, by_index=None))
    said = {
        message
        for one in (every, none, replace(every, tier=Tier.B))
        for message, _ in searched_said(one)
    }

    assert len(said) == 9
    assert {f"{face}.{one}" for one in said for face in ("cli.compare", "dossier")} <= set(
        message_ids(language)
    )
