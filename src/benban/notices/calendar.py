"""Deadlines as a calendar file that tells a stranger nothing."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from benban.model.remedy import Notice, NoticeState
from benban.wording import Language, say

_WAITING = {NoticeState.SENT, NoticeState.ACKNOWLEDGED}
_LENGTH = timedelta(minutes=15)


def waiting_notices(notices: Sequence[Notice]) -> tuple[Notice, ...]:
    """Return those whose answer is due at a known time and has not come, the earliest first."""
    waiting = [one for one in notices if one.state in _WAITING and due_at(one) is not None]
    return tuple(sorted(waiting, key=lambda one: (due_at(one) or one.drafted_at, one.id)))


def due_at(notice: Notice) -> datetime | None:
    """Return when an answer is due, UTC, or None when no clock runs."""
    return None if notice.deadline is None else notice.deadline.due_at


def calendar_of(notices: Sequence[Notice], language: Language, made_at: datetime) -> bytes:
    """
    Return the deadlines of *notices* as iCalendar; lines end in CR LF.

    An entry holds a time, a neutral title and an identifier from which nobody can come back to the
    notice. Addresses, names and recipients are not in it: a calendar is synchronised, shared and
    read aloud by telephones.

    Args:
        notices: of one case; those without a running clock are left out.
        language: of the title.
        made_at: aware.

    Source: RFC 5545.
    """
    # Late: most commands do without it.
    from icalendar import Alarm, Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//notes//EN")
    calendar.add("version", "2.0")
    for notice in waiting_notices(notices):
        due = due_at(notice)
        if due is None:
            continue
        entry = Event()
        entry.add("uid", hashlib.sha256(f"calendar|{notice.id}".encode()).hexdigest()[:32])
        entry.add("dtstamp", made_at.astimezone(UTC))
        entry.add("dtstart", due.astimezone(UTC))
        entry.add("dtend", due.astimezone(UTC) + _LENGTH)
        entry.add("summary", say(language, "calendar.title"))
        entry.add("class", "PRIVATE")
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", say(language, "calendar.title"))
        alarm.add("trigger", timedelta(0))
        entry.add_component(alarm)
        calendar.add_component(entry)
    return bytes(calendar.to_ical())
