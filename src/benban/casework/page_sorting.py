"""
The parts of a saved page sorted: text that may be kept, media to choose from, what is neither.

Text is what claims to be none of the media, does not begin as a picture, a film or an archive, and
reads as text from its first byte to its last. Everything else counts as media and is not opened.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from benban.capture.media_types import SNIFF_BYTES, UNKNOWN, sniff_media_type
from benban.errors import ImportDamagedError
from benban.model.imported import Claimed
from benban.unpack.http_body import unknown_encoding
from benban.unpack.inline import without_inline
from benban.unpack.parts import DigestState, Part, Reason, Resource, Unread
from benban.unpack.text import as_text

# As for a visit (capture.ports.PageLimits): one text, and all of them together.
_TEXT_BYTES = 16 << 20
_TEXTS_BYTES = 64 << 20
# More than any page has; beyond it parts are counted and no longer listed.
_MOST_PARTS = 20_000
# Claimed digests that differ and are named each; a file with more is wrong as a whole.
_MOST_NAMED = 50
_TEXT_TYPES = ("text/", "message/", "multipart/")
_TEXT_WORDS = ("json", "javascript", "ecmascript", "xml", "x-www-form-urlencoded", "manifest")
_HTML = ("text/html", "application/xhtml+xml")
_NO_TEXT = ("image/", "video/", "audio/", "font/")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """
    A text part as it may be kept.

    Attributes:
        body: without pictures written into it.
        text: the same decoded.
        taken_count: how many pictures were taken out of it.
    """

    resource: Resource
    taken_count: int
    body: bytes = field(repr=False)
    text: str = field(repr=False)

    @property
    def is_html(self) -> bool:
        """Whether it is a page or a frame."""
        claimed = _type_of(self.resource.media_type_claimed)
        return claimed in _HTML or (not claimed and self.text.lstrip()[:1] == "<")


@dataclass(slots=True, kw_only=True)
class SortedParts:
    """
    What a saved page holds.

    Attributes:
        media: to choose from, in their order.
        inline_withheld: pictures taken out of the texts.
        unlisted: parts beyond what is listed.
    """

    texts: list[PageText] = field(default_factory=list)
    media: list[Resource] = field(default_factory=list)
    not_read: list[Unread] = field(default_factory=list)
    inline_withheld: int = 0
    unlisted: int = 0
    part_count: int = 0


def sort_parts(parts: Iterable[Part]) -> SortedParts:
    """Return *parts* sorted; texts are read, media are not opened."""
    found = SortedParts()
    room = _TEXTS_BYTES
    for part in parts:
        found.part_count += 1
        if isinstance(part, Unread):
            found.not_read.append(part)
        elif isinstance(part, Resource):
            if found.part_count > _MOST_PARTS:
                found.unlisted += 1
                continue
            room -= _sort(part, found, room)
    return found


def kept_text(resource: Resource) -> PageText | None:
    """Return *resource* as text without pictures in it; None when it is media or no text."""
    found = sort_parts([resource])
    return found.texts[0] if found.texts else None


def claims_of(resources: Iterable[Resource]) -> Iterator[Claimed]:
    """
    Yield how many claimed digests of single parts agree, differ, are absent or not checked.

    Those that differ are named one by one, by their position in the file, as far as a record can
    be read by a person.
    """
    states: Counter[DigestState] = Counter()
    named = 0
    for one in resources:
        state = _state(one)
        if state is DigestState.DIFFERS and named < _MOST_NAMED:
            named += 1
            yield Claimed(where=f"record {one.position}", state=state.value, count=1)
        else:
            states[state] += 1
    for state in DigestState:
        if states[state]:
            yield Claimed(where="record", state=state.value, count=states[state])


def _sort(resource: Resource, found: SortedParts, room: int) -> int:
    """Put *resource* where it belongs; return how much room its text takes."""
    if resource.packed_as or not _may_be_text(resource.media_type_claimed):
        _list(resource, found)
        return 0
    try:
        with resource.open() as content:
            body, taken = _text_body(content, min(room, _TEXT_BYTES))
    except (OSError, ImportDamagedError):
        found.not_read.append(_unread(resource, Reason.DAMAGED))
        return 0
    if body is None:
        found.media.append(resource)
        return 0
    if len(body) > min(room, _TEXT_BYTES):
        found.not_read.append(_unread(resource, Reason.TOO_LARGE))
        return 0
    text = as_text(body, resource.media_type_claimed)
    if text is None:
        # Some tools say "br" and keep what was sent, where others keep what it stands for.
        packed_as = unknown_encoding(resource.response_fields)
        _list(replace(resource, packed_as=packed_as), found)
        return 0
    found.inline_withheld += taken
    found.texts.append(PageText(resource=resource, taken_count=taken, body=body, text=text))
    return len(body)


def _list(resource: Resource, found: SortedParts) -> None:
    """List what is no text; of what is still packed it is said that nobody looked into it."""
    found.media.append(resource)
    if resource.packed_as:
        found.not_read.append(_unread(resource, Reason.UNKNOWN_KIND, "a body that is still packed"))


def _text_body(content: BinaryIO, limit: int) -> tuple[bytes | None, int]:
    """Return the body, one byte longer than *limit* when it is too long; None for no text."""
    start = content.read(SNIFF_BYTES)
    sniffed = sniff_media_type(start)
    if sniffed not in {UNKNOWN, "text/html"}:
        return None, 0
    pieces, taken = without_inline(_Rejoined(start, content))
    kept: list[bytes] = []
    size = 0
    for piece in pieces:
        kept.append(piece)
        size += len(piece)
        if size > limit:
            break
    return b"".join(kept)[: limit + 1], len(taken)


class _Rejoined:
    """What was read already, then the rest."""

    def __init__(self, start: bytes, rest: BinaryIO) -> None:
        self._start, self._rest = start, rest

    def read(self, size: int, /) -> bytes:
        if self._start:
            given, self._start = self._start, b""
            return given
        return self._rest.read(size)


def _may_be_text(media_type: str) -> bool:
    claimed = _type_of(media_type)
    if not claimed or claimed == UNKNOWN:
        return True
    if claimed.startswith(_NO_TEXT):
        return False
    return claimed.startswith(_TEXT_TYPES) or any(word in claimed for word in _TEXT_WORDS)


def _type_of(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _state(resource: Resource) -> DigestState:
    if resource.check_digest is None:
        return resource.digest_state
    try:
        return resource.check_digest()
    except (OSError, ImportDamagedError):
        return DigestState.DIFFERS


def _unread(resource: Resource, reason: Reason, where: str = "a text") -> Unread:
    return Unread(
        position=resource.position,
        offset_bytes=resource.offset_bytes,
        where=where,
        reason=reason,
    )
