"""One look at one of one's own photos. Runs inside the fence only."""

import cv2
import numpy as np
from numpy.typing import NDArray

from benban.errors import BenbanError, PictureFormatError
from benban.fingerprint.decode import (
    decode_grey,
    decode_picture,
    sniff_media_type,
    upright_size,
)
from benban.fingerprint.pdq import hash_grey
from benban.fingerprint.travels import Found, find_traces, is_tiff, judged_traces
from benban.model.own_photo import GroupingFingerprint, GroupingHash, PhotoFacts

Grey = NDArray[np.uint8]


def look_at_own(data: bytes, *, is_hashed: bool) -> PhotoFacts:
    """
    Return what is known of a photo; what cannot be decoded has what travels with it all the same.

    Without *is_hashed* nothing is hashed, and it is decoded only when a small picture inside has
    to be compared with it.
    """
    media_type = "image/tiff" if is_tiff(data) else ""
    found = find_traces(data, media_type)
    try:
        if not media_type:
            media_type = sniff_media_type(data)
            found = find_traces(data, media_type)
        if media_type == "image/tiff":
            raise PictureFormatError
        return _facts(data, media_type, found, is_hashed=is_hashed)
    except BenbanError as error:
        return PhotoFacts(
            media_type=media_type,
            width_px=0,
            height_px=0,
            taken_at_shown=found.taken_at_shown,
            traces=judged_traces(found, None),
            problem=error.code,
        )


def _facts(data: bytes, media_type: str, found: Found, *, is_hashed: bool) -> PhotoFacts:
    size = upright_size(data, media_type)
    has_small = any(found.thumbnails) or bool(found.pictures)
    grey: Grey | None = None
    if is_hashed or has_small or size is None:
        grey = _grey(data)
        size = size or (grey.shape[1], grey.shape[0])
    return PhotoFacts(
        media_type=media_type,
        width_px=size[0],
        height_px=size[1],
        taken_at_shown=found.taken_at_shown,
        traces=judged_traces(found, grey if has_small else None),
        fingerprint=_fingerprint(grey) if is_hashed and grey is not None else None,
    )


def _grey(data: bytes) -> Grey:
    near = decode_grey(data)
    if near is not None:
        return near
    return np.asarray(cv2.cvtColor(decode_picture(data).rgb, cv2.COLOR_RGB2GRAY), np.uint8)


def _fingerprint(grey: Grey) -> GroupingFingerprint:
    hashes = (GroupingHash(hex=one.hex, quality=one.quality) for one in hash_grey(grey))
    return GroupingFingerprint(dihedral=tuple(hashes))
