"""
Who came in by the pages of an exchange: a small file for each, of which all processes know.

Its name is the digest of what the browser's cookie holds, so that who reads the folder comes in
with nothing; its time is when the person was last seen.
"""

import hashlib
import json
import os
import secrets
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benban.errors.exchange import NodeFolderError
from benban.model.clock import Clock
from benban.outside.platforms import ThisPlatform

# Nobody works longer than a day's work; a computer that was left is closed after half an hour.
LONGEST = timedelta(hours=8)
IDLE = timedelta(minutes=30)
_SEEN_AGAIN = timedelta(minutes=1)
_TOKEN_BYTES = 32
_MOST_BYTES = 4096


class Sessions:
    """
    Sessions of one node.

    Args:
        folder: on this machine; it is made.
        clock: of the program.

    Raises:
        NodeFolderError: BB-985.
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder, self._clock = folder, clock
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            ThisPlatform().set_private(folder)
        except OSError as error:
            raise NodeFolderError(folder=folder.name) from error

    def begin(self, account: str) -> str:
        """
        Return what the browser is to keep; never the same twice.

        Args:
            account: of who came in.

        Raises:
            NodeFolderError: BB-985.
        """
        self._tidy()
        token, now = secrets.token_urlsafe(_TOKEN_BYTES), self._clock.now()
        file = self._file(token)
        said = json.dumps({"account": account, "began_at": now.isoformat()})
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                out.write(said)
            _mark_seen(file, now)
        except OSError as error:
            raise NodeFolderError(folder=self._folder.name) from error
        return token

    def account_of(self, untrusted_token: str) -> str | None:
        """Return whose session it is; None when it is none, or has ended."""
        file, now = self._file(untrusted_token), self._clock.now()
        account = _standing(file, now)
        if account is not None and now - _seen_at(file) >= _SEEN_AGAIN:
            with suppress(OSError):
                _mark_seen(file, now)
        return account

    def end(self, untrusted_token: str) -> None:
        """Let a session be none from now on, in every process of the node."""
        self._file(untrusted_token).unlink(missing_ok=True)

    def _file(self, token: str) -> Path:
        return self._folder / hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()

    def _tidy(self) -> None:
        now = self._clock.now()
        for file in self._folder.iterdir():
            if _standing(file, now) is None:
                file.unlink(missing_ok=True)


def _standing(file: Path, now: datetime) -> str | None:
    try:
        with file.open(encoding="utf-8") as opened:
            said = json.loads(opened.read(_MOST_BYTES))
        began_at, account = datetime.fromisoformat(said["began_at"]), str(said["account"])
        is_standing = began_at <= now < began_at + LONGEST and now - _seen_at(file) < IDLE
    except (OSError, ValueError, KeyError, TypeError):
        # Not there, or half written by a process that was killed: nobody came in by it.
        return None
    return account if is_standing else None


def _seen_at(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)


def _mark_seen(file: Path, now: datetime) -> None:
    os.utime(file, (now.timestamp(), now.timestamp()))
