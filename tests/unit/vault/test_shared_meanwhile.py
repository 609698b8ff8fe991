"""A key pair takes seconds to make: the others go on meanwhile, and what they do counts."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benban.errors import NameTakenError, RoleRefusedError, WrongPassphraseError
from benban.model.people import PersonState, Role
from benban.vault import SharedVault, Vault, letting_in
from benban.vault.unlocking import make_slot
from tests.unit.vault.keeping import CHEAP
from tests.unit.vault.several import joined, made, me, phrase_of

Meanwhile = Callable[[Callable[[], object]], None]


@pytest.fixture
def both(folder: Path) -> Iterator[tuple[SharedVault, Vault]]:
    shared, admin = made(folder)
    with shared:
        yield shared, admin


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Let a colleague do something, once, while the next slot is derived, and wait for them."""

    def arranged(act: Callable[[], object]) -> None:
        def first(*args: object, **kwargs: object) -> object:
            monkeypatch.setattr(letting_in, "make_slot", make_slot)
            done = threading.Event()

            def work() -> None:
                act()
                done.set()

            threading.Thread(target=work, daemon=True).start()
            # Not a time that is measured: a colleague who is kept waiting never comes to the end.
            assert done.wait(20), "a colleague waits for the derivation"
            return make_slot(*args, **kwargs)  # type: ignore[arg-type] # handed on as they came

        # Derivations have no port: this is the one place where it can be seen that nobody waits.
        monkeypatch.setattr(letting_in, "make_slot", first)

    return arranged


def test_while_somebody_is_invited_the_others_go_on(
    both: tuple[SharedVault, Vault], meanwhile: Meanwhile
) -> None:
    shared, admin = both
    joined(shared, admin, "An")
    meanwhile(lambda: shared.enter("An", passphrase=phrase_of("An")))

    code = admin.invite("Bình", Role.CASEWORKER, CHEAP)

    assert shared.accept("Bình", code.text, phrase_of("Bình"), CHEAP)[0].person is not None


def test_while_somebody_comes_in_for_the_first_time_the_others_go_on(
    both: tuple[SharedVault, Vault], meanwhile: Meanwhile
) -> None:
    shared, admin = both
    joined(shared, admin, "An")
    code = admin.invite("Bình", Role.CASEWORKER, CHEAP)
    meanwhile(lambda: shared.enter("An", passphrase=phrase_of("An")))

    vault, _ = shared.accept("Bình", code.text, phrase_of("Bình"), CHEAP)

    assert me(vault).name == "Bình"


def test_a_name_that_was_given_meanwhile_is_not_given_twice(
    both: tuple[SharedVault, Vault], meanwhile: Meanwhile
) -> None:
    shared, admin = both
    other = joined(shared, admin, "An", Role.ADMINISTRATOR)
    meanwhile(lambda: other.invite("bình", Role.AUDITOR, CHEAP))

    with pytest.raises(NameTakenError):
        admin.invite("Bình", Role.CASEWORKER, CHEAP)

    assert [one.role for one in admin.people() if one.name == "bình"] == [Role.AUDITOR]


def test_an_invitation_that_was_taken_back_meanwhile_lets_nobody_in(
    both: tuple[SharedVault, Vault], meanwhile: Meanwhile, folder: Path
) -> None:
    shared, admin = both
    code = admin.invite("Bình", Role.CASEWORKER, CHEAP)
    (binh,) = (one for one in admin.people() if one.name == "Bình")
    before = {path.name for path in (folder / "slots").iterdir()}
    meanwhile(lambda: admin.end_access(binh.user_id))

    with pytest.raises(WrongPassphraseError):
        shared.accept("Bình", code.text, phrase_of("Bình"), CHEAP)

    (ended,) = (one for one in admin.people() if one.user_id == binh.user_id)
    assert ended.state is PersonState.ENDED
    assert {path.name for path in (folder / "slots").iterdir()} < before


def test_an_administrator_whose_access_ends_meanwhile_invites_nobody(
    both: tuple[SharedVault, Vault], meanwhile: Meanwhile
) -> None:
    shared, admin = both
    other = joined(shared, admin, "An", Role.ADMINISTRATOR)
    meanwhile(lambda: admin.end_access(me(other).user_id))

    with pytest.raises(RoleRefusedError):
        other.invite("Bình", Role.CASEWORKER, CHEAP)

    assert "Bình" not in {one.name for one in admin.people()}
