"""The composition root of a person's side: joins casework to the vault and the outside."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benban.model.catalogue import Catalogue
from benban.model.clock import Clock
from benban.model.custody import Receipt
from benban.model.report import Report
from benban.outside.clock import SystemClock
from benban.outside.platforms import ThisPlatform
from benban.remedies.catalogue import packaged_catalogue
from benban.seal.authorities import load_authorities, roots_of
from benban.vault import CaseStore, KdfCost, RecoveryCode, Vault, calibrate_cost
from benban.vault import back_up as _back_up
from benban.vault import check_vault as _check_vault
from benban.vault import restore as _restore

if TYPE_CHECKING:
    # Loaded where they are used: pictures, browser and network libraries are heavy.
    from benban.outside.browser import ChromiumBrowser
    from benban.outside.fence import Fence
    from benban.outside.tsa import HttpAuthority

__all__ = ["CaseStore", "RecoveryCode", "Vault"]


def system_clock() -> Clock:
    """Return this computer's clock."""
    return SystemClock()


def create_vault(folder: Path, *, passphrase: str) -> tuple[Vault, RecoveryCode]:
    """Make a vault whose passphrase costs as much to try as this computer bears."""
    return Vault.create(
        folder,
        passphrase=passphrase,
        cost=calibrate_cost(),
        clock=SystemClock(),
        platform=ThisPlatform(),
    )


def open_vault(
    folder: Path, *, passphrase: str | None = None, recovery_code: str | None = None
) -> Vault:
    """Open the vault in *folder*; see :meth:`Vault.open` for what can go wrong."""
    return Vault.open(
        folder,
        passphrase=passphrase,
        recovery_code=recovery_code,
        clock=SystemClock(),
        platform=ThisPlatform(),
    )
