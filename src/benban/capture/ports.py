"""What a capture needs from outside: a browser tab, a resolver and an encrypted spool."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import BinaryIO, Generic, Protocol, TypeVar

from benban.capture.media_store import MediaStore, StoredBody
from benban.capture.traffic import Traffic
from benban.errors import BenbanError
from benban.model.exhibit import BrowserFacts, Connection, Exhibit
from benban.model.ids import Digest

IsCrowded = Callable[[str], bool]


def nowhere_is_crowded(_address: str) -> bool:
    """Return False: for a page that is not kept whole."""
    return False


class SpooledPart(Protocol):
    """Bytes that are finished and lie encrypted in the spool."""

    @property
    def size_bytes(self) -> int:
        """How many bytes were written."""
        ...

    @property
    def sha256(self) -> Digest:
        """SHA-256 of what was written."""
        ...

    @property
    def sha512(self) -> Digest:
        """SHA-512 of what was written."""
        ...

    def open(self) -> BinaryIO:
        """Return the bytes from the first on, seekable."""
        ...


PartT = TypeVar("PartT", bound=SpooledPart)
PartT_co = TypeVar("PartT_co", bound=SpooledPart, covariant=True)


class SpoolPart(Protocol[PartT_co]):
    """A place to write one artefact into, once, from start to end."""

    def write(self, data: bytes, /) -> int:
        """Take the next bytes and return how many there were."""
        ...

    def finish(self) -> PartT_co:
        """Close the part and return it with its digests."""
        ...

    def discard(self) -> None:
        """Remove what was written; a second call does nothing."""
        ...


class Spool(Protocol[PartT_co]):
    """Encrypted room for artefacts on their way; swept when they are not adopted."""

    def open_part(self) -> SpoolPart[PartT_co]:
        """Return a new, empty part."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Generic[PartT]):
    """
    One finished artefact, read back, and the exhibit it is to become.

    Attributes:
        spooled: the bytes in the spool.
        exhibit: complete, with a fresh id and the digests of exactly these bytes.
    """

    spooled: PartT
    exhibit: Exhibit


class BodyState(Enum):
    """
    What became of the body of an exchange.

    ``STREAMED``: handed on as it came, as many bytes as were promised. ``END_NOT_KNOWN``: the same,
    but no length was promised: whether the last byte came cannot be told. ``APART``: a film that is
    asked for in ranges, or a large picture; its body is fetched whole by a request of its own.
    """

    DECODED = "decoded"
    NONE = "none"
    STREAMED = "streamed"
    END_NOT_KNOWN = "end-not-known"
    TOO_LARGE = "too-large"
    NOT_ENDED = "not-ended"
    CUT_OFF = "cut-off"
    APART = "apart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """
    The start line and the header fields of a request or a response.

    Attributes:
        start_line: e.g. ``GET /a HTTP/1.1`` or ``HTTP/1.1 200 OK``.
        fields: name and value in the order received, repeated names kept.
        is_raw: taken from the text on the wire; otherwise from the browser's own list.
    """

    start_line: str
    fields: tuple[tuple[str, str], ...]
    is_raw: bool

    def value(self, name: str) -> str:
        """Return the first field called *name*, in any case; empty when there is none."""
        wanted = name.lower()
        return next((value for key, value in self.fields if key.lower() == wanted), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedExchange:
    """
    One request and what came back.

    Attributes:
        resource: what the browser wanted it for, e.g. ``Document``, ``Script``, ``Image``.
        body: as the browser decoded it; empty unless ``DECODED`` or ``CUT_OFF``.
        remote: ``ip:port`` by the proxy's record; empty where several answered for the host.
        request_body: what a POST carried.
        protocol: e.g. ``h2``, as the browser reports it; empty when it does not.
        stored: where the body lies in the media store, when it is not in ``body``.
    """

    address: str
    method: str
    status: int
    resource: str
    at: datetime
    request: Head
    response: Head
    body: bytes
    body_state: BodyState
    remote: str = ""
    request_body: bytes = b""
    protocol: str = ""
    stored: StoredBody | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameDocument:
    """The page or one frame in it as it stood at the end: its address and its HTML."""

    address: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedRequest:
    """A request that got no answer: host only, and a stable reason."""

    host: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrolled:
    """
    How far a page was read down.

    Attributes:
        ended: ``bottom``, or which limit came first: ``steps`` or ``time``.
    """

    steps: int
    ended: str
    height_px: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """
    A page: loaded without any picture or media (HARM 1, first pass), or whole.

    Attributes:
        redirects: addresses passed before ``final_address``.
        media_addresses: pictures and media the page asked for; none was requested, each once. Of
            a whole page: those that are to be fetched apart.
        scrolled: only of a whole page.
        is_media_itself: the address answered with a picture or a video, and it was not read.
        text: what a reader sees, with the text of frames.
        documents: the page and its frames, the page first.
        unread: how often the text or HTML of a frame could not be read.
        unsettled: why the page was taken before it was quiet; empty when it was quiet.
        dead_end: the page went on to ``final_address`` by itself, and nothing came from there:
            there are exchanges and no page.
    """

    requested_address: str
    final_address: str
    redirects: tuple[str, ...]
    status: int | None
    title: str
    text: str
    documents: tuple[FrameDocument, ...]
    exchanges: tuple[RecordedExchange, ...]
    media_addresses: tuple[str, ...]
    failed: tuple[FailedRequest, ...] = field(default=())
    is_media_itself: bool = False
    unread: int = 0
    unsettled: str = ""
    clock_offset_s: float | None = None
    scrolled: Scrolled | None = None
    dead_end: BenbanError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLimits:
    """
    When to stop.

    Attributes:
        answer_s: until the page itself has come.
        settle_s: afterwards, until nothing moves any more.
        quiet_s: how long nothing may move for the page to count as quiet.
        body_bytes: the largest single text body that is kept.
        page_bytes: all text bodies together.
        media_bytes: the largest single picture or video of the item.
        media_s: until one picture or video has come, from asking to its last byte.
        rest_s: for all that a whole page asked for in pieces and that is fetched apart; the one
            that was begun before may take its own time.
        look_s: for one look at the finished page (screenshot, PDF, ...); then the tab is ended.
        whole_bytes: all pictures of a whole page together, without what is fetched apart.
        scroll_steps, scroll_s: how far a whole page is read down.
        scroll_rest_s: the longest rest after a step; scroll_quiet_s: enough quiet for the next.
        shot_px: the highest picture of a page.
    """

    answer_s: float = 30.0
    settle_s: float = 15.0
    quiet_s: float = 0.7
    body_bytes: int = 16 << 20
    page_bytes: int = 64 << 20
    media_bytes: int = 2 << 30
    media_s: float = 600.0
    rest_s: float = 1800.0
    look_s: float = 60.0
    whole_bytes: int = 1 << 30
    scroll_steps: int = 200
    scroll_s: float = 180.0
    scroll_rest_s: float = 5.0
    scroll_quiet_s: float = 0.2
    shot_px: int = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Screenshot:
    """
    A picture of the page.

    Attributes:
        page_height_px: how high the page is; ``shown_height_px`` is smaller when it was cut.
    """

    page_height_px: int
    shown_height_px: int


class Tab(Protocol):
    """One tab with an empty profile. Every method is called from the thread that opened it."""

    def facts(self) -> BrowserFacts:
        """Return the true facts of this browser."""
        ...

    def connections(self) -> tuple[Connection, ...]:
        """Return every connection made up to now."""
        ...

    def load_without_media(self, address: str) -> Page:
        """
        Open *address* with every picture and media request blocked.

        Raises:
            BenbanError: BB-202 to BB-210, BB-212: no page came, and why.
        """
        ...

    def load_whole(self, address: str, store: MediaStore, is_crowded: IsCrowded) -> Page:
        """
        Open *address* with its pictures, read it down to the end, and keep what is drawn.

        Only where others may be on the record (HARM 1, ``--whole-page``). A page or a frame whose
        address *is_crowded* is not asked for.

        Raises:
            WholePageRefusedError: BB-215, the way leads to a place with many people.
            BenbanError: BB-202 to BB-210, BB-212: no page came, and why.
        """
        ...

    def traffic(self) -> Traffic:
        """Return what passed beside the exchanges up to now."""
        ...

    def grey_out_pictures(self) -> None:
        """Paint grey over whatever could still show a picture (inline data, canvas, video)."""
        ...

    def screenshot(self, write: Callable[[bytes], object]) -> Screenshot:
        """
        Hand the whole page as PNG to *write*; cut only where ``PageLimits.shot_px`` is.

        Raises:
            BenbanError: BB-202, BB-208, BB-210, BB-214.
        """
        ...

    def pdf(self) -> bytes:
        """Return the page as PDF."""
        ...

    def mhtml(self) -> bytes:
        """Return the page as MHTML."""
        ...

    def let_go_of_films(self) -> None:
        """Stop every film of the page, so that its connections are free for what is fetched."""
        ...

    def fetch_media(self, address: str, write: Callable[[bytes], int]) -> RecordedExchange:
        """
        Fetch one picture or video as the page would, handing its bytes to *write* as they come.

        Raises:
            BenbanError: BB-202 to BB-210: it did not come whole.
        """
        ...


class Browser(Protocol):
    """
    Makes tabs.

    Attributes:
        shows_pictures: a person sees the page with all its pictures before the recorder's gate
            stands; that is for sightings with a permit only (HARM 2).
    """

    @property
    def shows_pictures(self) -> bool:
        """Whether pictures are fetched for a person to see."""
        ...

    def open_tab(self, limits: PageLimits) -> AbstractContextManager[Tab]:
        """
        Return a tab in a browser started for it; leaving the with-block ends the browser.

        Raises:
            BrowserFailedError: BB-202.
        """
        ...
