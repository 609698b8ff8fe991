"""The organisation's text on its duty to report, posted where whoever comes reads it first."""

import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benban.desk.server.ports import DutyText
from benban.errors import TargetUnwritableError
from benban.wiring_case import Vault
from benban.wording import Language

_MOST_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedDuty:
    """The text as it hangs at the door: everybody may read it, so it lies in the open."""

    day: date
    lines: dict[Language, tuple[str, ...]]

    def words(self, language: Language) -> tuple[str, ...]:
        """Return its lines."""
        return self.lines[language]

    @property
    def mark(self) -> str:
        """What a form says of the text that it stood under; another text has another."""
        said = [self.day.isoformat(), *(self.lines[one] for one in Language)]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


class DutyBoard:
    """
    A file beside the vault with the text that is in force.

    The vault's own is the one that counts: it is inside, and without a key nobody reads it. So a
    copy is posted whenever somebody is in, and shown before anybody is. A copy can be lost, or be
    another's: who did not come by the text in force is shown that before anything else.
    """

    def __init__(self, folder: Path, of: Callable[[Vault], DutyText | None]) -> None:
        """
        Read and write the copy.

        Args:
            folder: of the vault; the copy lies beside it, for what lies in it is the vault's.
            of: reads the text in force from an open vault.
        """
        self._path = folder.with_name(f"{folder.name}.duty.json")
        self._of = of
        self._lock = threading.Lock()

    def posted(self) -> PostedDuty | None:
        """Return the copy; None when there is none that can be read."""
        try:
            with self._path.open("rb") as stream:
                content = json.loads(stream.read(_MOST_BYTES))
            lines = {one: tuple(map(str, content[one.value])) for one in Language}
            return PostedDuty(day=date.fromisoformat(content["day"]), lines=lines)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def in_force(self, vault: Vault) -> PostedDuty | None:
        """Return the vault's own text; None before the first was written."""
        found = self._of(vault)
        if found is None:
            return None
        return PostedDuty(day=found.day, lines={one: found.words(one) for one in Language})

    def post(self, vault: Vault) -> PostedDuty | None:
        """
        Return the text in force, after posting it.

        Raises:
            TargetUnwritableError: BB-004.
        """
        wanted = self.in_force(vault)
        if wanted is not None:
            with self._lock:
                if self.posted() != wanted:
                    self._write(wanted)
        return wanted

    def _write(self, duty: PostedDuty) -> None:
        content = {one.value: list(lines) for one, lines in duty.lines.items()}
        fresh = self._path.with_name(f"{self._path.name}.new")
        try:
            text = json.dumps({"day": duty.day.isoformat(), **content}, ensure_ascii=False)
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(self._path)
        except OSError as error:
            raise TargetUnwritableError(name=self._path.name) from error
