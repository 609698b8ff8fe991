"""
A page saved as MHTML by a browser.

Source: RFC 2557; Chromium's ``Snapshot-Content-Location``.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import dropwhile

from benban.errors import ImportDamagedError
from benban.unpack.mime import Head, MimePart, read_mime
from benban.unpack.parts import Entry, ImportFormat, Part, Reason, Resource, Source, Unread

_NO_CONTENT = frozenset({Reason.TOO_DEEP, Reason.TOO_MANY})
_ENDINGS = (".mht", ".mhtml")


class MhtmlReader:
    """Reads one saved page with its parts."""

    format = ImportFormat.MHTML

    def recognises(self, source: Source) -> bool:
        """Return whether *source* is one file whose head is that of a saved page."""
        entries = source.entries()
        if len(entries) != 1:
            return False
        try:
            head = read_mime(entries[0].open, 0, entries[0].size_bytes).head
        except (OSError, ImportDamagedError):
            return False
        if head.media_type != "multipart/related":
            return False
        is_saved = (
            head.value("snapshot-content-location") or "saved by" in head.value("from").lower()
        )
        return bool(is_saved) or entries[0].name.lower().endswith(_ENDINGS)

    def parts(self, source: Source, *, start_at: int = 0) -> Iterator[Part]:
        """Yield the page, its frames, pictures and styles as they lie in the file."""
        (entry,) = source.entries()
        yield from dropwhile(lambda part: part.position < start_at, _parts(entry))


def mail_date(text: str) -> datetime | None:
    """Return a date as mails write it, as UTC; None if it is none or names no zone."""
    try:
        at = parsedate_to_datetime(text)
        return at.astimezone(UTC) if at.tzinfo is not None else None
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _parts(entry: Entry) -> Iterator[Part]:
    message = read_mime(entry.open, 0, entry.size_bytes)
    position = 0
    try:
        for part in message.parts:
            for one in _seen(part, message.head, position):
                yield one
                position += 1
    except (OSError, ImportDamagedError):
        yield Unread(
            position=position, offset_bytes=0, where="the rest of the file", reason=Reason.DAMAGED
        )


def _seen(part: MimePart, head: Head, position: int) -> Iterator[Part]:
    if part.fault not in _NO_CONTENT:
        yield _resource(part, head, position)
        position += 1
    if part.fault is not None:
        yield Unread(
            position=position,
            offset_bytes=part.offset_bytes,
            where="a part of the saved page",
            reason=part.fault,
        )


def _resource(part: MimePart, head: Head, position: int) -> Resource:
    name = part.head.value("content-location") or part.head.value("content-id").strip("<> ")
    is_address = bool(part.head.value("content-location"))
    return Resource(
        position=position,
        offset_bytes=part.offset_bytes,
        address=name if is_address or not name else f"cid:{name}",
        at=mail_date(head.value("date")),
        method="GET",
        status=None,
        request_fields=(),
        response_fields=part.head.fields,
        media_type_claimed=part.head.value("content-type") or part.head.media_type,
        size_bytes=None,
        open=part.open,
    )
