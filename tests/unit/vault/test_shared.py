from collections.abc import Iterator
from pathlib import Path

import pytest

from benban.errors import CaseMissingError, WrongPassphraseError
from benban.model.custody import EventKind
from benban.model.people import PersonState, Role
from benban.vault import SharedVault, Vault
from tests.unit.vault.keeping import CHEAP, PASSPHRASE, a_case, an_event
from tests.unit.vault.several import ADMINISTRATOR, held, joined, made, me, phrase_of, shared_with


@pytest.fixture
def both(folder: Path) -> Iterator[tuple[SharedVault, Vault]]:
    shared, admin = made(folder)
    with shared:
        yield shared, admin


def test_a_colleague_comes_in_and_works_on_a_case_that_is_shared(
    both: tuple[SharedVault, Vault], folder: Path
) -> None:
    shared, admin = both
    an, binh = joined(shared, admin, "An"), joined(shared, admin, "Bình")
    with an.create_case(a_case()) as store:
        case_id = store.case.id
        with pytest.raises(CaseMissingError):
            binh.open_case(case_id)
        before = binh.case_ids()
        shared_with(an, case_id, binh)
        with binh.open_case(case_id) as his:
            his.record(an_event(EventKind.PLANNED))
            store.record(an_event(EventKind.PLANNED))
            counted = (store.entry_count, his.entry_count)
    shared.close()
    with held(folder) as again, again.enter("bình ", passphrase=phrase_of("Bình")) as vault:
        found = vault.case_ids()

    assert (before, counted, found) == ((), (3, 3), (case_id,))


def test_an_invitation_works_once(both: tuple[SharedVault, Vault]) -> None:
    shared, admin = both
    code = admin.invite("An", Role.CASEWORKER, CHEAP)
    shared.accept("An", code.text, "a", CHEAP)
    with pytest.raises(WrongPassphraseError):
        shared.accept("An", code.text, "b", CHEAP)
    with pytest.raises(WrongPassphraseError):
        shared.enter("An", recovery_code=code.text)

    assert [one.state for one in admin.people()] == [PersonState.ACTIVE, PersonState.ACTIVE]


def test_whoever_is_let_out_does_not_come_in_again(both: tuple[SharedVault, Vault]) -> None:
    shared, admin = both
    an = joined(shared, admin, "An")
    admin.end_access(me(an).user_id)
    with pytest.raises(WrongPassphraseError):
        shared.enter("An", passphrase=phrase_of("An"))
    shared.enter(ADMINISTRATOR, passphrase=PASSPHRASE).close()
