"""An act breaks off with an error at each step: nothing of it is left, it can be begun again."""

import shutil
from pathlib import Path

import pytest

from benban.model.custody import EventKind
from benban.model.ids import CaseId
from benban.vault import Step, check_vault
from tests.unit.vault.keeping import a_case, an_event, failures
from tests.unit.vault.several import (
    compared,
    held,
    joined,
    made,
    me,
    phrase_of,
    shared_with,
)
from tests.unit.vault.test_keys_gone import is_reachable


class BrokenOffError(Exception):
    """Something that nobody foresaw, in the middle of an act."""


class Breaker:
    """Raises once, before one step of what is done while it is armed."""

    def __init__(self, at: int) -> None:
        self.left = at
        self.is_armed = False

    def __call__(self, _step: Step) -> None:
        if self.is_armed:
            self.left -= 1
            self.is_armed = self.left >= 0
            if self.left < 0:
                raise BrokenOffError


@pytest.fixture
def case_id(folder: Path) -> CaseId:
    """Leave a case of An and Bình that was open when the program was killed; Chi has none."""
    working = folder.with_name("working")
    shared, admin = made(working)
    an, binh = joined(shared, admin, "An"), joined(shared, admin, "Bình")
    joined(shared, admin, "Chi")
    store = an.create_case(a_case())
    case_id = store.case.id
    shared_with(an, case_id, binh)
    store.record(an_event(EventKind.PLANNED))
    shutil.copytree(working, folder, ignore=shutil.ignore_patterns("*-shm"))
    shared.close()
    return case_id


def test_a_share_that_broke_off_at_any_step_leaves_no_key_and_can_be_done_again(
    folder: Path, case_id: CaseId
) -> None:
    at, has_broken_off = 0, True
    while has_broken_off:
        copy, breaker = folder.with_name(f"share-{at}"), Breaker(at)
        shutil.copytree(folder, copy)
        with held(copy, on_step=breaker) as shared:
            an = shared.enter("An", passphrase=phrase_of("An"))
            chi = shared.enter("Chi", passphrase=phrase_of("Chi"))
            user_id = compared(an, chi)
            breaker.is_armed = True
            try:
                an.share_case(case_id, user_id)
            except BrokenOffError:
                assert me(chi) not in an.holders(case_id), at
                assert not an.entered.folder.key(case_id, user_id).exists(), at
                an.share_case(case_id, user_id)
            else:
                has_broken_off = False
            breaker.is_armed = False
            chi.open_case(case_id).close()
            assert failures(check_vault(an)) == {}, at
        at += 1
    assert at > 4, "nothing reached the disk"


def test_who_could_not_come_in_is_not_in_and_comes_in_the_next_time(
    folder: Path, case_id: CaseId
) -> None:
    at, has_broken_off = 0, True
    while has_broken_off:
        copy, breaker = folder.with_name(f"enter-{at}"), Breaker(at)
        shutil.copytree(folder, copy)
        key = private_key_of(folder.with_name(f"enter-{at}-key"), folder)
        with held(copy, on_step=breaker) as shared:
            breaker.is_armed = True
            try:
                came_in = shared.enter("An", passphrase=phrase_of("An"))
            except BrokenOffError:
                assert not is_reachable(key, shared), at
            else:
                breaker.is_armed = has_broken_off = False
                came_in.close()
            an = shared.enter("An", passphrase=phrase_of("An"))
            assert is_reachable(key, shared)
            assert not an.entered.folder.case(case_id).write_ahead_log.exists(), at
            with an.open_case(case_id) as store:
                assert store.events()[-1].kind is EventKind.PLANNED
            assert failures(check_vault(an)) == {}, at
            assert [path.name for path in an.entered.folder.tmp.parent.iterdir()] == [
                an.entered.folder.room
            ], at
        at += 1
    assert at > 2, "nothing reached the disk"


def private_key_of(copy: Path, folder: Path) -> bytes:
    shutil.copytree(folder, copy)
    with held(copy) as shared:
        return shared.enter("An", passphrase=phrase_of("An")).entered.unlocked.private_key
