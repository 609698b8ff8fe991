"""
Safer copies of one's own photos: made, put down, read back and proven, or taken away again.

For everybody, of any age: nothing is stored beside the copy that was asked for, nothing is
measured, no fingerprint is made. The photo itself is only read.
"""

from dataclasses import dataclass
from io import BytesIO

from benban.errors import BenbanError, CopyNotCleanError
from benban.exposure.ports import CopyMaker, Shelf
from benban.exposure.proof import Proof, prove_clean
from benban.exposure.strip_jpeg import strip_jpeg
from benban.exposure.wish import Redrawn, SaferWish, require_no_raw

_JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True, kw_only=True)
class SaferCopy:
    """
    A copy that was proven clean.

    Attributes:
        redrawn: why it was written anew; None: the picture in the file was copied as it is, and
            both decode to the same pixels.
    """

    data: bytes
    proof: Proof
    redrawn: Redrawn | None


def make_safer(photo: bytes, wish: SaferWish, maker: CopyMaker) -> SaferCopy:
    """
    Return a copy that holds the picture in *photo* and nothing else; nothing is written.

    Raises:
        RawPictureError: BB-921.
        CopyNotCleanError: BB-920.
        PictureError: BB-301 to BB-305, BB-312, BB-922.
        MarkRefusedError: BB-923.
        FenceUnavailableError: BB-306.
    """
    require_no_raw(photo)
    copied = _copied(photo, wish, maker)
    if isinstance(copied, Redrawn):
        redrawn, data = copied, maker.redraw(BytesIO(photo), wish)
    else:
        redrawn, data = None, copied
    return SaferCopy(data=data, proof=_proven(data), redrawn=redrawn)


def put_safer(copy: SaferCopy, shelf: Shelf) -> str:
    """
    Return the name of the copy on *shelf*, after what lies there was read back and proven.

    Raises:
        CopyNotCleanError: BB-920, something else lies there; it was taken away again.
        TargetUnwritableError: BB-004.
        FileUnreadableError: BB-002, it cannot be read back; it was taken away again.
    """
    name = shelf.put(copy.data, copy.proof.ending)
    try:
        on_disk = shelf.read(name)
        _proven(on_disk)
        if on_disk != copy.data:
            raise CopyNotCleanError("not what was written")
    except BenbanError:
        shelf.remove(name)
        raise
    return name


def _copied(photo: bytes, wish: SaferWish, maker: CopyMaker) -> bytes | Redrawn:
    if wish.mark:
        return Redrawn.MARKED
    if not photo.startswith(_JPEG):
        return Redrawn.KIND
    stripped = strip_jpeg(photo)
    if isinstance(stripped, Redrawn):
        return stripped
    if 0 < wish.max_side_px < max(stripped.width_px, stripped.height_px):
        return Redrawn.SMALLER
    # Tables that no scan uses, or more parts than any camera writes: pixels alone go on then. What
    # a decoder complains about may be something hidden in the coded picture.
    is_clean = not prove_clean(stripped.data).leftovers
    if not is_clean or not maker.shows_same(BytesIO(photo), BytesIO(stripped.data)):
        return Redrawn.CODING
    return stripped.data


def _proven(data: bytes) -> Proof:
    proof = prove_clean(data)
    if proof.leftovers:
        raise CopyNotCleanError(proof.leftovers[0].part)
    return proof
