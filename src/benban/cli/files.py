"""Open what the person gives, and write what leaves on their word, whole or not at all."""

from contextlib import ExitStack
from pathlib import Path

from benban.casework.originals import GivenFile
from benban.errors import FileUnreadableError
from benban.outside.new_file import new_file, require_outside

__all__ = ["new_file", "open_given", "require_outside", "write_new"]


def open_given(streams: ExitStack, path: Path) -> GivenFile:
    """
    Open a file named by the person for as long as *streams* lives.

    Raises:
        FileUnreadableError: BB-002.
    """
    try:
        return GivenFile(stream=streams.enter_context(path.open("rb")), name=path.name)
    except OSError as error:
        raise FileUnreadableError(name=path.name) from error


def write_new(path: Path, data: bytes) -> None:
    """
    Write *data* to a new file.

    Raises:
        TargetExistsError: BB-003.
        TargetUnwritableError: BB-004.
    """
    with new_file(path) as stream:
        stream.write(data)
