"""
The pieces of a WebP and of a GIF beside their pictures. Runs inside the fence only.

Source: RFC 9649 section 2.7; GIF89a sections 23 to 27; XMP part 3, 1.1.2.
"""

from collections.abc import Iterator

from benban.fingerprint.photo_parts import Part, PartKind

_RIFF_HEAD_BYTES, _CHUNK_HEAD_BYTES = 12, 8
_WEBP_PLAIN = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"})
_WEBP_KINDS = {
    b"EXIF": PartKind.EXIF,
    b"XMP ": PartKind.XMP,
    b"ICCP": PartKind.ICC,
    b"C2PA": PartKind.CREDENTIALS,
}
_GIF_HEAD_BYTES, _GIF_FRAME_BYTES = 13, 10
_EXTENSION, _FRAME, _END = 0x21, 0x2C, 0x3B
_COMMENT, _PLAIN_TEXT, _APPLICATION, _CONTROL = 0xFE, 0x01, 0xFF, 0xF9
_GIF_PLAIN = frozenset({b"NETSCAPE2.0", b"ANIMEXTS1.0"})


def webp_parts(data: bytes) -> Iterator[Part]:
    """Yield the pieces of a WebP, and after its end what follows it."""
    end = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    at = _RIFF_HEAD_BYTES
    while at + _CHUNK_HEAD_BYTES <= end:
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        start = at + _CHUNK_HEAD_BYTES
        at = start + size + size % 2
        if start + size > end:
            yield Part(kind=PartKind.UNREAD)
            break
        if kind not in _WEBP_PLAIN:
            body = data[start : start + size]
            yield Part(kind=_WEBP_KINDS.get(kind, PartKind.UNREAD), data=body)
    if data[end:].strip(b"\0"):
        yield Part(kind=PartKind.TRAILER, data=data[end:])


def gif_parts(data: bytes) -> Iterator[Part]:
    """Yield the pieces of a GIF, and after its end what follows it."""
    at = _GIF_HEAD_BYTES + _colours(data, 10)
    while at < len(data) and data[at] != _END:
        if data[at] == _FRAME:
            at = _after_blocks(data, at + _GIF_FRAME_BYTES + _colours(data, at + 9) + 1)
        elif data[at] == _EXTENSION:
            start = at + 2
            at = _after_blocks(data, start)
            yield from _extension(data[start - 1 : start], data[start:at])
        else:
            yield Part(kind=PartKind.UNREAD)
            return
    if data[at + 1 :].strip(b"\0"):
        yield Part(kind=PartKind.TRAILER, data=data[at + 1 :])


def _colours(data: bytes, at: int) -> int:
    """Return how many bytes the table of colours takes of which the byte at *at* speaks."""
    flags = data[at] if at < len(data) else 0
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    while at < len(data) and data[at]:
        at += 1 + data[at]
    return at + 1


def _extension(kind: bytes, blocks: bytes) -> Iterator[Part]:
    label = kind[0] if kind else 0
    name = blocks[1:12]
    if label == _APPLICATION and name.startswith(b"XMP Data"):
        # Its text is not cut into blocks; the 258 bytes at its end lead a reader of blocks out.
        yield Part(kind=PartKind.XMP, data=blocks[12:])
    elif label == _APPLICATION and name.startswith(b"C2PA_GIF"):
        yield Part(kind=PartKind.CREDENTIALS)
    elif label == _APPLICATION and name.startswith(b"ICCRGBG1"):
        yield Part(kind=PartKind.ICC, data=_joined(blocks[12:]))
    elif label in {_COMMENT, _PLAIN_TEXT}:
        yield Part(kind=PartKind.TEXT, data=blocks)
    elif label != _CONTROL and name not in _GIF_PLAIN:
        yield Part(kind=PartKind.UNREAD, data=blocks)


def _joined(blocks: bytes) -> bytes:
    parts: list[bytes] = []
    at = 0
    while at < len(blocks) and blocks[at]:
        parts.append(blocks[at + 1 : at + 1 + blocks[at]])
        at += 1 + blocks[at]
    return b"".join(parts)
