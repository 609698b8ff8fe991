"""
The proof that a copy holds its picture and nothing else, by other code than wrote it.

A short list says what a decoder needs. Each part of the file must be on it, in its place, with
exactly the length that its own numbers ask for; the file must end where the picture ends. Anything
else is left over, and the copy is not given to anybody. It is no list of what is known to be
harmful: what nobody has thought of fails too.

What it cannot see: something hidden in the pixels themselves, in the values of a table that a scan
does use, or inside the coded picture data (the decoder's complaints about that are asked for
separately, see ``casework.safer``).
"""

import hashlib
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

# SHA-256 of the only colour profiles a copy may hold: sRGB, Display P3, Adobe RGB, ROMM RGB, as
# exposure.colour makes them (a test compares; this module never asks that one).
KNOWN_PROFILES = frozenset(
    {
        "5d3b879456949ff9490997be7ae91744971625c49e59aff2973097f6c8d03940",
        "c470ab8242699c52c448b6ac3c42a1b9f87c8b00a5d0fb9cd979a01b945f9d2a",
        "5c72a7a09b64d4bc2695202a6b2f71281ebb9586728dce197e4067c11a6ceffe",
        "b061eeeaa72e9866b0ef59cea21c7f3797765230825ea5bd3f99b96cc599773c",
    }
)
_PNG_START = b"\x89PNG\r\n\x1a\n"
_PNG_PROFILE_NAME = b"ICC Profile\0\0"
_MOST_PROFILE_BYTES = 4096
_INFLATE_BYTES = 1 << 20
_MOST_SEGMENTS = 4096
# JPEG segments by number, and how each must look; JFIF without a thumbnail, Adobe without more.
_JFIF_HEAD, _JFIF_BYTES = b"JFIF\0\x01", 14
_ADOBE_HEAD, _ADOBE_BYTES = b"Adobe\0\x64\0\0\0\0", 12
_ICC_HEAD = b"ICC_PROFILE\0\x01\x01"
_FRAME_KINDS = frozenset({0xC0, 0xC1, 0xC2, 0xC9, 0xCA})
_ARITHMETIC_KINDS = frozenset({0xC9, 0xCA})
# Channels of a PNG by its colour type (without a palette), and the chunks in their only order.
_CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}
_PNG_ORDERS = frozenset({b"IHDRIDATIEND", b"IHDRiCCPIDATIEND"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """Something that is not on the short list: the part's own name, and where it begins."""

    part: str
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """
    What was found on reading a copy.

    Attributes:
        ending: ``jpg`` or ``png``; empty where it is neither.
        width_px: as the picture's own header says; 0 where there is none.
        leftovers: empty: the file holds its picture and nothing else.
    """

    ending: str = ""
    width_px: int = 0
    height_px: int = 0
    leftovers: tuple[Leftover, ...] = ()


class _LeftoverError(Exception):
    def __init__(self, part: str, at: int) -> None:
        super().__init__(part)
        self.leftover = Leftover(part=part, at=at)


def prove_clean(copy: bytes) -> Proof:
    """
    Return what a copy is, and the first part of it that no decoder needs.

    Args:
        copy: the bytes as they lie on the disk.
    """
    if copy.startswith(b"\xff\xd8"):
        ending, walk = "jpg", _prove_jpeg
    elif copy.startswith(_PNG_START):
        ending, walk = "png", _prove_png
    else:
        return Proof(leftovers=(Leftover(part="kind", at=0),))
    try:
        width_px, height_px = walk(copy)
    except _LeftoverError as error:
        return Proof(ending=ending, leftovers=(error.leftover,))
    except (struct.error, IndexError, zlib.error):
        return Proof(ending=ending, leftovers=(Leftover(part="structure", at=0),))
    return Proof(ending=ending, width_px=width_px, height_px=height_px)


def _prove_jpeg(copy: bytes) -> tuple[int, int]:
    size = (0, 0)
    seen: set[str] = set()
    tables = _Tables()
    at, segments = 2, 0
    while True:
        kind, segments = copy[at + 1], segments + 1
        if copy[at] != 0xFF or segments > _MOST_SEGMENTS:  # noqa: PLR2004
            raise _LeftoverError(part="between segments", at=at)
        if kind == 0xD9:  # noqa: PLR2004 - end of image
            break
        body = copy[at + 4 : at + 2 + int.from_bytes(copy[at + 2 : at + 4], "big")]
        name = _segment_name(kind, body)
        _require(name not in {"", *seen}, f"segment {kind:02X}", at)
        if kind in _FRAME_KINDS:
            size = int.from_bytes(body[3:5], "big"), int.from_bytes(body[1:3], "big")
        if name in {"JFIF", "Adobe", "profile", "frame"}:
            seen.add(name)
        _require(tables.follow(name, kind, body), f"segment {kind:02X}", at)
        at += 4 + len(body)
        if name == "scan":
            at = _end_of_scan(copy, at)
    _require(at + 2 == len(copy), "after the picture", at + 2)
    _require(not tables.waiting, "tables", at)
    _require(min(size) > 0, "no picture", 0)
    return size


def _segment_name(kind: int, body: bytes) -> str:
    """Return what a segment is; empty: not on the list, or longer than it needs to be."""
    name, is_right = _SEGMENTS.get(kind, ("", bool))
    return name if name and is_right(body) else ""


def _is_plain_jfif(body: bytes) -> bool:
    # The last two bytes are the sides of a thumbnail.
    return len(body) == _JFIF_BYTES and body.startswith(_JFIF_HEAD) and body[-2:] == b"\0\0"


def _is_known_profile(body: bytes, head: bytes) -> bool:
    profile = body[len(head) :]
    return body.startswith(head) and hashlib.sha256(profile).hexdigest() in KNOWN_PROFILES


def _fills(body: bytes, values: Callable[[bytes], int], head_bytes: int) -> bool:
    """Return whether tables follow one another, each as long as its head says, to the end."""
    at = 0
    while at < len(body):
        at += head_bytes + values(body[at : at + head_bytes])
    return at == len(body) > 0


_SEGMENTS: dict[int, tuple[str, Callable[[bytes], bool]]] = {
    0xE0: ("JFIF", _is_plain_jfif),
    0xEE: ("Adobe", lambda body: body[:11] == _ADOBE_HEAD and len(body) == _ADOBE_BYTES),
    0xE2: ("profile", lambda body: _is_known_profile(body, _ICC_HEAD)),
    **dict.fromkeys(_FRAME_KINDS, ("frame", lambda body: len(body) == 6 + 3 * body[5])),
    0xDA: ("scan", lambda body: len(body) == 4 + 2 * body[0]),
    0xDB: ("quantisers", lambda body: _fills(body, lambda head: 64 << (head[0] >> 4), 1)),
    0xC4: ("codes", lambda body: _fills(body, lambda head: sum(head[1:]), 17)),
    0xCC: ("conditions", lambda body: _fills(body, lambda _: 1, 1)),
    0xDD: ("restarts", lambda body: len(body) == 2),  # noqa: PLR2004 - B.2.4.4
}


# How long a table is, by its first byte and the sixteen that follow.
_TABLE_BYTES: dict[str, Callable[[bytes], int]] = {
    "quantisers": lambda table: 1 + (64 << (table[0] >> 4)),
    "codes": lambda table: 17 + sum(table[1:17]),
    "conditions": lambda _: 2,
}


class _Tables:
    """
    Tables that were defined and that no scan has needed yet.

    A decoder needs a table only if a scan uses it before it is defined anew; any other could hold
    whatever somebody wrote there. Source: ITU-T T.81 B.2.3, B.2.4, G.1.
    """

    def __init__(self) -> None:
        self.waiting: set[tuple[str, int]] = set()
        # The number of the quantiser of each component, until its first scan has taken it.
        self._quantisers: dict[int, int] = {}
        self._codes = ""

    def follow(self, name: str, kind: int, body: bytes) -> bool:
        """Take note of a segment; False: it defines a table anew that nothing has used."""
        if name == "frame":
            self._quantisers = {body[at]: body[at + 2] for at in range(6, len(body), 3)}
            self._codes = "conditions" if kind in _ARITHMETIC_KINDS else "codes"
        elif name == "scan":
            self._use(body)
        elif name == "restarts":
            return self._define((name, 0))
        elif name in _TABLE_BYTES:
            return all(self._define((name, number)) for number in _table_numbers(name, body))
        return True

    def _define(self, table: tuple[str, int]) -> bool:
        is_new = table not in self.waiting
        self.waiting.add(table)
        return is_new

    def _use(self, scan: bytes) -> None:
        begins, ends, refines = scan[-3], scan[-2], scan[-1] >> 4
        used = {("restarts", 0)}
        for component, codes in zip(scan[1:-3:2], scan[2:-3:2], strict=True):
            used.add(("quantisers", self._quantisers.pop(component, -1)))
            if begins == 0 and refines == 0:
                used.add((self._codes, codes >> 4))
            if ends > 0:
                used.add((self._codes, 0x10 | codes & 0x0F))
        self.waiting -= used


def _table_numbers(name: str, body: bytes) -> Iterator[int]:
    at = 0
    while at < len(body):
        # Beside a quantiser's number stands only how wide its values are.
        yield body[at] & 0x0F if name == "quantisers" else body[at]
        at += _TABLE_BYTES[name](body[at : at + 17])


def _end_of_scan(copy: bytes, at: int) -> int:
    """Return where the next segment begins: FF that is neither stuffed nor a restart."""
    while (at := copy.find(b"\xff", at)) >= 0:
        following = copy[at + 1]
        if following != 0 and not 0xD0 <= following <= 0xD7:  # noqa: PLR2004
            return at
        at += 2
    raise _LeftoverError(part="no end", at=len(copy))


def _prove_png(copy: bytes) -> tuple[int, int]:
    names: list[bytes] = []
    unpacked, size = _Unpacked(), (0, 0)
    for name, at, body in _chunks(copy):
        if name != b"IDAT" or names[-1:] != [b"IDAT"]:
            names.append(name)
        if name == b"IHDR":
            size = _start_png(body, unpacked, at)
        elif name == b"IDAT":
            unpacked.add(body, at)
        elif name == b"iCCP":
            _require(_is_known_png_profile(body), "profile", at)
        else:
            _require(name == b"IEND" and not body, f"chunk {name.decode('latin-1')}", at)
    _require(b"".join(names) in _PNG_ORDERS, "order of chunks", 0)
    unpacked.require_whole()
    return size


def _chunks(copy: bytes) -> Iterator[tuple[bytes, int, bytes]]:
    at, name = len(_PNG_START), b""
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", copy, at)
        body = copy[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack_from(">I", copy, at + 8 + length)
        _require(checksum == zlib.crc32(body, zlib.crc32(name)), "checksum", at)
        yield name, at, body
        at += 12 + length
    _require(at == len(copy), "after the picture", at)


def _start_png(body: bytes, unpacked: "_Unpacked", at: int) -> tuple[int, int]:
    width, height, depth, kind, packing, filtering, lacing = struct.unpack(">IIBBBBB", body)
    _require(kind in _CHANNELS and (packing, filtering, lacing) == (0, 0, 0), "header", at)
    _require(min(width, height) > 0, "no picture", at)
    unpacked.wanted = height * (1 + (width * _CHANNELS[kind] * depth + 7) // 8)
    return width, height


def _is_known_png_profile(body: bytes) -> bool:
    if not body.startswith(_PNG_PROFILE_NAME):
        return False
    stream = zlib.decompressobj()
    profile = stream.decompress(body[len(_PNG_PROFILE_NAME) :], _MOST_PROFILE_BYTES)
    is_all = stream.eof and not stream.unused_data
    return is_all and hashlib.sha256(profile).hexdigest() in KNOWN_PROFILES


class _Unpacked:
    """The picture data of a PNG as it unpacks, counted and thrown away."""

    def __init__(self) -> None:
        self.wanted = 0
        self._count = 0
        self._stream = zlib.decompressobj()

    def add(self, packed: bytes, at: int) -> None:
        """Count what *packed* unpacks to; more than the header asks for is left over."""
        while packed:
            self._count += len(self._stream.decompress(packed, _INFLATE_BYTES))
            _require(self._count <= self.wanted, "picture data", at)
            _require(not self._stream.unused_data, "behind the picture data", at)
            packed = self._stream.unconsumed_tail

    def require_whole(self) -> None:
        """Raise unless exactly the picture came out."""
        # The last bytes may wait for room that there was none for.
        self._count += len(self._stream.decompress(b"", _INFLATE_BYTES))
        _require(self._stream.eof and self._count == self.wanted, "picture data", 0)


def _require(is_so: bool, part: str, at: int) -> None:
    if not is_so:
        raise _LeftoverError(part, at)
