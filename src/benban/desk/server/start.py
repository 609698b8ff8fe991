"""What ``benban desk --server`` runs: the real vault, the real second factor, the real text."""

from pathlib import Path

from benban.casework.organisation import duty_text
from benban.desk.server.main import place_of, run_server
from benban.desk.server.second import PasskeyOrCode
from benban.errors import SharedVaultMissingError
from benban.wiring_case import system_clock
from benban.wiring_shared import SharedVault, hold_shared
from benban.wording import Language


def start_server(
    folder: Path, language: Language, *, origin: str, port: int, backups: Path | None = None
) -> int:
    """
    Answer the people of the shared vault in *folder* until the program is told to end.

    Raises:
        OriginRefusedError: BB-027.
        SharedVaultMissingError: BB-026.
        PortTakenError: BB-017.
        VaultInUseError: BB-407.
    """
    place = place_of(origin)
    if not SharedVault.lies_in(folder):
        raise SharedVaultMissingError
    with hold_shared(folder) as shared:
        return run_server(
            shared,
            folder,
            language,
            place=place,
            port=port,
            backups=backups,
            factor=PasskeyOrCode(system_clock()),
            duty=duty_text,
        )
