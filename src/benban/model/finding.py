"""What a comparison found (EVIDENCE 5)."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from benban.model.ids import ComparisonId, Digest, ExhibitId, OriginalId

# As many as a page shows without one mark lying on another.
MOST_LINKS = 40
MOST_PATCHES = 3

# Less of what both pictures show is not called an alteration: a caption or a channel's mark over an
# untouched copy changed up to 0.03 of it (42 copies, five of them marked).
ALTERED_SHARE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyMatch:
    """
    Two exhibits are near-duplicates of one another by fingerprint.

    Attributes:
        distance_bits: smallest PDQ distance over the eight orientations, 0..256.
        dihedral: index of the orientation that gave it (see ``PictureFingerprint.dihedral``).
    """

    exhibit_id: ExhibitId
    other_id: ExhibitId
    distance_bits: int
    dihedral: int


class Tier(Enum):
    """What a common-origin finding supports (EVIDENCE 5)."""

    A = "A"
    B = "B"
    C = "C"
    NONE = "0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """
    How the original lies in the questioned picture.

    Attributes:
        homography: 9 numbers, row major, original pixel -> questioned pixel, last one 1.
        is_mirrored: the questioned picture is a mirror image of the original.
        inlier_count: one-to-one point pairs within ``tolerance_px``.
        pair_count: tentative pairs tried.
        median_residual_px: over the inliers.
        similarity_share: share of inliers that fit a 4-parameter similarity within 1.5 px.
    """

    homography: tuple[float, ...]
    is_mirrored: bool
    inlier_count: int
    pair_count: int
    tolerance_px: float
    median_residual_px: float
    similarity_share: float
    questioned_size_px: tuple[int, int]
    original_size_px: tuple[int, int]


class Cell(Enum):
    """The class of one cell of a change map."""

    OUTSIDE = 0
    AGREE = 1
    CHANGED = 2
    UNDECIDED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeMap:
    """
    Agreed, changed and undecided cells over the questioned picture.

    Attributes:
        cell_px: side of a square cell in pixels of the questioned picture as measured
            (``Registration.questioned_size_px``).
        columns, rows: grid size.
        cells: row major, one digit 0..3 per cell (:class:`Cell`).
    """

    cell_px: int
    columns: int
    rows: int
    cells: str

    def share(self, cell: Cell) -> float:
        """Return the share of *cell* among the cells inside the overlap, 0..1."""
        inside = len(self.cells) - self.cells.count(str(Cell.OUTSIDE.value))
        return self.cells.count(str(cell.value)) / inside if inside else 0.0

    @property
    def shows_alteration(self) -> bool:
        """Whether enough was changed to speak of an altered picture."""
        return self.share(Cell.CHANGED) >= ALTERED_SHARE


@dataclass(frozen=True, slots=True, kw_only=True)
class PointLink:
    """
    One place that stands out in both pictures, where both agree.

    Attributes:
        questioned_px: x and y in the questioned picture as measured, to a hundredth.
        original_px: x and y in the original as measured; the homography brings it there.
    """

    questioned_px: tuple[float, float]
    original_px: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class TexturePatch:
    """
    A square of the registered pair in agreed cells.

    Attributes:
        x_px, y_px: of its upper left pixel in the questioned picture as measured.
        zncc: zero-mean normalised cross-correlation of both, -1..1, to a hundredth.
    """

    x_px: int
    y_px: int
    zncc: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnLinks:
    """
    The links that were drawn.

    Attributes:
        links: in the order of their numbers, from 1.
        picture: digest of the PNG; None when there is no link.
    """

    links: tuple[PointLink, ...]
    picture: Digest | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnPatches:
    """
    The texture patches that were drawn.

    Attributes:
        side_px: of each; 0 when there is none.
        picture: digest of the PNG; None when there is no patch.
    """

    side_px: int
    patches: tuple[TexturePatch, ...]
    picture: Digest | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipPlace:
    """
    Where in a declared video a questioned picture or video was found.

    Attributes:
        from_ms, to_ms: on the video's clock; a still that fits many moments has a long range.
        at_ms: the moment that fits a still best, the middle of the range for a video.
        rate: milliseconds of the video in one of what is questioned; None for a still, and when
            too few frames lie on a line.
        is_mirrored: what is questioned is a mirror image.
        frames_compared, frames_agreeing: of what is questioned.
        frames_mapped: pairs of frames that the change map is the mean of; 0 where there is none.
    """

    from_ms: int
    to_ms: int
    at_ms: int
    rate: float | None
    is_mirrored: bool
    frames_compared: int
    frames_agreeing: int
    frames_mapped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """
    A photo that a questioned video shows without a break that its frames would reveal.

    Attributes:
        from_ms, to_ms: first and last frame that shows it.
        frames: how many do.
        distance_bits: smallest PDQ distance over the eight orientations, 0..31.
        dihedral: the frame's orientation that gave it (``PictureFingerprint.dihedral``).
    """

    from_ms: int
    to_ms: int
    frames: int
    distance_bits: int
    dihedral: int


class Against(Enum):
    """What a questioned item was compared with, and how."""

    # As two photographs are: a picture with every declared photo.
    PHOTOS = "photos"
    # A picture or a video with the frames of every declared video.
    VIDEOS = "videos"
    # The frames of a video with every declared photo, by fingerprint alone.
    PHOTOS_BY_FINGERPRINT = "photos-by-fingerprint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """
    How far a run looked among the declared originals; counts that name no photo.

    Attributes:
        declared: originals of the case when it ran.
        by_index: how many of them the index was searched for; None when each was to be compared.
        in_full: how many were compared in full.
        unread: how many could not be read and were left out.
    """

    declared: int
    by_index: int | None
    in_full: int
    unread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """
    One of several sources of a picture, each found by one run with a region of its own.

    Attributes:
        number: from 1, which is the best and the only one with pictures.
        first: the finding with number 1.
    """

    number: int
    count: int
    first: ComparisonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Siblings:
    """
    Other originals of the run that agree in the same region.

    Attributes:
        alike: how many cannot be told from the one that is named.
        beaten: how many coincide less exactly.
    """

    alike: int
    beaten: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonOrigin:
    """
    Which original shares its shot with a questioned picture or video.

    Attributes:
        original_id: a photo, or a video where *against* says so.
        originals_compared: of the kind that *against* says.
        log10_nfa: a-contrario number of false alarms: excludes accident, not a second photograph
            of the same scene.
        roughness_px: residual flow after the smooth warp was taken out.
        fine_correlation: correlation of fine detail in agreed cells, -1..1.
        registration, change_map: None for tier C and 0 (HARM 11: nothing more is said).
        searched: None in a run of before it was counted: then every original was compared.
        part: None where one source was found, or none.
        siblings: None for tier C and 0, and in a run of before they were counted.
        links, patches: None where there is no veiled picture, or it was made without them.
        clip: where in which video; then *change_map* lies over the questioned frames and is the
            mean of several pairs, and there is no *registration*.
        showings: when the video shows the photo as it is; then the tier is B, as a fingerprint
            does not separate one shot from another of the same scene.
        overlay_picture, map_picture: digests of the PNGs; None likewise.
    """

    id: ComparisonId
    exhibit_id: ExhibitId
    original_id: OriginalId | None
    tier: Tier
    originals_compared: int
    at: datetime
    log10_nfa: float | None = None
    roughness_px: float | None = None
    fine_correlation: float | None = None
    registration: Registration | None = None
    change_map: ChangeMap | None = None
    veiled_picture: Digest | None = None
    links: DrawnLinks | None = None
    patches: DrawnPatches | None = None
    against: Against = Against.PHOTOS
    clip: ClipPlace | None = None
    showings: tuple[Showing, ...] = ()
    overlay_picture: Digest | None = None
    map_picture: Digest | None = None
    searched: Searched | None = None
    part: Part | None = None
    siblings: Siblings | None = None

    @property
    def shows_altered_shot(self) -> bool:
        """
        Whether the same shot is supported and enough of it was changed.

        A clip never does: in a video things move, and how often its map is wrong was not measured.
        """
        is_altered = self.change_map is not None and self.change_map.shows_alteration
        return self.tier is Tier.A and is_altered and self.against is Against.PHOTOS


class Order(Enum):
    """What is known about which of two pictures came first."""

    QUESTIONED_IS_LATER = "questioned-is-later"
    NOT_DETERMINED = "not-determined"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderStamp:
    """One authority's stamp over a log that already held the original."""

    authority: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTimes:
    """
    The times on which ``stamped-before`` rests.

    Attributes:
        stamps: the first one of each authority, the earliest first.
        first_known_at: the earliest time at which anything of the case was seen or is said to
            have been, UTC.
    """

    stamps: tuple[OrderStamp, ...]
    first_known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """
    Whether the questioned picture is a later, altered copy, and on what that rests.

    Attributes:
        support: stable ids such as ``wider-field``, ``finer-detail``, ``stamped-before``;
            empty when not determined.
        notes: stable ids of what says nothing, such as ``stamp-later-says-nothing``.
        times: what ``stamped-before`` rests on; None without it, and in findings of programs that
            did not keep it.
    """

    comparison_id: ComparisonId
    order: Order
    support: tuple[str, ...]
    notes: tuple[str, ...]
    times: OrderTimes | None = None

    @property
    def rests_on_times(self) -> bool:
        """Whether a stamp is the only support: nothing in the pictures themselves says so."""
        return self.order is Order.QUESTIONED_IS_LATER and self.support == ("stamped-before",)
