"""A folder for safer copies: numbered names that tell nothing, and nothing is overwritten."""

import os
from contextlib import suppress
from pathlib import Path

from benban.errors import FileUnreadableError, TargetExistsError, TargetUnwritableError
from benban.outside.new_file import new_file

_ENDINGS = ("jpg", "png")
# More copies than a folder is good for.
_MOST_COPIES = 100_000


class FolderShelf:
    """
    The :class:`benban.exposure.ports.Shelf` on this computer.

    A photo's own name often tells the day, the phone or a person, so copies are ``<word>-001.jpg``
    and on; the next free number is taken.
    """

    def __init__(self, folder: Path, word: str) -> None:
        """
        Use *folder*, made when it is not there; its parent must be.

        Raises:
            TargetUnwritableError: BB-004.
        """
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise TargetUnwritableError(name=folder.name) from error
        self.folder = folder
        self._word = word
        self._number = 0

    def put(self, data: bytes, ending: str) -> str:
        """
        Return the name under which *data* now stands, whole.

        Raises:
            TargetUnwritableError: BB-004; nothing half-written stays.
        """
        while self._number < _MOST_COPIES:
            self._number += 1
            stem = f"{self._word}-{self._number:03}"
            # One number, one picture: not a JPEG and a PNG of the same number.
            if any(os.path.lexists(self.folder / f"{stem}.{one}") for one in _ENDINGS):
                continue
            with suppress(TargetExistsError), new_file(self.folder / f"{stem}.{ending}") as out:
                out.write(data)
                return f"{stem}.{ending}"
        raise TargetUnwritableError(name=self._word)

    def read(self, name: str) -> bytes:
        """
        Return what stands there under that name.

        Raises:
            FileUnreadableError: BB-002.
        """
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            raise FileUnreadableError(name=name) from error

    def remove(self, name: str) -> None:
        """
        Take away a copy that :meth:`put` made.

        Raises:
            TargetUnwritableError: BB-004.
        """
        try:
            (self.folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise TargetUnwritableError(name=name) from error
