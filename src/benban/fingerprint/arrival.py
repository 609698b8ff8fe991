"""
How an original reached us, computed from what its file says about itself (HARM 11).

Anyone can write these fields; the result is printed as a description and never called ownership.
"""

from io import BytesIO

from PIL import Image

from benban.fingerprint.decode import BROKEN, pillow_formats, sniff_media_type
from benban.model.exhibit import Arrival

_MAKE, _MODEL, _SOFTWARE, _EXIF_BLOCK, _TAKEN_AT = 0x010F, 0x0110, 0x0131, 0x8769, 0x9003
# A camera's own file carries what it photographed with; re-saved pictures keep less.
_EXPOSURE_TIME, _F_NUMBER = 0x829A, 0x829D
# Smaller than any phone camera of the last fifteen years takes.
_MIN_CAMERA_PIXELS = 1_900_000
_EDITORS = ("photoshop", "lightroom", "gimp", "snapseed", "picsart", "meitu", "canva", "facetune")


def judge_arrival(data: bytes) -> Arrival:
    """
    Return how a picture seems to have reached us.

    ``CAMERA_ORIGINAL``: names a camera, says when and how it was taken, has a camera's size and
    no editing program. ``OWN_EXPORT``: names a camera or a time, but was re-saved. ``PLAIN_COPY``:
    says nothing, as pictures from messengers and web pages do.

    Raises:
        PictureFormatError: BB-303.
    """
    size, tags = _read_tags(data, sniff_media_type(data))
    has_camera = bool(tags.get(_MAKE)) and bool(tags.get(_MODEL))
    has_shot = _TAKEN_AT in tags and (_EXPOSURE_TIME in tags or _F_NUMBER in tags)
    software = str(tags.get(_SOFTWARE, "")).lower()
    is_edited = any(name in software for name in _EDITORS)
    if has_camera and has_shot and not is_edited and size[0] * size[1] >= _MIN_CAMERA_PIXELS:
        return Arrival.CAMERA_ORIGINAL
    if has_camera or _TAKEN_AT in tags:
        return Arrival.OWN_EXPORT
    return Arrival.PLAIN_COPY


def _read_tags(data: bytes, media_type: str) -> tuple[tuple[int, int], dict[int, object]]:
    try:
        with _open(data, media_type) as picture:
            exif = picture.getexif()
            return picture.size, {**exif, **exif.get_ifd(_EXIF_BLOCK)}
    except BROKEN:
        return (0, 0), {}  # a block that cannot be read says nothing


def _open(data: bytes, media_type: str) -> Image.Image:
    if media_type == "image/heic":
        import pi_heif

        pi_heif.register_heif_opener()
        return Image.open(BytesIO(data), formats=("HEIF",))
    return Image.open(BytesIO(data), formats=pillow_formats(media_type))
