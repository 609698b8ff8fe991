"""
Mails: a single one (``.eml``), or a box of them in one file (``mbox``).

A mail gives a ``Message`` with its head as raw bytes, then a ``Resource`` for each of its parts:
those that follow a message, up to the next, belong to it.
Source: RFC 5322, RFC 4155 (mbox), RFC 2392 (``mid:`` addresses).
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import count, dropwhile
from urllib.parse import quote

from benban.errors import ImportDamagedError
from benban.unpack.html_text import text_of_html
from benban.unpack.inline import Inline, open_inline, split_inline
from benban.unpack.mhtml import mail_date
from benban.unpack.mime import Head, MimePart, read_mime, sender_of
from benban.unpack.parts import (
    Entry,
    ImportFormat,
    MediaRef,
    Message,
    Part,
    Reason,
    Resource,
    Source,
    Unread,
)
from benban.unpack.text import as_text
from benban.unpack.warc_records import Cursor

# RFC 4155: "From ", an address, a time as asctime writes it.
_SEPARATOR = re.compile(rb"From \S* ?[^\r\n]{0,80}[0-9]{1,2}:[0-9]{2}[^\r\n]{0,40}[0-9]{4}")
_PIECE_BYTES = 1 << 16
_MOST_PARTS = 2000
# Longer texts are cut: nobody writes them, and a list of mails must stay small.
_LARGEST_TEXT_BYTES = 1 << 20
_UU_BEGIN = "begin "
_UU_TYPE = "application/x-uuencode"
_WRITTEN = MediaRef(name="", size_bytes=None, media_type_claimed="", entry_name=None, reason=None)
_NO_CONTENT = frozenset({Reason.TOO_DEEP, Reason.TOO_MANY})
# A file is taken for a mail when its head has one of the first and one of the second.
_FROM_SOMEBODY = ("from", "sender", "return-path")
_OF_A_MAIL = ("date", "received", "message-id", "to", "subject", "delivered-to")


class MailReader:
    """Reads one mail."""

    format = ImportFormat.MAIL

    def recognises(self, source: Source) -> bool:
        """Return whether *source* is one file that begins as a mail does."""
        entries = source.entries()
        if len(entries) != 1 or _begins_as_box(entries[0]):
            return False
        return _begins_as_mail(entries[0])

    def parts(self, source: Source, *, start_at: int = 0) -> Iterator[Part]:
        """Yield the mail and its parts."""
        (entry,) = source.entries()
        found = _mail(entry, _Place(start=0, end=entry.size_bytes, number=1), count())
        yield from dropwhile(lambda part: part.position < start_at, found)


class MboxReader:
    """Reads a box of mails."""

    format = ImportFormat.MBOX

    def recognises(self, source: Source) -> bool:
        """Return whether *source* is one file that begins as a box of mails does."""
        entries = source.entries()
        return len(entries) == 1 and _begins_as_box(entries[0])

    def parts(self, source: Source, *, start_at: int = 0) -> Iterator[Part]:
        """Yield each mail and its parts as they lie in the file."""
        (entry,) = source.entries()
        yield from dropwhile(lambda part: part.position < start_at, _box(entry))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    start: int
    end: int
    number: int


def _begins_as_box(entry: Entry) -> bool:
    try:
        with entry.open() as file:
            return _SEPARATOR.match(file.readline(512)) is not None
    except (OSError, ImportDamagedError):
        return False


def _begins_as_mail(entry: Entry) -> bool:
    try:
        head = read_mime(entry.open, 0, entry.size_bytes).head
    except (OSError, ImportDamagedError):
        return False
    has_sender = any(map(head.value, _FROM_SOMEBODY))
    return has_sender and any(map(head.value, _OF_A_MAIL))


def _box(entry: Entry) -> Iterator[Part]:
    positions = count()
    try:
        for place in _places(entry):
            yield from _mail(entry, place, positions)
    except (OSError, ImportDamagedError):
        yield _damaged(next(positions), 0)


def _places(entry: Entry) -> Iterator[_Place]:
    start, number, at = 0, 0, 0
    is_after_blank = True
    with Cursor(entry.open) as file:
        while line := file.readline(_PIECE_BYTES):
            if is_after_blank and _SEPARATOR.match(line):
                if number:
                    yield _Place(start=start, end=at, number=number)
                start, number = at + len(line), number + 1
            at += len(line)
            is_after_blank = line in {b"\n", b"\r\n"}
    yield _Place(start=start, end=at, number=number)


def _mail(entry: Entry, place: _Place, positions: Iterator[int]) -> Iterator[Part]:
    try:
        message = read_mime(entry.open, place.start, place.end)
        parts = [part for _, part in zip(range(_MOST_PARTS), message.parts, strict=False)]
        text = _text_of(parts)
        written = list(_written_in(parts)) if _UU_BEGIN in text else []
    except (OSError, ImportDamagedError):
        yield _damaged(next(positions), place.start)
        return
    yield _message(message.head, parts, (text, len(written)), next(positions), place)
    for number, part in enumerate(parts, start=1):
        if part.fault not in _NO_CONTENT:
            yield _resource(part, message.head, number, next(positions), place)
        if part.fault is not None:
            yield Unread(
                position=next(positions),
                offset_bytes=part.offset_bytes,
                where="a part of a mail",
                reason=part.fault,
            )
    for number, (part, found) in enumerate(written, start=len(parts) + 1):
        whole = _resource(part, message.head, number, next(positions), place)
        opened = partial(open_inline, part.open, found)
        # What it is nobody says; nothing is decoded before it is picked.
        yield replace(whole, response_fields=(), media_type_claimed=_UU_TYPE, open=opened)


def _written_in(parts: list[MimePart]) -> Iterator[tuple[MimePart, Inline]]:
    """Yield each file that a text has written into it as uuencode."""
    for part in filter(_is_text, parts):
        # A text that breaks off is said where it is read; what stood before can be picked.
        with suppress(ImportDamagedError), part.open() as content:
            for piece in split_inline(content):
                if isinstance(piece, Inline) and piece.is_uu:
                    yield part, piece


def _message(
    head: Head, parts: list[MimePart], said: tuple[str, int], position: int, place: _Place
) -> Message:
    text, written_count = said
    attached = [_ref(part) for part in parts if not _is_text(part)]
    sender, address = sender_of(head)
    return Message(
        position=position,
        offset_bytes=place.start,
        key=_key(head, place),
        at_shown=head.shown("date"),
        at=mail_date(head.value("date")),
        sender=sender or address,
        sender_key=address,
        text=text,
        raw=head.raw,
        media=(*attached, *(_WRITTEN for _ in range(written_count))),
        reply_to=head.shown("in-reply-to").strip("<>"),
        topic=head.shown("subject"),
    )


def _key(head: Head, place: _Place) -> str:
    return head.shown("message-id").strip("<>") or f"mail-{place.number}"


def _ref(part: MimePart) -> MediaRef:
    return MediaRef(
        name=part.head.file_name,
        size_bytes=None,
        media_type_claimed=part.head.media_type,
        entry_name=None,
        reason=part.fault,
    )


def _resource(part: MimePart, head: Head, number: int, position: int, place: _Place) -> Resource:
    return Resource(
        position=position,
        offset_bytes=part.offset_bytes,
        address=f"mid:{quote(_key(head, place), safe='@.-_+=')}/{number}",
        at=mail_date(head.value("date")),
        method="GET",
        status=None,
        request_fields=(),
        response_fields=part.head.fields,
        media_type_claimed=part.head.value("content-type") or "text/plain",
        size_bytes=None,
        open=part.open,
    )


def _text_of(parts: list[MimePart]) -> str:
    plain = [part for part in parts if _is_text(part) and part.head.media_type == "text/plain"]
    if plain:
        return "\n".join(filter(None, (_read(part) for part in plain)))
    html = [part for part in parts if _is_text(part) and part.head.media_type == "text/html"]
    return "\n".join(text_of_html(_read(part)) for part in html)


def _read(part: MimePart) -> str:
    try:
        with part.open() as content:
            data = content.read(_LARGEST_TEXT_BYTES)
    except ImportDamagedError:
        return ""
    charset = f"charset={part.head.charset}" if part.head.charset else ""
    return as_text(data, charset) or data.decode("utf-8", "replace").replace("\0", "")


def _is_text(part: MimePart) -> bool:
    is_readable = part.head.media_type in {"text/plain", "text/html"}
    return is_readable and not part.head.is_attachment and part.fault not in _NO_CONTENT


def _damaged(position: int, offset_bytes: int) -> Unread:
    return Unread(
        position=position, offset_bytes=offset_bytes, where="a mail", reason=Reason.DAMAGED
    )
