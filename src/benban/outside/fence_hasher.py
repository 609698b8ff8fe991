"""Hashes for an exchange whose operator turned hashing on: in the fence, one at a time."""

import io
from threading import Lock

from benban.model.fingerprint import Pdq
from benban.outside.fence import Fence


class FenceHasher:
    """
    Makes the hash of a picture in the fence; nothing of the picture is kept.

    May be asked from many threads; they wait for one another.
    """

    def __init__(self) -> None:
        self._fence, self._lock = Fence(), Lock()

    def hashed(self, untrusted_picture: bytes) -> Pdq:
        """
        Return the exact hash of a picture upright, with its quality.

        Raises:
            BenbanError: 60x, the picture cannot be read; 6xx, the fence cannot.
        """
        with self._lock:
            return self._fence.measure(io.BytesIO(untrusted_picture)).pdq

    def close(self) -> None:
        """End the process that decodes."""
        with self._lock:
            self._fence.close()
