"""
Telegram Desktop's ``messages.html``, ``messages2.html``...: pages of blocks, one for each message.

A page is cut into blocks as bytes, so that memory does not grow with it and the raw bytes of a
message are exact. Source: telegramdesktop/tdesktop, ``export_output_html.cpp``, 1.3 (2018) to 6.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from benban.errors import ChatNotChosenError, ImportDamagedError, ImportUnknownError
from benban.unpack.parts import Chat, Entry, ImportFormat, Part, Reason, Source, Unread
from benban.unpack.telegram_block import read_block, read_header, sender_of
from benban.unpack.telegram_message import Place

_PAGE = re.compile(r"(?P<folder>(?:.*/)?)messages(?P<number>[0-9]{0,6})\.html")
_LONGEST_START_BYTES = 200
_START = re.compile(rb'<div class="message (?:default|service)[^>]{0,150}>')
_TAG = re.compile(rb"<(/?)div\b[^<>]*+>")
_KEY = re.compile(rb'\bid="message(-?[0-9]+)"')
_PIECE_BYTES = 1 << 18
_LARGEST_BLOCK_BYTES = 4 << 20
# What stands on a page before its first message.
_HEADER_BYTES = 1 << 16
# A day above its messages is layout; it has a number below zero.
_IS_DAY = re.compile(rb'^<div class="message service" id="message-[0-9]+"')
_IS_JOINED = re.compile(rb'^<div class="message default clearfix joined"')
_IS_SERVICE = re.compile(rb'^<div class="message service')
# tdesktop's own words above one's notes; conversations have the name of somebody.
_NEVER_OFFERED = {"Saved messages", "Replies"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    offset_bytes: int
    raw: bytes | None
    is_whole: bool


class TelegramHtml:
    """Reads the pages of one conversation, in a folder or a zip of it."""

    format = ImportFormat.TELEGRAM_HTML

    def recognises(self, source: Source) -> bool:
        """Return whether there is a page of messages in the layout that Telegram Desktop writes."""
        return bool(self._conversations(source))

    def documents(self, source: Source) -> Sequence[Entry]:
        """Return the pages of all conversations."""
        return [page for pages in self._conversations(source).values() for page in pages]

    def chats(self, source: Source) -> Sequence[Chat]:
        """Return the conversations in it but one's own notes, by the folders they lie in."""
        found = []
        for folder, pages in self._conversations(source).items():
            name = read_header(_beginning(pages[0], _HEADER_BYTES))
            if name not in _NEVER_OFFERED or not folder:
                found.append(Chat(key=folder, name=name, kind=""))
        return tuple(found)

    def parts(self, source: Source, *, start_at: int = 0) -> Iterator[Part]:
        """
        Yield the parts of the only conversation.

        Raises:
            ChatNotChosenError: BB-806, there are several.
        """
        chats = self.chats(source)
        if len(chats) != 1:
            raise ChatNotChosenError
        yield from self.messages(source, chats[0], start_at=start_at)

    def messages(self, source: Source, chat: Chat, *, start_at: int = 0) -> Iterator[Part]:
        """Yield the parts of *chat* in the order of its pages."""
        pages = self._conversations(source).get(chat.key)
        if pages is None:
            raise ImportUnknownError
        yield from _Reading(Place(source=source, folder=chat.key), start_at).run(pages)

    def _conversations(self, source: Source) -> dict[str, list[Entry]]:
        found: dict[str, list[tuple[int, Entry]]] = {}
        for entry in source.entries():
            match = _PAGE.fullmatch(entry.name)
            if match and b'class="page_wrap"' in _beginning(entry, 4096):
                number = int(match["number"] or 1)
                found.setdefault(match["folder"], []).append((number, entry))
        return {
            folder: [entry for _, entry in sorted(pages, key=lambda page: page[0])]
            for folder, pages in sorted(found.items())
        }


def _beginning(entry: Entry, size_bytes: int) -> bytes:
    try:
        with entry.open() as stream:
            return stream.read(size_bytes)
    except (OSError, ImportDamagedError):
        return b""


class _Reading:
    """One reading of one conversation."""

    def __init__(self, place: Place, start_at: int) -> None:
        self._place = place
        self._start_at = start_at
        self._position = 0
        # The block that names the sender of those joined to it.
        self._named = b""
        self._sender: str | None = ""

    def run(self, pages: Sequence[Entry]) -> Iterator[Part]:
        before = 0
        for page in pages:
            is_closed = False
            is_last_whole = True
            for block in _blocks(page):
                is_closed = block.raw == b""
                if is_closed:
                    break
                is_last_whole = block.is_whole
                yield from self._read(block, before)
            if not is_closed and is_last_whole:
                yield from self._given(self._unread("page", Reason.TRUNCATED, before))
            before += page.size_bytes

    def _read(self, block: _Block, before: int) -> Iterator[Part]:
        raw, offset = block.raw, before + block.offset_bytes
        if raw is None:
            yield from self._given(self._unread("message", Reason.TOO_LARGE, offset))
            return
        if _IS_DAY.match(raw) and block.is_whole:
            return
        is_joined = _IS_JOINED.match(raw) is not None
        if not is_joined and not _IS_SERVICE.match(raw):
            self._named, self._sender = raw, None
        if self._position < self._start_at:
            self._position += 1
            return
        if not block.is_whole:
            yield from self._given(self._unread("message", Reason.TRUNCATED, offset, raw))
            return
        if self._sender is None:
            self._sender = sender_of(self._named)
        part = read_block(
            raw,
            place=self._place,
            position=self._position,
            offset_bytes=offset,
            joined_to=self._sender if is_joined else "",
        )
        key = _KEY.search(raw)
        is_read = part is not None and key is not None
        yield from self._given(
            part if part and is_read else self._unread("message", Reason.NOT_PARSED, offset, raw)
        )

    def _given(self, part: Part) -> Iterator[Part]:
        if self._position >= self._start_at:
            yield part
        self._position += 1

    def _unread(self, where: str, reason: Reason, offset: int, raw: bytes | None = None) -> Unread:
        return Unread(
            position=self._position, offset_bytes=offset, where=where, reason=reason, raw=raw
        )


def _blocks(page: Entry) -> Iterator[_Block]:
    """Yield the blocks of a page; an empty one at the end says that the page was closed."""
    cutter = _Cutter()
    for piece in _pieces(page):
        yield from cutter.feed(piece)
    yield from cutter.finish()


class _Cutter:
    """Cuts a page where blocks begin; holds no more than one of them and one piece."""

    def __init__(self) -> None:
        self._held = b""
        self._base = 0
        # Inside a block that was already said to be too large.
        self._is_over = False

    def feed(self, piece: bytes) -> Iterator[_Block]:
        self._held += piece
        starts = [found.start() for found in _START.finditer(self._held)]
        for start, end in pairwise(starts):
            if not self._is_over:
                yield _block(self._held[start:end], self._base + start)
            self._is_over = False
        # Before the first block, only what may be the beginning of one that is cut in two.
        self._drop(0, starts[-1] if starts else max(0, len(self._held) - _LONGEST_START_BYTES))
        if starts and len(self._held) > _LARGEST_BLOCK_BYTES:
            if not self._is_over:
                yield _Block(offset_bytes=self._base, raw=None, is_whole=True)
            self._is_over = True
            self._drop(_LONGEST_START_BYTES, len(self._held) - 2 * _LONGEST_START_BYTES)

    def finish(self) -> Iterator[_Block]:
        if _START.match(self._held) and not self._is_over:
            yield _block(self._held, self._base)
        if b"</html>" in self._held:
            yield _Block(offset_bytes=self._base, raw=b"", is_whole=True)

    def _drop(self, start: int, size: int) -> None:
        # What is kept before the gap is only the mark of the block; what follows keeps its place.
        self._held = self._held[:start] + self._held[start + size :]
        self._base += size


def _block(raw: bytes, offset: int) -> _Block:
    depth = 0
    for tag in _TAG.finditer(raw):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return _Block(offset_bytes=offset, raw=raw[: tag.end()], is_whole=True)
    return _Block(offset_bytes=offset, raw=raw, is_whole=False)


def _pieces(page: Entry) -> Iterator[bytes]:
    try:
        with page.open() as stream:
            while piece := stream.read(_PIECE_BYTES):
                yield piece
    except (OSError, ImportDamagedError):
        return
