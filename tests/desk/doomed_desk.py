"""
The program as a person starts it, with a place where its long work hangs.

``python -m tests.desk.doomed_desk PORT MARK WORD...``: a visit reaches the loopback site of PORT.
A dossier hangs once MARK's folder is there and some of it is written; then the file MARK comes.
"""

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest

from benban.casework.conclude import conclude
from benban.cli.main import main
from benban.desk.main import run_desk
from tests.path.loopback import browser_on_loopback

OPENED_BROWSER = "benban.desk.routes.address.opened_browser"
_SOME_BYTES = 4096


class Hanging:
    """A file that takes some bytes, says so, and takes no more."""

    def __init__(self, file: IO[bytes], mark: Path) -> None:
        self._file = file
        self._mark = mark
        self._written = 0

    def write(self, data: bytes) -> int:
        """Write, or never come back."""
        self._written += len(data)
        if self._written > _SOME_BYTES and self._mark.parent.is_dir():
            self._mark.touch()
            threading.Event().wait()
        return self._file.write(data)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a file has
        return getattr(self._file, name)


def hanging_conclude(mark: Path) -> Callable[..., object]:
    """Return what makes a dossier into a file that hangs."""

    def made(*given: Any, out_file: IO[bytes], **more: Any) -> object:  # noqa: ANN401 - handed on
        return conclude(*given, out_file=Hanging(out_file, mark), **more)  # type: ignore[arg-type] # a file to its caller

    return made


if __name__ == "__main__":
    with pytest.MonkeyPatch.context() as patch:
        # The browser that is called by its name opens nothing here.
        real = Path(os.environ["BENBAN_TEST_BROWSER"])
        patch.setattr("tests.path.loopback.find_browser", lambda: real)
        patch.setattr(OPENED_BROWSER, browser_on_loopback(int(sys.argv[1])))
        patch.setattr("benban.desk.routes.dossier.conclude", hanging_conclude(Path(sys.argv[2])))
        # Who waits for a work that hangs: shorter here, so that the test is.
        patch.setattr("benban.desk.main._ENDED_WITHIN_S", 1.0)
        code = main(sys.argv[3:], open_desk=run_desk)
    sys.exit(code)
