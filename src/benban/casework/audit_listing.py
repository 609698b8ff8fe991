"""What a folder or an archive lists now: one's own photos, each under the id of its row."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from benban.model.own_photo import OwnPhotoId
from benban.unpack.own_photos.parts import OwnPhoto
from benban.unpack.own_photos.reading import read_own_photos
from benban.unpack.parts import Held, Reason, Source, Unread

_ID_CHARACTERS = 32
# What of these was not read may have named photos whose files did not come along.
_HARMLESS = frozenset({Reason.UNKNOWN_KIND, Reason.NOT_A_FILE, Reason.ESCAPE, Reason.NOT_INCLUDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """
    A photo of the person as it is listed now.

    Attributes:
        id: another one once the file's size, time or checksum is another one.
        held: in which folder or archive it lies, and under which name.
    """

    photo: OwnPhoto
    id: OwnPhotoId
    held: Held


@dataclass(slots=True, kw_only=True)
class Listing:
    """
    What one reading of *sources* lists.

    Attributes:
        others, parts: how many photos of other people, and parts of a photo, are not in ``own``.
        beside: where these lie.
    """

    sources: Sequence[Source]
    own: list[Found] = field(default_factory=list)
    beside: set[tuple[str, str]] = field(default_factory=set)
    others: int = 0
    parts: int = 0
    unread: Counter[Reason] = field(default_factory=Counter)

    @property
    def is_whole(self) -> bool:
        """Whether every list in it was read, so that what is not named is named nowhere."""
        return not any(reason not in _HARMLESS for reason in self.unread)

    def add_beside(self, part: OwnPhoto) -> None:
        """Count a photo of somebody else, or a part of a photo."""
        if part.belongs_to:
            self.parts += 1
        else:
            self.others += 1
        if part.entry is not None:
            held = _held(part, self.sources)
            self.beside.add((held.source_key, held.name))

    def covers(self, source_key: str) -> bool:
        """Return whether the folder or archive with this key was read."""
        return any(source.key == source_key for source in self.sources)


def kept_name(name: str) -> str:
    r"""
    Return a name of a file or folder as a row can keep it.

    Names on a disk are bytes; what of them is no text stands as ``\udcff``. No two names become
    one: entries have no ``\`` in their names.
    """
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def list_photos(sources: Sequence[Source], *, has_others: bool, is_hashed: bool) -> Listing:
    """
    Return what *sources* list; no picture is opened.

    Args:
        sources: one folder, or all parts of one archive.
        has_others: also photos that other people took or sent.
        is_hashed: checksums that an archive states for its members may tell versions apart.

    Raises:
        ImportTooLargeError: BB-804.
    """
    listing = Listing(sources=sources)
    nameless: Counter[tuple[str, ...]] = Counter()
    for part in read_own_photos(sources):
        if isinstance(part, Unread):
            listing.unread[part.reason] += 1
        elif (part.is_others and not has_others) or part.belongs_to:
            listing.add_beside(part)
        else:
            listing.own.append(_found(part, sources, nameless, is_hashed=is_hashed))
    return listing


def _found(
    photo: OwnPhoto,
    sources: Sequence[Source],
    nameless: Counter[tuple[str, ...]],
    *,
    is_hashed: bool,
) -> Found:
    held = _held(photo, sources)
    named = [held.source_key, held.name, *_version(photo, is_hashed=is_hashed)]
    if photo.entry is None and not photo.name:
        # Nothing but what the list says tells these apart; of equal ones, in which order they come.
        said = (photo.place.value, photo.album, photo.at_shown)
        nameless[said] += 1
        named += [*said, str(nameless[said])]
    digest = hashlib.sha256(json.dumps(named).encode()).hexdigest()
    return Found(photo=photo, id=OwnPhotoId(digest[:_ID_CHARACTERS]), held=held)


def _held(photo: OwnPhoto, sources: Sequence[Source]) -> Held:
    if photo.entry is not None and photo.entry.held is not None:
        return _as_kept(photo.entry.held)
    # In whatever order the parts of one archive are named, it is the same archive.
    first = min(sources, key=lambda source: (source.name, source.key))
    return _as_kept(Held(source_key=first.key, source_name=first.name, name=photo.name))


def _as_kept(held: Held) -> Held:
    return Held(
        source_key=held.source_key,
        source_name=kept_name(held.source_name),
        name=kept_name(held.name),
    )


def _version(photo: OwnPhoto, *, is_hashed: bool) -> Iterator[str]:
    # Of what the container says alone: no byte of the picture is read for it.
    if photo.entry is not None:
        yield str(photo.entry.size_bytes)
        yield photo.entry.version
        yield str(photo.entry.crc32) if is_hashed else ""
