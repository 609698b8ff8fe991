"""
Files that wait for their browser: fetched once, gone with the desk.

What is sealed for somebody lies on the disk, without a name; all else stays in memory, for nothing
may be at rest in the clear.
"""

import io
import secrets
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from benban.errors import DeskLockedError

# Each may be as large as a case.
_MOST_KEPT = 2
_EVERY = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """
    A file that waits.

    Attributes:
        case_id: whose it is.
        ending: of the name under which it is saved, with its dot.
    """

    case_id: str
    ending: str
    file: BinaryIO


class Outgoing:
    """What was written to go to a person's own computer, by a number."""

    def __init__(self, folder: Path) -> None:
        """
        Keep files.

        Args:
            folder: on the disk of the vault; nothing in it has a name.
        """
        self._folder = folder
        self._lock = threading.Lock()
        self._waiting: OrderedDict[str, Waiting] = OrderedDict()
        self._generation = 0
        # When the files of a case were let go last; of every case, under no id.
        self._gone: dict[str, int] = {}

    @contextmanager
    def new(self, *, is_sealed: bool) -> Iterator[BinaryIO]:
        """
        Give an empty file without a name; :meth:`keep` lets it wait, else it is gone.

        Args:
            is_sealed: what will be in it is encrypted for somebody: it may lie on the disk.
        """
        file = _on_disk(self._folder) if is_sealed else io.BytesIO()
        try:
            yield file
        except BaseException:
            file.close()
            raise

    def begin(self) -> int:
        """Return what :meth:`keep` wants: what was begun before a :meth:`forget` is gone."""
        with self._lock:
            return self._generation

    def keep(self, file: BinaryIO, *, case_id: str, ending: str, begun: int) -> str:
        """
        Let a file wait and return its number.

        Raises:
            DeskLockedError: BB-015, the desk was locked meanwhile, or something of the case was
                destroyed; the file is gone.
        """
        number = secrets.token_urlsafe(12)
        with self._lock:
            if begun < max(self._gone.get(case_id, 0), self._gone.get(_EVERY, 0)):
                file.close()
                raise DeskLockedError
            self._waiting[number] = Waiting(case_id=case_id, ending=ending, file=file)
            while len(self._waiting) > _MOST_KEPT:
                self._waiting.popitem(last=False)[1].file.close()
        return number

    def is_there(self, untrusted_number: str, case_id: str) -> bool:
        """Return whether a file of a case waits under a number."""
        with self._lock:
            found = self._waiting.get(untrusted_number)
        return found is not None and found.case_id == case_id

    def take(self, untrusted_number: str, case_id: str) -> Waiting | None:
        """Return a file, once; whoever takes it closes it."""
        with self._lock:
            found = self._waiting.get(untrusted_number)
            if found is None or found.case_id != case_id:
                return None
            return self._waiting.pop(untrusted_number)

    def forget(self) -> None:
        """Let all of them go."""
        with self._lock:
            self._generation += 1
            self._gone = {_EVERY: self._generation}
            waiting = tuple(self._waiting.values())
            self._waiting.clear()
        for one in waiting:
            one.file.close()

    def forget_of(self, case_id: str) -> None:
        """Let those of a case go, also what is being written of it."""
        with self._lock:
            self._generation += 1
            self._gone[case_id] = self._generation
            numbers = [key for key, one in self._waiting.items() if one.case_id == case_id]
            waiting = [self._waiting.pop(key) for key in numbers]
        for one in waiting:
            one.file.close()


def _on_disk(folder: Path) -> BinaryIO:
    return cast("BinaryIO", tempfile.TemporaryFile(dir=folder))
