"""What kind of file some bytes are, by their first bytes only: nothing is decoded."""

import re

from benban.capture.place import place_of

# Source: WHATWG MIME Sniffing sections 6 and 7; ISO/IEC 14496-12 (ftyp) for the containers.
SNIFF_BYTES = 512
UNKNOWN = "application/octet-stream"

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\xff\x0a", "image/jxl"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"#EXTM3U", "application/vnd.apple.mpegurl"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"FLV\x01", "video/x-flv"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2"),
    # A piece of a stream begins in the middle of its container: RFC 8794 (Cluster of WebM).
    (b"\x1f\x43\xb6\x75", "video/webm"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
)
_RIFF = {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo", b"WAVE": "audio/wav"}
_BRANDS = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"hevc": "image/heic",
    b"heim": "image/heic",
    b"mif1": "image/heif",
    b"msf1": "image/heif",
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
}
# ISO/IEC 14496-12 and 23009-1: what a piece of a streamed film begins with.
_PIECES = frozenset({b"styp", b"moof", b"sidx"})
_PACKET, _PACKETS = 0x47, (0, 188, 376)
# The first bytes of JPEG (with its second marker and the high byte of its length) and of PNG,
# inside something else. No text has them, a font by chance once in a thousand megabytes.
_INSIDE = re.compile(rb"\xff\xd8\xff[\xdb\xe0-\xef\xfe][\x00-\x3f]|\x89PNG\r\n\x1a\n")
_HTML_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<title", b"<!--")
_EXTENSIONS = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "jpe": "image/jpeg",
    "jfif": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "heic": "image/heic",
    "heif": "image/heif",
    "bmp": "image/bmp",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "jxl": "image/jxl",
    "svg": "image/svg+xml",
    "mp4": "video/mp4",
    "m4v": "video/mp4",
    "mov": "video/quicktime",
    "webm": "video/webm",
    "mkv": "video/webm",
    "avi": "video/x-msvideo",
    "flv": "video/x-flv",
    "ts": "video/mp2t",
    "mts": "video/mp2t",
    "m2ts": "video/mp2t",
    "3gp": "video/mp4",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "oga": "audio/ogg",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "pdf": "application/pdf",
    "zip": "application/zip",
    "gz": "application/gzip",
    "7z": "application/x-7z-compressed",
    "rar": "application/vnd.rar",
    "html": "text/html",
    "htm": "text/html",
    "txt": "text/plain",
    "json": "application/json",
}


def sniff_media_type(start: bytes) -> str:
    """
    Return the media type of a file that begins with *start*.

    Args:
        start: the first ``SNIFF_BYTES`` bytes, or all of a shorter file.

    Returns:
        A media type; ``application/octet-stream`` when the bytes say nothing.
    """
    for magic, media_type in _STARTS:
        if start.startswith(magic):
            return media_type
    if start[:4] == b"RIFF":
        return _RIFF.get(start[8:12], UNKNOWN)
    return _sniff_film(start) or _sniff_text(start)


def has_picture_inside(body: bytes) -> bool:
    """Return whether *body* carries a whole JPEG or PNG somewhere, as a bundle of pictures does."""
    return _INSIDE.search(body) is not None


def media_type_of_name(name: str) -> str:
    """Return what the extension of *name* claims; empty when it claims nothing known."""
    _, dot, extension = name.rpartition(".")
    return _EXTENSIONS.get(extension.lower(), "") if dot else ""


def media_type_of_address(address: str) -> str:
    """Return what the last part of an address's path claims; empty when it claims nothing known."""
    return media_type_of_name(place_of(address).path.rpartition("/")[2])


def is_picture_or_media(media_type: str) -> bool:
    """Return whether *media_type* (parameters allowed) shows or plays something."""
    return media_type.strip().lower().startswith(("image/", "video/", "audio/"))


def _sniff_text(start: bytes) -> str:
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip(b"\t\n\x0c\r ").lower()
    if text.startswith(_HTML_STARTS):
        return "text/html"
    if text.startswith(b"<svg") or (text.startswith(b"<?xml") and b"<svg" in text):
        return "image/svg+xml"
    return UNKNOWN


def _sniff_film(start: bytes) -> str:
    """Return the type of a film or sound whose mark is not its first bytes; empty for others."""
    if start[4:8] in _PIECES:
        return "video/mp4"
    if start[4:8] == b"ftyp":
        return _BRANDS.get(start[8:12], "video/mp4")
    # ISO/IEC 13818-1: a packet of a transport stream has 188 bytes and begins with this one.
    if len(start) > _PACKETS[-1] and all(start[place] == _PACKET for place in _PACKETS):
        return "video/mp2t"
    # MPEG audio layer III without a tag (ISO/IEC 11172-3 2.4.1.3): eleven set bits, then 01.
    if start[:1] == b"\xff" and start[1:2] in {b"\xfb", b"\xfa", b"\xf3", b"\xf2"}:
        return "audio/mpeg"
    return ""
