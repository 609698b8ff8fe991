"""What a later notice carries of an earlier one, and a copyright notice of the photo."""

from datetime import timedelta, timezone

from benban.model.remedy import Notice
from benban.model.routes import SourcePhoto
from benban.model.sighting import Sighting
from benban.notices.marks import without_marks
from benban.wording import Language, say

_VIET_NAM = timezone(timedelta(hours=7))
# Numbers of requests are short; what is longer is not one.
_TICKET_CHARS = 80


def earlier_fields(earlier: tuple[Notice, ...], language: Language) -> dict[str, str]:
    """
    Return number, day and end of the time of the earlier request, as words for its places.

    A reminder has neither a time of its own nor, mostly, a number: what the first letter started
    is quoted, whichever letter is taken up.

    Args:
        earlier: the newest first, down to the first letter; empty for none.
        language: of the text.
    """
    none = say(language, "notice.not-recorded")
    if not earlier:
        return {"ticket": none, "sent_on": none, "due": none, "asked_of": none}
    first = earlier[-1]
    due_at = None if first.deadline is None else first.deadline.due_at
    sent_at = first.sent_at
    return {
        "ticket": next(filter(None, map(ticket_of, earlier)), none),
        "sent_on": none if sent_at is None else f"{sent_at.astimezone(_VIET_NAM):%Y-%m-%d}",
        "due": none if due_at is None else f"{due_at.astimezone(_VIET_NAM):%Y-%m-%d %H:%M} UTC+7",
        "asked_of": without_marks(first.recipient) or none,
    }


def ticket_of(notice: Notice) -> str:
    """Return the last number that the other side gave, on one line; empty when it gave none."""
    tickets = [one.ticket for one in notice.replies if one.ticket.strip()]
    return one_line(tickets[-1]) if tickets else ""


def one_line(untrusted_text: str) -> str:
    """Return *untrusted_text* without breaks and control characters: it may stand in a subject."""
    shown = "".join(letter if letter.isprintable() else " " for letter in untrusted_text)
    return without_marks(" ".join(shown.split())[:_TICKET_CHARS])


def photo_field(photo: SourcePhoto | None, sighting: Sighting) -> dict[str, str]:
    """Return the photo in the person's own words, if it was said for this sighting."""
    is_of_this = photo is not None and photo.sighting_id == sighting.id
    return {"photo": without_marks(photo.photo.strip()) if photo is not None and is_of_this else ""}
