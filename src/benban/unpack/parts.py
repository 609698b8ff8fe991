"""
What an export consists of, whoever made it: messages, resources, and what could not be read.

Everything in here came from outside. Names are never paths, sizes are what somebody claims, and
bytes of media are only behind :meth:`Entry.open` and :attr:`Resource.open`: listing reads none.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import BinaryIO, Protocol, TypeAlias


class ImportFormat(Enum):
    """A layout that a reader knows. A value stands in records for ever."""

    TELEGRAM_JSON = "telegram-json"
    TELEGRAM_HTML = "telegram-html"
    X_ARCHIVE = "x-archive"
    MHTML = "mhtml"
    SINGLE_FILE = "single-file"
    HAR = "har"
    WARC = "warc"
    WACZ = "wacz"
    MAIL = "mail"
    MBOX = "mbox"


class Reason(Enum):
    """Why something was not read. A value stands in records for ever."""

    NOT_INCLUDED = "not-included"
    MISSING = "missing"
    DAMAGED = "damaged"
    TRUNCATED = "truncated"
    NOT_PARSED = "not-parsed"
    WRONG_TYPE = "wrong-type"
    DUPLICATE_KEY = "duplicate-key"
    DIGEST_MISMATCH = "digest-mismatch"
    NOT_LISTED = "not-listed"
    TOO_LARGE = "too-large"
    TOO_DEEP = "too-deep"
    TOO_MANY = "too-many"
    ESCAPE = "escape"
    NOT_A_FILE = "not-a-file"
    ENCRYPTED = "encrypted"
    UNKNOWN_KIND = "unknown-kind"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaRef:
    """
    A picture or file that a message speaks of; none of its bytes.

    Attributes:
        name: as the export calls it.
        size_bytes: as the export claims; None if it does not say.
        media_type_claimed: as the export claims; empty if it does not say.
        entry_name: of the entry in the source that holds it; None if no entry does.
        reason: why there is no entry; None if there is one.
    """

    name: str
    size_bytes: int | None
    media_type_claimed: str
    entry_name: str | None
    reason: Reason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """
    A marked stretch of a message's text.

    Attributes:
        kind: the export's own word, e.g. ``mention``, ``text_link``, ``spoiler``.
        text: as shown.
        target: what lies behind it and is not shown: a link's address, an account's number.
    """

    kind: str
    text: str
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """
    One message of a conversation.

    Attributes:
        position: 0-based ordinal among the parts of one reading.
        offset_bytes: where its raw bytes begin in the document, for progress.
        key: what names it within its conversation; two may have the same (a message was edited
            into the export twice): then the position tells them apart.
        at_shown: its time exactly as the export writes it.
        at: the same as UTC where the export says which zone it means; else None.
        sender: the name shown; empty when the export names none.
        sender_key: the export's own id of the sender; empty when it has none.
        text: as a reader of the conversation sees it, without markup.
        reply_to, forwarded_from, topic: empty when there is none.
        album: messages sent together carry the same value; empty for a message on its own.
        is_service: somebody joined, a message was pinned: no message of a person.
        raw: its exact bytes in the document.
    """

    position: int
    offset_bytes: int
    key: str
    at_shown: str
    at: datetime | None
    sender: str
    sender_key: str
    text: str
    raw: bytes = field(repr=False)
    spans: tuple[Span, ...] = ()
    media: tuple[MediaRef, ...] = ()
    reply_to: str = ""
    forwarded_from: str = ""
    topic: str = ""
    album: str = ""
    is_service: bool = False


class DigestState(Enum):
    """How a claimed digest stands to the bytes."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_CLAIMED = "not-claimed"
    NOT_CHECKED = "not-checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """
    Something with an address: a page, a picture of it, an answer of a server.

    Attributes:
        position, offset_bytes: as in :class:`Message`.
        address: as the export writes it.
        at: UTC; None if the export does not say.
        method: of the request; ``GET`` where the format knows no other.
        status: HTTP status; None if the export does not say.
        request_fields, response_fields: names and values in the order in which they stand.
        media_type_claimed: empty if the export does not say.
        size_bytes: of the content as :attr:`open` gives it; None if that is not known unread.
        open: gives the content from its beginning.
        claimed_digest: as the export writes it; empty if it claims none.
        digest_state: of ``claimed_digest``; ``NOT_CHECKED`` until :attr:`check_digest` was called.
        check_digest: compares it with the bytes, which are read for it; None if nothing can be
            compared.
        packed_as: the encodings that are still on the content, as the export writes them, where
            one of them cannot be taken off here; empty where none is on it.
        is_revisit: the content was received with an earlier exchange that the same export holds;
            this one brought the same again.
    """

    position: int
    offset_bytes: int
    address: str
    at: datetime | None
    method: str
    status: int | None
    request_fields: tuple[tuple[str, str], ...]
    response_fields: tuple[tuple[str, str], ...]
    media_type_claimed: str
    size_bytes: int | None
    open: Callable[[], BinaryIO] = field(repr=False, compare=False)
    claimed_digest: str = ""
    digest_state: DigestState = DigestState.NOT_CLAIMED
    check_digest: Callable[[], DigestState] | None = field(default=None, repr=False, compare=False)
    packed_as: str = ""
    is_revisit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """
    What could not be read; nothing is passed over in silence.

    Attributes:
        where: which part of the export, in English technical words, without names or addresses.
        raw: its bytes where they are bounded and hold no media; else None.
    """

    position: int
    offset_bytes: int
    where: str
    reason: Reason
    raw: bytes | None = field(default=None, repr=False)


Part: TypeAlias = Message | Resource | Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """
    A conversation that an export holds.

    Attributes:
        key: what names it within the export.
        name: as the export shows it; of those not chosen it is for the person's eyes only.
        kind: the export's own word, e.g. ``private_supergroup``.
    """

    key: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """
    Where an entry lies that was handed on as one of several sources.

    Attributes:
        source_key, source_name: of the one that holds it.
        name: of the entry in that one.
    """

    source_key: str
    source_name: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """
    A file inside what was handed over.

    Attributes:
        name: untrusted, with ``/`` between folders; never used as a path.
        size_bytes: of the content, as its container says.
        open: gives the content from its beginning; reading may raise ``OSError`` or
            ``ImportDamagedError`` (BB-803) at any point.
        version: changes when the content does, as far as its container says; empty if it does not.
        crc32: of the content, as its container says; None if it does not.
        held: None for an entry of a source on its own.
    """

    name: str
    size_bytes: int
    open: Callable[[], BinaryIO] = field(repr=False, compare=False)
    version: str = field(default="", repr=False, compare=False)
    crc32: int | None = field(default=None, repr=False, compare=False)
    held: Held | None = field(default=None, repr=False, compare=False)


class Source(Protocol):
    """What was handed over: one file, a folder or an archive."""

    @property
    def name(self) -> str:
        """Its own name, untrusted; only an extension is looked at."""
        ...

    @property
    def key(self) -> str:
        """What tells it from another of the same name; says nothing to a reader."""
        ...

    @property
    def total_bytes(self) -> int:
        """How many bytes its entries hold together."""
        ...

    @property
    def refused(self) -> Sequence[Unread]:
        """What lies in it and is never opened: links, devices, names that leave the folder."""
        ...

    def entries(self) -> Sequence[Entry]:
        """Return its files in the order of their names."""
        ...

    def find(self, name: str) -> Entry | None:
        """Return the entry of exactly this name; None if there is none."""
        ...


class Reader(Protocol):
    """A format: what it looks like, and how its parts come out of it one by one."""

    @property
    def format(self) -> ImportFormat:
        """Which format it reads."""
        ...

    def recognises(self, source: Source) -> bool:
        """Return whether *source* looks like it, from names and first bytes only."""
        ...

    def parts(self, source: Source, *, start_at: int = 0) -> Iterator[Part]:
        """
        Yield the parts in the order in which they lie in the export, from one position on.

        Streams: memory does not grow with the export. What cannot be read is an :class:`Unread`
        in its place; no bytes of media are read.

        Args:
            source: one that it recognises.
            start_at: position of the first part wanted; those before are passed over.
        """
        ...


class ConversationReader(Reader, Protocol):
    """A format that holds conversations, often several of which only one is wanted."""

    def documents(self, source: Source) -> Sequence[Entry]:
        """Return the entries that hold its text, none that is a picture or a file."""
        ...

    def chats(self, source: Source) -> Sequence[Chat]:
        """Return the conversations in it; of one that holds a single one, that one."""
        ...

    def messages(self, source: Source, chat: Chat, *, start_at: int = 0) -> Iterator[Part]:
        """Yield the parts of one conversation as :meth:`parts` does; no other is decoded."""
        ...
