"""The composition root of an organisation's side: a vault that several people share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benban.outside.clock import SystemClock
from benban.outside.platforms import ThisPlatform
from benban.outside.workplace import workplace_fields
from benban.vault import (
    Audit,
    RecoveryCode,
    SharedVault,
    Vault,
    View,
    calibrated_cost,
    require_usable_passphrase,
)

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Audit", "SharedVault", "View", "require_usable_passphrase"]


def create_shared(
    folder: Path, *, name: str, passphrase: str
) -> tuple[SharedVault, Vault, RecoveryCode]:
    """Make a vault that several people share; its first administrator is in."""
    clock = SystemClock()
    return SharedVault.create(
        folder,
        name=name,
        passphrase=passphrase,
        cost=calibrated_cost(clock),
        clock=clock,
        platform=ThisPlatform(),
        workplace=workplace_fields,
    )


def hold_shared(folder: Path) -> SharedVault:
    """Take the lock of a shared vault; nobody is in."""
    here = ThisPlatform()
    return SharedVault.hold(folder, clock=SystemClock(), platform=here, workplace=workplace_fields)
