"""
vPDQ: its text form, and its rule for when two videos are copies of one another.

Source: facebook/ThreatExchange, vpdq/README.md and vpdq/cpp (io/vpdqio, hashing/matchTwoHash).
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benban.compare.copies import MATCH_DISTANCE_BITS, MIN_QUALITY
from benban.errors import VpdqTextError
from benban.model.clip import VideoFingerprint
from benban.model.fingerprint import Pdq

# vPDQ's own defaults: Pc and Pq.
COMPARED_PERCENT = 80.0
QUERY_PERCENT = 0.0

# frame, quality, hash, seconds.
_LINE = re.compile(
    r"(?P<frame>[0-9]{1,10}),(?P<quality>[0-9]{1,3}),(?P<hash>[0-9a-fA-F]{64}),"
    r"(?P<seconds>[0-9]{1,10}(?:\.[0-9]{1,9})?)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VpdqFrame:
    """One line of vPDQ's text form; *at_ms* is exact to the millisecond that is written."""

    number: int
    pdq: Pdq
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VpdqMatch:
    """
    How much of two videos matched.

    Attributes:
        query_percent, compared_percent: of the different hashes of sufficient quality, those that
            found one near enough on the other side, 0..100; 0 where there is none.
    """

    query_percent: float
    compared_percent: float

    @property
    def is_match(self) -> bool:
        """Whether vPDQ's defaults call the two copies."""
        enough = self.compared_percent >= COMPARED_PERCENT
        # Where nothing matched, a threshold of zero is met by nothing.
        return enough and self.query_percent >= QUERY_PERCENT and self.query_percent > 0


def frames_of(video: VideoFingerprint) -> tuple[VpdqFrame, ...]:
    """Return the frames of a video as vPDQ has them."""
    return tuple(
        VpdqFrame(number=frame.number, pdq=frame.pdq, at_ms=frame.at_ms) for frame in video.frames
    )


def write_vpdq(frames: Iterable[VpdqFrame]) -> str:
    """Return the lines ``frame,quality,hash,seconds``, seconds with three decimals."""
    return "".join(
        f"{frame.number},{frame.pdq.quality},{frame.pdq.hex},"
        f"{frame.at_ms // 1000}.{frame.at_ms % 1000:03}\n"
        for frame in frames
    )


def read_vpdq(untrusted_text: str) -> tuple[VpdqFrame, ...]:
    """
    Return the frames in *untrusted_text*; empty lines are passed over.

    Raises:
        VpdqTextError: BB-333, with the number of the first line that is none of vPDQ's.
    """
    found = []
    for number, line in enumerate(untrusted_text.splitlines(), start=1):
        if not line.strip():
            continue
        parts = _LINE.fullmatch(line.strip())
        if parts is None or int(parts["quality"]) > 100:  # noqa: PLR2004 - percent
            raise VpdqTextError(line=number)
        found.append(
            VpdqFrame(
                number=int(parts["frame"]),
                pdq=Pdq(hex=parts["hash"].lower(), quality=int(parts["quality"])),
                at_ms=math.floor(float(parts["seconds"]) * 1000 + 0.5),
            )
        )
    return tuple(found)


def match_vpdq(
    query: Sequence[VpdqFrame],
    compared: Sequence[VpdqFrame],
    *,
    min_quality: int = MIN_QUALITY,
    distance_bits: int = MATCH_DISTANCE_BITS,
) -> VpdqMatch:
    """
    Return how much of two videos matches: each different hash counts once, order does not count.

    Source: vPDQ's README and the index of threatexchange. The C++ program of vPDQ differs by a
    hair: it counts every frame, also a repeated one, and a distance of less than 31.
    """
    queries, others = _different(query, min_quality), _different(compared, min_quality)
    return VpdqMatch(
        query_percent=_percent_found(queries, others, distance_bits),
        compared_percent=_percent_found(others, queries, distance_bits),
    )


def _different(frames: Sequence[VpdqFrame], min_quality: int) -> tuple[int, ...]:
    return tuple(
        dict.fromkeys(
            int(frame.pdq.hex, 16) for frame in frames if frame.pdq.quality >= min_quality
        )
    )


def _percent_found(hashes: Sequence[int], others: Sequence[int], distance_bits: int) -> float:
    if not hashes:
        return 0.0
    found = sum(
        any((one ^ other).bit_count() <= distance_bits for other in others) for one in hashes
    )
    return 100.0 * found / len(hashes)
