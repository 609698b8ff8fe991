"""A check while colleagues work: what they do in the middle of it is no damage."""

from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

from benban.model.custody import EventKind
from benban.vault import check_vault
from tests.unit.vault.keeping import a_case, adopted, an_event, failures, reported
from tests.unit.vault.several import joined, made, me, shared_with


class Once:
    """Lets another thread do something to its end at one piece of what a check reads."""

    def __init__(self, act: Callable[[], object], *, at: int) -> None:
        self._act = act
        self.left = at

    def __call__(self, _done: int, total: int) -> None:
        if total:
            self.left -= 1
            if not self.left:
                in_another_thread(self._act)


def in_another_thread(act: Callable[[], object]) -> None:
    thread = Thread(target=act)
    thread.start()
    thread.join()


def test_what_a_colleague_destroys_in_the_middle_of_a_check_is_no_damage(folder: Path) -> None:
    shared, admin = made(folder)
    with shared:
        an, binh = joined(shared, admin, "An"), joined(shared, admin, "Bình")
        store = an.create_case(a_case())
        sighting = reported(store)
        kept = [adopted(store, sighting, f"picture {number}".encode()) for number in range(4)]
        shared_with(an, store.case.id, binh)
        his = binh.open_case(store.case.id)

        def forget() -> None:
            his.forget([one.id for one in kept], an_event(EventKind.FORGOTTEN))

        watch = Once(forget, at=1)
        found = failures(check_vault(an, read=True, watch=watch))

        assert (watch.left, store.entry_count) != (1, 0)
        assert found == {}


def test_a_case_that_a_colleague_destroys_in_the_middle_of_a_check_is_no_damage(
    folder: Path,
) -> None:
    shared, admin = made(folder)
    with shared:
        an, binh = joined(shared, admin, "An"), joined(shared, admin, "Bình")
        with an.create_case(a_case()) as store:
            case_id, sighting = store.case.id, reported(store)
            for number in range(2):
                adopted(store, sighting, f"picture {number}".encode())
        shared_with(an, case_id, binh)
        watch = Once(lambda: binh.shred_case(case_id), at=1)

        assert (failures(check_vault(an, read=True, watch=watch)), an.case_ids()) == ({}, ())


def test_a_check_beside_a_colleague_who_never_rests_finds_nothing_wrong(folder: Path) -> None:
    shared, admin = made(folder)
    with shared:
        an, binh = joined(shared, admin, "An"), joined(shared, admin, "Bình")
        store = an.create_case(a_case())
        case_id = store.case.id
        shared_with(an, case_id, binh)
        ending, done = Event(), list[int]()

        def work() -> None:
            while not ending.is_set():
                with binh.create_case(a_case()) as made_by_him:
                    own, sighting = made_by_him.case.id, reported(made_by_him)
                    one = adopted(made_by_him, sighting, b"a picture")
                    made_by_him.forget([one.id], an_event(EventKind.FORGOTTEN))
                shared_with(binh, own, an)
                with binh.open_case(case_id) as his:
                    his.record(an_event(EventKind.PLANNED))
                binh.leave_case(own, me(an).user_id)
                binh.shred_case(own)
                done.append(1)

        thread = Thread(target=work)
        thread.start()
        try:
            found = [failures(check_vault(an, read=True)) for _ in range(12)]
        finally:
            ending.set()
            thread.join()

        assert found == [{}] * 12
        assert done


def test_the_look_for_which_everybody_waits_reads_what_was_wrong_alone(folder: Path) -> None:
    shared, admin = made(folder)
    with shared:
        an = joined(shared, admin, "An")
        store = an.create_case(a_case())
        sighting = reported(store)
        kept = [adopted(store, sighting, f"picture {number}".encode()) for number in range(4)]
        blobs = folder.glob(f"cases/{store.case.id}/blobs/*/*")
        harmed = max(blobs, key=lambda one: one.stat().st_mtime_ns)
        data = bytearray(harmed.read_bytes())
        data[-1] ^= 1
        harmed.write_bytes(data)
        pieces = list[int]()

        found = failures(check_vault(an, read=True, watch=lambda _, total: pieces.append(total)))

        assert len(found) == 1
        assert len([one for one in pieces if one]) == len(kept) - 1
