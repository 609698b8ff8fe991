"""
Compare a questioned picture with every original, or with those of the index's short list.

An original that cannot be read is left out and counted; the others are compared all the same.
"""

from collections.abc import Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from benban.casework.original_index import CaseIndex
from benban.compare.contest import hold_contest
from benban.compare.sources import Region, agreed_region, find_sources
from benban.errors import ContentDamagedError, FenceUnavailableError, PictureError
from benban.fingerprint.ports import Decoder, PairFinding
from benban.model.exhibit import Exhibit, Original
from benban.model.ids import OriginalId
from benban.vault import CaseStore

if TYPE_CHECKING:
    from benban.compare.packed import PackedPoints

# What a short list holds, as measured in benchmarks/origin_index.
SHORT_LIST = 10
# Four photographs in one picture are more than anybody pastes together.
_ROUNDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """An original that could not be read, and the code of the reason."""

    original_id: OriginalId
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """
    Originals that were compared with one picture, and a finding for each, by its index.

    Attributes:
        unread: originals that were to be compared and could not be read.
    """

    originals: tuple[Original, ...]
    pairs: tuple[PairFinding, ...]
    unread: tuple[Unread, ...] = ()


def compare_all(
    store: CaseStore, exhibit: Exhibit, originals: Sequence[Original], decoder: Decoder
) -> Compared:
    """
    Return the comparison with every one of *originals* that can be read.

    Raises:
        PictureError: the questioned picture itself cannot be read.
    """
    try:
        pairs = _together(store, exhibit, originals, decoder)
    except (PictureError, ContentDamagedError):
        # Which of the pictures it was is not said.
        return _one_by_one(store, exhibit, originals, decoder)
    return Compared(originals=tuple(originals), pairs=pairs)


def compare_short_list(
    store: CaseStore,
    exhibit: Exhibit,
    case_index: CaseIndex,
    decoder: Decoder,
    *,
    without: Collection[OriginalId] = (),
) -> Compared:
    """
    Return the comparison with the short list, repeated without what was explained.

    Args:
        store: of the case.
        exhibit: the questioned picture.
        case_index: of its originals.
        decoder: the fence.
        without: originals that turned out to be unreadable before.
    """
    # Late: the first page does not wait for the libraries that handle numbers.
    from benban.compare.index import vote

    points = _points(store, exhibit, decoder)
    asked = [k for k, one in enumerate(case_index.originals) if one.id in without]
    read: list[Original] = []
    pairs: list[PairFinding] = []
    unread: list[Unread] = []
    explained: Region = frozenset()
    for _ in range(_ROUNDS):
        listed = [one.number for one in vote(case_index.index, points, SHORT_LIST, without=asked)]
        if not listed:
            break
        asked += listed
        chosen = [case_index.originals[number] for number in listed]
        try:
            compared = compare_all(store, exhibit, chosen, decoder)
        except (PictureError, ContentDamagedError) as error:
            if not pairs:
                raise
            # What earlier rounds found stands; these could not be held against the picture.
            unread += [Unread(original_id=one.id, code=error.code) for one in chosen]
            break
        pairs += [replace(pair, index=len(read) + pair.index) for pair in compared.pairs]
        read += compared.originals
        unread += compared.unread
        sources = find_sources(compared.pairs, explained)
        if sources:
            explained |= frozenset().union(*(agreed_region(one.change_map) for one in sources))
            points = _outside(points, explained, sources[0])
        elif not compared.unread:
            break
    return Compared(originals=tuple(read), pairs=hold_contest(pairs), unread=tuple(unread))


def _together(
    store: CaseStore, exhibit: Exhibit, originals: Sequence[Original], decoder: Decoder
) -> tuple[PairFinding, ...]:
    with ExitStack() as streams:
        questioned = streams.enter_context(store.open_exhibit(exhibit.id))
        opened = [streams.enter_context(store.open_original(one.id)) for one in originals]
        return decoder.compare(questioned, opened)


def _one_by_one(
    store: CaseStore, exhibit: Exhibit, originals: Sequence[Original], decoder: Decoder
) -> Compared:
    with store.open_exhibit(exhibit.id) as questioned:
        decoder.measure(questioned)
    read: list[Original] = []
    pairs: list[PairFinding] = []
    failed: list[tuple[Original, PictureError | ContentDamagedError]] = []
    for original in originals:
        try:
            (pair,) = _together(store, exhibit, [original], decoder)
        except (PictureError, ContentDamagedError) as error:
            failed.append((original, error))
            continue
        pairs.append(replace(pair, index=len(read)))
        read.append(original)
    if not read:
        # Then it may be the questioned picture that nothing can be held against.
        for original, reason in failed:
            if _is_readable(store, original, decoder):
                raise reason
    return Compared(
        originals=tuple(read),
        pairs=hold_contest(pairs),
        unread=tuple(Unread(original_id=one.id, code=reason.code) for one, reason in failed),
    )


def _is_readable(store: CaseStore, original: Original, decoder: Decoder) -> bool:
    try:
        with store.open_original(original.id) as picture:
            decoder.measure(picture)
    except (PictureError, ContentDamagedError):
        return False
    return True


def _points(store: CaseStore, exhibit: Exhibit, decoder: Decoder) -> "PackedPoints":
    from benban.compare.packed import read_packed

    with store.open_exhibit(exhibit.id) as picture:
        points = read_packed(decoder.describe_questioned(picture))
    if points is None:
        raise FenceUnavailableError("implausible points")
    return points


def _outside(points: "PackedPoints", explained: Region, source: PairFinding) -> "PackedPoints":
    """Return the points of the questioned picture that no source explains."""
    import numpy as np

    grid = source.change_map
    if grid is None:
        return points
    columns, rows = np.clip(
        (points.places // grid.cell_px).astype(int), 0, (grid.columns - 1, grid.rows - 1)
    ).T
    is_explained = np.isin(rows * grid.columns + columns, sorted(explained))
    return points.only(~is_explained)
