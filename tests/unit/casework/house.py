"""An organisation that shares a vault: two administrators, two caseworkers, an auditor."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from benban.model.case import Capacity, Case
from benban.model.clock import Clock
from benban.model.ids import new_case_id
from benban.model.people import Person, Role
from benban.outside.platforms import ThisPlatform
from benban.vault import CaseStore, KdfCost, SharedVault, Vault
from benban.wording import Language

PASSPHRASE = "bốn từ dễ nhớ"


class House:
    """Everybody of it, each with the vault they opened; who is not asked for never came in."""

    def __init__(self, shared: SharedVault, first: Vault) -> None:
        self.shared = shared
        self.admin = first

    @cached_property
    def second(self) -> Vault:
        """Another administrator's."""
        return self.invited("hai", Role.ADMINISTRATOR)

    @cached_property
    def worker(self) -> Vault:
        """A caseworker's."""
        return self.invited("làm", Role.CASEWORKER)

    @cached_property
    def other(self) -> Vault:
        """Another caseworker's."""
        return self.invited("khác", Role.CASEWORKER)

    @cached_property
    def auditor(self) -> Vault:
        """An auditor's."""
        return self.invited("xem", Role.AUDITOR)

    def invited(self, name: str, role: Role) -> Vault:
        """Return the vault of somebody who was invited and came in."""
        code = self.admin.invite(name, role, KdfCost.cheap_for_tests())
        vault, _ = self.shared.accept(name, code.text, PASSPHRASE, KdfCost.cheap_for_tests())
        return vault

    def new_case(self, clock: Clock) -> CaseStore:
        """Return a case that the first caseworker made, open."""
        case = Case(
            id=new_case_id(),
            title="Hồ sơ",
            language=Language.VI,
            capacity=Capacity.ORGANISATION,
            opened_at=clock.now(),
        )
        return self.worker.create_case(case)


def written_by_hand(vault: Vault, name: str, value: bytes) -> None:
    """Write a setting of the organisation as somebody can who holds its key and has the disk."""
    vault.entered.index.set_setting(name, value)


def person_of(vault: Vault) -> Person:
    """Return who opened a vault of several people."""
    assert vault.person is not None
    return vault.person


def compared(vault: Vault, other: Vault) -> Person:
    """Let one compare the numbers that the other reads out; return the other."""
    person = person_of(other)
    vault.confirm_key(person.user_id, other.key_numbers(person.user_id))
    return person


@contextmanager
def opened_house(folder: Path, clock: Clock) -> Iterator[House]:
    """Give an organisation over *folder*."""
    shared, first, _ = SharedVault.create(
        folder,
        name="quản trị",
        passphrase=PASSPHRASE,
        cost=KdfCost.cheap_for_tests(),
        clock=clock,
        platform=ThisPlatform(),
        ballast_bytes=0,
    )
    with shared:
        yield House(shared, first)
