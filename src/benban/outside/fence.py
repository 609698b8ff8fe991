"""
The calling side of the fence: hands bytes over, takes measured values back.

No picture from outside is decoded in this process. What comes back is checked for its type, its
length and its values before it is believed.
"""

import io
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import BinaryIO, Self

from benban.errors import BenbanError, FenceUnavailableError, PictureUnsafeError, VideoFormatError
from benban.fingerprint.ports import ClipFinding, LinkedPair, PairFinding, PatchedPair
from benban.model.clip import VideoFingerprint
from benban.model.exhibit import Arrival
from benban.model.fingerprint import PictureFingerprint
from benban.model.own_photo import PhotoFacts
from benban.model.video import VideoFacts
from benban.outside.fence_answers import (
    as_pair_png,
    as_png,
    check_clip,
    check_findings,
    check_frames,
    check_links,
    check_patches,
    check_video,
    error_said,
)
from benban.outside.fence_own import check_own
from benban.outside.fence_pieces import JoinedVideos, Pieces
from benban.outside.fence_process import FenceLimits, FenceProcess, decode_answer
from benban.outside.fence_wire import Request

__all__ = ["Fence", "FenceFacts", "FenceLimits"]

_VALUES_BYTES = 8 * 1024 * 1024
_PNG_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class FenceFacts:
    """
    What confines the process that decodes.

    Attributes:
        in_force: stable ids, e.g. ``memory``, ``cpu-time``, ``no-file-opened``, ``no-network``.
        limits: of one request.
    """

    in_force: tuple[str, ...]
    limits: FenceLimits


class Fence:
    """
    The :class:`benban.fingerprint.ports.Decoder` of this program.

    One loaded process waits; each request runs in a fresh copy of it (on Windows: in a fresh
    process), so that a picture that breaks its decoder harms its own request only. Use it as a
    context manager or call :meth:`close`. One thread at a time.
    """

    def __init__(self, limits: FenceLimits | None = None) -> None:
        self._limits = limits or FenceLimits()
        self._child: FenceProcess | None = None

    def measure(self, picture: BinaryIO) -> PictureFingerprint:
        """Return the fingerprint of a picture."""
        body = self.ask(Request(act="measure", pictures=1), [picture], _VALUES_BYTES)
        found = decode_answer(body, PictureFingerprint)
        if len(found.dihedral) != 8 or not found.media_type.startswith("image/"):  # noqa: PLR2004
            raise FenceUnavailableError("implausible fingerprint")
        return found

    def arrival(self, picture: BinaryIO) -> Arrival:
        """Return how an original reached us, from what its file says; never trusted."""
        body = self.ask(Request(act="arrival", pictures=1), [picture], _VALUES_BYTES)
        return decode_answer(body, Arrival)

    def look_at_own(self, picture: BinaryIO, *, is_hashed: bool) -> PhotoFacts:
        """Return what is known of one's own photo, and what travels with its file."""
        self._running()  # where there is no fence, that is no fault of the picture
        request = Request(act="look_at_own", pictures=1, is_hashed=is_hashed)
        try:
            facts = decode_answer(self.ask(request, [picture], _VALUES_BYTES), PhotoFacts)
            check_own(facts, is_hashed=is_hashed)
        except FenceUnavailableError:
            return _unread(PictureUnsafeError.code)  # this picture made it say what cannot be
        except BenbanError as error:
            return _unread(error.code)
        return facts

    def compare(
        self, questioned: BinaryIO, originals: Sequence[BinaryIO]
    ) -> tuple[PairFinding, ...]:
        """Return one finding per original, in the order given."""
        pictures = [questioned, *originals]
        request = Request(act="compare", pictures=len(pictures))
        findings = decode_answer(
            self.ask(request, pictures, _VALUES_BYTES), tuple[PairFinding, ...]
        )
        check_findings(findings, len(originals))
        return findings

    def describe_original(self, picture: BinaryIO) -> bytes:
        """Return the points that the index keeps of an original (``compare.packed``)."""
        return self._ask_points("describe_original", picture)

    def describe_questioned(self, picture: BinaryIO) -> bytes:
        """Return the points of a questioned picture, in pixels of its working copy."""
        return self._ask_points("describe_questioned", picture)

    def veil(self, picture: BinaryIO, max_side_px: int) -> bytes:
        """Return a destructively veiled PNG, its longer side at most *max_side_px*."""
        return self._ask_png(Request(act="veil", pictures=1, max_side_px=max_side_px), [picture])

    def veil_pair(self, questioned: BinaryIO, original: BinaryIO, finding: PairFinding) -> bytes:
        """Return both pictures side by side, all but agreed cells veiled in both, as PNG."""
        body = self._ask_pair("veil_pair", questioned, original, finding)
        return as_pair_png(body, finding, halves=2)

    def lay_pair(self, questioned: BinaryIO, original: BinaryIO, finding: PairFinding) -> bytes:
        """Return both pictures on one grid, in turn a square of either, agreed cells alone, PNG."""
        body = self._ask_pair("lay_pair", questioned, original, finding)
        return as_pair_png(body, finding, halves=1)

    def link_pair(
        self, questioned: BinaryIO, original: BinaryIO, finding: PairFinding
    ) -> LinkedPair:
        """Return at most 40 links where both agree, and the veiled pair with them."""
        body = self._ask_pair("link_pair", questioned, original, finding)
        found = decode_answer(body, LinkedPair)
        check_links(found, finding)
        return found

    def patch_pair(
        self, questioned: BinaryIO, original: BinaryIO, finding: PairFinding
    ) -> PatchedPair:
        """Return at most three windows with texture out of the veiled pair, and their picture."""
        body = self._ask_pair("patch_pair", questioned, original, finding)
        found = decode_answer(body, PatchedPair)
        check_patches(found, finding)
        return found

    def unveil(self, picture: BinaryIO, max_side_px: int) -> bytes:
        """Return the picture re-encoded as PNG without metadata; only ``casework.show`` calls."""
        return self._ask_png(Request(act="unveil", pictures=1, max_side_px=max_side_px), [picture])

    def grey_copy(self, picture: BinaryIO, max_side_px: int) -> bytes:
        """Return the picture re-encoded in grey as PNG; for a program that reads text from it."""
        return self._ask_png(Request(act="grey", pictures=1, max_side_px=max_side_px), [picture])

    def probe_video(self, video: BinaryIO) -> VideoFacts:
        """Return the facts of a video; *video* can be sought and is read in pieces."""
        found = decode_answer(self._ask_about("probe_video", video, 0, _VALUES_BYTES), VideoFacts)
        check_video(found)
        return found

    def fingerprint_video(self, video: BinaryIO) -> VideoFingerprint:
        """Return the fingerprints of a video's frames: one a second, and one after every cut."""
        body = self._ask_about("fingerprint_video", video, 0, _VALUES_BYTES)
        found = decode_answer(body, VideoFingerprint)
        check_frames(found)
        return found

    def find_clip_of_still(
        self, questioned: BinaryIO, clips: Sequence[BinaryIO]
    ) -> ClipFinding | None:
        """Return from which of *clips*, and when, a questioned picture was made; None: unknown."""
        return self._find_clip([questioned], clips, len(clips))

    def find_clip_of_video(
        self, questioned: BinaryIO, clips: Sequence[BinaryIO]
    ) -> ClipFinding | None:
        """Return from which of *clips*, and when, a questioned video was made; None: unknown."""
        return self._find_clip([], [questioned, *clips], len(clips))

    def veil_still(self, video: BinaryIO, max_side_px: int) -> bytes:
        """Return the first key frame that can be decoded, destructively veiled, as PNG."""
        return as_png(self._ask_about("veil_still", video, max_side_px, _PNG_BYTES))

    def unveil_still(self, video: BinaryIO, max_side_px: int) -> bytes:
        """Return that frame as PNG without metadata; only ``casework.show`` calls."""
        return as_png(self._ask_about("unveil_still", video, max_side_px, _PNG_BYTES))

    def facts(self) -> FenceFacts:
        """
        Return what confines the decoding process on this computer.

        Raises:
            FenceUnavailableError: BB-306.
        """
        return FenceFacts(in_force=self._running().in_force, limits=self._limits)

    def close(self) -> None:
        """End the process; the next request would start a new one."""
        if self._child is not None:
            self._child.end()
            self._child = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _running(self) -> FenceProcess:
        if self._child is None or not self._child.is_alive:
            self.close()
            self._child = FenceProcess(self._limits)
        return self._child

    def _ask_points(self, act: str, picture: BinaryIO) -> bytes:
        # Late: who never asks does not wait for the library.
        from benban.compare.packed import read_packed

        body = self.ask(Request(act=act, pictures=1), [picture], _VALUES_BYTES)
        if read_packed(body) is None:
            raise FenceUnavailableError("implausible points")
        return body

    def _ask_png(self, request: Request, pictures: Iterable[BinaryIO]) -> bytes:
        return as_png(self.ask(request, pictures, _PNG_BYTES))

    def _ask_pair(
        self, act: str, questioned: BinaryIO, original: BinaryIO, finding: PairFinding
    ) -> bytes:
        request = Request(act=act, pictures=2, finding=finding)
        return self.ask(request, [questioned, original], _PNG_BYTES)

    def _ask_about(self, act: str, video: BinaryIO, max_side_px: int, answer_bytes: int) -> bytes:
        size_bytes = video.seek(0, io.SEEK_END)
        if not size_bytes:
            raise VideoFormatError("no bytes")
        request = Request(act=act, pictures=0, window_bytes=size_bytes, max_side_px=max_side_px)
        return self.ask(request, (), answer_bytes, video)

    def _find_clip(
        self, stills: Sequence[BinaryIO], videos: Sequence[BinaryIO], clips: int
    ) -> ClipFinding | None:
        joined = JoinedVideos(videos)
        if not clips or not all(joined.sizes_bytes):
            raise VideoFormatError("no bytes")
        request = Request(
            act="find_clip",
            pictures=len(stills),
            window_bytes=sum(joined.sizes_bytes),
            video_bytes=joined.sizes_bytes,
        )
        body = self.ask(request, stills, _VALUES_BYTES, joined)
        found = decode_answer(body, tuple[ClipFinding, ...])
        check_clip(found, clips)
        return found[0] if found else None

    def ask(
        self,
        request: Request,
        pictures: Iterable[BinaryIO],
        answer_bytes: int,
        video: Pieces | None = None,
    ) -> bytes:
        """
        Return what the act gives, to be checked by whoever asks; for modules beside this one.

        Raises:
            BenbanError: the error that the fence said, or BB-301, BB-302, BB-305, BB-306.
        """
        child = self._running()
        try:
            answer = child.ask(request, pictures, answer_bytes, video)
        except BaseException:
            # Whatever happened half-way, this pipe is no longer in step.
            self.close()
            raise
        if sys.platform == "win32":
            self.close()
        if not answer.code:
            return answer.body
        raise error_said(answer)


def _unread(code: str) -> PhotoFacts:
    return PhotoFacts(media_type="", width_px=0, height_px=0, problem=code)
