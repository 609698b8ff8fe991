"""Bytes of a picture to its fingerprint and to how it reached us. Runs inside the fence only."""

from benban.fingerprint.decode import DecodedPicture, decode_picture
from benban.fingerprint.pdq import hash_picture
from benban.model.fingerprint import PictureFingerprint


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
