"""
Telegram Desktop's ``result.json``: one conversation, or a whole account of which one is read.

Source: telegramdesktop/tdesktop, ``export_output_json.cpp``, versions 1.3 (2018) to 6 (2026):
ids of senders were numbers before 2.5, times in UTC came with 3.4, ``text_entities`` with 3.7,
sizes of files with 5. Which version wrote a file is nowhere in it; every field is optional here.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import BinaryIO

from benban.errors import (
    ChatNotChosenError,
    FileUnreadableError,
    ImportCutError,
    ImportUnknownError,
)
from benban.unpack.json_stream import Broken, BrokenJsonError, JsonStream, RawValue
from benban.unpack.parts import Chat, Entry, ImportFormat, Part, Reason, Source, Unread
from benban.unpack.telegram_message import (
    Place,
    UnreadableError,
    decode,
    read_message,
    topic_of,
)

_NAME = "result.json"
_FIRST_BYTES = 1 << 16
# A message of 4096 characters, every one of them marked, is below 2 MB.
_LARGEST_MESSAGE_BYTES = 4 << 20
# Names, kinds and numbers before the messages of a conversation.
_LARGEST_FIELD_BYTES = 1 << 16
# Telegram allows a few hundred in a group.
_MOST_TOPICS = 10_000
_DEEPEST = 64
_LISTS = ("chats", "left_chats")
# One's own notes, and copies of what others answered: nobody needs them read here.
NEVER_OFFERED = {"saved_messages", "replies", "verify_codes"}
_REASONS = {Broken.TRUNCATED: Reason.TRUNCATED, Broken.MALFORMED: Reason.NOT_PARSED}
# Of bytes that belong to no value, enough to see what went wrong.
_KEPT_REST_BYTES = 1 << 16


class TelegramJson:
    """Reads ``result.json``, alone, in its folder or in a zip of it."""

    format = ImportFormat.TELEGRAM_JSON

    def recognises(self, source: Source) -> bool:
        """Return whether there is a ``result.json``, or a single file that begins like one."""
        return _document(source) is not None

    def documents(self, source: Source) -> Sequence[Entry]:
        """Return the ``result.json`` itself."""
        document = _document(source)
        return () if document is None else (document,)

    def chats(self, source: Source) -> Sequence[Chat]:
        """
        Return the conversations in it but one's own notes; their messages are passed over.

        Raises:
            ImportCutError: BB-810, it breaks off before the first one.
        """
        found: list[Chat] = []
        try:
            with _opened(source) as stream:
                for chat in _walk(JsonStream(stream)):
                    if chat.kind not in NEVER_OFFERED:
                        found.append(chat)
                    if not chat.key:
                        # A single conversation: its messages need not be walked through for this.
                        break
        except BrokenJsonError as error:
            # What was found before a break can still be read; reading it says what is missing.
            if not found and error.why is Broken.TRUNCATED:
                raise ImportCutError from error
        return tuple(found)

    def parts(self, source: Source, *, start_at: int = 0) -> Iterator[Part]:
        """
        Yield the parts of the only conversation.

        Raises:
            ChatNotChosenError: BB-806, there are several.
        """
        chats: tuple[Chat, ...] = ()
        # Where it breaks off is said by reading it.
        with suppress(ImportCutError):
            chats = tuple(self.chats(source))
        if len(chats) > 1:
            raise ChatNotChosenError
        chat = chats[0] if chats else Chat(key="", name="", kind="")
        yield from self.messages(source, chat, start_at=start_at)

    def messages(self, source: Source, chat: Chat, *, start_at: int = 0) -> Iterator[Part]:
        """Yield the parts of *chat*; other conversations are passed over undecoded."""
        document = _document(source)
        if document is None:
            raise ImportUnknownError
        folder = document.name.rpartition("/")[0]
        place = Place(source=source, folder=f"{folder}/" if folder else "")
        with _opened(source) as stream:
            yield from _Reading(JsonStream(stream), place, start_at).run(chat.key)


def _document(source: Source) -> Entry | None:
    entries = source.entries()
    named = [entry for entry in entries if entry.name.rpartition("/")[2] == _NAME]
    if named:
        return min(named, key=lambda entry: (entry.name.count("/"), entry.name))
    if len(entries) == 1 and _begins_like_one(entries[0]):
        return entries[0]
    return None


def _begins_like_one(entry: Entry) -> bool:
    try:
        with entry.open() as stream:
            start = stream.read(_FIRST_BYTES)
    except OSError:
        return False
    is_object = start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"
    is_single = b'"messages"' in start and b'"type"' in start
    return is_object and (is_single or b'"personal_information"' in start or b'"chats"' in start)


def _opened(source: Source) -> BinaryIO:
    document = _document(source)
    if document is None:
        raise ImportUnknownError
    try:
        return document.open()
    except OSError as error:
        raise FileUnreadableError(name=source.name) from error


def _walk(stream: JsonStream, own_key: str = "") -> Iterator[Chat]:
    """Yield each conversation when its messages come next; what is not taken is passed over."""
    fields: dict[str, str] = {}
    for key in stream.members():
        mark, before = stream.peek(), stream.offset_bytes
        if key == "messages":
            name, kind = fields.get("name", ""), fields.get("type", "")
            yield Chat(key=own_key, name=name, kind=kind)
        elif key in _LISTS and own_key == "" and mark == b"{":
            yield from _walk_list(stream, key)
            continue
        elif key in {"name", "type"}:
            fields[key] = _short_text(stream.value(_LARGEST_FIELD_BYTES))
            continue
        if stream.offset_bytes == before:
            stream.value(0)


def _walk_list(stream: JsonStream, section: str) -> Iterator[Chat]:
    for key in stream.members():
        if key != "list" or stream.peek() != b"[":
            stream.value(0)
            continue
        for number, _ in enumerate(stream.items()):
            if stream.peek() == b"{":
                yield from _walk(stream, f"{section}/{number}")
            else:
                stream.value(0)


def _short_text(value: RawValue) -> str:
    try:
        decoded = decode(value.raw or b"null")
    except UnreadableError:
        return ""
    return decoded if isinstance(decoded, str) else ""


class _Reading:
    """One reading of one conversation."""

    def __init__(self, stream: JsonStream, place: Place, start_at: int) -> None:
        self._stream = stream
        self._place = place
        self._start_at = start_at
        self._position = 0
        self._topics: dict[str, str] = {}

    def run(self, wanted: str) -> Iterator[Part]:
        is_found = False
        try:
            for chat in _walk(self._stream):
                if chat.key != wanted or chat.kind in NEVER_OFFERED:
                    continue
                if is_found:
                    yield from self._given(self._unread("messages", Reason.DUPLICATE_KEY))
                    continue
                is_found = True
                yield from self._messages()
                if wanted:
                    # What follows are other conversations.
                    return
        except BrokenJsonError as error:
            rest = error.rest[:_KEPT_REST_BYTES] or None
            reason = _REASONS[error.why]
            unread = self._unread("document", reason, offset_bytes=error.offset_bytes, raw=rest)
            yield from self._given(unread)
            return
        if not is_found:
            yield from self._given(self._unread("conversation", Reason.MISSING))

    def _messages(self) -> Iterator[Part]:
        if self._stream.peek() != b"[":
            offset = self._stream.offset_bytes
            raw = self._stream.value(_LARGEST_FIELD_BYTES).raw
            wrong = self._unread("messages", Reason.WRONG_TYPE, offset_bytes=offset, raw=raw)
            yield from self._given(wrong)
            return
        for _ in self._stream.items():
            value = self._stream.value(_LARGEST_MESSAGE_BYTES)
            self._note_topic(value)
            if self._position < self._start_at:
                self._position += 1
                continue
            yield from self._given(self._read(value))

    def _given(self, part: Part) -> Iterator[Part]:
        if self._position >= self._start_at:
            yield part
        self._position += 1

    def _read(self, value: RawValue) -> Part:
        offset = value.offset_bytes
        if value.raw is None:
            return self._unread("message", Reason.TOO_LARGE, offset_bytes=offset)
        if value.depth > _DEEPEST:
            return self._unread("message", Reason.TOO_DEEP, offset_bytes=offset, raw=value.raw)
        try:
            return read_message(
                value.raw,
                place=self._place,
                position=self._position,
                offset_bytes=offset,
                topics=self._topics,
            )
        except UnreadableError as error:
            return self._unread("message", error.reason, offset_bytes=offset, raw=value.raw)

    def _note_topic(self, value: RawValue) -> None:
        # Also of messages that are passed over: those after it lie in the topic.
        if value.raw is None or b'"topic_' not in value.raw or value.depth > _DEEPEST:
            return
        if len(self._topics) < _MOST_TOPICS:
            self._topics.update(topic_of(value.raw))

    def _unread(
        self,
        where: str,
        reason: Reason,
        *,
        offset_bytes: int | None = None,
        raw: bytes | None = None,
    ) -> Unread:
        offset = self._stream.offset_bytes if offset_bytes is None else offset_bytes
        return Unread(
            position=self._position, offset_bytes=offset, where=where, reason=reason, raw=raw
        )
