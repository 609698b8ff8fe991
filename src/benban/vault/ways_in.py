"""Changing the ways into an open vault: who does it shows first that they know one."""

import time

from benban.errors import WrongPassphraseError
from benban.vault.kdf import KdfCost, passphrase_bytes
from benban.vault.plain_files import SlotKind
from benban.vault.ports import Sleep
from benban.vault.recovery import RecoveryCode, recovery_secret
from benban.vault.unlocking import Attempts, try_slots
from benban.vault.vault import Vault


def require_passphrase(vault: Vault, passphrase: str, sleep: Sleep = time.sleep) -> None:
    """
    Return if *passphrase* opens the vault that is open; a failure counts like one at the opening.

    Raises:
        WrongPassphraseError: BB-403.
        PassphraseRefusedError: BB-404, empty.
    """
    entered = vault.entered
    secret = passphrase_bytes(passphrase)
    user_id = entered.unlocked.user_id
    path = None if vault.person is None else entered.folder.attempts_of(user_id)
    attempts = Attempts(entered.folder, entered.disk, sleep, path)
    attempts.wait()
    try:
        try_slots(entered.folder, secret, SlotKind.PASSPHRASE, entered.vault_id, user_id=user_id)
    except WrongPassphraseError:
        attempts.note_failure()
        raise
    attempts.clear()


def require_usable_passphrase(passphrase: str) -> None:
    """
    Return if *passphrase* could open a vault.

    Raises:
        PassphraseRefusedError: BB-404, empty or too long.
    """
    passphrase_bytes(passphrase)


def use_recovery_code(vault: Vault, code: RecoveryCode, cost: KdfCost | None = None) -> None:
    """
    Let *code* open the vault from now on; the one before opens nothing any more.

    Args:
        vault: open.
        code: that the person has written down.
        cost: None takes what this computer bears.

    Raises:
        DiskFullError: BB-410; the one before still opens.
    """
    vault.replace_way_in(recovery_secret(code.text), SlotKind.RECOVERY, cost)
