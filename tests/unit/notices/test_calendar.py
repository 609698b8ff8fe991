"""The calendar file holds times and nothing else that a stranger could read."""

from dataclasses import replace
from datetime import timedelta

import pytest
from icalendar import Calendar

from benban.model.ids import NoticeId
from benban.model.remedy import Deadline, Notice, NoticeState
from benban.notices.calendar import calendar_of, waiting_notices
from benban.wording import Language
from tests.unit.remedies.scenes import NOW, TELEGRAM, draft, sighting

HOSTILE = "x\r\nATTENDEE:mailto:a@example.org\r\nSUMMARY:t"


def waiting(number: int = 0, *, state: NoticeState = NoticeState.SENT, hours: int = 48) -> Notice:
    started = Deadline(
        basis_id="vn-nd147-23i",
        hours=hours,
        started_by="person-complaint",
        starts_at=NOW,
        due_at=NOW + timedelta(hours=hours),
    )
    made = draft(sighting(TELEGRAM), "telegram-2")
    return replace(made, id=NoticeId(f"notice-{number}"), state=state, deadline=started)


def test_an_entry_tells_a_time_and_a_neutral_title() -> None:
    hostile = replace(waiting(), recipient=HOSTILE, subject=HOSTILE, body=HOSTILE)

    content = calendar_of([hostile], Language.VI, NOW)
    (entry,) = Calendar.from_ical(content).walk("VEVENT")

    assert str(entry["SUMMARY"]) == "Việc cần làm"
    assert entry.decoded("DTSTART") == NOW + timedelta(hours=48)
    assert set(entry) == {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "CLASS"}
    for word in (b"ATTENDEE", b"telegram", b"notice-0", b"t.me", b"benban", b"@"):
        assert word not in content


def test_the_same_deadline_keeps_its_entry_when_the_file_is_made_again() -> None:
    first = calendar_of([waiting()], Language.EN, NOW)
    later = calendar_of([waiting()], Language.EN, NOW + timedelta(days=1))

    def uids(content: bytes) -> list[str]:
        return [str(one["UID"]) for one in Calendar.from_ical(content).walk("VEVENT")]

    assert uids(first) == uids(later)


def test_lines_end_and_fold_as_the_format_wants() -> None:
    content = calendar_of([waiting(one) for one in range(20)], Language.VI, NOW)

    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 75


@pytest.mark.parametrize("state", list(NoticeState))
def test_only_what_is_waited_for_has_an_entry(state: NoticeState) -> None:
    is_waited_for = state in {NoticeState.SENT, NoticeState.ACKNOWLEDGED}

    assert bool(waiting_notices([waiting(state=state)])) is is_waited_for


def test_the_earliest_stands_first() -> None:
    late, soon = waiting(1, hours=480), waiting(2, hours=48)

    assert waiting_notices([late, soon]) == (soon, late)


def test_no_clock_no_entry() -> None:
    assert waiting_notices([replace(waiting(), deadline=None)]) == ()
