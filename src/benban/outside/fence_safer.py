"""Safer copies asked of the fence: the port of ``exposure`` that decodes and writes pictures."""

from typing import BinaryIO

from benban.errors import FenceUnavailableError
from benban.exposure.wish import MAX_PHOTO_BYTES, SaferWish
from benban.outside.fence import Fence
from benban.outside.fence_wire import Request

# A message holds the picture and a few bytes that name it.
_ANSWER_BYTES = MAX_PHOTO_BYTES + 4096
_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_YES, _NO = b"\x01", b"\x00"


class FencedCopyMaker:
    """The :class:`benban.exposure.ports.CopyMaker` of this program."""

    def __init__(self, fence: Fence) -> None:
        """Ask *fence*, which stays its owner's."""
        self._fence = fence

    def redraw(self, photo: BinaryIO, wish: SaferWish) -> bytes:
        """Return the picture written anew as JPEG or PNG; whoever answers otherwise is refused."""
        request = Request(act="redraw", pictures=1, max_side_px=wish.max_side_px, mark=wish.mark)
        body = self._fence.ask(request, [photo], _ANSWER_BYTES)
        if not body.startswith(_BEGINNINGS):
            raise FenceUnavailableError("implausible copy")
        return body

    def shows_same(self, photo: BinaryIO, copy: BinaryIO) -> bool:
        """Return whether both decode without a complaint to exactly the same pixels."""
        request = Request(act="shows_same", pictures=2)
        body = self._fence.ask(request, [photo, copy], len(_YES) + 4096)
        if body not in {_YES, _NO}:
            raise FenceUnavailableError("implausible answer")
        return body == _YES
