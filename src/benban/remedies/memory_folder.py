"""A folder of files that lie in memory, read like one on disk."""

import io
from collections.abc import Iterator, Mapping
from importlib.resources.abc import Traversable
from os import PathLike, fspath
from typing import IO, Any


class MemoryFolder(Traversable):
    """
    A folder, or a file in it.

    Args:
        files: content by name, with "/" between folders.
        path: of this folder or file within; empty for the top.
    """

    def __init__(self, files: Mapping[str, bytes], path: str = "") -> None:
        self._files = files
        self._path = path

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self._path.rpartition("/")[2]

    def iterdir(self) -> Iterator[Traversable]:
        """Give what lies in this folder; a folder that is not there is an OSError, as on disk."""
        before = f"{self._path}/" if self._path else ""
        inside = {one[len(before) :].split("/")[0] for one in self._files if one.startswith(before)}
        if not inside:
            raise FileNotFoundError(self.name)
        return (MemoryFolder(self._files, before + one) for one in sorted(inside))

    def is_dir(self) -> bool:
        """Whether something lies below."""
        return not self._path or any(one.startswith(f"{self._path}/") for one in self._files)

    def is_file(self) -> bool:
        """Whether it is a file."""
        return self._path in self._files

    def joinpath(self, *descendants: str | PathLike[str]) -> Traversable:
        """Return what lies at these names below."""
        below = (fspath(one) for one in descendants)
        return MemoryFolder(self._files, "/".join(filter(None, (self._path, *below))))

    def __truediv__(self, child: str | PathLike[str]) -> Traversable:
        return self.joinpath(child)

    def open(self, mode: str = "r", *args: Any, **kwargs: Any) -> IO[Any]:  # noqa: ANN401 - as the base class has it
        """Return the file as a stream."""
        stream = io.BytesIO(self.read_bytes())
        return stream if "b" in mode else io.TextIOWrapper(stream, *args, **kwargs)

    def read_text(self, encoding: str | None = None, errors: str | None = None) -> str:
        """Return the content as text."""
        return self.read_bytes().decode(encoding or "utf-8", errors or "strict")

    def read_bytes(self) -> bytes:
        """Return the content; a file that is not there is an OSError, as on disk."""
        if self._path not in self._files:
            raise FileNotFoundError(self.name)
        return self._files[self._path]
