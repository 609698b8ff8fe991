"""What safer copies need from outside: a decoder behind the fence, and a place for the copies."""

from typing import BinaryIO, Protocol

from benban.exposure.wish import SaferWish


class CopyMaker(Protocol):
    """Decodes and writes pictures; nothing of it runs in the calling process."""

    def redraw(self, photo: BinaryIO, wish: SaferWish) -> bytes:
        """Return the picture written anew as JPEG or PNG, upright, with *wish* fulfilled."""
        ...

    def shows_same(self, photo: BinaryIO, copy: BinaryIO) -> bool:
        """Return whether two JPEG files decode without a complaint, to exactly the same pixels."""
        ...


class Shelf(Protocol):
    """A folder that takes copies under neutral names; nothing on it is overwritten."""

    def put(self, data: bytes, ending: str) -> str:
        """Return the name under which *data* now stands, whole."""
        ...

    def read(self, name: str) -> bytes:
        """Return what stands there under that name."""
        ...

    def remove(self, name: str) -> None:
        """Take away a copy that :meth:`put` made."""
        ...
