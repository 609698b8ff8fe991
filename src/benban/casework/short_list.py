"""Compare a questioned picture with those originals that the index puts on its short list."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from benban.casework.original_index import CaseIndex
from benban.compare.sources import Region, agreed_region, find_sources
from benban.errors import FenceUnavailableError
from benban.fingerprint.ports import Decoder, PairFinding
from benban.model.exhibit import Exhibit, Original
from benban.vault import CaseStore

if TYPE_CHECKING:
    from benban.compare.packed import PackedPoints

# What a short list holds, as measured in benchmarks/origin_index.
SHORT_LIST = 10
# Four photographs in one picture are more than anybody pastes together.
_ROUNDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Originals that were compared with one picture, and a finding for each, by its index."""

    originals: tuple[Original, ...]
    pairs: tuple[PairFinding, ...]


def compare_all(
    store: CaseStore, exhibit: Exhibit, originals: Sequence[Original], decoder: Decoder
) -> Compared:
    """Return the comparison with every one of *originals*."""
    with ExitStack() as streams:
        questioned = streams.enter_context(store.open_exhibit(exhibit.id))
        opened = [streams.enter_context(store.open_original(one.id)) for one in originals]
        return Compared(originals=tuple(originals), pairs=decoder.compare(questioned, opened))


def compare_short_list(
    store: CaseStore, exhibit: Exhibit, case_index: CaseIndex, decoder: Decoder
) -> Compared:
    """
    Return the comparison with the short list, repeated without what was explained.

    The order of the rounds is kept; at most one finding is the best, of the first round that has
    any.
    """
    # Late: the first page does not wait for the libraries that handle numbers.
    from benban.compare.index import vote

    points = _points(store, exhibit, decoder)
    numbers: list[int] = []
    pairs: list[PairFinding] = []
    explained: Region = frozenset()
    for _ in range(_ROUNDS):
        listed = [one.number for one in vote(case_index.index, points, SHORT_LIST, without=numbers)]
        if not listed:
            break
        chosen = [case_index.originals[number] for number in listed]
        compared = compare_all(store, exhibit, chosen, decoder)
        has_best = any(pair.is_best for pair in pairs)
        pairs += [
            replace(pair, index=len(numbers) + pair.index, is_best=pair.is_best and not has_best)
            for pair in compared.pairs
        ]
        numbers += listed
        sources = find_sources(compared.pairs, explained)
        if not sources:
            break
        explained |= frozenset().union(*(agreed_region(one.change_map) for one in sources))
        points = _outside(points, explained, sources[0])
    return Compared(
        originals=tuple(case_index.originals[number] for number in numbers), pairs=tuple(pairs)
    )


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
