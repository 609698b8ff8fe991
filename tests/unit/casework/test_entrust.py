"""Entrusted means: there, whole, and nowhere here; whatever breaks off before leaves it here."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from benban.casework.add_files import add_files
from benban.casework.destroy_case import destroy_case, plan_destroying
from benban.casework.entrust import entrust
from benban.casework.hand_over import Recipient, hand_over, key_in
from benban.casework.originals import GivenFile
from benban.casework.take_in import SightingReport, take_in
from benban.casework.take_over import (
    known_recipient,
    look_into,
    own_identity,
    own_recipient,
    take_over,
)
from benban.errors import (
    CaseAlreadyHereError,
    CaseMissingError,
    HandOverOtherError,
    HandOverUnreadError,
    StoppedError,
)
from benban.model.case import Capacity
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit
from benban.model.sighting import SightingKind
from benban.outside.new_file import new_file
from benban.testing.clock import FakeClock
from benban.testing.pictures import draw_feed_picture
from benban.vault import CaseStore, Vault, Watch, back_up, check_vault

from .conftest import ADULT
from .test_hand_over import REPORT, TO, kept, other, written

__all__ = ["kept", "other"]
Act = Callable[[Vault, bytes, Watch], None]


def _files(vault: Vault) -> dict[str, bytes]:
    folder = vault.entered.folder
    return {
        path.relative_to(folder.path).as_posix(): path.read_bytes()
        for path in sorted(folder.cases.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


def _to(vault: Vault) -> Recipient:
    return replace(TO, key=own_recipient(vault))


def test_what_was_entrusted_opens_there_and_is_nowhere_here(
    vault: Vault, store: CaseStore, other: Vault, kept: Exhibit, tmp_path: Path
) -> None:
    path = tmp_path / "tai-lieu.dat"

    entrust(vault, store, _to(other), write=lambda: new_file(path), read=lambda: path.open("rb"))

    assert vault.case_ids() == ()
    with (
        path.open("rb") as sealed,
        take_over(other, sealed, own_identity(other), Capacity.LAWYER) as taken,
    ):
        assert [one.id for one in taken.all(Exhibit)] == [kept.id]
        assert EventKind.ENTRUSTED in [one.kind for one in taken.events()]


def test_a_file_that_reads_back_differently_destroys_nothing(
    vault: Vault, store: CaseStore, other: Vault, kept: Exhibit, tmp_path: Path
) -> None:
    path = tmp_path / "tai-lieu.dat"

    with pytest.raises(HandOverUnreadError):
        entrust(vault, store, _to(other), write=lambda: new_file(path), read=lambda: BytesIO(b"x"))

    assert store.get(Exhibit, kept.id) == kept
    assert vault.case_ids() == (store.case.id,)


@pytest.mark.parametrize("piece", range(3))
def test_who_stops_it_has_the_case_still_and_no_file(
    vault: Vault, store: CaseStore, other: Vault, kept: Exhibit, tmp_path: Path, piece: int
) -> None:
    path, told = tmp_path / "tai-lieu.dat", list[int]()

    def stop(done: int, _total: int) -> None:
        told.append(done)
        if len(told) > piece:
            raise StoppedError

    with pytest.raises(StoppedError):
        entrust(
            vault,
            store,
            _to(other),
            write=lambda: new_file(path),
            read=lambda: path.open("rb"),
            watch=stop,
        )

    assert (len(told), list(tmp_path.glob("*.dat")), list(tmp_path.glob(".*"))) == (
        piece + 1,
        [],
        [],
    )
    assert store.get(Exhibit, kept.id) == kept
    assert store.events()[-1].kind is EventKind.ATTEMPT_FAILED


def test_progress_of_a_hand_over_never_passes_the_whole(
    vault: Vault, store: CaseStore, other: Vault, kept: Exhibit
) -> None:
    del kept
    told: list[tuple[int, int]] = []

    def note(done: int, total: int) -> None:
        told.append((done, total))

    hand_over(vault, store, _to(other), BytesIO(), watch=note)

    assert [one for one in told if one[0] > one[1]] == []
    assert told[-1][0] == told[-1][1] > 0


def test_looking_into_a_file_says_what_it_holds_and_keeps_nothing(
    vault: Vault, store: CaseStore, other: Vault, kept: Exhibit
) -> None:
    sealed, _ = written(vault, store, own_recipient(other))
    before = _files(other)

    given = look_into(other, BytesIO(sealed), own_identity(other))

    assert (given.case_id, given.contents.title) == (store.case.id, store.case.title)
    assert (given.contents.exhibits, given.contents.sightings) == (1, 1)
    assert (given.contents.size_bytes, given.opens_allegations) == (kept.size_bytes, False)
    assert (_files(other), other.case_ids()) == (before, ())
    with pytest.raises(CaseMissingError):
        other.case_entry(store.case.id)


def test_only_what_was_looked_at_is_taken(
    vault: Vault, store: CaseStore, other: Vault, kept: Exhibit, clock: FakeClock
) -> None:
    del kept
    first, _ = written(vault, store, own_recipient(other))
    looked_at = look_into(other, BytesIO(first), own_identity(other))
    take_in(store, REPORT, clock)
    second, _ = written(vault, store, own_recipient(other))

    with pytest.raises(HandOverOtherError):
        take_over(other, BytesIO(second), own_identity(other), Capacity.LAWYER, looked_at=looked_at)
    assert other.case_ids() == ()
    take_over(
        other, BytesIO(first), own_identity(other), Capacity.LAWYER, looked_at=looked_at
    ).close()
    assert other.case_ids() == (store.case.id,)


def test_what_is_here_already_is_said_at_the_look(
    vault: Vault, store: CaseStore, other: Vault, kept: Exhibit
) -> None:
    sealed, _ = written(vault, store, own_recipient(other))

    with pytest.raises(CaseAlreadyHereError):
        look_into(vault, BytesIO(sealed), own_identity(other))
    assert store.get(Exhibit, kept.id) == kept


def _taken(vault: Vault, sealed: bytes, watch: Watch) -> None:
    identity = own_identity(vault)
    take_over(vault, BytesIO(sealed), identity, Capacity.LAWYER, watch=watch).close()


def _looked(vault: Vault, sealed: bytes, watch: Watch) -> None:
    look_into(vault, BytesIO(sealed), own_identity(vault), watch)


@pytest.mark.parametrize("act", [_looked, _taken], ids=["looked into", "taken over"])
def test_who_stops_taking_over_has_nothing_of_it(
    vault: Vault, store: CaseStore, other: Vault, kept: Exhibit, act: Act
) -> None:
    del kept
    sealed, _ = written(vault, store, own_recipient(other))
    before = _files(other)

    def stop(done: int, total: int) -> None:
        if done == total:
            raise StoppedError

    with pytest.raises(StoppedError):
        act(other, sealed, stop)
    assert (_files(other), other.case_ids()) == (before, ())


def test_a_key_is_made_when_asked_for_and_never_by_looking(other: Vault) -> None:
    assert known_recipient(other) == ""

    made = own_recipient(other)

    assert (known_recipient(other), own_recipient(other)) == (made, made)


def test_a_key_is_found_among_what_was_pasted(other: Vault) -> None:
    key = own_recipient(other)

    assert key_in(f"\n# khóa của luật sư\n  {key} \n# hết") == key
    assert key_in("# chỉ có lời\n") == ""


def test_what_goes_and_what_stays_is_counted_before_a_case_is_destroyed(
    vault: Vault, store: CaseStore, other: Vault, kept: Exhibit
) -> None:
    written(vault, store, own_recipient(other))
    before = store.leaves()

    planned = plan_destroying(store)

    assert (planned.hand_overs, planned.dossiers, planned.papers) == (1, 0, 0)
    assert (planned.contents.exhibits, planned.contents.size_bytes) == (1, kept.size_bytes)
    assert planned.contents.entries == len(before)
    assert store.leaves() == before


def test_a_destroyed_case_is_gone_and_the_others_are_as_they_were(
    vault: Vault, store: CaseStore, clock: FakeClock
) -> None:
    another = replace(store.case, id=type(store.case.id)("case-00000000000000bb"))
    report = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ADULT)
    with vault.create_case(another) as second:
        sighting = take_in(second, report, clock).sighting
        file = GivenFile(stream=BytesIO(draw_feed_picture(5)), name="hinh.jpg")
        (exhibit,) = add_files(second, sighting, [file], clock)

        destroy_case(vault, store.case.id)

        assert vault.case_ids() == (another.id,)
        assert second.get(Exhibit, exhibit.id) == exhibit


def test_a_check_that_was_stopped_calls_nothing_damaged(
    vault: Vault, store: CaseStore, kept: Exhibit
) -> None:
    del store, kept

    def stop(done: int, _total: int) -> None:
        if done:
            raise StoppedError

    with pytest.raises(StoppedError):
        check_vault(vault, read=True, watch=stop)


def test_a_copy_that_was_stopped_leaves_nothing_and_the_vault_goes_on(
    vault: Vault, store: CaseStore, kept: Exhibit, clock: FakeClock, tmp_path: Path
) -> None:
    del kept
    told: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        if done == total:
            raise StoppedError

    with pytest.raises(StoppedError):
        back_up(vault, tmp_path / "ban-sao", stop)

    assert [path.name for path in tmp_path.iterdir()] == ["kho"]
    assert [one for one in told if one[0] > one[1]] == []
    take_in(store, REPORT, clock)


def test_who_stops_while_it_is_read_back_has_the_case_still(
    vault: Vault, store: CaseStore, other: Vault, kept: Exhibit, tmp_path: Path
) -> None:
    path = tmp_path / "tai-lieu.dat"

    def stop(_done: int, _total: int) -> None:
        if path.exists():
            raise StoppedError

    with pytest.raises(StoppedError):
        entrust(
            vault,
            store,
            _to(other),
            write=lambda: new_file(path),
            read=lambda: path.open("rb"),
            watch=stop,
        )

    assert store.maybe(Exhibit, kept.id) is not None
