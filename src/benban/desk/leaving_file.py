"""A file that leaves: to the path a person said, or, on a server, to wait for their browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from benban.desk.desk import Desk
from benban.outside.new_file import new_file


@dataclass(slots=True, kw_only=True)
class Leaving:
    """
    A file being written.

    Attributes:
        name: under which it is found afterwards, by a person or by :class:`Outgoing`.
    """

    file: BinaryIO
    name: str = ""


@contextmanager
def leaving_file(
    desk: Desk, path: Path | None, *, case_id: str, ending: str, is_sealed: bool
) -> Iterator[Leaving]:
    """
    Give a seekable file that is there for others only when the block ends well.

    Args:
        desk: whose person fetches it.
        path: where it goes; None on a server, where nothing has a path.
        case_id: whose it is.
        ending: of the name it is saved under, with its dot.
        is_sealed: what is written is encrypted for somebody.

    Raises:
        BenbanError: as :func:`new_file`.
        DeskLockedError: BB-015, on a server: it was locked meanwhile.
    """
    if path is not None:
        with new_file(path) as file:
            yield Leaving(file=file, name=path.name)
        return
    begun = desk.outgoing.begin()
    with desk.outgoing.new(is_sealed=is_sealed) as file:
        leaving = Leaving(file=file)
        yield leaving
        file.flush()
        leaving.name = desk.outgoing.keep(file, case_id=case_id, ending=ending, begun=begun)
