"""Shares with their exact intervals, from the records of the long runs, none typed by hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks._document import JsonValue
from benchmarks.source.intervals import clustered, interval
from benchmarks.source.maps import PROBABILITY_BINS, calibration_error
from benchmarks.source.runs import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """
    How many of the pairs, and the 95 % interval of the share.

    Attributes:
        clusters, clusters_hit: photographs or places behind the pairs, and in how many of them it
            happened at least once; the interval counts these, not the pairs.
    """

    name: str
    hits: int
    pairs: int
    clusters_hit: int
    clusters: int

    @property
    def value(self) -> float:
        """Return the share of the pairs."""
        return self.hits / max(1, self.pairs)

    @property
    def clustered_interval(self) -> tuple[float, float]:
        """Return the exact interval of the share of clusters with at least one hit."""
        return interval(self.clusters_hit, self.clusters)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapSums:
    """The change map over all copies that registered."""

    copies: int
    registered: int
    photos: int
    iou_mean: float
    iou_mean_interval: tuple[float, float]
    iou_p10: float
    calls_mean: float
    agree: tuple[int, int]
    agree_interval: tuple[float, float]
    changed: tuple[int, int]
    changed_interval: tuple[float, float]
    undecided: float
    calibration_error: float


def share(
    name: str, records: Iterable[Record], *, tiers: Sequence[str], cluster: str = "photo"
) -> Share:
    """Return how many records have one of the tiers."""
    found = [(str(one[cluster]), str(one["tier"]) in tiers) for one in records]
    clusters_hit, clusters = clustered(found)
    return Share(
        name=name,
        hits=sum(is_hit for _, is_hit in found),
        pairs=len(found),
        clusters_hit=clusters_hit,
        clusters=clusters,
    )


def recall_interval(records: Sequence[Record], tiers: Sequence[str]) -> tuple[float, float]:
    """
    Return the 95 % interval of a recall when several copies of each photograph were made.

    Photographs are drawn with replacement (2,000 times, seed 1): copies of one photograph stand or
    fall together. Where nothing varies it is the exact interval of the photographs.
    """
    shares = _by_photo(
        [(str(one["photo"]), float(str(one["tier"]) in tiers), 1.0) for one in records]
    )
    return _drawn(shares)


def map_sums(records: Sequence[Record]) -> MapSums:
    """Return the change map's numbers; a copy that did not register has no map and is said."""
    maps = [(str(one["photo"]), found) for one in records if isinstance(found := one["map"], dict)]
    ious = [(name, float(str(found["iou"]))) for name, found in maps]
    bins = np.zeros((PROBABILITY_BINS, 3))
    for _, found in maps:
        bins += np.array([_numbers(one) for one in _rows(found["bins"])])
    values = [iou for _, iou in ious] or [0.0]
    return MapSums(
        copies=len(records),
        registered=len(maps),
        photos=len({name for name, _ in maps}),
        iou_mean=float(np.mean(values)),
        iou_mean_interval=_drawn(_by_photo([(name, iou, 1.0) for name, iou in ious])),
        iou_p10=float(np.quantile(values, 0.1)),
        calls_mean=float(np.mean([float(str(one["iou_of_calls"])) for _, one in maps] or [0.0])),
        agree=_sum(maps, "agree"),
        agree_interval=_drawn(_by_photo(_parts(maps, "agree"))),
        changed=_sum(maps, "changed"),
        changed_interval=_drawn(_by_photo(_parts(maps, "changed"))),
        undecided=_sum(maps, "undecided")[0] / max(1, _sum(maps, "undecided")[1]),
        calibration_error=calibration_error([(int(a), float(b), int(c)) for a, b, c in bins]),
    )


def records_of(result: Record | None) -> list[Record]:
    """Return the pairs of a result; none when it was never measured."""
    pairs = [] if result is None else result["pairs"]
    return [one for one in pairs if isinstance(one, dict)] if isinstance(pairs, list) else []


_DRAWS = 2000


def _drawn(by_photo: Sequence[tuple[float, float]]) -> tuple[float, float]:
    if not by_photo:
        return 0.0, 1.0
    parts, wholes = (np.array(one) for one in zip(*by_photo, strict=True))
    if parts.sum() in {0, wholes.sum()}:
        return interval(len(parts) if parts.sum() else 0, len(parts))
    drawn = np.random.default_rng(1).integers(0, len(parts), (_DRAWS, len(parts)))
    shares = parts[drawn].sum(axis=1) / np.maximum(1e-9, wholes[drawn].sum(axis=1))
    low, high = np.quantile(shares, (0.025, 0.975))
    return float(low), float(high)


def _by_photo(parts: Iterable[tuple[str, float, float]]) -> list[tuple[float, float]]:
    sums: dict[str, tuple[float, float]] = {}
    for name, part, whole in parts:
        before = sums.get(name, (0.0, 0.0))
        sums[name] = before[0] + part, before[1] + whole
    return list(sums.values())


def _parts(
    maps: Sequence[tuple[str, dict[str, JsonValue]]], key: str
) -> list[tuple[str, float, float]]:
    rows = [(name, _numbers(found[key])) for name, found in maps]
    return [(name, row[0], row[1]) for name, row in rows]


def _sum(maps: Sequence[tuple[str, dict[str, JsonValue]]], key: str) -> tuple[int, int]:
    rows = [_numbers(found[key]) for _, found in maps]
    return int(sum(row[0] for row in rows)), int(sum(row[1] for row in rows))


def _rows(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _numbers(value: JsonValue) -> tuple[float, ...]:
    return tuple(float(str(one)) for one in _rows(value))
