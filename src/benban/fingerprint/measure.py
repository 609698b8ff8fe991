"""Bytes of a picture to its fingerprint and to how it reached us. Runs inside the fence only."""

from benban.fingerprint.decode import DecodedPicture, decode_grey, decode_picture
from benban.fingerprint.pdq import hash_grey, hash_picture
from benban.fingerprint.scan import SURE_QUALITY
from benban.model.fingerprint import PictureFingerprint, ScannedPicture


def measure_picture(data: bytes) -> PictureFingerprint:
    """
    Return the fingerprint of the picture in *data*.

    Raises:
        PictureError: BB-302, BB-303 or BB-304.
    """
    return fingerprint_decoded(decode_picture(data))


def fingerprint_decoded(picture: DecodedPicture) -> PictureFingerprint:
    """Return the fingerprint of a decoded picture."""
    pdq, dihedral = hash_picture(picture.rgb)
    height, width = picture.rgb.shape[:2]
    return PictureFingerprint(
        pdq=pdq,
        dihedral=dihedral,
        width_px=width,
        height_px=height,
        media_type=picture.media_type,
        is_whole=picture.is_whole,
    )


def scan_picture(data: bytes) -> ScannedPicture:
    """
    Return hashes of the picture in *data* that are near the exact ones, in a fraction of the time.

    Where a scan saves nothing or its drift is not known (not a JPEG, four colours, damaged, below
    quality 80), they are the exact ones.

    Raises:
        PictureError: as :func:`measure_picture`.
    """
    grey = decode_grey(data)
    if grey is not None:
        near = hash_grey(grey)
        if near[0].quality >= SURE_QUALITY:
            return ScannedPicture(dihedral=near, is_exact=False)
    exact = measure_picture(data)
    return ScannedPicture(dihedral=exact.dihedral, is_exact=True, media_type=exact.media_type)
