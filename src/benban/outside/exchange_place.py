"""
What lies in an exchange's folder beside its database.

``signing-key``: 32 bytes as hex, for this user alone. ``people.json``: who may propose and agree,
with digests of their secrets. ``duty.txt``: the operator's text on duties to report; its first
line is the date on which it was last read through. ``checks.json``: answers of ``exchange check``.
``pages.json``: where the pages stand and who says who somebody is; with a secret, so for this user
alone. ``entries.json``: who an account of the identity provider is here.
``node``: what the processes of this machine share; it may be removed while none runs.
"""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from benban.errors import TargetExistsError, TargetUnwritableError
from benban.errors.exchange import (
    AlreadySetUpError,
    NodeFolderError,
    PersonRefusedError,
    SetUpMissingError,
)
from benban.outside.exchange_node import held
from benban.outside.new_file import new_file
from benban.outside.platforms import ThisPlatform
from benban.outside.whole_file import write_in_place

_KEY, _KEY_BYTES = "signing-key", 32
_TRY_AGAIN_S = 0.02
_MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An exchange's folder."""

    folder: Path

    @property
    def node(self) -> Path:
        """What the processes of this machine share."""
        return self.folder / "node"

    @property
    def usual_database(self) -> str:
        """Address of the database where none is named."""
        return f"sqlite:///{self.folder.resolve() / 'exchange.db'}"

    def require_new(self) -> None:
        """
        Return once the folder is there, for this user alone, and if no exchange stands in it.

        Raises:
            AlreadySetUpError: BB-990. NodeFolderError: BB-985.
        """
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            ThisPlatform().set_private(self.folder)
        except OSError as error:
            raise NodeFolderError(folder=self.folder.name) from error
        if os.path.lexists(self.folder / _KEY):
            raise AlreadySetUpError(folder=self.folder.name)

    def begin(self) -> None:
        """
        Return once the folder holds a new signing key: whole, or none.

        Raises:
            AlreadySetUpError: BB-990. NodeFolderError: BB-985.
        """
        self.require_new()
        try:
            with new_file(self.folder / _KEY) as out:
                out.write(f"{secrets.token_hex(_KEY_BYTES)}\n".encode())
        except TargetExistsError as error:
            raise AlreadySetUpError(folder=self.folder.name) from error
        except TargetUnwritableError as error:
            raise NodeFolderError(folder=self.folder.name) from error

    def signing_key(self) -> bytes:
        """
        Return the key that signs deltas.

        Raises:
            SetUpMissingError: BB-986.
        """
        try:
            key = bytes.fromhex(_text_of(self.folder / _KEY))
        except (OSError, ValueError) as error:
            raise SetUpMissingError(what=_KEY) from error
        if len(key) != _KEY_BYTES:
            raise SetUpMissingError(what=_KEY)
        return key

    def duty_text_of(self) -> date:
        """
        Return the date of the operator's text on duties to report.

        Raises:
            SetUpMissingError: BB-986, no such text, or none with a date in its first line.
        """
        try:
            first, _, rest = _text_of(self.folder / "duty.txt").partition("\n")
            dated = date.fromisoformat(first.strip())
        except (OSError, ValueError) as error:
            raise SetUpMissingError(what="duty.txt") from error
        if not rest.strip():
            raise SetUpMissingError(what="duty.txt")
        return dated

    def add_person(self, name: str) -> str:
        """
        Return a new person's secret, which is shown once; a name that is known gets a new one.

        Raises:
            NodeFolderError: BB-985.
        """
        shown = secrets.token_urlsafe(24)
        with self._writing():
            self._write("people.json", {**self.people(), name: _digest(shown)})
        return shown

    def people(self) -> dict[str, str]:
        """Return digests of secrets by name; a secret of 192 random bits needs no slow hash."""
        return self._read("people.json")

    def require_person(self, name: str, untrusted_secret: str) -> str:
        """
        Return the name of a person, if the secret is theirs.

        Raises:
            PersonRefusedError: BB-987.
        """
        kept = self.people().get(name, "0" * 64)
        if not hmac.compare_digest(kept, _digest(untrusted_secret.strip())):
            raise PersonRefusedError
        return name

    def record_volume(self, *, is_encrypted: bool, by: str, at: datetime) -> None:
        """Keep what a person said of the volume on which the hashes lie."""
        said = {"encrypted": "yes" if is_encrypted else "no", "by": by, "at": at.isoformat()}
        with self._writing():
            self._write("checks.json", said)

    def volume(self) -> dict[str, str]:
        """Return what was said of the volume; nothing before."""
        return self._read("checks.json")

    def pages(self) -> dict[str, str]:
        """Return what was said of the pages; nothing where there are none."""
        return self._read("pages.json")

    def keep_pages(self, said: dict[str, str]) -> None:
        """Keep what was said of the pages; a program that runs sees it when it begins anew."""
        with self._writing():
            self._write("pages.json", said)

    def entries(self) -> dict[str, str]:
        """Return who each account is here (``exchange.entry``)."""
        return self._read("entries.json")

    def keep_entries(self, said: dict[str, str]) -> None:
        """Keep who each account is here; what was taken out ends at its next request."""
        with self._writing():
            self._write("entries.json", said)

    def _read(self, name: str) -> dict[str, str]:
        try:
            said = json.loads(_text_of(self.folder / name))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise SetUpMissingError(what=name) from error
        if not isinstance(said, dict):
            raise SetUpMissingError(what=name)
        return {str(one): str(value) for one, value in said.items()}

    def _write(self, name: str, said: dict[str, str]) -> None:
        try:
            written = json.dumps(said, ensure_ascii=False, indent=1)
            write_in_place(self.folder / name, written.encode())
        except OSError as error:
            raise NodeFolderError(folder=self.folder.name) from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        # Of two who write at once both stay: what one of them read is not what the other wrote.
        try:
            with held(self.folder / ".writing.lock", _TRY_AGAIN_S):
                yield
        except OSError as error:
            raise NodeFolderError(folder=self.folder.name) from error


def _text_of(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.read(_MOST_BYTES)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
