"""
Tesseract as a confined child: it gets a picture that the fence made anew, and gives text.

Source: tesseract(1), version 5: ``tesseract stdin stdout -l LANGUAGES``.
"""

import os
import re
import shutil
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, cast

from benban.casework.screen_text import ReadText
from benban.errors import TextReaderFailedError, TextReaderMissingError

if sys.platform == "win32":
    from benban.outside.windows import end_child
    from benban.outside.windows import start_confined as start_program
else:
    from benban.outside.posix import end_child, start_program

_PROGRAM = "tesseract.exe" if sys.platform == "win32" else "tesseract"
# In this order: the first is the one that decides where both could be meant.
LANGUAGES = ("vie", "eng")
# Ten times what a full phone screen takes.
_WALL_S = 120.0
_CPU_S = 110
# Both languages take some 300 MB of address space, a picture of 16 Mpx four times its pixels.
_MEMORY_BYTES = 2 << 30
_LARGEST_ANSWER_BYTES = 4 << 20
_VERSION = re.compile(r"tesseract v?([0-9][0-9A-Za-z.\-]{0,30})")


class Tesseract:
    """
    The :class:`benban.casework.screen_text.TextReader` of this program.

    Args:
        wall_s: time by the clock for one picture; after it the process is ended from outside.
    """

    def __init__(self, wall_s: float = _WALL_S) -> None:
        self._wall_s = wall_s

    def read(self, png: bytes) -> ReadText:
        """Return the text in *png*; the port says what is raised."""
        program = _find()
        version = _VERSION.match(self._run([program, "--version"]).decode("utf-8", "replace"))
        there = self._run([program, "--list-langs"]).decode("utf-8", "replace").split()
        languages = tuple(one for one in LANGUAGES if one in there)
        if not languages:
            raise TextReaderMissingError("no language data")
        text = self._run([program, "stdin", "stdout", "-l", "+".join(languages)], png)
        return ReadText(
            text=text.decode("utf-8", "replace").replace("\f", ""),
            program=f"Tesseract {version[1] if version else '?'}",
            languages=languages,
        )

    def _run(self, arguments: Sequence[str], given: bytes = b"") -> bytes:
        try:
            process = start_program(arguments, memory_bytes=_MEMORY_BYTES, cpu_s=_CPU_S)
        except OSError as error:
            raise TextReaderFailedError(type(error).__name__) from error
        timer = threading.Timer(self._wall_s, end_child, [process])
        timer.daemon = True
        timer.start()
        pipes = cast("BinaryIO", process.stdin), cast("BinaryIO", process.stdout)
        # Beside the reading: a program that writes before it has read all would wait for ever.
        feeding = threading.Thread(target=_feed, args=(pipes[0], given), daemon=True)
        feeding.start()
        try:
            answer = pipes[1].read(_LARGEST_ANSWER_BYTES + 1)
            is_whole = len(answer) <= _LARGEST_ANSWER_BYTES and process.wait() == 0
        finally:
            timer.cancel()
            end_child(process)
            feeding.join()
            pipes[1].close()
        if not is_whole:
            raise TextReaderFailedError("ended early, late or with too much")
        return answer


def _find() -> str:
    # Never from the folder where the person is: that may be a download or an export, and whatever
    # is called tesseract there would be run. Windows looks there first when only a name is given.
    for folder in os.get_exec_path():
        place = Path(folder)
        found = shutil.which(str(place / _PROGRAM)) if place.is_absolute() else None
        if found is not None:
            return found
    raise TextReaderMissingError


def _feed(pipe: BinaryIO, given: bytes) -> None:
    with suppress(OSError), pipe:  # a child that ended reads no more
        pipe.write(given)
