"""Which originals a questioned picture was put together from, and what each of them explains."""

from collections.abc import Iterable, Sequence

from benban.fingerprint.ports import PairFinding
from benban.model.finding import Cell, ChangeMap, Tier

# A further source explains at least so many cells that no earlier one does, and mostly such.
LEAST_CELLS = 12
_OWN_SHARE = 0.5

_AGREE = str(Cell.AGREE.value)

# Positions of cells in a change map; all maps of one questioned picture have the same grid.
Region = frozenset[int]


def agreed_region(change_map: ChangeMap | None) -> Region:
    """Return the cells in which the questioned picture agrees with an original."""
    cells = "" if change_map is None else change_map.cells
    return frozenset(position for position, cell in enumerate(cells) if cell == _AGREE)


def find_sources(
    pairs: Sequence[PairFinding], explained: Region = frozenset()
) -> tuple[PairFinding, ...]:
    """
    Return the originals that each explain a region of their own, the best first.

    A sibling of a source agrees where the source agrees, and is none itself; a photograph from
    which another part was taken agrees elsewhere.

    Args:
        pairs: of one questioned picture; tiers C and 0 carry no map and are no source.
        explained: cells that earlier sources explain.
    """
    found: list[PairFinding] = []
    for pair in sorted(_with_map(pairs), key=_rank):
        region = agreed_region(pair.change_map)
        own = region - explained
        if len(own) >= max(LEAST_CELLS, _OWN_SHARE * len(region)):
            found.append(pair)
            explained |= region
    return tuple(found)


def strength_of(pair: PairFinding) -> tuple[bool, float]:
    """Return a key that puts the pair first that coincides most and most exactly, tier A first."""
    exact = max(0.0, pair.fine_correlation or 0.0)
    # Inliers say how much coincides, fine detail how exactly; alone each picks some siblings.
    return pair.tier is not Tier.A, (pair.log10_nfa or 0.0) * exact**2


def _with_map(pairs: Iterable[PairFinding]) -> list[PairFinding]:
    return [pair for pair in pairs if pair.change_map is not None]


def _rank(pair: PairFinding) -> tuple[bool, tuple[bool, float], float, int]:
    return not pair.is_best, strength_of(pair), pair.log10_nfa or 0.0, pair.index
