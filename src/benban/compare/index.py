"""
Which of many originals are worth comparing with a questioned picture.

Points vote: each looks into the coarse cells nearest to it, and what lies near enough there votes
for its photograph; then those photographs come first whose votes agree on one turn, scale and
shift. Nothing is decided here. The same arrays give the same list on every computer of one kind.

Source: Jégou et al. 2010 (inverted file, burstiness, agreement of scale and angle); Lv et al. 2007
(probing several cells of a sign hash).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import comb, log10

import numpy as np
from numpy.typing import NDArray

from benban.compare.packed import CODE_LENGTH, CODE_SIZE, PackedPoints, count_alike

Numbers = NDArray[np.float32]
Positions = NDArray[np.int64]

# Coarse cells are the signs of the first numbers of a code.
_BITS = 10
_CELLS = 1 << _BITS
_PROBES = 16
_MAX_FLIPPED = 3
# Cosine of two codes from which on they vote. Lower ones let accident in: at 0.7 one of 20 copies
# was lost among 20,000 originals, at 0.75 none.
_NEAR = 0.75
_LEAST_WEIGHT = 0.02
# So many pairs are weighed. An altered copy has some 200,000 among 20,000 photographs.
_MOST_PAIRS = 1_000_000
# So many photographs, those with most votes, are asked whether their votes agree on a place.
_ASKED = 400
_SMOOTHING = 10
_MATCHES_ASKED = 96
# Agreement: within this share of the longer side, an octave, and 34 degrees.
_SHARE_OF_SIDE = 0.05
_OCTAVES, _ANGLE = 0.8, 0.6
# Then one map is fitted to those that agree, and again to those within these shares.
_NARROWING = (0.04, 0.025, 0.015)
# Fewer points in agreement are accident.
_LEAST_AGREEING = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """
    An original that is worth a comparison.

    Attributes:
        number: position of the original in the index.
        agreeing: how many points of the questioned picture agree on a place in it.
        score: how unlikely it is that accident put them there, in powers of ten; 0 for fewer than
            four points.
        votes: weight of all its votes.
        is_mirrored: they are points of the mirror image.
    """

    number: int
    agreeing: int
    score: float
    votes: float
    is_mirrored: bool

    @property
    def order(self) -> tuple[bool, float, float, int]:
        """Those without agreement fill the list, by their votes: the comparison finds more."""
        return self.agreeing < _LEAST_AGREEING, -self.score, -self.votes, self.number


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
        points_of: how many points each original has.
    """

    count: int
    starts: Positions
    codes: NDArray[np.int8]
    photos: NDArray[np.uint16]
    places: NDArray[np.uint16]
    log_sizes: NDArray[np.float16]
    angles: NDArray[np.float16]
    points_of: Positions

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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Piece:
    """Points of some originals, in the types of the index."""

    codes: NDArray[np.int8]
    photos: NDArray[np.uint16]
    places: NDArray[np.uint16]
    log_sizes: NDArray[np.float16]
    angles: NDArray[np.float16]


# So many originals are put together before the arrays are made: large arrays are given back.
_PIECE = 256
# uint16 numbers the originals.
MAX_ORIGINALS = 65_535


class IndexBuilder:
    """
    The index while originals are added to it, one at a time.

    What was added lies in large pieces, which are given back one by one as the sorted arrays are
    filled: hardly more than one index is in memory at any time.
    """

    def __init__(self) -> None:
        self._lengths: list[int] = []
        self._waiting: list[PackedPoints] = []
        self._pieces: list[_Piece] = []

    def add(self, points: PackedPoints) -> None:
        """
        Add the next original; its number is how many were added before.

        Raises:
            ValueError: more than 65,535; a mistake of the calling code.
        """
        if len(self._lengths) >= MAX_ORIGINALS:
            raise ValueError("too many originals")
        self._lengths.append(len(points))
        self._waiting.append(points)
        if len(self._waiting) == _PIECE:
            self._join()

    def finish(self) -> OriginIndex:
        """Return the index; the builder is empty afterwards."""
        self._join()
        pieces, self._pieces = self._pieces, []
        nothing = np.empty(0, np.uint16)
        cells = np.concatenate([nothing, *(coarse_cells(piece.codes) for piece in pieces)])
        order = np.argsort(cells, kind="stable")
        starts = np.searchsorted(cells[order], np.arange(_CELLS + 1)).astype(np.int64)
        # Where each point goes.
        goals = np.empty(len(order), np.uint32)
        goals[order] = np.arange(len(order), dtype=np.uint32)
        del cells, order
        count = len(goals)
        made = _Piece(
            codes=np.empty((count, CODE_SIZE), np.int8),
            photos=np.empty(count, np.uint16),
            places=np.empty((count, 2), np.uint16),
            log_sizes=np.empty(count, np.float16),
            angles=np.empty(count, np.float16),
        )
        end = count
        while pieces:
            piece = pieces.pop()
            there = goals[end - len(piece.codes) : end]
            end -= len(piece.codes)
            made.codes[there] = piece.codes
            made.photos[there] = piece.photos
            made.places[there] = piece.places
            made.log_sizes[there] = piece.log_sizes
            made.angles[there] = piece.angles
        return OriginIndex(
            count=len(self._lengths),
            starts=starts,
            codes=made.codes,
            photos=made.photos,
            places=made.places,
            log_sizes=made.log_sizes,
            angles=made.angles,
            points_of=np.array(self._lengths, np.int64),
        )

    def _join(self) -> None:
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        first = len(self._lengths) - len(waiting)
        numbers = np.arange(first, len(self._lengths), dtype=np.uint16)
        places = np.concatenate([one.places for one in waiting])
        self._pieces.append(
            _Piece(
                codes=np.concatenate([one.codes for one in waiting]),
                photos=np.repeat(numbers, [len(one) for one in waiting]),
                places=np.rint(places * 8).astype(np.uint16),
                log_sizes=np.concatenate([one.log_sizes for one in waiting]).astype(np.float16),
                angles=np.concatenate([one.angles for one in waiting]).astype(np.float16),
            )
        )


def build_index(entries: Iterable[PackedPoints]) -> OriginIndex:
    """
    Return the index of originals; their numbers are their positions in *entries*.

    Raises:
        ValueError: more than 65,535; a mistake of the calling code.
    """
    builder = IndexBuilder()
    for entry in entries:
        builder.add(entry)
    return builder.finish()


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
    mirrored = questioned.mirrored()
    straight, turned = _matches(index, questioned, mirrored)
    for points, matches, is_mirrored in ((questioned, straight, False), (mirrored, turned, True)):
        for candidate in _candidates(
            index, points, matches, frozenset(without), is_mirrored=is_mirrored
        ):
            known = found.get(candidate.number)
            if known is None or candidate.order < known.order:
                found[candidate.number] = candidate
    return tuple(sorted(found.values(), key=lambda one: one.order)[:limit])


def _candidates(
    index: OriginIndex,
    points: PackedPoints,
    matches: _Matches,
    without: frozenset[int],
    *,
    is_mirrored: bool,
) -> list[Candidate]:
    photos = index.photos[matches.found]
    weights = np.bincount(photos, weights=matches.weights, minlength=index.count)
    # What accident gives a photograph grows with its points; a smooth one has few.
    votes = weights / np.sqrt(index.points_of + _SMOOTHING)
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
        candidates.append(
            Candidate(
                number=int(number),
                agreeing=agreeing,
                score=score if agreeing >= _LEAST_AGREEING else 0.0,
                votes=float(votes[number]),
                is_mirrored=is_mirrored,
            )
        )
    return candidates


def _matches(
    index: OriginIndex, questioned: PackedPoints, mirrored: PackedPoints
) -> tuple[_Matches, _Matches]:
    """Return what votes, once for each point and photograph, for a picture and its mirror."""
    count = len(questioned)
    asked, found, nearness = _near_codes(index, np.concatenate([questioned.codes, mirrored.codes]))
    if len(asked) > _MOST_PAIRS:
        is_kept = _is_of_the_best(index, asked, found, nearness)
        asked, found, nearness = asked[is_kept], found[is_kept], nearness[is_kept]
    order = np.lexsort((found, -nearness, index.photos[found], asked))
    asked, found, nearness = asked[order], found[order], nearness[order]
    photos = index.photos[found]
    is_first = np.ones(len(asked), bool)
    is_first[1:] = (asked[1:] != asked[:-1]) | (photos[1:] != photos[:-1])
    asked, found, nearness = asked[is_first], found[is_first], nearness[is_first]
    # What is found in many photographs (a letter, a leaf) says little about each.
    counts = np.bincount(asked, minlength=2 * count)
    weights = (nearness - _NEAR + _LEAST_WEIGHT) / np.sqrt(counts[asked])
    # So does what comes many times in the questioned picture (a weave).
    weights /= np.sqrt(np.tile(count_alike(questioned.codes), 2))[asked]
    heavy = np.asarray(weights, np.float32)
    is_turned = asked >= count
    straight = _Matches(asked[~is_turned], found[~is_turned], heavy[~is_turned])
    return straight, _Matches(asked[is_turned] - count, found[is_turned], heavy[is_turned])


def _is_of_the_best(
    index: OriginIndex, asked: Positions, found: Positions, nearness: Numbers
) -> NDArray[np.bool_]:
    """
    Return which pairs belong to the photographs with most votes, as many as there is room for.

    All pairs of a photograph stay or go: of thousands that are nearly alike a few are listed, not
    a few pairs of each, which would list none.
    """
    photos = index.photos[found]
    counts = np.bincount(asked)
    weights = (nearness - _NEAR + _LEAST_WEIGHT) / np.sqrt(counts[asked])
    votes = np.bincount(photos, weights=weights, minlength=index.count)
    best = np.argsort(-votes / np.sqrt(index.points_of + _SMOOTHING), kind="stable")
    pairs = np.bincount(photos, minlength=index.count)[best]
    is_best = np.zeros(index.count, bool)
    is_best[best[np.cumsum(pairs) <= _MOST_PAIRS]] = True
    return np.asarray(is_best[photos], np.bool_)


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
    """Return how many points agree best on one turn, scale and shift, and how unlikely that is."""
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
    best = int((agrees @ matches.weights[rows]).argmax())
    return _held_together(here, there, agrees[best], points.size_px)


def _held_together(
    here: NDArray[np.complex128],
    there: NDArray[np.complex128],
    is_in: NDArray[np.bool_],
    size_px: tuple[int, int],
) -> tuple[int, float]:
    """
    Return how many places one turn, scale and shift takes to where they were matched, and a score.

    A single point gives its turn and scale roughly; fitted to all that agree they are sharp, and
    what is there by accident falls away. The score is how unlikely accident is, in powers of ten.
    """
    matched = len(_first_places(here))
    for share in _NARROWING:
        kept = _first_places(here[is_in])
        if len(kept) < _LEAST_AGREEING:
            return len(kept), 0.0
        source, target = here[is_in], there[is_in]
        centre, goal = source.mean(), target.mean()
        spread = np.abs(source - centre) @ np.abs(source - centre)
        turn = np.conj(source - centre) @ (target - goal) / max(spread, 1e-9)
        is_in = np.abs(turn * (here - centre) + goal - there) < share * max(size_px)
    agreeing = len(_first_places(here[is_in]))
    reach = _NARROWING[-1] * max(size_px)
    chance = min(0.5, np.pi * reach**2 / (size_px[0] * size_px[1]))
    # Two pairs fix the map.
    tests = log10(comb(matched, agreeing)) + log10(comb(max(agreeing, 2), 2))
    return agreeing, -tests - (agreeing - 2) * log10(chance)


def _first_places(places: NDArray[np.complex128]) -> Positions:
    """Return the first at every place of four by four pixels: many matches there are one."""
    _, first = np.unique(np.rint(places / 4), return_index=True)
    return np.sort(first)
