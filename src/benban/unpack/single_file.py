"""
A page saved as one HTML file, as SingleFile does it: pictures and frames are written into it.

Source: the comment that SingleFile puts at the beginning (``Page saved with SingleFile``).
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import dropwhile

from benban.errors import ImportDamagedError
from benban.unpack.inline import Inline, open_inline, split_inline
from benban.unpack.parts import Entry, ImportFormat, Part, Reason, Resource, Source, Unread

_LOOK_BYTES = 16_384
_STARTS = (b"<!doctype html", b"<html", b"<!--", b"<head")
_MADE_BY = re.compile(rb"<!--\s*Page saved with SingleFile(.{0,8000}?)-->", re.DOTALL)
_ADDRESS = re.compile(rb"^\s*url:\s*(\S+)", re.MULTILINE)
_SAVED_AT = re.compile(rb"^\s*saved date:\s*([^\r\n]{1,80})", re.MULTILINE)
# As a browser's Date prints itself: "Sun Nov 22 2026 08:15:30 GMT+0700 (Indochina Time)".
_SCRIPT_DATE = "%a %b %d %Y %H:%M:%S GMT%z"
_TAIL_BYTES = 4096
_ENDING = re.compile(rb"</html\s*>", re.IGNORECASE)
_MOST_INLINE = 20_000


class SingleFileReader:
    """Reads one HTML file; of one that is not from SingleFile the address is not known."""

    format = ImportFormat.SINGLE_FILE

    def recognises(self, source: Source) -> bool:
        """Return whether *source* is one file that begins as HTML does."""
        entries = source.entries()
        if len(entries) != 1:
            return False
        try:
            start = _start_of(entries[0])
        except (OSError, ImportDamagedError):
            return False
        text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
        return text.startswith(_STARTS)

    def parts(self, source: Source, *, start_at: int = 0) -> Iterator[Part]:
        """Yield the page, then each picture and media written into it."""
        (entry,) = source.entries()
        yield from dropwhile(lambda part: part.position < start_at, _parts(entry))


def _start_of(entry: Entry) -> bytes:
    with entry.open() as file:
        return file.read(_LOOK_BYTES)


def _parts(entry: Entry) -> Iterator[Part]:
    position = 0
    try:
        page = _page(entry)
        yield page
        position = 1
        with entry.open() as file:
            tail = b""
            for piece in split_inline(file):
                if not isinstance(piece, Inline):
                    tail = (tail + piece)[-_TAIL_BYTES:]
                    continue
                if position > _MOST_INLINE:
                    yield _unread(position, piece.start, Reason.TOO_MANY)
                    return
                yield _inline(entry, page, piece, position)
                position += 1
    except (OSError, ImportDamagedError):
        yield _unread(position, 0, Reason.DAMAGED)
        return
    if not _ENDING.search(tail):
        yield _unread(position, entry.size_bytes, Reason.TRUNCATED)


def _page(entry: Entry) -> Resource:
    made_by = _MADE_BY.search(_start_of(entry))
    said = made_by[1] if made_by else b""
    address = _ADDRESS.search(said)
    return Resource(
        position=0,
        offset_bytes=0,
        address=address[1].decode("utf-8", "replace") if address else "",
        at=_saved_at(said),
        method="GET",
        status=None,
        request_fields=(),
        response_fields=(),
        media_type_claimed="text/html",
        size_bytes=entry.size_bytes,
        open=entry.open,
    )


def _saved_at(said: bytes) -> datetime | None:
    found = _SAVED_AT.search(said)
    text = found[1].decode("utf-8", "replace").partition("(")[0].strip() if found else ""
    try:
        return datetime.strptime(text, _SCRIPT_DATE).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _inline(entry: Entry, page: Resource, found: Inline, position: int) -> Resource:
    return Resource(
        position=position,
        offset_bytes=found.start,
        # It has no address of its own: its place in the page names it.
        address=f"urn:benban:in-page:{position}",
        at=page.at,
        method="GET",
        status=None,
        request_fields=(),
        response_fields=(),
        media_type_claimed=found.media_type,
        size_bytes=None,
        open=partial(open_inline, entry.open, found),
    )


def _unread(position: int, offset_bytes: int, reason: Reason) -> Unread:
    return Unread(
        position=position, offset_bytes=offset_bytes, where="the rest of the page", reason=reason
    )
