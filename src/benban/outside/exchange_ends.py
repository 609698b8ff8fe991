"""
``audit-ends.json`` in an exchange's folder: where each chain of the audit ended.

It lies beside the database and not in ``node``, which may be removed: what is known here and
missing there was taken out of the database, or the database is an older copy.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benban.errors.exchange import NodeFolderError, SetUpMissingError
from benban.exchange.audit import ChainEnd
from benban.model.shared_hash import MemberId
from benban.outside.exchange_node import held
from benban.outside.platforms import ThisPlatform
from benban.outside.whole_file import write_in_place

_NAME, _LOCK = "audit-ends.json", "audit-ends.lock"
_MOST_BYTES = 1 << 24
_TRY_AGAIN_S = 0.02


class KeptEnds:
    """
    ``exchange.ends.Ends`` in a file.

    Args:
        folder: of the exchange.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def noting(self, *, waits: bool) -> Iterator[bool]:
        """Return a block for one at a time, and whether it is the caller's turn, if none waits."""
        path = self._folder / _LOCK
        if waits:
            with held(path, _TRY_AGAIN_S):
                yield True
            return
        # The system lets go of it when its holder is killed.
        lock = ThisPlatform().lock(path)
        try:
            yield lock is not None
        finally:
            if lock is not None:
                lock.release()

    def known(self) -> Mapping[MemberId, ChainEnd]:
        """
        Return where each chain ended; nothing before the first was seen.

        Raises:
            SetUpMissingError: BB-986, the file cannot be read or is none of ours.
        """
        try:
            with (self._folder / _NAME).open(encoding="utf-8") as file:
                said = json.loads(file.read(_MOST_BYTES))
            return {
                MemberId(str(one)): ChainEnd(number=int(number), digest=str(digest))
                for one, (number, digest) in said.items()
            }
        except FileNotFoundError:
            return {}
        except (
            OSError,
            ValueError,
            TypeError,
            AttributeError,
            ArithmeticError,
            RecursionError,
        ) as error:
            raise SetUpMissingError(what=_NAME) from error

    def keep(self, ends: Mapping[MemberId, ChainEnd]) -> None:
        """
        Return once all of it is on disk in the place of what was there.

        Raises:
            NodeFolderError: BB-985; what was there stays.
        """
        said = {one: [end.number, end.digest] for one, end in sorted(ends.items())}
        try:
            write_in_place(self._folder / _NAME, json.dumps(said, indent=1).encode())
        except OSError as error:
            raise NodeFolderError(folder=self._folder.name) from error
