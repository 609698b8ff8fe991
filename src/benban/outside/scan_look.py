"""Pictures and films of a scan asked of the fence; what it says is checked first."""

import re
from io import BytesIO
from typing import BinaryIO

from benban.errors import FenceUnavailableError, PictureUnsafeError
from benban.model.clip import VideoFingerprint
from benban.model.fingerprint import PictureFingerprint, ScannedPicture
from benban.outside.fence import Fence
from benban.outside.fence_process import decode_answer
from benban.outside.fence_wire import Request

_ANSWER_BYTES = 1 << 20
_ORIENTATIONS = 8
_MEDIA_TYPE = re.compile(r"image/[a-z0-9.+-]{1,20}", re.ASCII)


class FencedLooker:
    """The :class:`benban.scan.ports.Looker` of this program."""

    def __init__(self, fence: Fence) -> None:
        """Ask *fence*, which stays its owner's; one thread at a time."""
        self._fence = fence

    def scan(self, picture: bytes) -> ScannedPicture:
        """Return hashes near the exact ones; a picture that makes the fence lie is unsafe."""
        self._fence.facts()  # where there is no fence, that is no fault of the picture
        try:
            request = Request(act="scan", pictures=1)
            body = self._fence.ask(request, [BytesIO(picture)], _ANSWER_BYTES)
            found = decode_answer(body, ScannedPicture)
            is_plausible = len(found.dihedral) == _ORIENTATIONS
            if not is_plausible or not _MEDIA_TYPE.fullmatch(found.media_type):
                raise FenceUnavailableError("implausible scan")
        except FenceUnavailableError as error:
            raise PictureUnsafeError("an answer that cannot be") from error
        return found

    def measure(self, picture: bytes) -> PictureFingerprint:
        """Return the exact fingerprint; likewise."""
        self._fence.facts()
        try:
            return self._fence.measure(BytesIO(picture))
        except FenceUnavailableError as error:
            raise PictureUnsafeError("an answer that cannot be") from error

    def film(self, film: BinaryIO) -> VideoFingerprint:
        """Return the fingerprints of a film's frames; likewise."""
        self._fence.facts()
        try:
            return self._fence.fingerprint_video(film)
        except FenceUnavailableError as error:
            raise PictureUnsafeError("an answer that cannot be") from error
