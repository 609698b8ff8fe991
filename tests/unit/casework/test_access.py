"""The access statement: each way in which somebody saw or had a case, "none", and its limits."""

from io import BytesIO

import pytest

from benban.casework.access import Access, access_of, access_text, not_known, write_access_text
from benban.casework.add_files import add_files
from benban.casework.conclude import DossierRequest, conclude
from benban.casework.custody import custody_of
from benban.casework.forget import forget, plan_forgetting
from benban.casework.originals import GivenFile
from benban.casework.receipts import give_receipt
from benban.casework.show import grant_unveiling
from benban.casework.stamp_acts import StampAct, ask_for_stamps
from benban.casework.take_in import SightingReport, add_words, take_in
from benban.cli.words import Words
from benban.dossier.view import Edition
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit
from benban.model.sighting import SightingKind
from benban.testing.clock import FakeClock
from benban.testing.pictures import draw_feed_picture
from benban.testing.tsa import FakeTsa
from benban.vault import CaseStore
from benban.wording import Language

from .conftest import ADULT
from .test_stamp_acts import Authority

REPORT = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ADULT, seen_on="nhóm A")
WORDS = Words(Language.EN)


def kept(store: CaseStore, clock: FakeClock, name: str = "1.jpg") -> Exhibit:
    sighting = take_in(store, REPORT, clock).sighting
    (one,) = add_files(
        store, sighting, [GivenFile(stream=BytesIO(draw_feed_picture(1)), name=name)], clock
    )
    return one


def _told(store: CaseStore, clock: FakeClock, way: Access) -> list[str]:
    groups = dict(access_of(store, WORDS, clock).groups)
    return [one.what for one in groups[way]]


def test_a_case_that_nobody_saw_has_every_way_with_nothing_in_it(
    store: CaseStore, clock: FakeClock
) -> None:
    statement = access_of(store, WORDS, clock)

    assert statement.groups == tuple((way, ()) for way in Access)
    assert access_text(statement, WORDS).count("\n  none") >= len(Access)


def test_a_look_stands_in_it_with_its_item_and_the_reason_that_was_typed(
    store: CaseStore, clock: FakeClock
) -> None:
    one = kept(store, clock)
    grant_unveiling(store, one.id, "to ask the lawyer")

    statement = access_of(store, WORDS, clock)

    (shown,) = dict(statement.groups)[Access.SHOWN]
    assert (shown.what, "1.jpg" in shown.about) == ("Shown unveiled", True)
    assert ("reason", "to ask the lawyer") in [(one.name, one.value) for one in shown.fields]
    assert [(item.veiled, item.unveiled) for item in statement.items] == [(0, 1)]


def test_what_was_given_out_and_who_was_asked_stand_apart(
    store: CaseStore, clock: FakeClock
) -> None:
    one = kept(store, clock)
    request = DossierRequest(edition=Edition.READING, languages=(Language.VI,), exhibits=(one.id,))
    conclude(store, request, (), out_file=BytesIO(), clock=clock)
    give_receipt(store, clock)
    ask_for_stamps(store, StampAct.NOW, [Authority(FakeTsa(clock=clock))], clock)

    assert _told(store, clock, Access.GIVEN) == ["Dossier sealed", "Receipt given"]
    assert _told(store, clock, Access.ASKED) == [
        "Act begun: ask for a time stamp: a",
        "Time stamp received",
    ]
    assert [item.dossiers for item in access_of(store, WORDS, clock).items] == [1]


def test_each_item_is_counted_as_the_log_item_by_item_counts_it(
    store: CaseStore, clock: FakeClock
) -> None:
    first, second = kept(store, clock, "1.jpg"), kept(store, clock, "2.jpg")
    for _ in range(2):
        grant_unveiling(store, second.id, "to ask the lawyer")
    request = DossierRequest(
        edition=Edition.READING, languages=(Language.VI,), exhibits=(first.id,)
    )
    conclude(store, request, (), out_file=BytesIO(), clock=clock)

    groups = {group.subject: dict(group.asked) for group in custody_of(store)}

    assert [
        (one.exhibit_id, one.veiled, one.unveiled, one.dossiers)
        for one in access_of(store, WORDS, clock).items
    ] == [
        (
            one.id,
            groups[one.id][EventKind.SHOWN_VEILED],
            groups[one.id][EventKind.SHOWN_UNVEILED],
            groups[one.id][EventKind.DOSSIER_SEALED],
        )
        for one in store.all(Exhibit)
    ]


def test_work_on_this_computer_is_nobody_s_access(store: CaseStore, clock: FakeClock) -> None:
    one = kept(store, clock)
    add_words(store, one.sighting_id, "trong nhóm A")

    assert all(events == () for _, events in access_of(store, WORDS, clock).groups)


def test_who_worked_is_told_by_the_key_that_the_log_names(
    store: CaseStore, clock: FakeClock
) -> None:
    kept(store, clock)

    (worker,) = access_of(store, WORDS, clock).workers

    assert ([len(group) for group in worker.key.split("-")], worker.entries) == ([4] * 8, 1)


def test_what_was_destroyed_is_said_among_what_the_log_cannot_know(
    store: CaseStore, clock: FakeClock
) -> None:
    one = kept(store, clock)
    before = not_known(access_of(store, WORDS, clock), WORDS)
    forget(store, plan_forgetting(store, one.id), "xóa")

    after = not_known(access_of(store, WORDS, clock), WORDS)

    assert (len(before), len(after)) == (3, 4)
    assert after[:3] == before


def test_looking_at_it_writes_nothing_and_writing_it_down_stands_in_the_log(
    store: CaseStore, clock: FakeClock
) -> None:
    one = kept(store, clock)
    count = len(store.leaves())
    access_of(store, WORDS, clock)
    looked = len(store.leaves())
    write_access_text(store, WORDS, clock)

    logged = store.events()[-1]
    assert (looked, logged.kind) == (count, EventKind.PAPER_WRITTEN)
    assert {field.name: field.value for field in logged.fields}["included"] == one.id
    assert _told(store, clock, Access.GIVEN) == ["Paper written"]


@pytest.mark.parametrize("name", ["a\nb.jpg", "a\u202egpj.exe", "a\x1b[2Jb.jpg"])
def test_a_name_of_somebody_else_begins_no_line_and_turns_none(
    store: CaseStore, clock: FakeClock, name: str
) -> None:
    grant_unveiling(store, kept(store, clock, name).id, name)

    text = write_access_text(store, WORDS, clock)

    assert name not in text
    assert not any(letter in text for letter in "\u202e\x1b\r")


def test_every_way_and_limit_has_words_in_both_languages(
    store: CaseStore, clock: FakeClock
) -> None:
    kept(store, clock)
    texts = {
        language: access_text(access_of(store, Words(language), clock), Words(language))
        for language in Language
    }

    assert "Điều không nhật ký nào biết được" in texts[Language.VI]
    assert "What no log can know" in texts[Language.EN]
