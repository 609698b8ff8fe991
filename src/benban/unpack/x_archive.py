"""
The archive that X gives a person of their own account: posts and direct messages.

Each file is a script that puts one JSON list into a variable (``window.YTD.tweets.part0 = [...]``).
Pictures lie beside it, named by the post's id.
Source: the archive's own ``data/README.txt`` and its files as handed out in 2019 to 2026.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count, dropwhile

import msgspec

from benban.errors import ImportDamagedError
from benban.unpack.json_stream import Broken, BrokenJsonError, JsonStream, RawValue
from benban.unpack.parts import (
    Entry,
    ImportFormat,
    MediaRef,
    Message,
    Part,
    Reason,
    Source,
    Span,
    Unread,
)
from benban.unpack.warc import date_of
from benban.unpack.warc_records import Cursor, limited

_POSTS = re.compile(r"(?:^|/)(?:deleted-)?tweets?(?:-part[0-9]{1,4})?\.js$")
_MESSAGES = re.compile(r"(?:^|/)direct-messages?(?:-group)?(?:-part[0-9]{1,4})?\.js$")
_MEDIA = re.compile(
    r"(?:^|/)(?:deleted_)?(?:tweets?|direct_messages?)(?:_group)?_media/([0-9]{1,30})-[^/]+$"
)
_VARIABLE = re.compile(rb"\s*window\.YTD\.[a-z0-9_\-]{1,80}\.part[0-9]{1,6}\s*=\s*", re.IGNORECASE)
_LOOK_BYTES = 256
_LARGEST_POST_BYTES = 1 << 20
_LARGEST_CONVERSATION_BYTES = 32 << 20
_DEEPEST = 60
_POST_DATE = "%a %b %d %H:%M:%S %z %Y"


class _Link(msgspec.Struct):
    url: str = ""
    expanded: str = msgspec.field(default="", name="expanded_url")


class _Entities(msgspec.Struct):
    urls: list[_Link] = []


class _Post(msgspec.Struct):
    id: str = msgspec.field(name="id_str")
    text: str = msgspec.field(default="", name="full_text")
    old_text: str = msgspec.field(default="", name="text")
    created: str = msgspec.field(default="", name="created_at")
    reply_to: str | None = msgspec.field(default=None, name="in_reply_to_status_id_str")
    entities: _Entities = msgspec.field(default_factory=_Entities)


class _PostItem(msgspec.Struct):
    tweet: _Post


class _Create(msgspec.Struct):
    id: str
    text: str = ""
    sender: str = msgspec.field(default="", name="senderId")
    created: str = msgspec.field(default="", name="createdAt")
    urls: list[_Link] = []


class _Conversation(msgspec.Struct):
    messages: list[dict[str, msgspec.Raw]]
    id: str = msgspec.field(default="", name="conversationId")


class _ConversationItem(msgspec.Struct):
    conversation: _Conversation = msgspec.field(name="dmConversation")


class _Account(msgspec.Struct):
    name: str = msgspec.field(default="", name="username")
    id: str = msgspec.field(default="", name="accountId")


class _AccountItem(msgspec.Struct):
    account: _Account


_POST = msgspec.json.Decoder(_PostItem)
_CONVERSATION = msgspec.json.Decoder(_ConversationItem)
_CREATE = msgspec.json.Decoder(_Create)
_ACCOUNT = msgspec.json.Decoder(_AccountItem)
_NOT_DECODED = (msgspec.MsgspecError, RecursionError, ValueError)


class XArchiveReader:
    """Reads the posts and the direct messages of one account's archive."""

    format = ImportFormat.X_ARCHIVE

    def recognises(self, source: Source) -> bool:
        """Return whether *source* has a file of posts or messages as the archive names it."""
        return any(map(_is_script, _documents(source)))

    def parts(self, source: Source, *, start_at: int = 0) -> Iterator[Part]:
        """Yield posts, deleted posts and direct messages, file by file in the order of names."""
        archive = _Archive(source=source, owner=_owner(source), media=_media(source))
        yield from dropwhile(lambda part: part.position < start_at, archive.parts())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Archive:
    """What must be known to read any of its files."""

    source: Source
    owner: _Account
    media: dict[str, list[Entry]]

    def parts(self) -> Iterator[Part]:
        positions = count()
        base = 0
        for entry in _documents(self.source):
            is_posts = _POSTS.search(entry.name) is not None
            for found in self._posts(entry) if is_posts else self._messages(entry):
                offset = base + found.offset_bytes
                yield replace(found, position=next(positions), offset_bytes=offset)
            base += entry.size_bytes

    def _posts(self, entry: Entry) -> Iterator[Message | Unread]:
        for value in _items(entry, _LARGEST_POST_BYTES, "a post"):
            if isinstance(value, Unread):
                yield value
                continue
            try:
                item = _POST.decode(value.raw or b"")
            except _NOT_DECODED:
                yield _unread(value.offset_bytes, "a post", Reason.NOT_PARSED)
            else:
                yield self._post(item.tweet, value)

    def _post(self, post: _Post, value: RawValue) -> Message:
        return Message(
            position=0,
            offset_bytes=value.offset_bytes,
            key=post.id,
            at_shown=post.created,
            at=_post_time(post.created),
            sender=self.owner.name,
            sender_key=self.owner.id,
            text=post.text or post.old_text,
            raw=value.raw or b"",
            spans=_spans(post.entities.urls),
            media=self._refs(post.id),
            reply_to=post.reply_to or "",
        )

    def _messages(self, entry: Entry) -> Iterator[Message | Unread]:
        for value in _items(entry, _LARGEST_CONVERSATION_BYTES, "a conversation"):
            if isinstance(value, Unread):
                yield value
                continue
            try:
                item = _CONVERSATION.decode(value.raw or b"")
            except _NOT_DECODED:
                yield _unread(value.offset_bytes, "a conversation", Reason.NOT_PARSED)
            else:
                for raw in item.conversation.messages:
                    yield self._message(raw, item.conversation.id, value.offset_bytes)

    def _message(
        self, item: dict[str, msgspec.Raw], conversation: str, offset_bytes: int
    ) -> Message | Unread:
        raw = item.get("messageCreate")
        if raw is None:
            # Somebody joined, left or renamed a group: no message of a person.
            return _unread(offset_bytes, "an entry of a conversation", Reason.UNKNOWN_KIND)
        try:
            made = _CREATE.decode(raw)
        except _NOT_DECODED:
            return _unread(offset_bytes, "a message", Reason.NOT_PARSED)
        is_own = bool(made.sender) and made.sender == self.owner.id
        return Message(
            position=0,
            offset_bytes=offset_bytes,
            key=made.id,
            at_shown=made.created,
            at=date_of(made.created),
            sender=self.owner.name if is_own else "",
            sender_key=made.sender,
            text=made.text,
            raw=bytes(raw),
            spans=_spans(made.urls),
            media=self._refs(made.id),
            topic=conversation,
        )

    def _refs(self, key: str) -> tuple[MediaRef, ...]:
        return tuple(
            MediaRef(
                name=entry.name.rpartition("/")[2],
                size_bytes=entry.size_bytes,
                media_type_claimed="",
                entry_name=entry.name,
                reason=None,
            )
            for entry in self.media.get(key, ())
        )


def _items(entry: Entry, limit: int, where: str) -> Iterator[RawValue | Unread]:
    try:
        with Cursor(entry.open) as file:
            start = _VARIABLE.match(file.read(_LOOK_BYTES))
            if start is None:
                yield _unread(0, "a file of the archive", Reason.NOT_PARSED)
                return
            file.go_to(start.end())
            stream = JsonStream(limited(file, entry.size_bytes - start.end()))
            yield from (_moved(one, start.end()) for one in _values(stream, limit, where))
    except (OSError, ImportDamagedError):
        yield _unread(0, "a file of the archive", Reason.DAMAGED)


def _values(stream: JsonStream, limit: int, where: str) -> Iterator[RawValue | Unread]:
    try:
        for _ in stream.items():
            value = stream.value(limit)
            if value.raw is None:
                yield _unread(value.offset_bytes, where, Reason.TOO_LARGE)
            elif value.depth > _DEEPEST:
                yield _unread(value.offset_bytes, where, Reason.TOO_DEEP)
            else:
                yield value
    except BrokenJsonError as error:
        reason = Reason.TRUNCATED if error.why is Broken.TRUNCATED else Reason.DAMAGED
        yield _unread(error.offset_bytes, "the rest of a file of the archive", reason)


def _moved(one: RawValue | Unread, by_bytes: int) -> RawValue | Unread:
    return replace(one, offset_bytes=one.offset_bytes + by_bytes)


def _documents(source: Source) -> list[Entry]:
    return [
        entry
        for entry in source.entries()
        if _POSTS.search(entry.name) or _MESSAGES.search(entry.name)
    ]


def _is_script(entry: Entry) -> bool:
    try:
        with entry.open() as file:
            return _VARIABLE.match(file.read(_LOOK_BYTES)) is not None
    except (OSError, ImportDamagedError):
        return False


def _media(source: Source) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in source.entries():
        if match := _MEDIA.search(entry.name):
            found.setdefault(match[1], []).append(entry)
    return found


def _owner(source: Source) -> _Account:
    for entry in source.entries():
        if entry.name.rpartition("/")[2] == "account.js":
            first = next(_items(entry, _LARGEST_POST_BYTES, "the account"), None)
            if isinstance(first, RawValue):
                with suppress(*_NOT_DECODED):
                    return _ACCOUNT.decode(first.raw or b"").account
    return _Account()


def _post_time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, _POST_DATE).astimezone(UTC)
    except (ValueError, OverflowError):
        return date_of(text)


def _spans(links: list[_Link]) -> tuple[Span, ...]:
    return tuple(Span(kind="url", text=one.url, target=one.expanded) for one in links[:100])


def _unread(offset_bytes: int, where: str, reason: Reason) -> Unread:
    return Unread(position=0, offset_bytes=offset_bytes, where=where, reason=reason)
