"""The program is killed at each step of destroying a case: nothing set about it is left over."""

import shutil
from pathlib import Path

import pytest

from benban.vault import Vault
from benban.vault.keys import fresh_key
from tests.unit.vault.keeping import PASSPHRASE, a_case, new_vault, opened
from tests.unit.vault.several import ADMINISTRATOR, held, joined, made, phrase_of, shared_with
from tests.unit.vault.test_shared_faults import KilledError, Killer


def _set_about(vault: Vault, case_id: str) -> None:
    for name in (
        f"notes.private.{case_id}",
        f"allegations/{case_id}",
        f"desk.draft./c/{case_id}/notes",
        f"spoken.piece.{case_id}.spoken-{'ab' * 8}.0",
    ):
        vault.set_setting(name, fresh_key())


def _left(vault: Vault, case_id: str) -> list[object]:
    rows = vault.entered.index.database.rows("SELECT name FROM settings")
    return [name for (name,) in rows if case_id in str(name)]


def _gone_or_whole(vault: Vault, case_id: str) -> None:
    assert len(_left(vault, case_id)) == (4 if case_id in vault.case_ids() else 0)


def test_in_a_vault_of_ones_own(folder: Path) -> None:
    vault, _ = new_vault(folder)
    case_id = vault.create_case(a_case()).case.id
    _set_about(vault, case_id)
    vault.close()
    killed = -1
    is_done = False
    while not is_done:
        killed += 1
        working, left = (folder.parent / f"{killed}{end}" for end in ("", "-left"))
        shutil.copytree(folder, working)
        killer = Killer(killed)
        vault = opened(working, on_step=killer)
        killer.is_armed = True
        try:
            vault.shred_case(case_id)
            is_done = True
        except KilledError:
            shutil.copytree(working, left, ignore=shutil.ignore_patterns("*-shm"))
        killer.is_armed = False
        if is_done:
            _gone_or_whole(vault, case_id)
        vault.close()
        if not is_done:
            with opened(left) as again:
                _gone_or_whole(again, case_id)
    assert killed > 5


def test_in_a_shared_vault(folder: Path) -> None:
    shared, admin = made(folder)
    an = joined(shared, admin, "An")
    case_id = an.create_case(a_case()).case.id
    _set_about(an, case_id)
    shared.close()
    killed = -1
    is_done = False
    while not is_done:
        killed += 1
        working, left = (folder.parent / f"{killed}{end}" for end in ("", "-left"))
        shutil.copytree(folder, working)
        killer = Killer(killed)
        shared = held(working, on_step=killer)
        an = shared.enter("An", passphrase=phrase_of("An"))
        killer.is_armed = True
        try:
            an.shred_case(case_id)
            is_done = True
        except KilledError:
            shutil.copytree(working, left, ignore=shutil.ignore_patterns("*-shm"))
        killer.is_armed = False
        shared.close()
        with held(working if is_done else left) as again:
            # Whoever comes in first finishes it.
            again.enter(ADMINISTRATOR, passphrase=PASSPHRASE)
            _gone_or_whole(again.enter("An", passphrase=phrase_of("An")), case_id)
    assert killed > 5


@pytest.mark.parametrize("name", ["rest.until.", "spoken.list.", "spoken.piece."])
def test_what_one_person_said_or_put_off_is_not_a_colleagues(folder: Path, name: str) -> None:
    shared, admin = made(folder)
    with shared:
        an, binh = joined(shared, admin, "An"), joined(shared, admin, "Bình")
        case_id = an.create_case(a_case()).case.id
        shared_with(an, case_id, binh)
        an.set_setting(name + case_id, b"An's own")
        binh.drop_setting(name + case_id)

        assert (an.setting(name + case_id), binh.setting(name + case_id)) == (b"An's own", b"")
