"""What ``benban desk`` opens: other faces, which this one does not know."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from benban.wording import Language


class OpenDesk(Protocol):
    """Opens the desk and returns the exit code; faces do not know one another."""

    def __call__(self, folder: Path, language: Language, *, opens_window: bool) -> int:
        """Run the desk over the vault in *folder* until the person leaves."""
        ...


class OpenServer(Protocol):
    """Opens an organisation's server and returns the exit code."""

    def __call__(
        self, folder: Path, language: Language, *, origin: str, port: int, backups: Path | None
    ) -> int:
        """Answer the people of the shared vault in *folder* until the program is told to end."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeTurnedOn:
    """
    What an operator turned on; nothing of it is on by itself.

    Attributes:
        trusted_proxy: address whose word on where a caller is counts; empty for nobody's.
        hma_get: a hash may stand in the address, as HMA's clients send it.
        hashing: pictures are taken and hashed.
    """

    trusted_proxy: str = ""
    hma_get: bool = False
    hashing: bool = False


class OpenExchange(Protocol):
    """Runs an exchange and returns the exit code."""

    def __call__(
        self,
        folder: Path,
        database: str,
        *,
        host: str,
        port: int,
        workers: int,
        turned_on: ExchangeTurnedOn,
    ) -> int:
        """Answer members until the program is told to end."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Desks:
    """What this command opens; None where only the command line is wanted."""

    own: OpenDesk | None = None
    server: OpenServer | None = None
    exchange: OpenExchange | None = None
