"""Start the independent verifier as a child process; not one line of it runs in this one."""

import importlib.util
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from benban.errors import VerifierMissingError

# A dossier of some gigabytes is read once; ten minutes is far beyond that.
_WALL_S = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierAnswer:
    """What the verifier printed, and its exit code 0, 1, 2 or 3."""

    exit_code: int
    output: str


class VerifierCheck(msgspec.Struct, frozen=True):
    """One check: ``PASS``, ``FAIL`` or ``NOT_DONE``, with what was checked and what came of it."""

    title: str
    result: str
    message: str


class VerifierReport(msgspec.Struct, frozen=True):
    """What the verifier says of a file; exit code 0 all passed, 1 failed, 2 not all done."""

    exit_code: int
    key_id: str
    checks: tuple[VerifierCheck, ...]


def run_verifier(arguments: Sequence[str]) -> int:
    """
    Run the verifier with this terminal as its own and return its exit code.

    Raises:
        VerifierMissingError: BB-750.
    """
    return subprocess.run(_command(arguments), check=False, timeout=_WALL_S).returncode


def ask_verifier(arguments: Sequence[str]) -> VerifierAnswer:
    """
    Run the verifier and return what it printed.

    Raises:
        VerifierMissingError: BB-750.
    """
    done = subprocess.run(
        _command(arguments), check=False, timeout=_WALL_S, capture_output=True, encoding="utf-8"
    )
    return VerifierAnswer(exit_code=done.returncode, output=done.stdout)


def verifier_report(path: Path, *, language: str) -> VerifierReport:
    """
    Return the verifier's report of a file, each check in its own words.

    It is given no key: only one that came another way than this program shows who made the file.

    Args:
        path: of the dossier, as it lies on the disk.
        language: ``vi`` or ``en``.

    Raises:
        VerifierMissingError: BB-750, not there, or what it printed is no report.
        TimeoutError: it did not end.
    """
    asked = [str(path), "--lang", language, "--json"]
    try:
        return msgspec.json.decode(ask_verifier(asked).output, type=VerifierReport)
    except subprocess.TimeoutExpired as error:
        raise TimeoutError from error
    except msgspec.MsgspecError as error:
        raise VerifierMissingError from error


def _command(arguments: Sequence[str]) -> list[str]:
    # Found, not imported: this process stays free of its code.
    if importlib.util.find_spec("benban_verify") is None:
        raise VerifierMissingError
    return [sys.executable, "-m", "benban_verify", *arguments]
