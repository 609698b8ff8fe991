"""Safer copies: what of the metadata that was planted is gone, and whether pixels stay the same."""

import io
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import PIL
from PIL import Image

from benban.casework.safer import SaferCopy, make_safer
from benban.exposure.wish import SaferWish
from benban.outside.fence import Fence
from benban.outside.fence_safer import FencedCopyMaker
from benban.testing.drawings import draw
from benban.testing.planted import CANARY, Planted, canary_exif, encoded, planted_files
from benchmarks._document import Claim, Comparison, Peer

_HEIC = Path(__file__).parent.parent / "vectors" / "pictures" / "landscape-240x160.heic"
_WISHES = (SaferWish(), SaferWish(max_side_px=100), SaferWish(mark="chỉ để ứng tuyển"))
_PHOTOS, _QUICK_PHOTOS = 60, 6
# Read by the peer's users as "the same file without EXIF".
_SAME_KIND = {"JPEG": "JPEG", "PNG": "PNG", "WebP": "WEBP", "GIF": "GIF", "AVIF": "AVIF"}


def claims(*, is_quick: bool) -> list[Claim]:
    """Return the share of files without a trace of the canary, and of JPEGs with equal pixels."""
    planted = list(planted_files(_HEIC.read_bytes()))
    with Fence() as fence:
        maker = FencedCopyMaker(fence)
        clean = [
            is_free(make_safer(one.data, wish, maker).data) for one in planted for wish in _WISHES
        ]
        photos = list(_photos(_QUICK_PHOTOS if is_quick else _PHOTOS))
        same = [_is_same(photo, make_safer(photo, SaferWish(), maker)) for photo in photos]
    return [_removal(planted, clean), _lossless(same, is_quick=is_quick)]


def is_free(copy: bytes) -> bool:
    """Return whether the canary stands nowhere: in the bytes, in unpacked chunks, in a profile."""
    if CANARY in copy:
        return False
    return all(CANARY not in _inflated(copy[at:]) for at in _places_of_zlib(copy))


def _removal(planted: list[Planted], clean: list[bool]) -> Claim:
    comparable = [one for one in planted if one.container in _SAME_KIND]
    theirs = [is_free(_saved_again(one)) for one in comparable]
    left = [
        f"{one.container} {one.kind}"
        for one, is_clean in zip(comparable, theirs, strict=True)
        if not is_clean
    ]
    return Claim(
        name="files without a trace of the planted metadata",
        value=sum(clean) / len(clean),
        unit="share",
        target=1.0,
        comparison=Comparison.EQUAL,
        n=len(clean),
        note=(
            f"{len(planted)} kinds of metadata x containers, each as it is, smaller and marked; "
            f"each copy also passed the walker. Peer: opened and saved without exif=, "
            f"{len(comparable)} files (it writes no HEIC); left there: {', '.join(left) or 'none'}."
        ),
        peer=Peer(
            name="Pillow, saved again without EXIF",
            version=PIL.__version__,
            value=sum(theirs) / len(theirs),
        ),
    )


def _saved_again(planted: Planted) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(planted.data)) as picture:
        picture.save(out, _SAME_KIND[planted.container])
    return out.getvalue()


def _lossless(same: list[bool], *, is_quick: bool) -> Claim:
    return Claim(
        name="upright JPEGs whose copies decode to the same pixels",
        value=sum(same) / len(same),
        unit="share",
        target=1.0,
        comparison=Comparison.EQUAL,
        n=len(same),
        note="drawings; four qualities, baseline and progressive, three kinds of colour sampling"
        + (", quick run" if is_quick else ""),
    )


def _photos(count: int) -> Iterator[bytes]:
    for number in range(count):
        picture = Image.fromarray(draw("shapes", seed=number, width_px=801, height_px=599))
        yield encoded(
            picture,
            "JPEG",
            quality=(70, 80, 90, 97)[number % 4],
            progressive=number % 2 == 1,
            subsampling=number % 3,
            exif=canary_exif().tobytes(),
        )


def _is_same(photo: bytes, copy: SaferCopy) -> bool:
    first, second = (np.asarray(Image.open(io.BytesIO(data))) for data in (photo, copy.data))
    return copy.redrawn is None and np.array_equal(first, second)


def _places_of_zlib(data: bytes) -> Iterator[int]:
    # The first byte of every zlib stream that such files hold (RFC 1950 2.2).
    at = data.find(b"\x78")
    while at >= 0:
        if int.from_bytes(data[at : at + 2], "big") % 31 == 0:
            yield at
        at = data.find(b"\x78", at + 1)


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, 1 << 20)
    except zlib.error:
        return b""
