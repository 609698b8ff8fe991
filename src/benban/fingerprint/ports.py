"""What the fence offers to the rooms above, and the values that cross its boundary."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from benban.model.clip import VideoFingerprint
from benban.model.exhibit import Arrival
from benban.model.finding import ChangeMap, PointLink, Registration, TexturePatch, Tier
from benban.model.fingerprint import PictureFingerprint
from benban.model.video import VideoFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionFacts:
    """
    What was measured about the order of two pictures; judged in ``compare.direction``.

    Attributes:
        original_only_share: share of the original's area beyond the questioned picture over whose
            edge the original goes on, 0..1; a bar or a frame set around it does not count.
        questioned_only_share: share of the questioned picture's area outside the original whose
            content goes on from it, 0..1; a frame of a screenshot does not count.
        detail_ratio: fine detail of the original over that of the questioned picture in agreed
            cells, each in its own pixels; 1 is equal.
        size_ratio: pixels of the original along a line over those of the questioned picture.
        is_altered: enough of what both show was changed to speak of an altered copy.
    """

    original_only_share: float
    questioned_only_share: float
    detail_ratio: float
    size_ratio: float
    is_altered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """
    How far the steps of one picture's compression are found in another picture.

    Attributes:
        coherence: -1..1; 1 when all lies on whole steps, 0 or less when nothing does.
        samples: coefficients that were looked at.
        frequencies: kinds of coefficients among them.
        positive_share: of the kinds, those that lie on whole steps more than not, 0..1.
        is_twice: the first picture itself was compressed before by wider steps.
    """

    coherence: float
    samples: int
    frequencies: int
    positive_share: float
    is_twice: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationFacts:
    """
    What the compression of two registered pictures says about their order.

    Attributes:
        original_in_questioned: None where it cannot be asked: no JPEG, too little that agrees.
        questioned_in_original: likewise.
    """

    original_in_questioned: Trace | None
    questioned_in_original: Trace | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairFinding:
    """
    What the comparison of one questioned picture with one original measured.

    Attributes:
        index: position of the original in the call.
        is_best: this original won among those compared; at most one does, none when all are 0.
        same_picture: the two are copies of one another by fingerprint: nothing was altered that
            the fingerprint sees.
        log10_nfa, roughness_px, fine_correlation, registration, change_map, direction: None for
            tiers C and 0 (HARM 11: nothing more is said).
    """

    index: int
    tier: Tier
    is_best: bool = False
    same_picture: bool = False
    log10_nfa: float | None = None
    roughness_px: float | None = None
    fine_correlation: float | None = None
    registration: Registration | None = None
    change_map: ChangeMap | None = None
    direction: DirectionFacts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipFinding:
    """
    From which clip a questioned still or clip was made.

    Attributes:
        index: position of the clip in the call.
        tier: A or B, of the pair of frames that agrees best; nothing else is a finding.
        from_ms, to_ms: on the clip's clock; a still that fits many moments has a long range.
        at_ms: the moment that fits a still best, the middle of the range for a clip.
        rate: milliseconds of the clip in one of what is questioned; None for a still, and when too
            few frames lie on a line.
        is_mirrored: what is questioned is a mirror image.
        frames_compared, frames_agreeing: of what is questioned.
        log10_nfa: of the best pair; excludes accident, not a second recording of the scene.
        change_map: over the questioned frames, the mean of *frames_mapped* pairs; None with none.
    """

    index: int
    tier: Tier
    from_ms: int
    to_ms: int
    at_ms: int
    rate: float | None
    is_mirrored: bool
    frames_compared: int
    frames_agreeing: int
    log10_nfa: float
    frames_mapped: int = 0
    change_map: ChangeMap | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedPair:
    """
    The numbered links of a veiled pair.

    Attributes:
        png: the veiled pair with the links on both halves; empty when there is none.
    """

    links: tuple[PointLink, ...]
    png: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchedPair:
    """
    The texture patches of a veiled pair.

    Attributes:
        side_px: of each window; 0 when there is none.
        png: the windows of both halves, enlarged; empty when there is none.
    """

    side_px: int
    patches: tuple[TexturePatch, ...]
    png: bytes


class Decoder(Protocol):
    """
    Reads pictures from outside without letting their bytes near the calling process.

    Every method raises :class:`benban.errors.PictureError` (BB-301 to BB-305, BB-307 to BB-313)
    when a picture or a video cannot be read, and ``FenceUnavailableError`` (BB-306) when nothing
    can.
    """

    def measure(self, picture: BinaryIO) -> PictureFingerprint:
        """Return the fingerprint of a picture."""
        ...

    def arrival(self, picture: BinaryIO) -> Arrival:
        """Return how an original reached us, from what its file says; never trusted."""
        ...

    def compare(
        self, questioned: BinaryIO, originals: Sequence[BinaryIO]
    ) -> tuple[PairFinding, ...]:
        """Return one finding per original, in the order given."""
        ...

    def describe_original(self, picture: BinaryIO) -> bytes:
        """Return the points that the index keeps of an original (``compare.packed``)."""
        ...

    def describe_questioned(self, picture: BinaryIO) -> bytes:
        """Return the points of a questioned picture, in pixels of its working copy."""
        ...

    def veil(self, picture: BinaryIO, max_side_px: int) -> bytes:
        """Return a destructively veiled PNG, its longer side at most *max_side_px*."""
        ...

    def veil_pair(self, questioned: BinaryIO, original: BinaryIO, finding: PairFinding) -> bytes:
        """Return both pictures side by side, all but agreed cells veiled in both, as PNG."""
        ...

    def link_pair(
        self, questioned: BinaryIO, original: BinaryIO, finding: PairFinding
    ) -> LinkedPair:
        """Return at most 40 links where both agree, and the veiled pair with them."""
        ...

    def patch_pair(
        self, questioned: BinaryIO, original: BinaryIO, finding: PairFinding
    ) -> PatchedPair:
        """Return at most three windows with texture out of the veiled pair, and their picture."""
        ...

    def lay_pair(self, questioned: BinaryIO, original: BinaryIO, finding: PairFinding) -> bytes:
        """Return both pictures on one grid, in turn a square of either, agreed cells alone, PNG."""
        ...

    def unveil(self, picture: BinaryIO, max_side_px: int) -> bytes:
        """Return the picture re-encoded as PNG without metadata; only ``casework.show`` calls."""
        ...

    def probe_video(self, video: BinaryIO) -> VideoFacts:
        """Return the facts of a video; *video* can be sought and is read in pieces."""
        ...

    def fingerprint_video(self, video: BinaryIO) -> VideoFingerprint:
        """Return the fingerprints of a video's frames: one a second, and one after every cut."""
        ...

    def find_clip_of_still(
        self, questioned: BinaryIO, clips: Sequence[BinaryIO]
    ) -> ClipFinding | None:
        """Return from which of *clips*, and when, a questioned picture was made; None: unknown."""
        ...

    def find_clip_of_video(
        self, questioned: BinaryIO, clips: Sequence[BinaryIO]
    ) -> ClipFinding | None:
        """Return from which of *clips*, and when, a questioned video was made; None: unknown."""
        ...

    def veil_still(self, video: BinaryIO, max_side_px: int) -> bytes:
        """Return the first key frame that can be decoded, destructively veiled, as PNG."""
        ...

    def unveil_still(self, video: BinaryIO, max_side_px: int) -> bytes:
        """Return that frame as PNG without metadata; only ``casework.show`` calls."""
        ...
