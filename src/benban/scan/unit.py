"""What a scan is cut into: units that are done as a whole or anew."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

# Some seconds of work, so that a kill costs little and a part is worth a file of its own.
UNIT_FILES = 256


class Kind(Enum):
    """How a unit's files are read; a value stands in plans."""

    FILES = "files"
    WARC = "warc"
    WACZ = "wacz"
    PARQUET = "parquet"


# Longest first: ".warc.gz" ends in ".gz" as well.
_ENDINGS = (
    (".warc.gz", Kind.WARC),
    (".warc", Kind.WARC),
    (".wacz", Kind.WACZ),
    (".parquet", Kind.PARQUET),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """
    A piece of a scan.

    Attributes:
        index: 0-based; names its part of the results.
        names: of files in the source, untrusted; several only for :attr:`Kind.FILES`.
        group: of a Parquet file, the row group; 0 elsewhere.
        groups: how many the file had when it was planned; 0 where its footer could not be read:
            then the unit is the whole file.
    """

    index: int
    kind: Kind
    names: tuple[str, ...]
    group: int = 0
    groups: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A file of the source; *groups* of a Parquet file: its row groups, 0 where none are known."""

    name: str
    groups: int = 0


def kind_of(name: str) -> Kind:
    """Return how a file of this name is read; what is in it, its bytes say later."""
    lower = name.lower()
    return next((kind for ending, kind in _ENDINGS if lower.endswith(ending)), Kind.FILES)


def cut_units(listed: Iterable[Listed], *, most_files: int = UNIT_FILES) -> Iterator[Unit]:
    """
    Yield the units of a source, each file in exactly one of them, in the order listed.

    Args:
        listed: read as the units are taken; never held as a whole.
        most_files: of one unit.
    """
    index = 0
    waiting: list[str] = []
    for one in listed:
        kind = kind_of(one.name)
        if kind is Kind.FILES:
            waiting.append(one.name)
            if len(waiting) < most_files:
                continue
        if waiting:
            yield Unit(index=index, kind=Kind.FILES, names=tuple(waiting))
            index += 1
            waiting = []
        if kind is not Kind.FILES:
            groups = one.groups if kind is Kind.PARQUET else 0
            for group in range(max(1, groups)):
                yield Unit(index=index, kind=kind, names=(one.name,), group=group, groups=groups)
                index += 1
    if waiting:
        yield Unit(index=index, kind=Kind.FILES, names=tuple(waiting))
