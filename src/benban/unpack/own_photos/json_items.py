"""The lists of an archive: JSON walked through value by value, strictly decoded."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NoReturn, TypeAlias

from benban.errors import ImportDamagedError
from benban.unpack.json_stream import Broken, BrokenJsonError, JsonStream, RawValue
from benban.unpack.parts import Entry, Reason, Unread
from benban.unpack.warc_records import Cursor, limited

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

# A post with a thousand pictures, each with all its camera's words, is below 4 MB.
_LARGEST_VALUE_BYTES = 4 << 20
_DEEPEST = 60
# Lists lie at most four names deep; what is deeper is one value.
_DEEPEST_WALK = 6
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_REASONS = {Broken.TRUNCATED: Reason.TRUNCATED, Broken.MALFORMED: Reason.NOT_PARSED}
_LATEST_UNIXTIME = 253_402_300_799
_LONGEST_TEXT = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """
    One value of a document, and the names under which it lies.

    Attributes:
        path: of a value in a list, that of the list.
        is_in_list: it is one of several under this path.
    """

    path: tuple[str, ...]
    value: Json
    is_in_list: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walk:
    """One way through a document."""

    stream: JsonStream
    # Lists of documents within the document: their items are walked into.
    into: frozenset[tuple[str, ...]]

    def items(self, path: tuple[str, ...] = ()) -> Iterator[Item | Unread]:
        mark = self.stream.peek()
        if mark == b"[":
            for _ in self.stream.items():
                if path in self.into and self.stream.peek() == b"{":
                    # Says that the next one begins, before any of its fields.
                    yield Item(path=path, value=None, is_in_list=True)
                    yield from self.members(path)
                else:
                    yield _item(self.stream.value(_LARGEST_VALUE_BYTES), path, is_in_list=True)
        elif mark == b"{" and len(path) < _DEEPEST_WALK:
            yield from self.members(path)
        else:
            yield _item(self.stream.value(_LARGEST_VALUE_BYTES), path, is_in_list=False)

    def members(self, path: tuple[str, ...]) -> Iterator[Item | Unread]:
        seen: set[str | None] = set()
        for key in self.stream.members():
            if key in seen:
                yield unread(Reason.DUPLICATE_KEY, self.stream.offset_bytes)
            if len(seen) < _LONGEST_TEXT:
                seen.add(key)
            yield from self.items((*path, key or ""))


def walk(
    entry: Entry, *, into: frozenset[tuple[str, ...]] = frozenset(), skip: int = 0
) -> Iterator[Item | Unread]:
    """
    Yield the values of a JSON document, those of lists one by one; memory is bounded.

    Args:
        entry: holds it.
        into: paths of lists whose items are documents of their own.
        skip: bytes before the document.
    """
    try:
        with Cursor(entry.open) as file:
            file.go_to(skip)
            stream = JsonStream(limited(file, max(0, entry.size_bytes - skip)))
            yield from _Walk(stream=stream, into=into).items()
    except BrokenJsonError as error:
        yield unread(_REASONS[error.why], error.offset_bytes)
    except ImportDamagedError:
        yield unread(Reason.DAMAGED)
    except OSError:
        yield unread(Reason.UNREADABLE)


def read_object(entry: Entry, most_bytes: int) -> "dict[str, Json] | Unread":
    """Return a small document that is one object, or why it cannot be read."""
    if entry.size_bytes > most_bytes:
        return unread(Reason.TOO_LARGE)
    try:
        with Cursor(entry.open) as file:
            found = JsonStream(limited(file, entry.size_bytes)).value(most_bytes)
    except BrokenJsonError as error:
        return unread(_REASONS[error.why], error.offset_bytes)
    except ImportDamagedError:
        return unread(Reason.DAMAGED)
    except OSError:
        return unread(Reason.UNREADABLE)
    item = _item(found, (), is_in_list=False)
    if isinstance(item, Unread):
        return item
    return item.value if isinstance(item.value, dict) else unread(Reason.WRONG_TYPE)


def unread(reason: Reason, offset_bytes: int = 0, where: str = "a list of photos") -> Unread:
    """Return what says that something of an archive was not read."""
    return Unread(position=0, offset_bytes=offset_bytes, where=where, reason=reason)


def dig(value: Json, *names: str) -> Json:
    """Return what lies under *names*, one within the other; None if there is nothing."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def text_of(value: Json) -> str:
    """Return a text or a number as text; empty for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return _LONE_SURROGATE.sub("\ufffd", str(value)[:_LONGEST_TEXT])


def mended(value: Json) -> str:
    """
    Return a text of Meta's archives as it was typed.

    They write each byte of UTF-8 as a letter of its own; what does not fit that is left as it is.
    """
    text = text_of(value)
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def unix_time(value: Json) -> datetime | None:
    """Return seconds since 1970 as UTC; None if it is no such number, or 0."""
    text = text_of(value)
    if not re.fullmatch(r"[0-9]{1,13}", text):
        return None
    seconds = int(text)
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds <= _LATEST_UNIXTIME else None


class _DuplicateKeyError(ValueError):
    """Raised inside this file only."""


def _item(found: RawValue, path: tuple[str, ...], *, is_in_list: bool) -> Item | Unread:
    if found.raw is None:
        return unread(Reason.TOO_LARGE, found.offset_bytes)
    if found.depth > _DEEPEST:
        return unread(Reason.TOO_DEEP, found.offset_bytes)
    try:
        value: Json = json.loads(
            found.raw, object_pairs_hook=_pairs, parse_constant=_refuse_constant
        )
    except _DuplicateKeyError:
        return unread(Reason.DUPLICATE_KEY, found.offset_bytes)
    except (ValueError, RecursionError):
        return unread(Reason.NOT_PARSED, found.offset_bytes)
    return Item(path=path, value=value, is_in_list=is_in_list)


def _pairs(pairs: "list[tuple[str, Json]]") -> "dict[str, Json]":
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _DuplicateKeyError
    return found


def _refuse_constant(_: str) -> NoReturn:
    raise ValueError("NaN and infinities are no JSON")
