"""Films in a scan: every frame that is looked at is asked for as a picture would be."""

from dataclasses import dataclass

from benban.model.clip import VideoFingerprint
from benban.model.fingerprint import MIN_QUALITY, Pdq
from benban.scan.banked import BankedHashes, Nearest

_TS_PACKET_BYTES = 188
# Brands of pictures in the container that films have, too (ISO/IEC 23008-12, AV1-ISOBMFF, and
# Canon's raw photos).
_PICTURE_BRANDS = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}
    | {b"crx "}
)
# ISO/IEC 14496-12 and 23009-1: what a film, or a piece of a streamed one, begins with.
_BOXES = frozenset(
    {b"ftyp", b"moov", b"wide", b"mdat", b"skip", b"free", b"styp", b"moof", b"sidx"}
)
_MATROSKA = (b"\x1aE\xdf\xa3", b"\x1f\x43\xb6\x75")
_STARTS = {
    b"FLV\x01": "video/x-flv",
    # Kinds that the fence does not read: their row says so.
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11": "video/x-ms-asf",
    b"\x00\x00\x01\xba": "video/mpeg",
    b"\x00\x00\x01\xb3": "video/mpeg",
    b"OggS": "video/ogg",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundInFilm:
    """What lies near a film, and when: the time of the first of its nearest frames."""

    nearest: Nearest
    at_ms: int


def film_type(start: bytes) -> str:
    """Return the media type of the film that begins with *start* (1 KB); empty: it is none."""
    if start[4:8] == b"ftyp" and _brands(start) & _PICTURE_BRANDS:
        return ""
    if start[4:8] in _BOXES:
        return "video/mp4"
    if start.startswith(_MATROSKA):
        return "video/x-matroska"
    if start[:4] == b"RIFF" and start[8:12] == b"AVI ":
        return "video/x-msvideo"
    packets = {start[0], *start[::_TS_PACKET_BYTES]} if len(start) > 2 * _TS_PACKET_BYTES else set()
    if packets == {0x47}:
        return "video/mp2t"
    return next((kind for magic, kind in _STARTS.items() if start.startswith(magic)), "")


def nearest_frame(
    film: VideoFingerprint, banked: BankedHashes, border_bits: int
) -> FoundInFilm | None:
    """
    Return what lies nearest to a frame of *film*; None: nothing is near any of them.

    Args:
        film: its frames, hashed exactly; those below PDQ's quality match nothing.
        banked: hashes that members shared.
        border_bits: the largest distance that is a match.
    """
    frames = [frame for frame in film.frames if frame.quality >= MIN_QUALITY]
    hashes = [[Pdq(hex=one, quality=frame.quality) for one in frame.dihedral] for frame in frames]
    found = banked.nearest(hashes, border_bits)
    # A logo before a film takes its own frames out, and not the film.
    near = [turned for turned, one in zip(hashes, found, strict=True) if one is not None]
    (whole,) = banked.nearest([[one for turned in near for one in turned]], border_bits)
    if whole is None:
        return None
    first = next(
        frame.at_ms
        for frame, one in zip(frames, found, strict=True)
        if one and (one.distance_bits, one.number) == (whole.distance_bits, whole.number)
    )
    return FoundInFilm(nearest=whole, at_ms=first)


def _brands(start: bytes) -> set[bytes]:
    length = min(int.from_bytes(start[:4], "big"), 256)
    return {start[8:12]} | {start[at : at + 4] for at in range(16, length, 4)}
