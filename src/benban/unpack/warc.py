"""
A WARC file that anybody made: its answers and resources, each with the digest it claims.

Source: WARC 1.1; RFC 9112 sections 2 to 5 for the heads inside.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import count, dropwhile
from typing import BinaryIO

from benban.errors import ImportDamagedError
from benban.unpack.claims import compare_digest, joined
from benban.unpack.http_body import dechunked_body, decoded_body, unknown_encoding
from benban.unpack.parts import (
    DigestState,
    ImportFormat,
    Part,
    Reason,
    Resource,
    Source,
    Unread,
)
from benban.unpack.warc_records import Opener, Record, looks_like_warc, read_records

_LOOK_BYTES = 2048
_LARGEST_HTTP_HEAD_BYTES = 4 << 20
_PIECE_BYTES = 1 << 16
_MOST_FIELDS = 2000
# Twice the parts that are listed of a page: each stands under its id and under address and time.
_MOST_EARLIER = 40_000
_TELLING = (
    "warc-record-id",
    "warc-target-uri",
    "warc-date",
    "warc-payload-digest",
    "content-type",
)
# WARC 1.1 section 6.7.3: the server answered that nothing changed, and sent no content.
_NOT_MODIFIED = "server-not-modified"
# Facts about the file or the visit, and nothing that was received.
_BESIDE = frozenset({"warcinfo", "metadata"})


class Earlier:
    """
    Where contents stand that were received before, for records that refer to them.

    Of as many as are listed of a page: none of their bytes is held.
    """

    def __init__(self) -> None:
        self._places: dict[tuple[str, str], Record] = {}

    def add(self, record: Record) -> None:
        """Note a record with content; the first of two that say they are the same is meant."""
        if len(self._places) >= _MOST_EARLIER:
            return
        named = {name: record.value(name) for name in _TELLING}
        slim = replace(record, fields=tuple(named.items()))
        self._places.setdefault((named["warc-record-id"], ""), slim)
        self._places.setdefault((named["warc-target-uri"], named["warc-date"]), slim)

    def find(self, record: Record) -> Record | None:
        """Return what *record* refers to; None where it was not noted."""
        refers_to = record.value("warc-refers-to")
        address = record.value("warc-refers-to-target-uri")
        found = self._places.get((refers_to, "")) if refers_to else None
        if found is None and address:
            found = self._places.get((address, record.value("warc-refers-to-date")))
        return found


class WarcReader:
    """Reads one WARC file, compressed or not."""

    format = ImportFormat.WARC

    def recognises(self, source: Source) -> bool:
        """Return whether *source* is one file that begins as a WARC file does."""
        entries = source.entries()
        if len(entries) != 1:
            return False
        try:
            with entries[0].open() as file:
                return looks_like_warc(file.read(_LOOK_BYTES))
        except (OSError, ImportDamagedError):
            return False

    def parts(self, source: Source, *, start_at: int = 0) -> Iterator[Part]:
        """Yield the parts of the file, from position *start_at* on."""
        (entry,) = source.entries()
        found = archive_parts(entry.open, count())
        yield from dropwhile(lambda part: part.position < start_at, found)


def archive_parts(
    open_file: Opener,
    positions: Iterator[int],
    *,
    offset_bytes: int = 0,
    earlier: Earlier | None = None,
) -> Iterator[Part]:
    """
    Yield the answers and resources of one WARC file, and what could not be read.

    A request is joined to the answer it stands beside. Records about the file or the visit
    (``warcinfo``, ``metadata``) are passed over.

    Args:
        open_file: gives the file from its beginning; several may be open at once.
        positions: gives the next part's position.
        offset_bytes: added to the place of each record.
        earlier: what was received before, for records that refer to it; None when nothing was.
    """
    pairing = _Pairing(Earlier() if earlier is None else earlier)
    for record in read_records(open_file):
        for part in pairing.take(record):
            yield _placed(part, next(positions), offset_bytes)
    for part in pairing.rest():
        yield _placed(part, next(positions), offset_bytes)


def http_fields(lines: list[str]) -> tuple[tuple[str, str], ...]:
    """Return the fields in *lines*; a line that is none goes with the field before it."""
    fields: list[tuple[str, str]] = []
    for line in lines:
        name, colon, value = line.partition(":")
        if fields and (not colon or line[:1] in {" ", "\t"}):
            fields[-1] = (fields[-1][0], f"{fields[-1][1]} {line.strip()}")
        elif colon:
            fields.append((name.strip(), value.strip()))
    return tuple(fields)


def date_of(text: str) -> datetime | None:
    """Return a date as WARC, HAR and WACZ write it, as UTC; None if it is none or has no zone."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo is not None else None


def _placed(part: Resource | Unread, position: int, offset_bytes: int) -> Part:
    return replace(part, position=position, offset_bytes=offset_bytes + part.offset_bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    record_id: str
    answers: str
    address: str
    method: str
    fields: tuple[tuple[str, str], ...]


class _Pairing:
    """Holds back one answer or one request until the record beside it has been seen."""

    def __init__(self, earlier: Earlier) -> None:
        self._earlier = earlier
        self._answer: tuple[Record, Resource] | None = None
        self._request: _Request | None = None

    def take(self, record: Record) -> Iterator[Resource | Unread]:
        if record.fault is not None:
            yield from self.rest()
            yield _unread(record, record.fault, f"record: {record.detail}")
            return
        kind = record.value("warc-type").lower()
        if kind == "request":
            yield from self._take_request(record)
        elif kind not in _BESIDE:
            yield from self.rest()
            part = self._part_of(record, kind)
            if isinstance(part, Unread) or kind not in {"response", "revisit"}:
                yield part
                return
            self._answer = (record, part)
            if self._request is not None and _belong(self._request, record):
                yield from self._joined(self._request)
            self._request = None

    def rest(self) -> Iterator[Resource]:
        if self._answer is not None:
            yield self._answer[1]
            self._answer = None

    def _part_of(self, record: Record, kind: str) -> Resource | Unread:
        if kind == "revisit":
            return _revisit(record, self._earlier)
        if kind in {"response", "resource"}:
            self._earlier.add(record)
        return _part_of(record, kind)

    def _take_request(self, record: Record) -> Iterator[Resource]:
        request = _request_of(record)
        if self._answer is not None and _belong(request, self._answer[0]):
            yield from self._joined(request)
            return
        yield from self.rest()
        self._request = request

    def _joined(self, request: _Request) -> Iterator[Resource]:
        if self._answer is not None:
            _, answer = self._answer
            yield replace(answer, method=request.method, request_fields=request.fields)
        self._answer = None


def _belong(request: _Request, answer: Record) -> bool:
    concurrent = [value for name, value in answer.fields if name == "warc-concurrent-to"]
    is_named = request.answers == answer.value("warc-record-id") or request.record_id in concurrent
    is_unnamed = not request.answers and not concurrent
    has_same_address = request.address == answer.value("warc-target-uri")
    return has_same_address and (is_named or is_unnamed)


def _part_of(record: Record, kind: str) -> Resource | Unread:
    if kind == "response" and record.value("content-type").startswith("application/http"):
        return _answer_of(record)
    if kind in {"response", "resource"}:
        return _resource(record)
    return _unread(record, Reason.UNKNOWN_KIND, "record of a kind that is not read")


def _answer_of(record: Record) -> Resource | Unread:
    try:
        head = _http_head(record)
    except (OSError, ImportDamagedError):
        return _unread(record, Reason.DAMAGED, "the head of an answer")
    if head is None:
        return _unread(record, Reason.NOT_PARSED, "the head of an answer")
    return _resource(record, head)


def _revisit(record: Record, earlier: Earlier) -> Resource | Unread:
    """Return an answer that brought nothing new with the content it refers to."""
    try:
        own = _http_head(record) if _is_http(record) else None
        if _NOT_MODIFIED in record.value("warc-profile"):
            # The server sent no content at all: what it did send is all there is.
            return _resource(record, own)
        meant = earlier.find(record)
        if meant is None:
            return _unread(record, Reason.NOT_INCLUDED, "revisit: the content stands elsewhere")
        first = _http_head(meant) if _is_http(meant) else None
    except (OSError, ImportDamagedError):
        return _unread(record, Reason.DAMAGED, "the head of an answer")
    said, found = (one.value("warc-payload-digest") for one in (record, meant))
    if said and found and said != found:
        return _unread(record, Reason.DIGEST_MISMATCH, "revisit: another content stands there")
    content = _resource(meant, first)
    shown = own or first
    return replace(
        content,
        offset_bytes=record.offset,
        address=record.value("warc-target-uri").strip("<>"),
        at=date_of(record.value("warc-date")),
        status=shown.status if shown else None,
        response_fields=shown.fields if shown else (),
        media_type_claimed=(own.media_type if own else "") or content.media_type_claimed,
        claimed_digest=said,
        digest_state=DigestState.NOT_CHECKED if said else DigestState.NOT_CLAIMED,
        check_digest=partial(_check_payload, said, meant, first) if said else None,
        is_revisit=True,
    )


def _is_http(record: Record) -> bool:
    return record.value("content-type").startswith("application/http") and record.block_bytes > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    start: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]
    size_bytes: int

    @property
    def status(self) -> int | None:
        code = self.start[1] if len(self.start) > 1 else ""
        return int(code) if len(code) == 3 and code.isascii() and code.isdigit() else None  # noqa: PLR2004

    @property
    def media_type(self) -> str:
        values = [value for name, value in self.fields if name.lower() == "content-type"]
        return values[-1].strip() if values else ""

    @property
    def is_packed(self) -> bool:
        names = {name.lower() for name, _ in self.fields}
        return not names.isdisjoint({"content-encoding", "transfer-encoding"})


def _resource(record: Record, head: _Head | None = None) -> Resource:
    claims = _claims(record)
    packed_as = unknown_encoding(head.fields) if head else ""
    size = record.block_bytes - (head.size_bytes if head else 0)
    return Resource(
        position=0,
        offset_bytes=record.offset,
        address=record.value("warc-target-uri").strip("<>"),
        at=date_of(record.value("warc-date")),
        method="GET",
        status=head.status if head else None,
        request_fields=(),
        response_fields=head.fields if head else (),
        media_type_claimed=head.media_type if head else record.value("content-type"),
        size_bytes=None if head and head.is_packed else size,
        open=partial(_open_content, record, head),
        claimed_digest=" ".join(claims),
        digest_state=DigestState.NOT_CHECKED if claims else DigestState.NOT_CLAIMED,
        check_digest=partial(_check, record, head) if claims else None,
        packed_as=packed_as,
    )


def _claims(record: Record) -> list[str]:
    claims = [record.value(f"warc-{what}-digest") for what in ("payload", "block")]
    return [claim for claim in claims if claim]


def _check(record: Record, head: _Head | None) -> DigestState:
    block, payload = (record.value(f"warc-{what}-digest") for what in ("block", "payload"))
    states = []
    if block:
        states.append(compare_digest(block, record.open_block()))
    if payload:
        states.append(_check_payload(payload, record, head))
    return joined(states)


def _check_payload(claimed: str, record: Record, head: _Head | None) -> DigestState:
    state = compare_digest(claimed, _open_payload(record, head))
    if state is DigestState.DIFFERS and head is not None:
        # The standard leaves open whether chunks are part of a payload; tools differ.
        state = compare_digest(claimed, dechunked_body(_open_payload(record, head), head.fields))
    return state


def _open_payload(record: Record, head: _Head | None) -> BinaryIO:
    block = record.open_block()
    left = head.size_bytes if head else 0
    while left > 0 and (passed := block.read(min(left, _PIECE_BYTES))):
        left -= len(passed)
    return block


def _open_content(record: Record, head: _Head | None) -> BinaryIO:
    payload = _open_payload(record, head)
    if head is None:
        return payload
    is_known = not unknown_encoding(head.fields)
    return (decoded_body if is_known else dechunked_body)(payload, head.fields)


def _request_of(record: Record) -> _Request:
    try:
        head = _http_head(record)
    except (OSError, ImportDamagedError):
        head = None
    return _Request(
        record_id=record.value("warc-record-id"),
        answers=record.value("warc-concurrent-to"),
        address=record.value("warc-target-uri"),
        method=head.start[0] if head else "GET",
        fields=head.fields if head else (),
    )


def _http_head(record: Record) -> _Head | None:
    """Return the head that a block begins with; None if it begins with none."""
    seen = b""
    with record.open_block() as block:
        while piece := block.read(_PIECE_BYTES):
            seen += piece
            if b"\n\r\n" in seen or b"\n\n" in seen or len(seen) > _LARGEST_HTTP_HEAD_BYTES:
                break
    ends = [(at, mark) for mark in (b"\n\r\n", b"\n\n") if (at := seen.find(mark)) >= 0]
    # An answer without fields or content may end right after its first line.
    at, mark = min(ends) if ends else (len(seen.rstrip(b"\r\n")), b"\r\n")
    return _parsed(seen[:at], at + len(mark)) if ends or len(seen) == record.block_bytes else None


def _parsed(head: bytes, size_bytes: int) -> _Head | None:
    start, *lines = head.decode("utf-8", "replace").split("\n")
    words = tuple(start.strip().split(" ", 2))
    if len(words) < 2 or len(lines) > _MOST_FIELDS:  # noqa: PLR2004
        return None
    return _Head(start=words, fields=http_fields(lines), size_bytes=size_bytes)


def _unread(record: Record, reason: Reason, where: str) -> Unread:
    return Unread(position=0, offset_bytes=record.offset, where=where, reason=reason)
