"""Several people in one vault, for the vault's tests."""

import itertools
from collections.abc import Callable
from pathlib import Path

from benban.model.ids import CaseId
from benban.model.people import Person, Role
from benban.outside.platforms import ThisPlatform
from benban.vault import SharedVault, Step, Vault
from tests.unit.vault.keeping import CHEAP, PASSPHRASE, no_listener, ticking

ADMINISTRATOR = "Chị Hà"


def hours() -> Callable[[], float]:
    """Return a clock on which an hour passes between any two looks: nobody waits."""
    return itertools.count(0.0, 3600.0).__next__


def made(folder: Path) -> tuple[SharedVault, Vault]:
    """Make a shared vault with its first administrator in."""
    shared, vault, _ = SharedVault.create(
        folder,
        name=ADMINISTRATOR,
        passphrase=PASSPHRASE,
        cost=CHEAP,
        clock=ticking(),
        platform=ThisPlatform(),
        elapsed=hours(),
        ballast_bytes=0,
    )
    return shared, vault


def held(
    folder: Path,
    *,
    on_step: Callable[[Step], None] = no_listener,
    elapsed: Callable[[], float] | None = None,
) -> SharedVault:
    """Hold a shared vault that is there."""
    return SharedVault.hold(
        folder,
        clock=ticking(),
        platform=ThisPlatform(),
        elapsed=elapsed or hours(),
        on_step=on_step,
    )


def phrase_of(name: str) -> str:
    """Return the passphrase that somebody chose."""
    return f"passphrase of {name}"


def joined(shared: SharedVault, admin: Vault, name: str, role: Role = Role.CASEWORKER) -> Vault:
    """Let somebody in for the first time and return their vault."""
    code = admin.invite(name, role, CHEAP)
    vault, _ = shared.accept(name, code.text, phrase_of(name), CHEAP)
    return vault


def me(vault: Vault) -> Person:
    """Return who is in."""
    assert vault.person is not None
    return vault.person


def compared(vault: Vault, other: Vault) -> str:
    """Let one compare the numbers that the other reads out; return the other's user id."""
    user_id = me(other).user_id
    vault.confirm_key(user_id, other.key_numbers(user_id))
    return user_id


def shared_with(vault: Vault, case_id: CaseId, other: Vault) -> None:
    """Share a case as a person does: the numbers are compared first."""
    vault.share_case(case_id, compared(vault, other))
