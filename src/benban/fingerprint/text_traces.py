"""
What XMP, IPTC and a colour profile tell. Runs inside the fence only.

XMP is searched, not parsed: its names say what it tells, whatever prefix a program gave them, and
a hostile document has nothing to expand.

Source: XMP parts 1 and 2; IPTC Photo Metadata 2024.1; IIM 4.2; ICC.1:2022.
"""

import re
import struct
from collections.abc import Iterator

from benban.fingerprint.photo_parts import Part, PartKind
from benban.model.own_photo import Trace

_MOST_XMP_BYTES = 4 * 1024 * 1024
_XMP_NAMES: dict[Trace, str] = {
    Trace.PLACE: "GPS(?:Dest)?L(?:at|ong)itude|City|State|Country|CountryCode|Location|Sublocation"
    "|LocationCreated|LocationShown|ProvinceState|GPSAreaInformation",
    Trace.SERIAL: "(?:Body|Camera|Lens)?SerialNumber|LensID|ImageUniqueID|ContentIdentifier"
    "|DigitalImageGUID",
    Trace.OWNER: "creator|rights|OwnerName|CameraOwnerName|CreatorContactInfo|Credit|Author"
    "|AuthorsPosition|Artist|CopyrightOwner|Owner|Creator|PersonInImage",
    Trace.TIME: "CreateDate|ModifyDate|MetadataDate|DateCreated|DateTimeOriginal"
    "|DateTimeDigitized|when|date",
    Trace.DEVICE: "Make|Model|Lens|LensModel|LensInfo|HostComputer",
    Trace.PROGRAM: "CreatorTool|Software|softwareAgent|History|DocumentID|InstanceID"
    "|OriginalDocumentID|CaptureSoftware|StitchingSoftware|DigitalSourceType|toolkit|xmptk"
    "|RawFileName|ProcessVersion",
    Trace.TEXT: "description|title|subject|Headline|Instructions|UserComment|Keywords|Label"
    "|TagsList|hierarchicalSubject|Name|PersonDisplayName|AltTextAccessibility|RegionList",
    Trace.FILM: "MotionPhoto|MicroVideo",
}
# As an attribute with a value, or as an element.
_XMP_RULES = {
    trace: re.compile(rf'[<\s][A-Za-z_][\w.-]{{0,40}}:(?:{names})(?=\s*=\s*["\'][^"\']|[\s>])')
    for trace, names in _XMP_NAMES.items()
}
_XMP_PICTURE = re.compile(r'GImage:Data\s*=\s*"([A-Za-z0-9+/=\s]+)')
_XMP_ANY = re.compile(r"[<\s](?!rdf:|x:|xml)[A-Za-z_][\w.-]{0,40}:[A-Za-z]")
_XMPTK = re.compile(r"\bx(?:mp)?tk\b")

# 8BIM: signature, number, a name with its length padded to even, the size.
_RESOURCE = re.compile(rb"8BIM(..)", re.DOTALL)
_RESOURCES = {
    0x0404: PartKind.IPTC,
    0x0422: PartKind.EXIF,
    0x0424: PartKind.XMP,
    0x040F: PartKind.ICC,
    0x0409: PartKind.THUMBNAIL,
    0x040C: PartKind.THUMBNAIL,
}
# How it is printed and shown, and the digest of the block itself.
_PLAIN_RESOURCES = frozenset(
    {0x03ED, 0x03F3, 0x03F5, 0x03F8, 0x0408, 0x040A, 0x040D, 0x0411, 0x0414, 0x0419, 0x041A}
    | {0x041E, 0x0425, 0x0426, 0x0428, 0x2710}
)
_THUMBNAIL_HEAD_BYTES = 28
_DATASETS: dict[int, Trace] = {
    **dict.fromkeys((80, 85, 110, 115, 116, 118, 122), Trace.OWNER),
    **dict.fromkeys((26, 27, 90, 92, 95, 100, 101), Trace.PLACE),
    **dict.fromkeys((30, 35, 55, 60, 62, 63), Trace.TIME),
    **dict.fromkeys((65, 70), Trace.PROGRAM),
    **dict.fromkeys((5, 15, 20, 25, 40, 103, 105, 120), Trace.TEXT),
}
_RECORD_VERSION = 0
_MOST_DATASETS = 5_000

# Names of colour spaces that say nothing about a device.
_SPACES = re.compile(
    r"srgb|display p3|dci.?p3|adobe ?rgb|prophoto|romm|rec\.? ?(?:709|2020|2100)|bt\.?(?:709|2020)"
    r"|gr[ae]y|dot gain|swop|fogra|coated|generic|smpte|p3d65|c2ci|e-srgb|wide gamut|apple rgb"
    r"|image p3|\buRGB\b|\bsP3C\b|linear|ecirgb|colormatch",
    re.IGNORECASE,
)
# Private to one maker: the gamma, the profile and, with its serial number, the model of a screen.
_SCREEN, _SCREEN_SERIAL = frozenset({b"vcgt", b"ndin", b"mmod", b"vcgp"}), b"mmod"
_MOST_ICC_TAGS = 200


def xmp_traces(data: bytes) -> set[Trace]:
    """Return what an XMP packet tells."""
    text = _xmp_text(data)
    found = {trace for trace, rule in _XMP_RULES.items() if rule.search(text)}
    if _XMPTK.search(text):
        found.add(Trace.PROGRAM)
    if Trace.FILM in found and not re.search(
        r"(?:MotionPhoto|MicroVideo)\s*(?:=\s*[\"']\s*|>\s*)[1-9]", text
    ):
        found.discard(Trace.FILM)  # it says that there is none
    if not found - {Trace.PROGRAM} and _XMP_ANY.search(text):
        found.add(Trace.UNREAD)
    return found


def xmp_picture(data: bytes) -> str:
    """Return the picture, in base 64, that some cameras put into XMP; empty if there is none."""
    found = _XMP_PICTURE.search(data[:_MOST_XMP_BYTES].decode("utf-8", "replace"))
    return found.group(1) if found else ""


def resources(data: bytes) -> Iterator[Part]:
    """Yield the pieces of a Photoshop block."""
    at = 0
    while (found := _RESOURCE.match(data, at)) is not None:
        number = int.from_bytes(found.group(1), "big")
        name_bytes = data[at + 6] if at + 6 < len(data) else 0
        at += 6 + (name_bytes + 2) // 2 * 2
        size = int.from_bytes(data[at : at + 4], "big")
        body = data[at + 4 : at + 4 + size]
        at += 4 + size + size % 2
        kind = _RESOURCES.get(number, PartKind.UNREAD)
        if kind is PartKind.THUMBNAIL:
            body = body[_THUMBNAIL_HEAD_BYTES:]
        if number not in _PLAIN_RESOURCES:
            yield Part(kind=kind, data=body)
    if data[at:].strip(b"\0"):
        yield Part(kind=PartKind.UNREAD)


def iptc_traces(data: bytes) -> set[Trace]:
    """Return what a block of IPTC datasets tells."""
    found: set[Trace] = set()
    at = 0
    for _ in range(_MOST_DATASETS):
        if data[at : at + 1] != b"\x1c" or at + 5 > len(data):
            break
        record, number, size = struct.unpack_from(">BBH", data, at + 1)
        at += 5
        if size & 0x8000:  # the length of the length; nobody writes texts of that size
            return found | {Trace.UNREAD}
        if record != 1 and number != _RECORD_VERSION and data[at : at + size].strip(b"\0 "):
            found.add(_DATASETS.get(number, Trace.UNREAD))
        at += size
    return found | {Trace.UNREAD} if data[at:].strip(b"\0") else found


def icc_traces(data: bytes) -> set[Trace]:
    """Return whether a colour profile is one of a device, and tells its serial number."""
    if len(data) < 132:  # noqa: PLR2004 - its header and the number of its tags
        return {Trace.UNREAD}
    count = min(int.from_bytes(data[128:132], "big"), _MOST_ICC_TAGS)
    tags: dict[bytes, bytes] = {}
    for at in range(132, 132 + 12 * count, 12):
        start, size = (int.from_bytes(data[at + k : at + k + 4], "big") for k in (4, 8))
        tags[data[at : at + 4]] = data[start : start + min(size, 4096)]
    found = {Trace.SERIAL} if _SCREEN_SERIAL in tags else set()
    name = tags.get(b"desc", b"").replace(b"\0", b"").decode("latin-1")
    if tags.keys() & _SCREEN or not _SPACES.search(name):
        found.add(Trace.DEVICE)
    return found


def _xmp_text(data: bytes) -> str:
    data = data[:_MOST_XMP_BYTES]
    is_wide = data[:64].count(b"\0") > 16  # noqa: PLR2004 - UTF-16 of latin letters is half zeros
    return (
        data.replace(b"\0", b"").decode("latin-1") if is_wide else data.decode("utf-8", "replace")
    )
