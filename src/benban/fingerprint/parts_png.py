"""
The pieces of a PNG beside its picture. Runs inside the fence only.

Source: PNG, third edition, sections 5, 11 and 13; XMP part 3, 1.1.5; C2PA 2, A.3.2.
"""

import re
from collections.abc import Iterator

from benban.fingerprint.photo_parts import Part, PartKind, unpacked

_SIGNATURE_BYTES, _HEAD_BYTES, _CRC_BYTES = 8, 8, 4
# What a decoder needs, and what says how to show it and nothing about anybody.
_PLAIN = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB cICP sBIT bKGD hIST pHYs mDCV cLLI acTL fcTL fdAT"
    b" iDOT sPLT".split()
)
_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_XMP_KEY = b"XML:com.adobe.xmp"
# As ImageMagick packs blocks of other containers: a name, a length and hexadecimal digits.
_RAW_PROFILE = b"Raw profile type "
_RAW_HEAD = re.compile(rb"\s*\S+\s+[0-9]+\s+")
_RAW_KINDS = {
    b"exif": PartKind.EXIF,
    b"APP1": PartKind.EXIF,
    b"iptc": PartKind.IPTC,
    b"8bim": PartKind.IPTC,
    b"xmp": PartKind.XMP,
    b"icc": PartKind.ICC,
    b"icm": PartKind.ICC,
}
_KEYS = {
    b"software": PartKind.PROGRAM,
    b"author": PartKind.OWNER,
    b"copyright": PartKind.OWNER,
    b"source": PartKind.PROGRAM,
    b"creation time": PartKind.TIME,
    b"date:create": PartKind.TIME,
    b"date:modify": PartKind.TIME,
}


def png_parts(data: bytes) -> Iterator[Part]:
    """Yield the pieces of a PNG, and after its end what follows it."""
    at, kind = _SIGNATURE_BYTES, b""
    while at + _HEAD_BYTES <= len(data) and kind != b"IEND":
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        start = at + _HEAD_BYTES
        at = start + size + _CRC_BYTES
        if at > len(data):
            yield Part(kind=PartKind.UNREAD)
            return
        if kind not in _PLAIN:
            yield from _chunk(kind, data[start : start + size])
    if data[at:].strip(b"\0 \r\n"):
        yield Part(kind=PartKind.TRAILER, data=data[at:])


def _chunk(kind: bytes, body: bytes) -> Iterator[Part]:
    if kind in _TEXTS:
        yield from _text(kind, body)
    elif kind == b"eXIf":
        yield Part(kind=PartKind.EXIF, data=body)
    elif kind == b"tIME":
        yield Part(kind=PartKind.TIME)
    elif kind == b"iCCP":
        yield Part(kind=PartKind.ICC, data=unpacked(body.partition(b"\0")[2][1:]))
    elif kind == b"caBX":
        yield Part(kind=PartKind.CREDENTIALS, data=body)
    else:
        yield Part(kind=PartKind.UNREAD, data=body)


def _text(kind: bytes, body: bytes) -> Iterator[Part]:
    key, _, rest = body.partition(b"\0")
    if kind == b"zTXt":
        rest = unpacked(rest[1:])
    elif kind == b"iTXt":
        is_packed, rest = rest[:1] == b"\1", rest[2:]
        rest = rest.partition(b"\0")[2].partition(b"\0")[2]
        rest = unpacked(rest) if is_packed else rest
    if key == _XMP_KEY:
        yield Part(kind=PartKind.XMP, data=rest)
    elif key.startswith(_RAW_PROFILE):
        yield _raw_profile(key[len(_RAW_PROFILE) :], rest)
    elif rest.strip():
        yield Part(kind=_KEYS.get(key.lower(), PartKind.TEXT), data=rest)


def _raw_profile(name: bytes, text: bytes) -> Part:
    head = _RAW_HEAD.match(text)
    try:
        body = bytes.fromhex(text[head.end() if head else 0 :].decode("ascii"))
    except ValueError:
        return Part(kind=PartKind.UNREAD)
    kind = _RAW_KINDS.get(name, PartKind.UNREAD)
    if kind is PartKind.EXIF and b"http://ns.adobe.com/xap/1.0/\0" in body[:40]:
        return Part(kind=PartKind.XMP, data=body)
    return Part(kind=kind, data=body)
