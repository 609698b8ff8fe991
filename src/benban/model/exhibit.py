"""Preserved things, and what a capture kept, missed and withheld."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum

from benban.model.ids import CaptureId, Digest, ExhibitId, OriginalId, SightingId
from benban.model.post import Post

# The last step of a visit whose end is not written down, and what it says: the end is still to
# come, or it never came.
REST_OF_VISIT = "rest-of-visit"
UNDER_WAY = "under-way"
INTERRUPTED = "interrupted"


class ExhibitKind(Enum):
    """What a preserved thing is."""

    SUPPLIED_FILE = "supplied-file"
    MEDIA = "media"
    WACZ = "wacz"
    SCREENSHOT = "screenshot"
    PAGE_PDF = "page-pdf"
    MHTML = "mhtml"
    DOM_TEXT = "dom-text"
    # Messages of an imported conversation, as text.
    CONVERSATION = "conversation"
    # Posts or mails that the reporter saved, as text.
    SAVED_POSTS = "saved-posts"
    # A page that the reporter saved, packed anew (docs/explanation/page-imports.md).
    IMPORTED_PAGE = "imported-page"
    # Text that a program read from a picture; never taken for what was seen.
    MACHINE_READ_TEXT = "machine-read-text"
    # What a service answered to a notice, as text.
    REPLY = "reply"

    @property
    def is_questioned_media(self) -> bool:
        """Whether this is the suspected fake itself (a file given, or the item's media)."""
        return self in {ExhibitKind.SUPPLIED_FILE, ExhibitKind.MEDIA}

    @property
    def is_text(self) -> bool:
        """Whether this is text alone, which is kept without a permit (docs/adr/0004, 0007)."""
        return self in {
            ExhibitKind.DOM_TEXT,
            ExhibitKind.CONVERSATION,
            ExhibitKind.SAVED_POSTS,
            ExhibitKind.REPLY,
        }

    @property
    def is_supplied(self) -> bool:
        """Whether the reporter handed it over; then it is unsigned."""
        return self in {
            ExhibitKind.SUPPLIED_FILE,
            ExhibitKind.CONVERSATION,
            ExhibitKind.SAVED_POSTS,
            ExhibitKind.IMPORTED_PAGE,
            ExhibitKind.REPLY,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """
    A preserved thing with the digests of exactly the bytes stored.

    Attributes:
        media_type: as found by reading the bytes, ``application/octet-stream`` if not known.
        claimed_media_type: what the server or the file's name said; empty if nothing.
        original_name: the file's own name as received; never used as a path.
        source_address: where these bytes came from; empty for a supplied file.
        derived_from: exhibits that contain or yield this one; forgetting follows these links.
        contains_media: a picture or video of the item is inside (WACZ, screenshot, MHTML, PDF).
    """

    id: ExhibitId
    kind: ExhibitKind
    sighting_id: SightingId
    media_type: str
    claimed_media_type: str
    size_bytes: int
    sha256: Digest
    sha512: Digest
    taken_in_at: datetime
    original_name: str = ""
    source_address: str = ""
    capture_id: CaptureId | None = None
    derived_from: tuple[ExhibitId, ...] = field(default=())
    contains_media: bool = False

    @property
    def is_supplied(self) -> bool:
        """
        Whether the reporter handed it over; then it is unsigned.

        Text is of a page visit only when it names the visit: else it was taken from a page that
        the reporter saved, or read by a machine from a picture.
        """
        is_of_visit = self.capture_id is not None
        is_text = self.kind in {ExhibitKind.DOM_TEXT, ExhibitKind.MACHINE_READ_TEXT}
        return self.kind.is_supplied or (is_text and not is_of_visit)


class Arrival(Enum):
    """How an original reached us (HARM 11): computed, printed, never called ownership."""

    CAMERA_ORIGINAL = "camera_original"
    OWN_EXPORT = "own_export"
    PLAIN_COPY = "plain_copy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """
    A photo or a video declared as showing the person of the case.

    Attributes:
        media_type: as found by reading the bytes; ``video/...`` for a video.
        declared_at: when the declaration that stands in the log was typed.
        width_px, height_px: after EXIF orientation; of a video's first picture.
        is_kept: False when only digest and fingerprint are kept and the file lies elsewhere; it
            must be shown again, byte for byte, before it can be compared.
    """

    id: OriginalId
    sha256: Digest
    size_bytes: int
    media_type: str
    original_name: str
    arrival: Arrival
    width_px: int
    height_px: int
    declared_at: datetime
    is_kept: bool = True

    @property
    def is_video(self) -> bool:
        """Whether this is a video; it has no fingerprint and is no side of a picture pair."""
        return self.media_type.startswith("video/")


class StepOutcome(Enum):
    """What became of one step."""

    DONE = "done"
    FAILED = "failed"
    NOT_DONE = "not-done"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureStep:
    """
    One step of a capture, recorded when it ended.

    Attributes:
        name: stable id such as ``page-without-media``, ``screenshot``, ``item-media``.
        reason: stable id or short English technical text when not done; empty when done.
    """

    name: str
    outcome: StepOutcome
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Something that was not kept, and why."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """Media on the page that is not about this person: never requested (HARM 1)."""

    reason: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """
    What the proxy and the browser saw of one connection.

    Attributes:
        resolved: every address the resolver answered.
        remote: the address connected to, ``ip:port``.
        tls_chain_sha256: SHA-256 of each certificate (DER), leaf first; empty for plain HTTP, and
            where the host was reached at several addresses: which one showed it is not known.
        tls_version: e.g. ``TLS 1.3``, as the host last answered with; empty for plain HTTP.
    """

    host: str
    port: int
    resolved: tuple[str, ...]
    remote: str
    at: datetime
    tls_version: str = ""
    tls_chain_sha256: tuple[Digest, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserFacts:
    """
    The true facts of the browser that received the page (EVIDENCE 4).

    Attributes:
        product: e.g. ``Chrome/156.0.8078.79`` as the browser reports it.
        user_agent: the one really sent.
        sandbox: whether Chromium ran with its sandbox.
        clock_offset_s: this computer's clock minus the server's Date header; None if not known.
        egress: how it went out: ``direct``.
        profile: ``empty``; ``person``: a window in which the person could log in before.
    """

    product: str
    user_agent: str
    sandbox: bool
    viewport_px: tuple[int, int]
    egress: str
    clock_offset_s: float | None = None
    profile: str = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """
    A number the page showed, as text and as read.

    Attributes:
        value: None means that it could not be read.
        observed_at: when the page was read, UTC; None in captures of before this was kept.
    """

    name: str
    text: str
    value: int | None
    observed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """
    What one visit to one address received, kept, missed and withheld.

    Attributes:
        exhibits: what was adopted, in the order in which it was finished.
        redirects: every address passed on the way, first to last.
        status: HTTP status of the page; None if there was no answer.
        started_monotonic_ns, ended_monotonic_ns: boot-monotonic clock.
        post: what the page said of the post pointed at; None when no known layout fits.
    """

    id: CaptureId
    sighting_id: SightingId
    requested_address: str
    final_address: str
    redirects: tuple[str, ...]
    status: int | None
    title: str
    started_at: datetime
    ended_at: datetime
    started_monotonic_ns: int
    ended_monotonic_ns: int
    local_utc_offset_s: int
    browser: BrowserFacts | None
    connections: tuple[Connection, ...]
    steps: tuple[CaptureStep, ...]
    missing: tuple[Missing, ...]
    withheld: tuple[Withheld, ...]
    counters: tuple[Counter, ...]
    exhibits: tuple[ExhibitId, ...]
    post: Post | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether the end of the visit is still to come, or never came and nobody said so yet."""
        return self._rest_is(UNDER_WAY)

    @property
    def is_interrupted(self) -> bool:
        """Whether the visit was broken off: it has what was finished by then and nothing else."""
        return self._rest_is(INTERRUPTED)

    def _rest_is(self, reason: str) -> bool:
        return any(one.name == REST_OF_VISIT and one.reason == reason for one in self.steps)


def interrupted(capture: Capture, exhibits: Sequence[Exhibit]) -> Capture:
    """
    Return *capture*, which is under way, as the record of a visit that was broken off.

    It names what is kept and no more: a part may have been finished after the last step was noted,
    and another may be gone since. The end is the last moment that is known.

    Args:
        capture: as it was noted last.
        exhibits: all that are kept now, of this and other visits.
    """
    own = [one for one in exhibits if one.capture_id == capture.id]
    finished = {one.kind.value for one in own}
    return replace(
        capture,
        ended_at=max([capture.ended_at, *(one.taken_in_at for one in own)]),
        exhibits=tuple(one.id for one in own),
        steps=tuple(
            replace(one, reason=INTERRUPTED) if one.reason == UNDER_WAY else one
            for one in capture.steps
        ),
        missing=tuple(
            replace(one, reason=INTERRUPTED) if one.reason == UNDER_WAY else one
            for one in capture.missing
            if one.reason != UNDER_WAY or one.what not in finished
        ),
    )
