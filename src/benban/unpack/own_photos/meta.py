"""What the archives of Facebook and Instagram have in common: how they name pictures."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from benban.model.own_photo import Audience, PhotoPlace
from benban.unpack.own_photos.json_items import Json, dig, mended, text_of, unix_time
from benban.unpack.own_photos.listed import Mention
from benban.unpack.parts import Source

# Words for who can see something, as far as they are known; any other is shown and means unknown.
_AUDIENCES = {
    "public": Audience.PUBLIC,
    "everyone": Audience.PUBLIC,
    "c\u00f4ng khai": Audience.PUBLIC,
    "friends": Audience.LIMITED,
    "b\u1ea1n b\u00e8": Audience.LIMITED,
    "friends of friends": Audience.LIMITED,
    "followers": Audience.LIMITED,
    "close friends": Audience.LIMITED,
    "custom": Audience.LIMITED,
    "only me": Audience.PRIVATE,
    "ch\u1ec9 m\u00ecnh t\u00f4i": Audience.PRIVATE,
}
_AUDIENCE_KEYS = ("privacy", "audience")
_AUDIENCE_LABELS = frozenset({"privacy", "audience"})
_DEEPEST = 16
# More parts than any archive came in.
_MOST_ROOTS = 64
_MILLISECOND_DIGITS = 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What holds for every picture of a list."""

    place: PhotoPlace
    audience: Audience = Audience.UNKNOWN
    audience_shown: str = ""
    album: str = ""
    is_others: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Roots:
    """Where in the source the parts of the archive begin; each empty, or with ``/`` behind."""

    folders: tuple[str, ...] = field(default=("",))

    def names(self, uri: Json) -> tuple[str, ...]:
        """Return the names under which *uri* may lie in the source."""
        written = {text_of(uri): None, mended(uri): None}
        if any(re.match(r"https?://", one, re.IGNORECASE) for one in written):
            return tuple(written)
        return tuple(f"{folder}{one}" for one in written for folder in self.folders)


def roots_of(source: Source, first_folders: "re.Pattern[str]") -> Roots:
    """
    Return where the parts of an archive begin.

    Args:
        source: what was handed over.
        first_folders: matches a name up to what the archive itself calls its first folder.
    """
    found = {""}
    for entry in source.entries():
        if len(found) < _MOST_ROOTS and (match := first_folders.match(entry.name)):
            found.add(match["root"])
    # The deepest first: what lies beside its own list is meant.
    return Roots(folders=tuple(sorted(found, key=lambda one: (-len(one), one))))


def audience_word(word: str) -> Audience:
    """Return what the archive's *word* means; ``UNKNOWN`` for one that is not known."""
    return _AUDIENCES.get(word.strip().casefold(), Audience.UNKNOWN)


def mentions(value: Json, roots: Roots, standing: Standing) -> Iterator[Mention]:
    """Yield the pictures that one entry of a list names, with what it says about them."""
    shown = _audience_shown(value)
    if shown:
        audience = audience_word(shown)
    else:
        audience, shown = standing.audience, standing.audience_shown
    posted = _first_of(value, ("timestamp", "creation_timestamp", "timestamp_ms"))
    for node in _nodes(value, 0):
        at_shown = _first_of(node, ("creation_timestamp",)) or posted
        yield Mention(
            names=roots.names(node["uri"]),
            place=standing.place,
            audience=audience,
            audience_shown=shown,
            album=standing.album,
            at=_time(at_shown),
            at_shown=at_shown,
            is_others=standing.is_others,
        )


def _nodes(value: Json, depth: int) -> "Iterator[dict[str, Json]]":
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        if text_of(value.get("uri")):
            yield value
        children = [one for key, one in value.items() if key not in {"thumbnail", "share"}]
    else:
        children = value if isinstance(value, list) else []
    for child in children:
        yield from _nodes(child, depth + 1)


def _first_of(value: Json, keys: tuple[str, ...]) -> str:
    found = (text_of(dig(value, key)) for key in keys)
    return next((one for one in found if one not in {"", "0"}), "")


def _time(shown: str) -> datetime | None:
    # Milliseconds in messages, seconds everywhere else; no photo here is from the year 33658.
    return unix_time(shown[:-3] if len(shown) == _MILLISECOND_DIGITS else shown)


def _audience_shown(value: Json) -> str:
    for key in _AUDIENCE_KEYS:
        found = dig(value, key)
        shown = mended(dig(found, "value") if isinstance(found, dict) else found)
        if shown:
            return shown
    labels = dig(value, "label_values")
    for one in labels if isinstance(labels, list) else []:
        if mended(dig(one, "label")).casefold() in _AUDIENCE_LABELS:
            return mended(dig(one, "value"))
    return ""
