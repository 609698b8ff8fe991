"""
Google Photos as Google Takeout gives it: folders of pictures, each with a small file beside it.

The names of those files are cut: how, nobody has published; what was seen, with sources, is in
docs/reference/own-photo-archives.md.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from benban.model.own_photo import Audience, PhotoPlace, PhotoService
from benban.unpack.own_photos.json_items import Json, dig, read_object, text_of, unix_time
from benban.unpack.own_photos.kinds import Kind, folder_of, kind_by_name, nfc
from benban.unpack.own_photos.listed import Mention, Told, photos_of
from benban.unpack.own_photos.parts import OwnPart
from benban.unpack.parts import Entry, Source, Unread

_MARK = re.compile(
    r"(?:^|/)Takeout/Google [^/]+/[^/]+/[^/]+$|\.supplemental-metadata(?:\([0-9]+\))?\.json$|"
    r"(?:^|/)Google (?:Photos|Fotos|\u1ea2nh)/[^/]+/[^/]+$"
)
_LARGEST_BYTES = 1 << 20
_SUPPLEMENT = ".supplemental-metadata"
_NUMBER = re.compile(r"\(([0-9]{1,6})\)$")
_NUMBER_BEFORE_ENDING = re.compile(r"\(([0-9]{1,6})\)(?=\.[^.]*$|$)")
# Google cuts what stands before ".json" at 46 characters; a shorter stem was not cut so far that
# part of the picture's own name is missing.
_CUT_FROM = 40
# No file system holds a longer name; each would be cut at thousands of places.
_LONGEST_NAME = 255
_ACCESS = {
    "public": Audience.PUBLIC,
    "shared": Audience.LIMITED,
    "private": Audience.PRIVATE,
}


@dataclass(slots=True, kw_only=True)
class _Folder:
    """The files of one folder."""

    beside: list[Entry] = field(default_factory=list)
    others: list[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Album:
    """What the file of an album says; nothing for the folders of a year."""

    title: str = ""
    audience: Audience = Audience.UNKNOWN
    audience_shown: str = ""
    is_album: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What the file beside a picture says; the rest of it is not held."""

    title: str = ""
    at: datetime | None = None
    at_shown: str = ""
    is_shared: bool = False
    is_others: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    """The file beside a picture, decoded."""

    entry: Entry
    facts: _Facts


_Key = tuple[str, str]


class GooglePhotos:
    """Reads the small files of each folder."""

    service = PhotoService.GOOGLE

    def recognises(self, source: Source) -> bool:
        """Return whether folders or files are named as Takeout names them."""
        return any(_MARK.search(nfc(entry.name)) for entry in source.entries())

    def photos(self, source: Source) -> Iterator[OwnPart]:
        """Yield every photo once, folder by folder."""
        yield from photos_of(source, self.service, _told(source), unlisted=_by_folder)


def _told(source: Source) -> Iterator[Told]:
    folders: dict[str, _Folder] = {}
    for entry in source.entries():
        folder = folders.setdefault(nfc(folder_of(entry.name)), _Folder())
        is_list = entry.name.lower().endswith(".json")
        (folder.beside if is_list else folder.others).append(entry)
    for name in sorted(folders):
        yield from _folder(folders[name])


def _folder(folder: _Folder) -> Iterator[Told]:
    album = _Album()
    found: dict[_Key, _Beside] = {}
    for entry in folder.beside:
        value = read_object(entry, _LARGEST_BYTES)
        if isinstance(value, Unread):
            yield value
        elif dig(value, "photoTakenTime") is not None:
            found[_key(entry.name)] = _Beside(entry=entry, facts=_facts(value))
        elif _is_album(value):
            album = _album(value)
    used: set[str] = set()
    for entry in folder.others:
        beside = _beside(entry.name.rpartition("/")[2], found)
        if beside is not None:
            used.add(beside.entry.name)
            yield _mention((entry.name,), beside.facts, album)
        elif album.is_album:
            yield _mention((entry.name,), _Facts(), album)
    yield from _without_file([one for one in found.values() if one.entry.name not in used], album)


def _without_file(besides: Sequence[_Beside], album: _Album) -> Iterator[Told]:
    for beside in besides:
        title = beside.facts.title
        if kind_by_name(title) in {Kind.PICTURE, Kind.RAW}:
            yield _mention((folder_of(beside.entry.name) + title,), beside.facts, album)


def _key(name: str) -> _Key:
    stem = nfc(name.rpartition("/")[2])[: -len(".json")]
    number = _NUMBER.search(stem)
    return (number[1], stem[: number.start()]) if number else ("", stem)


def _beside(name: str, found: dict[_Key, _Beside]) -> _Beside | None:
    if len(name) > _LONGEST_NAME:
        return None
    whole = nfc(name)
    number = _NUMBER_BEFORE_ENDING.search(whole)
    tries = [("", whole)]
    if number:
        # "image(1).png" has "image.png.supplemental-metadata(1).json" beside it.
        tries.insert(0, (number[1], whole[: number.start()] + whole[number.end() :]))
    for digits, one in tries:
        full = one + _SUPPLEMENT
        # The longest first: "a.jpg.supplemental-metadata" before what it may have been cut to.
        for length in range(len(full), min(len(one), _CUT_FROM) - 1, -1):
            beside = found.get((digits, full[:length]))
            if beside is not None:
                return beside
    return None


def _facts(value: "dict[str, Json]") -> _Facts:
    origin = value.get("googlePhotosOrigin")
    from_others = {"fromSharedAlbum", "fromPartnerSharing"}
    return _Facts(
        title=text_of(value.get("title")),
        at=unix_time(dig(value, "photoTakenTime", "timestamp")),
        at_shown=text_of(dig(value, "photoTakenTime", "formatted")),
        is_shared=bool(value.get("sharedAlbumComments")),
        is_others=isinstance(origin, dict) and not from_others.isdisjoint(origin),
    )


def _mention(names: tuple[str, ...], facts: _Facts, album: _Album) -> Mention:
    audience, shown = album.audience, album.audience_shown
    if facts.is_shared and audience in {Audience.UNKNOWN, Audience.PRIVATE}:
        audience, shown = Audience.LIMITED, "sharedAlbumComments"
    is_backup = not album.is_album or audience is Audience.PRIVATE
    return Mention(
        names=names,
        place=PhotoPlace.BACKUP if is_backup else PhotoPlace.ALBUM,
        audience=audience,
        audience_shown=shown,
        album=album.title,
        at=facts.at,
        at_shown=facts.at_shown,
        is_others=facts.is_others,
    )


def _is_album(value: "dict[str, Json]") -> bool:
    # The file's own name is translated; before 2020 its fields lay one level deeper.
    told = value.get("albumData", value)
    return bool(text_of(dig(told, "access")) or dig(told, "sharedAlbumComments"))


def _album(value: "dict[str, Json]") -> _Album:
    told = value.get("albumData", value)
    access = text_of(dig(told, "access"))
    audience = _ACCESS.get(access.strip().casefold(), Audience.UNKNOWN)
    if dig(told, "sharedAlbumComments") and audience in {Audience.UNKNOWN, Audience.PRIVATE}:
        audience, access = Audience.LIMITED, "sharedAlbumComments"
    title = text_of(dig(told, "title"))
    return _Album(title=title, audience=audience, audience_shown=access, is_album=True)


def _by_folder(entry: Entry) -> Mention:
    # Takeout may bring other services of Google along; in a chat most pictures are of others.
    is_chat = "/Google Chat/" in f"/{entry.name}"
    place = PhotoPlace.MESSAGE if is_chat else PhotoPlace.UNKNOWN
    return Mention(names=(), place=place, is_others=is_chat)
