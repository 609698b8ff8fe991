"""The program is killed at each step of an act among people: done, or not begun, never between."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from benban.errors import BenbanError, CaseMissingError, WrongPassphraseError
from benban.model.ids import CaseId
from benban.model.people import PersonState, Role
from benban.vault import SharedVault, Step, Vault, check_vault
from tests.unit.vault.keeping import CHEAP, PASSPHRASE, a_case, failures
from tests.unit.vault.several import ADMINISTRATOR, held, joined, made, me, phrase_of, shared_with

EVERYBODY = ("An", "Bình", "Chi")


class KilledError(BaseException):
    """The program ends here; nothing of it runs any more."""


class Killer:
    """Ends the program before one step, and before every later one."""

    def __init__(self, at: int) -> None:
        self.left = at
        self.is_armed = False

    def __call__(self, _step: Step) -> None:
        if self.is_armed:
            self.left -= 1
            if self.left < 0:
                raise KilledError


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A vault with An, Bình and Chi (invited), and a case of An and Bình."""

    folder: Path
    case_id: CaseId
    code: str


Act = Callable[[SharedVault, Ready, dict[str, Vault]], object]


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Ready:
    folder = tmp_path_factory.mktemp("people") / "vault"
    shared, admin = made(folder)
    an, binh = joined(shared, admin, "An"), joined(shared, admin, "Bình")
    joined(shared, admin, "Dung")
    with an.create_case(a_case()) as store:
        case_id = store.case.id
    shared_with(an, case_id, binh)
    code = admin.invite("Chi", Role.CASEWORKER, CHEAP)
    shared.close()
    return Ready(folder=folder, case_id=case_id, code=code.text)


def accepting(shared: SharedVault, ready: Ready, _inside: dict[str, Vault]) -> object:
    return shared.accept("Chi", ready.code, phrase_of("Chi"), CHEAP)


def inviting(_shared: SharedVault, _ready: Ready, inside: dict[str, Vault]) -> object:
    return inside[ADMINISTRATOR].invite("Em", Role.AUDITOR, CHEAP)


def sharing(_shared: SharedVault, ready: Ready, inside: dict[str, Vault]) -> object:
    shared_with(inside["An"], ready.case_id, inside["Dung"])
    return None


def leaving(_shared: SharedVault, ready: Ready, inside: dict[str, Vault]) -> object:
    inside["An"].leave_case(ready.case_id, me(inside["Bình"]).user_id)
    return None


def ending(_shared: SharedVault, _ready: Ready, inside: dict[str, Vault]) -> object:
    inside[ADMINISTRATOR].end_access(me(inside["Bình"]).user_id)
    return None


def destroying(_shared: SharedVault, ready: Ready, inside: dict[str, Vault]) -> object:
    inside["An"].shred_case(ready.case_id)
    return None


ACTS = (accepting, inviting, sharing, leaving, ending, destroying)


@pytest.mark.parametrize("act", ACTS)
def test_an_act_that_was_killed_is_done_or_not_begun(act: Act, ready: Ready, folder: Path) -> None:
    # Each fourth step, and all of them in the long run.
    sweep(act, ready, folder, stride=4)


@pytest.mark.long
@pytest.mark.parametrize("act", ACTS)
def test_an_act_that_was_killed_at_any_step_is_done_or_not_begun(
    act: Act, ready: Ready, folder: Path
) -> None:
    sweep(act, ready, folder, stride=1)


def sweep(act: Act, ready: Ready, folder: Path, *, stride: int) -> None:
    """Kill before each step in turn until the act goes through, and look at what is left."""
    at = 0
    while True:
        working, left = folder / f"{at}", folder / f"{at}-left"
        shutil.copytree(ready.folder, working)
        killer = Killer(at)
        shared = held(working, on_step=killer)
        inside = {ADMINISTRATOR: shared.enter(ADMINISTRATOR, passphrase=PASSPHRASE)}
        for name in ("An", "Bình", "Dung"):
            inside[name] = shared.enter(name, passphrase=phrase_of(name))
        killer.is_armed = True
        was_killed = False
        try:
            act(shared, ready, inside)
        except KilledError:
            was_killed = True
        shutil.copytree(working, left, ignore=shutil.ignore_patterns("*-shm"))
        killer.is_armed = False
        shared.close()
        look(ready, left, at)
        shutil.rmtree(working)
        shutil.rmtree(left)
        if not was_killed:
            assert at, "nothing reached the disk"
            return
        at += stride


def look(ready: Ready, folder: Path, at: int) -> None:
    """Fail if what is left is neither the state before nor the one after."""
    with held(folder) as shared:
        admin = shared.enter(ADMINISTRATOR, passphrase=PASSPHRASE)
        assert failures(check_vault(admin)) == {}, at
        assert admin.entered.people is not None
        assert admin.entered.people.planned() == (), at
        states = {one.name: one.state for one in admin.people()}
        for name in ("An", "Bình", "Dung"):
            if states[name] is PersonState.ENDED:
                with pytest.raises(WrongPassphraseError):
                    shared.enter(name, passphrase=phrase_of(name))
            else:
                vault = shared.enter(name, passphrase=phrase_of(name))
                assert opens(vault, ready.case_id) == is_holder(vault, ready.case_id), (at, name)
        if states["Chi"] is PersonState.ACTIVE:
            with pytest.raises(WrongPassphraseError):
                shared.accept("Chi", ready.code, "again", CHEAP)
            # Whoever was killed before the code was shown has chosen the passphrase.
            shared.enter("Chi", passphrase=phrase_of("Chi"))
        else:
            shared.accept("Chi", ready.code, phrase_of("Chi"), CHEAP)
        assert failures(check_vault(admin)) == {}, at


def opens(vault: Vault, case_id: CaseId) -> bool:
    try:
        vault.open_case(case_id).close()
    except CaseMissingError:
        return False
    return True


def is_holder(vault: Vault, case_id: CaseId) -> bool:
    try:
        return me(vault) in vault.holders(case_id)
    except BenbanError:
        return False
