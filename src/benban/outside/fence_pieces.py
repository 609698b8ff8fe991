"""Several videos as one row of bytes, of which the fenced process asks for pieces."""

import io
from collections.abc import Sequence
from typing import BinaryIO, Protocol


class Pieces(Protocol):
    """What pieces are read from."""

    def seek(self, offset: int, /) -> int:
        """Go to a position."""
        ...

    def read(self, size: int, /) -> bytes:
        """Return what stands there; less at the end alone."""
        ...


class JoinedVideos:
    """The videos one behind the other; a piece never crosses from one into the next."""

    def __init__(self, videos: Sequence[BinaryIO]) -> None:
        self._videos = videos
        self.sizes_bytes = tuple(video.seek(0, io.SEEK_END) for video in videos)
        self._position = 0

    def seek(self, offset: int, /) -> int:
        """Go to a position in the row."""
        self._position = offset
        return offset

    def read(self, size: int, /) -> bytes:
        """Return what stands there, at most to the end of that video."""
        start = 0
        for video, length in zip(self._videos, self.sizes_bytes, strict=True):
            if self._position < start + length:
                video.seek(self._position - start)
                data = video.read(size)
                self._position += len(data)
                return data
            start += length
        return b""
