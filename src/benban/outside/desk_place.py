"""
How a second start finds the desk that already runs: a private file, and a question over loopback.

The file names the port and holds a secret that is never sent: both sides show that they know it.
So a stranger who listens at the port of a desk that was killed learns nothing and cannot lead
anybody to a page of their own. A stale file is noticed by asking, not by its age.
"""

import hashlib
import hmac
import http.client
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from benban.outside.platforms import is_of_this_user_alone

_HERE = "127.0.0.1"
_PATIENCE_S = 5.0
_MOST_ANSWER_BYTES = 512
_DOOR = "/again"
# An answer is: whether a window was opened, a code to type, what shows that the desk knows the
# secret.
_PARTS = 3
OPENED, NOT_OPENED = "opened", "not opened"


def proof(secret: str, *words: str) -> str:
    """Return what only somebody who knows *secret* can say about *words*."""
    return hmac.new(secret.encode(), "\n".join(words).encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDesk:
    """
    A desk that runs and answered.

    Attributes:
        address: of its first page.
        code: opens it once, when typed.
        has_window: whether it opened another window.
    """

    address: str
    code: str
    has_window: bool


class DeskPlace:
    """The file of one vault's desk in this user's runtime folder."""

    def __init__(self, vault_folder: Path, runtime_folder: Path | None = None) -> None:
        """
        Name the file; nothing is read or written yet.

        Args:
            vault_folder: of which the desk is; its path is not readable from the file's name.
            runtime_folder: the platform's own when None.
        """
        name = hashlib.sha256(os.fsencode(vault_folder.absolute())).hexdigest()[:16]
        self._folder = _runtime_folder() if runtime_folder is None else runtime_folder
        self._file = self._folder / name
        self.secret = secrets.token_urlsafe(32)

    def tell(self, authority: str) -> None:
        """Write where this desk listens; where no private folder can be had, tell nobody."""
        port = authority.rpartition(":")[2]
        fresh = self._folder / secrets.token_hex(8)
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _is_private(self._folder):
                return
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(f"{port}\n{self.secret}\n")
            fresh.replace(self._file)

    def untell(self) -> None:
        """Remove the file if it is still of this desk."""
        with suppress(OSError):
            known = self._read()
            if known is not None and hmac.compare_digest(known[1], self.secret):
                self._file.unlink()

    def find(self, *, wants_window: bool) -> FoundDesk | None:
        """
        Ask the running desk for another way in; None when nobody proves to be it.

        Args:
            wants_window: whether it opens a window by itself.
        """
        known = self._read()
        if known is None:
            return None
        port, secret = known
        nonce = ("w" if wants_window else "c") + secrets.token_hex(16)
        answer = _ask(port, f"nonce={nonce}&proof={proof(secret, 'again', nonce)}")
        parts = answer.split("\n")
        if len(parts) != _PARTS or not hmac.compare_digest(
            parts[2], proof(secret, "told", nonce, *parts[:2])
        ):
            return None
        address = f"http://{_HERE}:{port}/"
        return FoundDesk(address=address, code=parts[1], has_window=parts[0] == OPENED)

    def answer(
        self, nonce: str, given: str, way_in: Callable[[bool], tuple[bool, str]]
    ) -> str | None:
        """
        Return what a second start is told; None when it does not prove to be of this user.

        Args:
            nonce: as it was sent; its first letter says whether a window is wanted.
            given: what it was sent with.
            way_in: opens a window if wanted; returns whether it did, and a code.
        """
        if not hmac.compare_digest(proof(self.secret, "again", nonce).encode(), given.encode()):
            return None
        has_window, code = way_in(nonce.startswith("w"))
        word = OPENED if has_window else NOT_OPENED
        return "\n".join((word, code, proof(self.secret, "told", nonce, word, code)))

    def _read(self) -> tuple[int, str] | None:
        try:
            if not _is_private(self._folder) or not _is_private(self._file):
                return None
            port, secret = self._file.read_text(encoding="ascii").split()
            return int(port), secret
        except (OSError, ValueError):
            return None


def _ask(port: int, body: str) -> str:
    connection = http.client.HTTPConnection(_HERE, port, timeout=_PATIENCE_S)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": f"http://{_HERE}:{port}",
    }
    try:
        connection.request("POST", _DOOR, body, headers)
        answer = connection.getresponse()
        text = answer.read(_MOST_ANSWER_BYTES).decode("ascii")
        return text if answer.status == http.client.OK else ""
    except (OSError, http.client.HTTPException, ValueError):
        return ""
    finally:
        connection.close()


def _runtime_folder() -> Path:
    from platformdirs import user_runtime_path

    return user_runtime_path("ghi-chu", appauthor=False)


def _is_private(path: Path) -> bool:
    # Where the system has no folder for this, one in a place that all may write to is used:
    # somebody else could have put it there.
    return not path.is_symlink() and is_of_this_user_alone(path)
