"""
Which kind of sound bytes are, and whether a picture goes along in them.

Compressed sound is as good as chance: a mark of four letters stands in one of a hundred long
recordings by itself. So each mark is looked for only in the container that uses it, with the bytes
that must stand around it, and marks too short for that only inside the tag that holds them.
"""

import re

from benban.errors import NotARecordingError

# A mark may lie across two pieces.
MARK_BYTES = 64
# Of a tag at the start; what it says of its length stands in it.
TAG_HEAD_BYTES = 10
# First bytes of each kind that browsers record or play. Sources: RFC 8794 section 11.2.1 (EBML),
# RFC 3533 section 6 (Ogg), ISO/IEC 14496-12 section 4.3 (ftyp), RIFF WAVE, ID3v2.4 section 3.1,
# ISO/IEC 13818-7 section 6.2 (ADTS), ISO/IEC 11172-3 section 2.4.2.3 (the frame header of MP3).
_KINDS = (
    (re.compile(rb"\x1a\x45\xdf\xa3"), "audio/webm"),
    (re.compile(rb"OggS"), "audio/ogg"),
    (re.compile(rb".{4}ftyp", re.DOTALL), "audio/mp4"),
    (re.compile(rb"RIFF.{4}WAVE", re.DOTALL), "audio/wav"),
    (re.compile(rb"ID3"), "audio/mpeg"),
    (re.compile(rb"\xff[\xf0\xf1\xf8\xf9]"), "audio/aac"),
    (re.compile(rb"\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff]"), "audio/mpeg"),
)
# A frame of a tag with its media type, wherever a tag may stand (a chunk of WAVE, a box of MP4).
_FRAME = rb"APIC.{6}[\x00-\x03]image/"
_MARKS = {
    # CodecID of a track of pictures; media type of an attached file (RFC 9559).
    "audio/webm": (
        rb"\x86(?:[\x82-\x9f]|\x40[\x02-\x1f])V_(?:VP[89]|AV1|MPEG|MS/V|THEORA|REAL|QUICKTIME"
        rb"|UNCOMPRESSED|PRORES|FFV1|MJPEG)|\x46\x60(?:[\x80-\xff]|\x40.)image/"
    ),
    # Names of Vorbis comments are the same in either case; FLAC has a block of its own.
    "audio/ogg": (
        rb"\x80theora|OVP80\x01\x01|(?i:METADATA_BLOCK_PICTURE=|COVERART=)"
        rb"|\x00{3}[\x00-\x14]\x00{3}[\x06-\x40]image/"
    ),
    "audio/mp4": rb"hdlr.{8}(?:vide|pict|auxv)|covr.{4}data",
}
_SEARCHES = {
    kind: re.compile(_MARKS.get(kind, rb"(?!)") + rb"|" + _FRAME, re.DOTALL) for _, kind in _KINDS
}
# ID3v2.4 section 4.14; ID3v2.2 section 4.15, where a frame has three letters.
_IN_TAG = re.compile(rb"APIC.{6}[\x00-\x03]", re.DOTALL)
_IN_OLD_TAG = re.compile(rb"PIC.{3}[\x00\x01](?:PNG|JPG|GIF|BMP|TIF|WEB|-->)", re.DOTALL)
_OLD_TAG = 2
# The highest bit of each byte of a size is nought.
_SEVEN_BITS = 0x7F


def kind_of(first: bytes) -> str:
    """
    Return the media type of a recording by its first bytes.

    Raises:
        NotARecordingError: BB-046.
    """
    for signs, media_type in _KINDS:
        if signs.match(first):
            return media_type
    raise NotARecordingError


def holds_picture(media_type: str, head: bytes, part: bytes, at: int) -> bool:
    """
    Return whether a mark of a picture stands in a part of a recording.

    Args:
        media_type: of the recording.
        head: its first bytes, at least :data:`TAG_HEAD_BYTES` where it has so many.
        part: with the last :data:`MARK_BYTES` of what came before it.
        at: where the part begins in the recording.
    """
    if _SEARCHES[media_type].search(part):
        return True
    in_tag = part[: max(0, _tag_end(head) - at)]
    return bool((_IN_OLD_TAG if head[3:4] == bytes([_OLD_TAG]) else _IN_TAG).search(in_tag))


def _tag_end(head: bytes) -> int:
    """Return where a tag at the start ends; 0 when there is none."""
    size = head[6:TAG_HEAD_BYTES]
    if not head.startswith(b"ID3") or len(head) < TAG_HEAD_BYTES or max(size) > _SEVEN_BITS:
        return 0
    # Seven bits of each byte count (ID3v2.4 section 6.2).
    first, second, third, last = size
    return TAG_HEAD_BYTES + (first << 21 | second << 14 | third << 7 | last)
