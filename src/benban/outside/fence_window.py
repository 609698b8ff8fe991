"""
The fenced side's view of a video: a stream whose pieces are asked for by position.

The file itself is never handed over, so it may be larger than memory, nothing of it lies anywhere
in the clear, and there is no name and no protocol by which anything else could be opened.
"""

import io
from collections import OrderedDict
from collections.abc import Callable

_BLOCK_BYTES = 256 * 1024
# Sound and pictures lie apart in some files; the ends of several tracks fit in at once.
_KEPT_BLOCKS = 32


class Window(io.RawIOBase):
    """A stream of *size_bytes* that reads through *ask(offset, size)*."""

    def __init__(self, size_bytes: int, ask: Callable[[int, int], bytes]) -> None:
        super().__init__()
        self._size_bytes = size_bytes
        self._ask = ask
        self._position = 0
        self._blocks: OrderedDict[int, bytes] = OrderedDict()

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """
        Return the new position.

        Raises:
            ValueError: before the beginning.
        """
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size_bytes}
        position = start[whence] + offset
        if position < 0:
            raise ValueError("before the beginning")
        self._position = position
        return position

    def read(self, size: int = -1) -> bytes:
        """Return at most *size* bytes, never beyond one block; none at the end."""
        left = max(0, self._size_bytes - self._position)
        wanted = left if size < 0 else min(size, left)
        if not wanted:
            return b""
        index, start = divmod(self._position, _BLOCK_BYTES)
        data = self._block(index)[start : start + wanted]
        self._position += len(data)
        return data

    def _block(self, index: int) -> bytes:
        if index in self._blocks:
            self._blocks.move_to_end(index)
            return self._blocks[index]
        offset = index * _BLOCK_BYTES
        block = self._ask(offset, min(_BLOCK_BYTES, self._size_bytes - offset))
        self._blocks[index] = block
        if len(self._blocks) > _KEPT_BLOCKS:
            self._blocks.popitem(last=False)
        return block
