"""What lists say about photos, and the files -> each photo once."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from benban.model.own_photo import Audience, PhotoPlace, PhotoService
from benban.unpack.own_photos.json_items import unread
from benban.unpack.own_photos.kinds import Kind, kind_by_name, kind_of, nfc, owners_of
from benban.unpack.own_photos.parts import OwnPart, OwnPhoto
from benban.unpack.parts import Entry, Reason, Source, Unread
from benban.unpack.source import MOST_ENTRIES

_LEAVES_ITS_FOLDER = re.compile(r"[\x00-\x1f\\]|^/|(?:^|/)\.{1,2}(?:/|$)|^[A-Za-z]:")
_ADDRESS = re.compile(r"^https?://", re.IGNORECASE)
_LONGEST_NAME = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """
    What a list says about one picture; fields as in :class:`OwnPhoto`.

    Attributes:
        names: where it may lie in the source, the likeliest first; or its address, or none.
        is_photo: it is one even if its name does not say so.
    """

    names: tuple[str, ...]
    place: PhotoPlace = PhotoPlace.UNKNOWN
    audience: Audience = Audience.UNKNOWN
    audience_shown: str = ""
    album: str = ""
    at: datetime | None = None
    at_shown: str = ""
    is_others: bool = False
    is_photo: bool = False


Told = Mention | Unread
Unlisted = Callable[[Entry], Mention]


@dataclass(slots=True, kw_only=True)
class _Gathering:
    """One reading: which files came already, and what belongs to what."""

    service: PhotoService
    unlisted: Unlisted
    exact: dict[str, Entry]
    by_name: dict[str, Entry]
    kinds: dict[str, Kind]
    owners: dict[str, str]
    parts_of: dict[str, list[str]]
    most_missing: int
    given: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    is_too_many: bool = False

    def told(self, mention: Mention) -> Iterator[OwnPart]:
        names = [nfc(name) for name in mention.names]
        entry = next((self.by_name[name] for name in names if name in self.by_name), None)
        if entry is not None:
            if self._is_photo(entry) or (mention.is_photo and self._stands_alone(entry)):
                yield from self._photos(entry, mention)
            return
        name = mention.names[0] if mention.names else ""
        is_address = _ADDRESS.match(name) is not None
        if _LEAVES_ITS_FOLDER.search(name) and not is_address:
            yield unread(Reason.ESCAPE, where="a name in a list")
        elif mention.is_photo or kind_by_name(name) in {Kind.PICTURE, Kind.RAW}:
            yield from self._missing(name[:_LONGEST_NAME], mention)

    def rest(self, entries: Iterable[Entry]) -> Iterator[OwnPart]:
        for entry in entries:
            # What belongs to another file comes right behind that one.
            if entry.name in self.given or entry.name in self.owners:
                continue
            if self._is_photo(entry):
                yield from self._photos(entry, self.unlisted(entry))
            elif self.kinds[entry.name] is Kind.FILM:
                yield unread(Reason.UNKNOWN_KIND, where="a film")
            elif self.kinds[entry.name] is Kind.OTHER:
                yield unread(Reason.UNKNOWN_KIND, where="a file that is no picture")

    def end(self) -> Iterator[OwnPart]:
        if self.is_too_many:
            yield unread(Reason.TOO_MANY, where="photos in lists whose files did not come along")

    def _is_photo(self, entry: Entry) -> bool:
        is_picture = self.kinds[entry.name] in {Kind.PICTURE, Kind.RAW}
        return is_picture or entry.name in self.owners

    def _stands_alone(self, entry: Entry) -> bool:
        return self.kinds[entry.name] is Kind.OTHER

    def _photos(self, entry: Entry, mention: Mention) -> Iterator[OwnPhoto]:
        together = [entry.name, *self.parts_of.get(entry.name, ())]
        for name in together:
            if name not in self.given:
                self.given.add(name)
                yield self._photo(self.exact[name], name, mention)

    def _missing(self, name: str, mention: Mention) -> Iterator[OwnPhoto]:
        # Posts stand in several lists of one archive; a photo without any name is one of its own.
        if name and name in self.missing:
            return
        if len(self.missing) >= self.most_missing:
            self.is_too_many = True
            return
        self.missing.add(name or f"\0{len(self.missing)}")
        yield self._photo(None, name, mention)

    def _photo(self, entry: Entry | None, name: str, mention: Mention) -> OwnPhoto:
        return OwnPhoto(
            position=0,
            entry=entry,
            name=name,
            service=self.service,
            place=mention.place,
            audience=mention.audience,
            audience_shown=mention.audience_shown[:_LONGEST_NAME],
            album=mention.album[:_LONGEST_NAME],
            at=mention.at,
            at_shown=mention.at_shown,
            is_others=mention.is_others,
            belongs_to=self.owners.get(name, "") if entry is not None else "",
        )


def photos_of(
    source: Source,
    service: PhotoService,
    told: Iterable[Told],
    *,
    unlisted: Unlisted = lambda _: Mention(names=()),
    most_missing: int = MOST_ENTRIES,
) -> Iterator[OwnPart]:
    """
    Yield every photo once: first those of the lists, in their order, then the other files.

    A file that two lists name comes as the first one says. Of photos whose file did not come
    along at most *most_missing* are yielded; that there were more is then said.

    Args:
        source: holds the files.
        service: whose archive it is.
        told: what the lists say.
        unlisted: what can be said of a file that no list names, from where it lies.
        most_missing: see above.
    """
    gathering = _gathering(source, service, unlisted, most_missing)
    yield from _numbered(_parts(source, gathering, told))


def _parts(source: Source, gathering: _Gathering, told: Iterable[Told]) -> Iterator[OwnPart]:
    yield from source.refused
    for one in told:
        if isinstance(one, Unread):
            yield one
        else:
            yield from gathering.told(one)
    yield from gathering.rest(source.entries())
    yield from gathering.end()


def _numbered(parts: Iterable[OwnPart]) -> Iterator[OwnPart]:
    for position, part in enumerate(parts):
        yield replace(part, position=position)


def _gathering(
    source: Source, service: PhotoService, unlisted: Unlisted, most_missing: int
) -> _Gathering:
    entries = source.entries()
    kinds = {entry.name: kind_of(entry) for entry in entries}
    owners = owners_of(kinds.items())
    parts_of: dict[str, list[str]] = {}
    for name in sorted(owners):
        parts_of.setdefault(owners[name], []).append(name)
    by_name: dict[str, Entry] = {}
    for entry in entries:
        by_name.setdefault(nfc(entry.name), entry)
    return _Gathering(
        service=service,
        unlisted=unlisted,
        exact={entry.name: entry for entry in entries},
        by_name=by_name,
        kinds=kinds,
        owners=owners,
        parts_of=parts_of,
        most_missing=most_missing,
    )
