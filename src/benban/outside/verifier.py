"""Start the independent verifier as a child process; not one line of it runs in this one."""

import importlib.util
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from benban.errors import VerifierMissingError

# A dossier of some gigabytes is read once; ten minutes is far beyond that.
_WALL_S = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifierAnswer:
    """What the verifier printed, and its exit code 0, 1, 2 or 3."""

    exit_code: int
    output: str


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


def _command(arguments: Sequence[str]) -> list[str]:
    # Found, not imported: this process stays free of its code.
    if importlib.util.find_spec("benban_verify") is None:
        raise VerifierMissingError
    return [sys.executable, "-m", "benban_verify", *arguments]
