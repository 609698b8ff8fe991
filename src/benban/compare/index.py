"""
Which of many originals are worth comparing with a questioned picture.

Points vote: each looks into the coarse cells nearest to it, and what lies near enough there votes
for its photograph; then those photographs come first whose votes agree on one turn, scale and
shift. Nothing is decided here. The same arrays give the same list on every computer of one kind.

Source: Jégou et al. 2010 (inverted file, burstiness, agreement of scale and angle); Lv et al. 2007
(probing several cells of a sign hash).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from benban.compare.packed import CODE_LENGTH, CODE_SIZE, PackedPoints

Numbers = NDArray[np.float32]
Positions = NDArray[np.int64]
Number = TypeVar("Number", bound=np.generic)

# Coarse cells are the signs of the first numbers of a code.
_BITS = 10
_CELLS = 1 << _BITS
_PROBES = 16
_MAX_FLIPPED = 3
# Cosine of two codes from which on they vote. Lower ones let accident in: at 0.7 one of 20 copies
# was lost among 20,000 originals, at 0.75 none.
_NEAR = 0.75
_LEAST_WEIGHT = 0.02
# One point votes for at most so many photographs.
_VOTES_PER_POINT = 64
# So many photographs, those with most votes, are asked whether their votes agree on a place.
_ASKED = 200
_MATCHES_ASKED = 96
# Agreement: within this share of the longer side, an octave, and 34 degrees.
_SHARE_OF_SIDE = 0.05
_OCTAVES, _ANGLE = 0.8, 0.6
# Fewer points in agreement are accident.
_LEAST_AGREEING = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """
    An original that is worth a comparison.

    Attributes:
        number: position of the original in the index.
        agreeing: how many points of the questioned picture agree on a place in it.
        score: their weight together.
        is_mirrored: they are points of the mirror image.
    """

    number: int
    agreeing: int
    score: float
    is_mirrored: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OriginIndex:
    """
    All points of all originals, those of one coarse cell side by side.

    Attributes:
        starts: 1,025 positions; the points of cell c are those from ``starts[c]`` on.
        codes: M x 32 int8.
        photos: M uint16, number of the original.
        places: M x 2 uint16, in eighths of a pixel.
        log_sizes, angles: M float16.
    """

    count: int
    starts: Positions
    codes: NDArray[np.int8]
    photos: NDArray[np.uint16]
    places: NDArray[np.uint16]
    log_sizes: NDArray[np.float16]
    angles: NDArray[np.float16]

    @property
    def size_bytes(self) -> int:
        """How much memory the arrays take."""
        arrays = (self.starts, self.codes, self.photos, self.places, self.log_sizes, self.angles)
        return sum(array.nbytes for array in arrays)


@dataclass(frozen=True, slots=True, eq=False)
class _Matches:
    """One row for each pair of a questioned point and a point of the index."""

    asked: Positions
    found: Positions
    weights: Numbers


# uint16 numbers the originals.
MAX_ORIGINALS = 65_535


def build_index(entries: Sequence[PackedPoints]) -> OriginIndex:
    """
    Return the index of originals; their numbers are their positions in *entries*.

    Raises:
        ValueError: more than 65,535; a mistake of the calling code.
    """
    if len(entries) > MAX_ORIGINALS:
        raise ValueError("too many originals")
    codes = _joined([one.codes for one in entries], (0, CODE_SIZE), np.int8)
    cells = coarse_cells(codes)
    order = np.argsort(cells, kind="stable")
    starts = np.searchsorted(cells[order], np.arange(_CELLS + 1))
    lengths = [len(one) for one in entries]
    photos = np.repeat(np.arange(len(entries), dtype=np.uint16), lengths)
    places = [np.rint(one.places * 8).astype(np.uint16) for one in entries]
    sizes = [one.log_sizes.astype(np.float16) for one in entries]
    angles = [one.angles.astype(np.float16) for one in entries]
    return OriginIndex(
        count=len(entries),
        starts=starts.astype(np.int64),
        codes=codes[order],
        photos=photos[order],
        places=_joined(places, (0, 2), np.uint16)[order],
        log_sizes=_joined(sizes, (0,), np.float16)[order],
        angles=_joined(angles, (0,), np.float16)[order],
    )


def coarse_cells(codes: NDArray[np.int8]) -> NDArray[np.uint16]:
    """Return the coarse cell of each code, 0..1023."""
    bits = codes[:, :_BITS] > 0
    return np.asarray(bits @ (1 << np.arange(_BITS)), np.uint16)


def vote(
    index: OriginIndex, questioned: PackedPoints, limit: int, *, without: Collection[int] = ()
) -> tuple[Candidate, ...]:
    """
    Return at most *limit* originals that are worth a comparison, the likeliest first.

    Args:
        index: of the case's originals.
        questioned: the picture as it is; its mirror image is asked too.
        limit: length of the list.
        without: numbers of originals that were compared already.
    """
    found: dict[int, Candidate] = {}
    for is_mirrored in (False, True):
        points = questioned.mirrored() if is_mirrored else questioned
        for candidate in _vote_one(index, points, frozenset(without), is_mirrored=is_mirrored):
            known = found.get(candidate.number)
            if known is None or candidate.score > known.score:
                found[candidate.number] = candidate
    ranked = sorted(found.values(), key=lambda one: (-one.score, one.number))
    return tuple(ranked[:limit])


def _vote_one(
    index: OriginIndex, points: PackedPoints, without: frozenset[int], *, is_mirrored: bool
) -> list[Candidate]:
    matches = _matches(index, points)
    photos = index.photos[matches.found]
    votes = np.bincount(photos, weights=matches.weights, minlength=index.count)
    votes[list(without)] = 0
    first = np.argsort(-votes, kind="stable")[:_ASKED]
    by_photo = np.argsort(photos, kind="stable")
    sorted_photos = photos[by_photo]
    candidates = []
    for number in first[votes[first] > 0]:
        begin, end = np.searchsorted(sorted_photos, (number, number + 1))
        rows = by_photo[begin:end]
        heaviest = rows[np.argsort(-matches.weights[rows], kind="stable")][:_MATCHES_ASKED]
        agreeing, score = _agreement(index, points, matches, heaviest)
        if agreeing >= _LEAST_AGREEING:
            candidates.append(
                Candidate(
                    number=int(number), agreeing=agreeing, score=score, is_mirrored=is_mirrored
                )
            )
    return candidates


def _matches(index: OriginIndex, points: PackedPoints) -> _Matches:
    """Return what votes, once for each point and photograph."""
    asked, found, nearness = _near_codes(index, points.codes)
    order = np.lexsort((found, -nearness, index.photos[found], asked))
    asked, found, nearness = asked[order], found[order], nearness[order]
    photos = index.photos[found]
    is_first = np.ones(len(asked), bool)
    is_first[1:] = (asked[1:] != asked[:-1]) | (photos[1:] != photos[:-1])
    asked, found, nearness = asked[is_first], found[is_first], nearness[is_first]
    order = np.lexsort((found, -nearness, asked))
    asked, found, nearness = asked[order], found[order], nearness[order]
    counts = np.bincount(asked, minlength=len(points))
    begins = np.concatenate(([0], np.cumsum(counts)[:-1]))
    kept = np.arange(len(asked)) - begins[asked] < _VOTES_PER_POINT
    # What is found in many photographs (a letter, a leaf) says little about each.
    weights = (nearness - _NEAR + _LEAST_WEIGHT) / np.sqrt(counts[asked])
    return _Matches(asked[kept], found[kept], np.asarray(weights[kept], np.float32))


def _near_codes(
    index: OriginIndex, codes: NDArray[np.int8]
) -> tuple[Positions, Positions, Numbers]:
    asked_cells, asked_points = _probes(codes)
    borders = np.searchsorted(asked_cells, np.arange(_CELLS + 1))
    numbers = codes.astype(np.float32) / CODE_LENGTH**2
    parts: list[tuple[Positions, Positions, Numbers]] = []
    for cell in range(_CELLS):
        points = asked_points[borders[cell] : borders[cell + 1]]
        begin, end = int(index.starts[cell]), int(index.starts[cell + 1])
        if not len(points) or begin == end:
            continue
        nearness = index.codes[begin:end].astype(np.float32) @ numbers[points].T
        flat = np.flatnonzero(nearness > _NEAR)
        rows, columns = np.divmod(flat, len(points))
        parts.append((points[columns], rows + begin, nearness.ravel()[flat]))
    if not parts:
        nothing = np.empty(0, np.int64)
        return nothing, nothing, np.empty(0, np.float32)
    asked, found, near = (np.concatenate(part) for part in zip(*parts, strict=True))
    return asked, found, near


def _probes(codes: NDArray[np.int8]) -> tuple[Positions, Positions]:
    """Return cells and the points that look into them, sorted by cell."""
    flips = _flips()
    doubt = codes[:, :_BITS].astype(np.float32) ** 2 @ flips.T.astype(np.float32)
    nearest = np.argsort(doubt, axis=1, kind="stable")[:, :_PROBES]
    masks = flips @ (1 << np.arange(_BITS))
    cells = coarse_cells(codes).astype(np.int64)[:, None] ^ masks[nearest]
    points = np.repeat(np.arange(len(codes)), cells.shape[1])
    order = np.argsort(cells.ravel(), kind="stable")
    return cells.ravel()[order], points[order]


@cache
def _flips() -> NDArray[np.int64]:
    """Return every choice of at most three bits, one row of ten zeros and ones for each."""
    chosen = [
        flipped
        for count in range(_MAX_FLIPPED + 1)
        for flipped in combinations(range(_BITS), count)
    ]
    rows = np.zeros((len(chosen), _BITS), np.int64)
    for row, flipped in enumerate(chosen):
        rows[row, list(flipped)] = 1
    return rows


def _agreement(
    index: OriginIndex, points: PackedPoints, matches: _Matches, rows: Positions
) -> tuple[int, float]:
    """Return how many points agree best on one turn, scale and shift, and their weight."""
    asked, found = matches.asked[rows], matches.found[rows]
    there = points.places[asked].astype(np.float64) @ np.array([1, 1j])
    here = index.places[found].astype(np.float64) @ np.array([1, 1j]) / 8
    octaves = points.log_sizes[asked] - index.log_sizes[found].astype(np.float32)
    turns = points.angles[asked] - index.angles[found].astype(np.float32)
    maps = np.exp2(octaves) * np.exp(1j * turns)
    # Row: the pair that proposes. Column: the pair that is asked.
    moved = there[:, None] + maps[:, None] * (here[None, :] - here[:, None])
    reach = _SHARE_OF_SIDE * max(points.size_px)
    agrees = np.abs(moved - there[None, :]) < reach
    agrees &= np.abs(octaves[:, None] - octaves[None, :]) < _OCTAVES
    angles = np.abs(np.angle(np.exp(1j * (turns[:, None] - turns[None, :]))))
    agrees &= angles < _ANGLE
    totals = agrees @ matches.weights[rows]
    best = int(totals.argmax())
    supporting = agrees[best]
    # One place of the original that many points were matched to is one agreement.
    single = _first_places(here[supporting])
    weights = matches.weights[rows][supporting][single]
    return len(single), float(weights.sum() * len(single) ** 0.5)


def _first_places(places: NDArray[np.complex128]) -> Positions:
    coarse = np.rint(places / 4)
    _, first = np.unique(coarse, return_index=True)
    return np.sort(first)


def _joined(
    parts: Sequence[NDArray[Number]], shape: tuple[int, ...], kind: type[Number]
) -> NDArray[Number]:
    return np.concatenate([np.empty(shape, kind), *parts])
