"""A shared vault whose passphrases cost little to try, for tests."""

from pathlib import Path

from benban.outside.clock import SystemClock
from benban.outside.platforms import ThisPlatform
from benban.vault import KdfCost, RecoveryCode, SharedVault, Vault
from tests.unit.vault.several import hours

CHEAP = KdfCost.cheap_for_tests()


class CheapShared:
    """A shared vault as the server uses it; whoever comes in first gets a cheap passphrase."""

    def __init__(self, shared: SharedVault) -> None:
        self._shared = shared

    def enter(
        self, name: str, *, passphrase: str | None = None, recovery_code: str | None = None
    ) -> Vault:
        return self._shared.enter(name, passphrase=passphrase, recovery_code=recovery_code)

    def accept(self, name: str, code: str, passphrase: str) -> tuple[Vault, RecoveryCode]:
        return self._shared.accept(name, code, passphrase, CHEAP)

    def close(self) -> None:
        self._shared.close()


def make_cheap_shared(folder: Path, name: str, passphrase: str) -> CheapShared:
    """Make a shared vault; nobody is in."""
    shared, vault, _ = SharedVault.create(
        folder,
        name=name,
        passphrase=passphrase,
        cost=CHEAP,
        clock=SystemClock(),
        platform=ThisPlatform(),
        elapsed=hours(),
        ballast_bytes=0,
    )
    vault.close()
    return CheapShared(shared)


def hold_cheap(folder: Path) -> CheapShared:
    """Hold a shared vault that is there."""
    return CheapShared(
        SharedVault.hold(folder, clock=SystemClock(), platform=ThisPlatform(), elapsed=hours())
    )
