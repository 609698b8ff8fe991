"""Several folders and zips that are the parts of one archive, as one source."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from benban.errors import ImportTooLargeError
from benban.unpack.own_photos.kinds import nfc
from benban.unpack.parts import Entry, Held, Reason, Source, Unread
from benban.unpack.source import MOST_ENTRIES

_PART = re.compile(
    r"(?P<archive>.+)(?<![0-9]{4}-[0-9]{2})[-_ ](?:part[-_ ]?)?[0-9]{1,3}\.zip", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A :class:`~benban.unpack.parts.Source` over the entries of several."""

    name: str
    total_bytes: int
    listed: tuple[Entry, ...]
    refused: tuple[Unread, ...]
    by_name: dict[str, Entry] = field(repr=False, compare=False)
    key: str = field(repr=False)

    def entries(self) -> Sequence[Entry]:
        """Return the files of all parts in the order of their names."""
        return self.listed

    def find(self, name: str) -> Entry | None:
        """Return the entry of exactly this name; None if there is none."""
        return self.by_name.get(name)


def joined_source(sources: Sequence[Source]) -> Source:
    """
    Return *sources* as one; a single one as it is.

    A name that stands in a second part as well is given with that part's own name before it.

    Args:
        sources: the parts, at least one, in any order.

    Raises:
        ImportTooLargeError: BB-804, together they hold more files than an archive does.
        ValueError: there is none.
    """
    if not sources:
        raise ValueError("no source")
    if len(sources) == 1 and not _has_twins(sources[0]):
        return sources[0]
    # The order in which they were picked must not change what comes out.
    ordered = sorted(sources, key=lambda source: (source.name, source.key))
    has_keys = len({source.key for source in ordered}) == len(ordered)
    by_name: dict[str, Entry] = {}
    taken: set[str] = set()
    for source, entry in _entries(ordered):
        name = _free(taken, source.name, entry.name)
        taken.add(nfc(name))
        # In its own part it has one name, whatever lies beside it; two parts that nothing tells
        # apart are taken as they stand here.
        own_name = entry.name if has_keys else name
        held = Held(source_key=source.key, source_name=source.name, name=own_name)
        by_name[name] = replace(entry, name=name, held=held)
        if len(by_name) > MOST_ENTRIES:
            raise ImportTooLargeError(reason=Reason.TOO_MANY.value)
    return Joined(
        name=ordered[0].name,
        total_bytes=sum(source.total_bytes for source in ordered),
        listed=tuple(by_name[name] for name in sorted(by_name)),
        refused=tuple(one for source in ordered for one in source.refused),
        by_name=by_name,
        key=ordered[0].key,
    )


def archive_name(name: str) -> str:
    """
    Return what the parts of one archive have in common in their names; *name* for one on its own.

    Only zips that are numbered at the end are parts: ``takeout-20260101T000000Z-001.zip``. The day
    of a date is no such number.
    """
    match = _PART.fullmatch(name)
    return match["archive"] if match else name


def _entries(sources: Sequence[Source]) -> Iterator[tuple[Source, Entry]]:
    for source in sources:
        for entry in source.entries():
            yield source, entry


def _has_twins(source: Source) -> bool:
    # Two files of a folder on Linux may differ in nothing but the spelling of "é".
    entries = source.entries()
    return len({nfc(entry.name) for entry in entries}) != len(entries)


def _free(taken: set[str], part: str, name: str) -> str:
    found, number = name, 1
    while nfc(found) in taken:
        mark = part if number == 1 else f"{part} {number}"
        found = f"{mark}/{name}"
        number += 1
    return found
