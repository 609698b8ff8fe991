"""
What the fenced process answers, checked before it is believed.

A picture or a video may have taken that process over: every value is held to its type, its length
and what an honest process could say.
"""

import math
import re
import struct
from collections.abc import Sequence

from benban.errors import (
    AnimatedPictureError,
    BenbanError,
    FenceUnavailableError,
    FontsMissingError,
    MarkRefusedError,
    PairNotVeilableError,
    PictureCodingError,
    PictureDamagedError,
    PictureFormatError,
    PictureTooLargeError,
    PictureUnsafeError,
    PlaylistError,
    VideoDamagedError,
    VideoEmptyError,
    VideoFormatError,
    VideoTooLargeError,
)
from benban.fingerprint.ports import ClipFinding, LinkedPair, PairFinding, PatchedPair
from benban.model.clip import VideoFingerprint
from benban.model.finding import MOST_LINKS, MOST_PATCHES, ChangeMap, Registration, Tier
from benban.model.video import VideoFacts
from benban.outside.fence_wire import Answer

# The longest value in a message about a picture is a size with its unit.
_VALUE_CHARACTERS = 40
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_HEAD = struct.Struct(">8sI4s2I")
# Layout of the pictures of a pair, docs/reference/bag-format.md; compare is not loaded here.
_GAP_PX, _ENLARGED, _BETWEEN_PX, _APART_PX, _LABEL_PX = 16, 4, 8, 40, 40
_PATCH_SIDES_PX = frozenset({48, 56, 64})
# Places are told to a hundredth of a pixel.
_ROUNDING_PX = 0.02
# fingerprint.decode.MAX_SIDE_PX, whose libraries this process does not load.
_MAX_SIDE_PX = 20_000
# fingerprint.frames.MAX_FRAMES, likewise.
_MOST_FRAMES = 7_200
# compare.clip_lines, likewise.
_SLOWEST, _FASTEST = 0.5, 2.0
# compare.pair: 800 pixels in cells of 8 are 100; a picture is drawn of them.
_MOST_CELLS_A_SIDE = 128
# What decoders are called, and a fraction of whole numbers.
_CODEC = re.compile(r"[\w.-]{1,40}", re.ASCII)
_FRAME_RATE = re.compile(r"(?:[0-9]{1,12}/[0-9]{1,12})?")

_ERRORS: dict[str, type[BenbanError]] = {
    kind.code: kind
    for kind in (
        AnimatedPictureError,
        FontsMissingError,
        MarkRefusedError,
        PictureUnsafeError,
        PictureTooLargeError,
        PictureFormatError,
        PictureDamagedError,
        PairNotVeilableError,
        VideoFormatError,
        VideoEmptyError,
        VideoTooLargeError,
        VideoDamagedError,
        PictureCodingError,
        PlaylistError,
    )
}


def error_said(answer: Answer) -> BenbanError:
    """
    Return the error that a child's answer names, with what of its values can be shown.

    A picture may have taken the child over: a value could be named like an argument of ours, or
    carry what a terminal obeys.
    """
    error = _ERRORS.get(answer.code, PictureUnsafeError)("said by the fence")
    error.params = {
        name: value
        for name, value in answer.params.items()
        if isinstance(value, int) or (len(value) <= _VALUE_CHARACTERS and value.isprintable())
    }
    return error


def as_png(body: bytes) -> bytes:
    """
    Return *body*.

    Raises:
        FenceUnavailableError: BB-306, it is not a PNG.
    """
    if not body.startswith(_PNG_SIGNATURE):
        raise FenceUnavailableError("not a PNG")
    return body


def as_pair_png(body: bytes, finding: PairFinding, *, halves: int) -> bytes:
    """
    Return *body*, a picture of a pair with its *halves* beside each other.

    Raises:
        FenceUnavailableError: BB-306, it is not a PNG of that size.
    """
    registration = finding.registration
    if registration is None or not _is_png_of(body, _pair_size(registration, halves)):
        raise FenceUnavailableError("not a picture of the pair")
    return body


def check_findings(findings: Sequence[PairFinding], count: int) -> None:
    """
    Return if an honest process could give these findings.

    Raises:
        FenceUnavailableError: BB-306.
    """
    is_plausible = [finding.index for finding in findings] == list(range(count))
    is_plausible &= sum(finding.is_best for finding in findings) <= 1
    for finding in findings:
        grid, registration = finding.change_map, finding.registration
        is_plausible &= grid is None or _is_whole(grid)
        if grid is not None:
            is_plausible &= len(grid.cells) == grid.columns * grid.rows
            is_plausible &= set(grid.cells) <= set("0123") and grid.cell_px > 0
            is_plausible &= min(grid.columns, grid.rows) > 0
            is_plausible &= max(grid.columns, grid.rows) <= _MOST_CELLS_A_SIDE
        if registration is not None:
            numbers = registration.homography
            is_plausible &= len(numbers) == 9 and all(map(math.isfinite, numbers))  # noqa: PLR2004
            sides = (*registration.questioned_size_px, *registration.original_size_px)
            is_plausible &= min(sides) > 0 and max(sides) <= _MAX_SIDE_PX
    if not is_plausible:
        raise FenceUnavailableError("implausible finding")


def check_links(linked: LinkedPair, finding: PairFinding) -> None:
    """
    Return if an honest process could give these links.

    Raises:
        FenceUnavailableError: BB-306.
    """
    registration = finding.registration
    if registration is None:
        raise FenceUnavailableError("implausible links")
    is_plausible = len(linked.links) <= min(MOST_LINKS, registration.inlier_count)
    is_plausible &= len(set(linked.links)) == len(linked.links)
    for link in linked.links:
        is_plausible &= _is_inside(link.questioned_px, registration.questioned_size_px)
        is_plausible &= _is_inside(link.original_px, registration.original_size_px)
        laid = _moved(registration.homography, link.original_px)
        is_plausible &= math.dist(link.questioned_px, laid) <= _tolerance(registration)
    size = _pair_size(registration, 2) if linked.links else None
    if not is_plausible or not _is_png_of(linked.png, size):
        raise FenceUnavailableError("implausible links")


def check_patches(patched: PatchedPair, finding: PairFinding) -> None:
    """
    Return if an honest process could give these windows.

    Raises:
        FenceUnavailableError: BB-306.
    """
    registration, side = finding.registration, patched.side_px
    if registration is None:
        raise FenceUnavailableError("implausible patches")
    count = len(patched.patches)
    is_plausible = count <= MOST_PATCHES and (side in _PATCH_SIDES_PX if count else side == 0)
    for number, patch in enumerate(patched.patches):
        is_plausible &= not any(
            abs(patch.x_px - other.x_px) < side and abs(patch.y_px - other.y_px) < side
            for other in patched.patches[:number]
        )
        first, last = (patch.x_px, patch.y_px), (patch.x_px + side - 1, patch.y_px + side - 1)
        is_plausible &= all(
            _is_inside(corner, registration.questioned_size_px) for corner in (first, last)
        )
        is_plausible &= -1 <= patch.zncc <= 1
    if not is_plausible or not _is_png_of(patched.png, _patches_size(side, count)):
        raise FenceUnavailableError("implausible patches")


def check_video(facts: VideoFacts) -> None:
    """
    Return if an honest process could give these facts.

    Raises:
        FenceUnavailableError: BB-306.
    """
    counts = (facts.width_px, facts.height_px, facts.found_frames, facts.claimed_frames or 0)
    is_plausible = min(counts) >= 0 and max(counts[:2]) <= _MAX_SIDE_PX
    is_plausible &= _CODEC.fullmatch(facts.codec) is not None
    is_plausible &= _FRAME_RATE.fullmatch(facts.claimed_frame_rate) is not None
    if not is_plausible:
        raise FenceUnavailableError("implausible video")


def check_frames(found: VideoFingerprint) -> None:
    """
    Return if an honest process could give these frames.

    Raises:
        FenceUnavailableError: BB-306.
    """
    times = [frame.at_ms for frame in found.frames]
    numbers = [frame.number for frame in found.frames]
    is_plausible = 0 < len(times) <= _MOST_FRAMES and times == sorted(times)
    is_plausible = is_plausible and numbers == sorted(set(numbers)) and times[-1] <= found.read_ms
    if not is_plausible:
        raise FenceUnavailableError("implausible frames")


def check_clip(found: Sequence[ClipFinding], clips: int) -> None:
    """
    Return if an honest process could say this about *clips* clips.

    Raises:
        FenceUnavailableError: BB-306.
    """
    is_plausible = len(found) <= 1
    for one in found:
        is_plausible &= 0 <= one.index < clips and one.tier in {Tier.A, Tier.B}
        is_plausible &= 0 <= one.from_ms <= one.at_ms <= one.to_ms
        is_plausible &= 0 < one.frames_agreeing <= one.frames_compared
        is_plausible &= one.log10_nfa < 0 and math.isfinite(one.log10_nfa)
        is_plausible &= one.rate is None or _SLOWEST <= one.rate <= _FASTEST
        is_plausible &= 0 <= one.frames_mapped <= one.frames_agreeing
        is_plausible &= (one.change_map is None) == (one.frames_mapped == 0)
        is_plausible &= one.change_map is None or _is_whole(one.change_map)
    if not is_plausible:
        raise FenceUnavailableError("implausible clip")


def _is_whole(grid: ChangeMap) -> bool:
    """Return whether a map has a class for each of its cells."""
    is_full = len(grid.cells) == grid.columns * grid.rows
    return is_full and set(grid.cells) <= set("0123") and grid.cell_px > 0


def _is_inside(point: tuple[float, float], size_px: tuple[int, int]) -> bool:
    # What is no number is inside of nothing.
    return all(0 <= place < side for place, side in zip(point, size_px, strict=True))


def _tolerance(registration: Registration) -> float:
    return registration.tolerance_px + _ROUNDING_PX


def _moved(homography: Sequence[float], point: tuple[float, float]) -> tuple[float, float]:
    """Return where *point* of the original lies; nowhere when that is at infinity."""
    x, y = point
    across, down, depth = (
        homography[row] * x + homography[row + 1] * y + homography[row + 2] for row in (0, 3, 6)
    )
    return (across / depth, down / depth) if depth else (math.nan, math.nan)


def _pair_size(registration: Registration, halves: int) -> tuple[int, int]:
    width, height = registration.questioned_size_px
    return halves * (width + _GAP_PX) - _GAP_PX, height


def _patches_size(side_px: int, count: int) -> tuple[int, int] | None:
    if not count:
        return None
    side = _ENLARGED * side_px
    return count * (2 * side + _BETWEEN_PX + _APART_PX) - _APART_PX, side + _LABEL_PX


def _is_png_of(png: bytes, size_px: tuple[int, int] | None) -> bool:
    """Return whether it calls itself a PNG of a size; None: there is nothing to draw and no PNG."""
    if size_px is None or len(png) < _PNG_HEAD.size:
        return size_px is None and not png
    signature, _, kind, width, height = _PNG_HEAD.unpack_from(png)
    return (signature, kind, (width, height)) == (_PNG_SIGNATURE, b"IHDR", size_px)
