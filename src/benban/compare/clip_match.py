"""
Which times of two videos show the same, in order: ranges with an offset and a rate.

Steps: frames whose hashes agree in one orientation > lines ``source = rate x query + offset`` that
many of them lie on > ranges without a long gap > how often accident would do as well > what is
left is searched again. Everything is tried in a fixed order: the same input gives the same answer.

Source: a-contrario reasoning as in :mod:`benban.compare.nfa` (Moisan and Stival 2004), here on
times instead of places.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benban.compare.clip_chance import coverage, log10_chance
from benban.compare.clip_lines import TOLERANCE_MS, Line, best_lines, on_line
from benban.compare.copies import MATCH_DISTANCE_BITS, MIN_QUALITY
from benban.model.clip import ClipRange, FrameFingerprint

Hashes = NDArray[np.float32]
Pairs = NDArray[np.intp]
Times = NDArray[np.float64]

ORIENTATIONS = 8
# A range is one as long as no more than this passes without a frame that agrees.
_LONGEST_GAP_MS = 5000.0
# Three different pictures in order: with two, any two lie on a line.
_MIN_PICTURES = 3
# One in a hundred comparisons of videos whose frames agree in no order would give a range.
MAX_LOG10_CHANCE = -2.0
# A copy put together from more pieces than this is not described further.
_MAX_RANGES = 50
_CHUNK = 512


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Agreement:
    """
    Which frames of a query and of a source agree.

    Attributes:
        query_ms, source_ms: times, ascending.
        query_pictures, source_pictures: for each frame the number of the picture it shows; frames
            that look alike one after the other show one picture.
        pairs: N x 2, position in the query and in the source.
    """

    query_ms: Times
    source_ms: Times
    query_pictures: NDArray[np.intp]
    source_pictures: NDArray[np.intp]
    pairs: Pairs


def match_clips(
    query: Sequence[FrameFingerprint], source: Sequence[FrameFingerprint]
) -> tuple[ClipRange, ...]:
    """
    Return the ranges of *query* that *source* shows, in the order of the query's time.

    Empty when nothing agrees and when accident would explain what does: fewer than three
    different pictures in order, or more than one chance in a hundred that frames in any other
    order would lie as well on a line.

    Args:
        query: frames in order of time; those below quality 50 play no part.
        source: likewise.
    """
    query = [frame for frame in query if frame.quality >= MIN_QUALITY]
    source = [frame for frame in source if frame.quality >= MIN_QUALITY]
    if min(len(query), len(source)) < _MIN_PICTURES:
        return ()
    stored = _signs([frame.dihedral[0] for frame in source])
    upright = _signs([frame.dihedral[0] for frame in query])
    pictures = pictures_of(upright), pictures_of(stored)
    found: list[ClipRange] = []
    for orientation in range(ORIENTATIONS):
        turned = _signs([frame.dihedral[orientation] for frame in query])
        agreement = Agreement(
            query_ms=np.array([frame.at_ms for frame in query], np.float64),
            source_ms=np.array([frame.at_ms for frame in source], np.float64),
            query_pictures=pictures[0],
            source_pictures=pictures[1],
            pairs=_near(turned, stored),
        )
        found += find_ranges(agreement, dihedral=orientation, trials=ORIENTATIONS)
    return _without_overlap(found)


def find_ranges(agreement: Agreement, *, dihedral: int, trials: int) -> list[ClipRange]:
    """
    Return the ranges of one orientation that accident does not explain, the best first.

    Args:
        agreement: which frames agree.
        dihedral: is passed on.
        trials: how many such searches the same question makes.
    """
    ranges: list[ClipRange] = []
    left = agreement.pairs
    while len(left) >= _MIN_PICTURES and len(ranges) < _MAX_RANGES:
        covered = coverage(agreement.query_ms, agreement.source_ms, agreement.query_pictures, left)
        candidates = [
            part
            for line in best_lines(agreement.query_ms, agreement.source_ms, left)
            for part in _parts(agreement, left, line)
        ]
        judged = [
            (_chance(agreement, part, line, covered, trials), position)
            for position, (line, part) in enumerate(candidates)
        ]
        if not judged or min(judged)[0] > MAX_LOG10_CHANCE:
            break
        chance, position = min(judged)
        line, part = candidates[position]
        ranges.append(_range(agreement, part, line, chance, dihedral))
        left = left[~np.isin(left[:, 0], part[:, 0])]
    return ranges


def pictures_of(signs: Hashes) -> NDArray[np.intp]:
    """Return for each frame the number of its picture: alike and one after the other is one."""
    numbers = np.zeros(len(signs), np.intp)
    first = 0
    for position in range(1, len(signs)):
        is_new = _bits_apart(signs[first : first + 1], signs[position]) > MATCH_DISTANCE_BITS
        numbers[position] = numbers[position - 1] + int(is_new)
        first = position if is_new else first
    return numbers


def hash_signs(frames: Sequence[FrameFingerprint]) -> Hashes:
    """Return the upright hashes as N x 256, +1 and -1."""
    return _signs([frame.dihedral[0] for frame in frames])


def _signs(hashes: Sequence[str]) -> Hashes:
    data = np.frombuffer(bytes.fromhex("".join(hashes)), np.uint8).reshape(-1, 32)
    return np.unpackbits(data, axis=1).astype(np.float32) * 2 - 1


def _bits_apart(one: Hashes, other: Hashes) -> float:
    return float((256 - one @ other)[0] / 2)


def _near(turned: Hashes, stored: Hashes) -> Pairs:
    """Return the pairs within the distance; a product of signs is 256 less twice the distance."""
    least = 256 - 2 * MATCH_DISTANCE_BITS
    found = []
    for start in range(0, len(turned), _CHUNK):
        near = np.argwhere(turned[start : start + _CHUNK] @ stored.T >= least)
        near[:, 0] += start
        found.append(near)
    return np.concatenate(found)


def _parts(agreement: Agreement, pairs: Pairs, line: Line) -> list[tuple[Line, Pairs]]:
    """Return what lies on *line*, one pair for a query frame, in pieces without a long gap."""
    inside = on_line(agreement.query_ms, agreement.source_ms, pairs, line)
    if not len(inside):
        return []
    gaps = np.diff(agreement.query_ms[inside[:, 0]]) > _LONGEST_GAP_MS
    return [(line, part) for part in np.split(inside, np.flatnonzero(gaps) + 1)]


def _chance(
    agreement: Agreement, part: Pairs, line: Line, covered: NDArray[np.float64], trials: int
) -> float:
    pictures = _picture_count(agreement, part)
    if pictures < _MIN_PICTURES:
        return 0.0
    lengths_ms = float(np.ptp(agreement.query_ms)), float(np.ptp(agreement.source_ms))
    offsets = max(1.0, sum(lengths_ms) / TOLERANCE_MS)
    return log10_chance(covered, agreeing=pictures, lines=trials * offsets * line.tried_rates)


def _picture_count(agreement: Agreement, part: Pairs) -> int:
    of_query = np.unique(agreement.query_pictures[part[:, 0]])
    of_source = np.unique(agreement.source_pictures[part[:, 1]])
    return min(len(of_query), len(of_source))


def _range(
    agreement: Agreement, part: Pairs, line: Line, chance: float, dihedral: int
) -> ClipRange:
    times = agreement.query_ms[part[[0, -1], 0]]
    shown = np.clip(line.rate * times + line.offset_ms, 0, agreement.source_ms[-1])
    return ClipRange(
        query_from_ms=round(times[0]),
        query_to_ms=round(times[1]),
        source_from_ms=round(shown[0]),
        source_to_ms=round(shown[1]),
        rate=round(line.rate, 4),
        offset_ms=round(line.offset_ms),
        agreeing_frames=len(part),
        pictures=_picture_count(agreement, part),
        dihedral=dihedral,
        log10_chance=round(chance, 2),
    )


def _without_overlap(found: Sequence[ClipRange]) -> tuple[ClipRange, ...]:
    kept: list[ClipRange] = []
    for one in sorted(found, key=lambda one: (one.log10_chance, one.query_from_ms, one.dihedral)):
        if all(
            one.query_to_ms < other.query_from_ms or one.query_from_ms > other.query_to_ms
            for other in kept
        ):
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.query_from_ms))
