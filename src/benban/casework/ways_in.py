"""A new passphrase, a new recovery sheet: asked by who knows the passphrase that opens now."""

from benban.vault import (
    KdfCost,
    RecoveryCode,
    Vault,
    fresh_recovery_code,
    require_passphrase,
    use_recovery_code,
)


def replace_passphrase(vault: Vault, known: str, new: str, cost: KdfCost | None = None) -> None:
    """
    Let *new* open the vault instead of *known*; the recovery sheet stays.

    Raises:
        WrongPassphraseError: BB-403, *known* does not open it.
        PassphraseRefusedError: BB-404; the old one still opens.
    """
    require_passphrase(vault, known)
    vault.change_passphrase(new, cost)


def require_known(vault: Vault, known: str) -> None:
    """
    Return if *known* opens the vault: who is asked again did not only find it open.

    Raises:
        WrongPassphraseError: BB-403.
    """
    require_passphrase(vault, known)


def offer_recovery_code(vault: Vault, known: str) -> RecoveryCode:
    """
    Return a new code for a sheet; until :func:`keep_recovery_code` the one before still opens.

    Raises:
        WrongPassphraseError: BB-403.
    """
    require_passphrase(vault, known)
    return fresh_recovery_code()


def keep_recovery_code(vault: Vault, code: RecoveryCode, cost: KdfCost | None = None) -> None:
    """Let *code*, which was written down, open the vault instead of the one before."""
    use_recovery_code(vault, code, cost)
