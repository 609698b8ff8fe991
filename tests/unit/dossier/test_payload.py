import json
from dataclasses import replace
from typing import Any

import pytest

from benban.dossier.check import check_view
from benban.dossier.mask import MASKED, make_masker
from benban.dossier.payload import payload_files
from benban.dossier.verify_text import verify_text
from benban.dossier.view import (
    ComparisonEntry,
    Disclosure,
    DossierView,
    Edition,
    OwnAccount,
)
from benban.errors import DisclosureMissingError, RecipientKeyError, SelectiveComparisonError
from benban.model.custody import EventKind
from benban.model.finding import Tier
from benban.wording import Language, say
from tests.unit.dossier.example import (
    KEY_ID,
    authority_view,
    comparison,
    drawing,
    drawn_entry,
    empty_view,
    event,
    finding,
    full_view,
    own_account,
)
from tests.unit.dossier.fakelog import logged

AGE_KEY = "age1meauvyzduaq97eh30ghf9jz4y9xnh8nlkevjd905j2zwury5mcus4ud8ke"


def files(view: DossierView) -> dict[str, bytes]:
    masker = make_masker(view.own_account)
    return {one.path: one.data for one in payload_files(view, masker)}


def document(view: DossierView, name: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(files(view)[f"data/{name}.json"])


def test_the_inventory_lists_the_chosen_exhibits_in_order() -> None:
    view, _ = logged(full_view())
    listed = document(view, "inventory")["exhibits"]

    assert [(one["subject"], one["sha256"], one["position"], one["in_bag"]) for one in listed] == [
        (entry.exhibit.id, entry.exhibit.sha256.hex, entry.position, None)
        for entry in view.exhibits
    ]


def test_an_exhibits_time_is_the_time_in_its_record() -> None:
    view, _ = logged(full_view())
    at = {event.position: event.at for event in view.events}
    first = view.exhibits[0]
    moment = at[first.position]
    assert moment is not None

    assert document(view, "inventory")["exhibits"][0]["taken_in_at"] == moment.strftime(
        "%Y-%m-%dT%H:%M:%S.%fZ"
    )


def test_custody_tells_events_in_order_with_words_in_both_languages() -> None:
    view, _ = logged(full_view())
    told = document(view, "custody")["events"]

    assert (
        [one["position"] for one in told],
        told[0]["vi"],
        told[0]["en"],
        told[0]["kind"],
    ) == (
        [event.position for event in view.events],
        say(Language.VI, "dossier.event.case-opened"),
        say(Language.EN, "dossier.event.case-opened"),
        "case opened",
    )


def test_custody_does_not_tell_what_the_reporter_wrote() -> None:
    view, _ = logged(full_view())

    assert {"text"} & {
        name for one in document(view, "custody")["events"] for name in one["fields"]
    } == set()


def test_a_forgotten_entry_keeps_its_position_only() -> None:
    view, _ = logged(full_view())
    first = replace(
        view.events[0], at=None, kind=None, subject="", fields=(), actor="", is_forgotten=True
    )
    told = document(replace(view, events=(first, *view.events[1:])), "custody")["events"][0]

    assert (set(told), told["position"], told["forgotten"]) == (
        {"position", "forgotten", "vi", "en"},
        0,
        True,
    )


def test_page_text_is_masked_and_its_hidden_characters_shown() -> None:
    view = full_view(own_account=own_account())
    page = replace(view.exhibits[5], text="Chào Nguyễn Vĩ Canary \u202e ?token=abc\r\nhết")
    view = replace(view, exhibits=(*view.exhibits[:5], page, *view.exhibits[6:]))

    assert files(view)[f"data/texts/{page.exhibit.id}.txt"].decode() == (
        f"Chào {MASKED} [U+202E] ?token={MASKED}\nhết"
    )


def test_geometry_says_everything_for_a_match_and_only_the_tier_otherwise() -> None:
    view = full_view()
    runs = document(view, "comparison/geometry")["comparisons"]

    assert (
        [set(one) for one in runs[2:]],
        runs[0]["registration"]["homography"][2],
        runs[0]["change_map"]["cell_px"],
        runs[0]["original"]["subject"],
    ) == ([{"id", "exhibit", "tier"}] * 2, "3.25", 16, "org-0000000000000002")


@pytest.mark.parametrize("tier", [Tier.C, Tier.NONE])
def test_no_picture_of_tier_c_or_0_is_written(tier: Tier) -> None:
    loud = ComparisonEntry(finding=replace(finding(1, Tier.A, 2), tier=tier), veiled_png=drawing())
    view = full_view(comparison=replace(comparison(), entries=(loud,)))

    assert [path for path in files(view) if path.endswith(".png")] == []


def test_what_was_drawn_lies_beside_the_veiled_picture_and_is_told() -> None:
    view = full_view(comparison=replace(comparison(), entries=(drawn_entry(),)))

    (run,) = document(view, "comparison/geometry")["comparisons"]
    names = sorted(path for path in files(view) if path.endswith(".png"))

    run_path = "data/comparison/cmp-0000000000000001"
    kinds = ("links", "map", "overlay", "patches")
    assert names == [*(f"{run_path}-{kind}.png" for kind in kinds), f"{run_path}.png"]
    assert (run["overlay"], run["map"]) == (f"{run_path}-overlay.png", f"{run_path}-map.png")
    assert run["links"] == {
        "picture": f"{run_path}-links.png",
        "points": [["361.5", "40.25", "716.5", "84.5"]],
    }
    assert run["patches"] == {
        "picture": f"{run_path}-patches.png",
        "side_px": 64,
        "windows": [
            {"x_px": 8, "y_px": 16, "zncc": "0.98"},
            {"x_px": 80, "y_px": 16, "zncc": "0.90"},
        ],
    }


def test_without_a_veiled_picture_nothing_lies_beside_it_and_nothing_is_told() -> None:
    alone = replace(drawn_entry(), veiled_png=None)
    view = full_view(comparison=replace(comparison(), entries=(alone,)))

    (run,) = document(view, "comparison/geometry")["comparisons"]

    assert [path for path in files(view) if path.endswith(".png")] == []
    told = [run[name] for name in ("veiled", "overlay", "map", "links", "patches")]
    assert told == [None] * 5


def test_without_a_comparison_there_is_no_comparison_folder() -> None:
    view = full_view(comparison=None)

    assert [path for path in files(view) if "comparison" in path] == []


def test_a_comparison_that_leaves_a_picture_out_is_refused() -> None:
    view = full_view(comparison=replace(comparison(), not_compared=()))

    with pytest.raises(SelectiveComparisonError) as caught:
        check_view(view)

    assert caught.value.params == {"missing": 1}


def test_a_run_that_the_log_tells_of_cannot_be_left_out() -> None:
    more = event(94, EventKind.COMPARED, "cmp-00000000000000ff")
    view = full_view()

    with pytest.raises(SelectiveComparisonError):
        check_view(replace(view, events=(*view.events, more)))


@pytest.mark.parametrize("blank", ["recipient", "purpose", "legal_basis"])
def test_an_authority_edition_needs_all_three_answers(blank: str) -> None:
    view = authority_view(AGE_KEY)
    assert view.disclosure is not None
    parts = {blank: "  "}

    with pytest.raises(DisclosureMissingError):
        check_view(replace(view, disclosure=replace(view.disclosure, **parts)))


def test_an_authority_edition_needs_a_key() -> None:
    with pytest.raises(RecipientKeyError):
        check_view(authority_view("age1nonsense"))


def test_a_reading_edition_names_no_recipient() -> None:
    disclosure = Disclosure(recipient="A", purpose="B", legal_basis="C", recipient_key=AGE_KEY)

    with pytest.raises(DisclosureMissingError):
        check_view(full_view(disclosure=disclosure))


def test_complete_views_of_both_editions_are_accepted() -> None:
    for view in (full_view(), empty_view(), authority_view(AGE_KEY)):
        check_view(view)

    assert {Edition.READING, Edition.AUTHORITY} == set(Edition)


def test_verify_txt_shows_every_way_in_both_languages() -> None:
    said = verify_text(full_view()).decode()

    assert [
        (part, said.count(part) - expected)
        for part, expected in (
            ("Get-FileHash", 2),
            ("shasum -a 256 -c", 2),
            ("sha256sum -c", 2),
            ("openssl ts -verify -attime", 2),
            (KEY_ID, 4),
            (say(Language.VI, "dossier.by-hand.title"), 1),
            (say(Language.EN, "dossier.by-hand.title"), 1),
        )
        if said.count(part) != expected
    ] == []


def test_verify_txt_says_what_chosen_exhibits_reveal() -> None:
    said = " ".join(verify_text(full_view()).decode().split())

    assert say(Language.EN, "dossier.by-hand.reveals", exhibits=10, entries=99) in said


def test_verify_txt_prints_the_published_digest_when_there_is_one() -> None:
    said = verify_text(full_view(verifier_sha256="12" * 32)).decode()

    assert said.count("12" * 32) == 2


def test_nobodys_account_leaves_a_text_as_it_is() -> None:
    view = full_view(own_account=OwnAccount())

    assert b"Xem t\xe1\xba\xa1i \xc4\x91\xc3\xa2y" in b"".join(files(view).values())
