"""What a file is by its name, and which files are parts of one photo."""

import re
import unicodedata
from collections.abc import Iterable
from enum import Enum

from benban.errors import ImportDamagedError
from benban.unpack.parts import Entry


class Kind(Enum):
    """What a file is."""

    PICTURE = "picture"
    RAW = "raw"
    FILM = "film"
    # Lists, texts and notes of other programs: they hold no photo.
    BESIDE = "beside"
    OTHER = "other"


_PICTURES = (
    "jpg",
    "jpeg",
    "jpe",
    "jfif",
    "png",
    "webp",
    "gif",
    "heic",
    "heif",
    "avif",
    "bmp",
    "tif",
    "tiff",
)
_RAWS = ("dng", "cr2", "cr3", "nef", "arw", "raf", "orf", "rw2")
_FILMS = (
    "mov",
    "mp4",
    "mp",
    "mv",
    "m4v",
    "3gp",
    "3g2",
    "webm",
    "avi",
    "mkv",
    "mpg",
    "mpeg",
    "mts",
    "wmv",
)
_BESIDES = (
    "json",
    "js",
    "html",
    "htm",
    "css",
    "txt",
    "csv",
    "md",
    "xml",
    "xmp",
    "aae",
    "ini",
    "db",
    "ds_store",
    "svg",
    "ics",
    "vcf",
)
_KINDS = {
    **dict.fromkeys(_PICTURES, Kind.PICTURE),
    **dict.fromkeys(_RAWS, Kind.RAW),
    **dict.fromkeys(_FILMS, Kind.FILM),
    **dict.fromkeys(_BESIDES, Kind.BESIDE),
}
_LOOK_BYTES = 32
_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*")
# Source: ISO/IEC 14496-12 ``ftyp``; the brands of HEIF (23008-12) and AVIF.
_BRANDS = (b"heic", b"heix", b"heif", b"mif1", b"msf1", b"avif")
# What Google writes behind the name of a copy that was changed in its own program, as far as it
# was seen; see docs/reference/own-photo-archives.md.
_CHANGED = re.compile(
    r"-(?:edited|effects|smile|mix|bearbeitet|bewerkt|modifi\u00e9|modificato|editado|ha editado|"
    r"editat|edytowane|\u7de8\u96c6\u6e08\u307f)(?P<number>\([0-9]{1,5}\))?$",
    re.IGNORECASE,
)
_APPLE_CHANGED = re.compile(r"^IMG_E([0-9]{1,8})$", re.IGNORECASE)
_THUMB = "_thumb"


def nfc(text: str) -> str:
    """Return *text* so that two spellings of one name are equal."""
    return unicodedata.normalize("NFC", text)


def folder_of(name: str) -> str:
    """Return the folder of a name with its ``/``; empty for a name in none."""
    head, mark, _ = name.rpartition("/")
    return head + mark


def kind_by_name(name: str) -> Kind:
    """Return what a file is as far as its name says."""
    last = name.rpartition("/")[2]
    # The fork that macOS writes beside a file on foreign disks has the file's own extension.
    if last.startswith("._") or name.startswith("__MACOSX/"):
        return Kind.BESIDE
    return _KINDS.get(last.rpartition(".")[2].lower(), Kind.OTHER)


def kind_of(entry: Entry) -> Kind:
    """Return what a file is: by its name, else by its first bytes."""
    kind = kind_by_name(entry.name)
    return Kind.PICTURE if kind is Kind.OTHER and _begins_like_one(entry) else kind


def _begins_like_one(entry: Entry) -> bool:
    try:
        with entry.open() as stream:
            start = stream.read(_LOOK_BYTES)
    except (OSError, ImportDamagedError):
        return False
    is_webp = start[:4] == b"RIFF" and start[8:12] == b"WEBP"
    is_heif = start[4:8] == b"ftyp" and start[8:12] in _BRANDS
    return start.startswith(_STARTS) or is_webp or is_heif


def owners_of(names: Iterable[tuple[str, Kind]]) -> dict[str, str]:
    """
    Return which file each of *names* is a part of; those on their own are not in it.

    A film, a RAW file, a changed copy and a small preview belong to the picture of the same name
    in the same folder.
    """
    kinds = dict(names)
    # Of each stem the first picture, or where there is none the first RAW: never all of them,
    # which are 65,000 in a folder that means harm.
    by_stem: dict[str, str] = {}
    for kind in (Kind.PICTURE, Kind.RAW):
        for name in sorted(one for one, its in kinds.items() if its is kind):
            by_stem.setdefault(_stem(name), name)
    found: dict[str, str] = {}
    for name, kind in kinds.items():
        if kind in {Kind.PICTURE, Kind.RAW, Kind.FILM}:
            owner = _owner(name, kind, by_stem, kinds)
            if owner:
                found[name] = owner
    ends = {name: _last(found, owner) for name, owner in found.items()}
    return {name: owner for name, owner in ends.items() if owner != name}


def _owner(name: str, kind: Kind, by_stem: dict[str, str], kinds: dict[str, Kind]) -> str:
    for stem in _stems(name, kind):
        owner = by_stem.get(stem, "")
        # One of the same kind and stem stands beside it; neither is a part of the other.
        is_beside = owner != "" and kind is kinds[owner] and _stem(name) == stem
        if owner and not is_beside:
            return owner
    return ""


def _stems(name: str, kind: Kind) -> Iterable[str]:
    stem = _stem(name)
    folder, last = folder_of(stem), stem.rpartition("/")[2]
    if kind is not Kind.PICTURE:
        yield stem
        # PXL_1.MP beside PXL_1.MP.jpg; IMG_1.HEIC.MOV as some programs copy it.
        yield _whole(name)
        yield _stem(stem)
    if changed := _CHANGED.search(last):
        yield _folded(folder + last[: changed.start()] + (changed["number"] or ""))
    if apple := _APPLE_CHANGED.match(last):
        yield _folded(f"{folder}IMG_{apple[1]}")
    if last.endswith(_THUMB):
        yield stem[: -len(_THUMB)]
        # Telegram writes photo.jpg and photo.jpg_thumb.jpg.
        yield _stem(stem[: -len(_THUMB)])


def _stem(name: str) -> str:
    whole = _whole(name)
    head, mark, ending = whole.rpartition(".")
    return head if mark and "/" not in ending else whole


def _whole(name: str) -> str:
    return _folded(name)


def _folded(name: str) -> str:
    return nfc(name).casefold()


def _last(found: dict[str, str], owner: str) -> str:
    # A film of a changed copy of a photo: all three are one photo.
    seen = {owner}
    while (further := found.get(owner)) is not None and further not in seen:
        owner = further
        seen.add(owner)
    return owner
