"""HARM 2: 27 answers, one permit; after the mark nothing of a picture can be recovered."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest

from benban.casework.add_files import add_files
from benban.casework.compare_case import ComparisonRun
from benban.casework.make_plan import make_plan
from benban.casework.mark_minor import mark_minor
from benban.casework.show import picture
from benban.errors import PermitRefusedError
from benban.model.exhibit import Exhibit
from benban.model.finding import CommonOrigin, CopyMatch
from benban.model.fingerprint import QuestionedFingerprint
from benban.model.ids import ExhibitId, OriginalId
from benban.model.remedy import Plan
from benban.model.sighting import AgeAnswers, Answer, Sighting
from benban.outside.fence import Fence
from benban.seal.digests import sha256_of
from benban.testing.clock import FakeClock
from benban.testing.pictures import draw_feed_picture
from benban.vault import CaseStore, Vault
from tests.harm.scenes import (
    ADULT,
    CATALOGUE,
    Example,
    a_case,
    compared,
    declared,
    given,
    kept,
    new_vault,
    reported,
    ticking,
)
from tests.unit.vault.test_forgetting import plain_bytes

SAID = (Answer.YES, Answer.NO, Answer.UNSURE)
COMBINATIONS = [
    AgeAnswers(adult_now=now, adult_in_picture=then, nobody_doubts=others)
    for now, then, others in product(SAID, SAID, SAID)
]


def blobs(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("blobs/*/*") if path.is_file()]


def test_of_27_answers_one_keeps_its_picture_and_26_are_not_even_read(
    store: CaseStore, clock: FakeClock, tmp_path: Path
) -> None:
    read: list[AgeAnswers] = []
    pictures = [draw_feed_picture(number) for number in range(len(COMBINATIONS))]
    for number, answers in enumerate(COMBINATIONS):
        address = f"https://t.me/kenh_vi_du/{number}"
        sighting = reported(store, clock, address=address, answers=answers)
        file = given(pictures[number])
        try:
            add_files(store, sighting, [file], clock)
        except PermitRefusedError:
            assert file.stream.tell() == 0
        else:
            read.append(answers)
    opened = plain_bytes(store)
    digests = [sha256_of(data).hex for data in pictures]
    known = [
        COMBINATIONS[number]
        for number, digest in enumerate(digests)
        if digest.encode() in opened or bytes.fromhex(digest) in opened
    ]

    assert (len(COMBINATIONS), read, known) == (27, [ADULT], [ADULT])
    assert (len(store.all(Exhibit)), len(blobs(tmp_path))) == (1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A case before and after the mark: a fake, a copy of it and the photo it was made from."""

    wanted: list[str]
    found_before: list[str]
    found_after: list[str]
    keys_before: int
    keys_after: list[bytes]
    values_after: list[tuple[object, ...]]
    contents_after: int
    sighting_before: Sighting
    sighting_after: Sighting
    plans_after: list[bool]
    next_plan_is_for_minors: bool


@pytest.fixture(scope="module")
def marked(
    tmp_path_factory: pytest.TempPathFactory, fence: Fence, example: Example
) -> Iterator[Marked]:
    folder, clock = tmp_path_factory.mktemp("marked"), ticking()
    with new_vault(folder / "kho", clock) as vault, vault.create_case(a_case()) as store:
        before = reported(store, clock)
        exhibits = kept(store, before, clock, example.fake, example.compressed_again)
        declared(store, fence, clock, example.original)
        runs = compared(store, fence, clock).runs
        picture(store, exhibits[0].id, None, decoder=fence, clock=clock)
        make_plan(store, before, CATALOGUE, clock)
        needles = _needles(store, example, exhibits, runs)
        found_before = _found(needles, _opened(vault, store))
        keys = [
            row[0]
            for row in store._opened.database.rows(  # noqa: SLF001 - the keys are what is tested
                "SELECT key FROM blobs WHERE role <> 'original'"
            )
            if isinstance(row[0], bytes)
        ]
        mark_minor(store, exhibits[0].id)
        opened = _opened(vault, store)
        after = store.get(Sighting, before.id)
        yield Marked(
            wanted=list(needles),
            found_before=found_before,
            found_after=_found(needles, opened),
            keys_before=len(keys),
            keys_after=[key for key in keys if key in opened],
            values_after=[
                store.all(Exhibit),
                store.all(QuestionedFingerprint),
                store.all(CopyMatch),
                store.all(CommonOrigin),
            ],
            contents_after=len(blobs(folder)),
            sighting_before=before,
            sighting_after=after,
            plans_after=[one.is_minor_path for one in store.all(Plan)],
            next_plan_is_for_minors=make_plan(store, after, CATALOGUE, clock).is_minor_path,
        )


def _needles(
    store: CaseStore,
    example: Example,
    exhibits: tuple[Exhibit, ...],
    runs: tuple[ComparisonRun, ...],
) -> dict[str, bytes]:
    found = {
        "content": example.fake[3000:3064],
        "content of the copy": example.compressed_again[3000:3064],
        "file name": b"IMG_1.jpg",
        "veiled pair": store.get_derived(runs[0].finding.id, "veiled")[500:564],
    }
    for number, exhibit in enumerate(exhibits):
        found |= {
            f"sha256 {number}": exhibit.sha256.hex.encode(),
            f"sha256 as bytes {number}": bytes.fromhex(exhibit.sha256.hex),
            f"sha512 {number}": exhibit.sha512.hex.encode(),
        }
    for number, one in enumerate(store.all(QuestionedFingerprint)):
        for place, turned in enumerate(one.picture.dihedral):
            found[f"pdq {number}.{place}"] = turned.hex.encode()
    opened = plain_bytes(store)
    for number, run in enumerate(runs):
        assert run.finding.change_map is not None
        assert run.finding.registration is not None
        found |= {
            f"map {number}": _mixed_part(run.finding.change_map.cells.encode(), opened),
            f"geometry {number}": repr(run.finding.registration.homography[0]).encode(),
        }
    return found


def _mixed_part(cells: bytes, opened: bytes) -> bytes:
    """Return 64 cells of more than one class that lie within one page of the database."""
    parts = (cells[at : at + 64] for at in range(0, len(cells), 64))
    return next(part for part in parts if len(set(part)) > 1 and part in opened)


def _found(needles: dict[str, bytes], opened: bytes) -> list[str]:
    return [name for name, needle in needles.items() if needle in opened]


def _opened(vault: Vault, store: CaseStore) -> bytes:
    """Return every byte that the keys of the vault still open: both databases, all contents."""
    rows = store._opened.database.rows("SELECT * FROM blobs")  # noqa: SLF001 - all that is left
    contents = [_content(store, *(str(value) for value in row[1:4])) for row in rows]
    index = vault.entered.index.database
    names = [str(row[0]) for row in index.rows("SELECT name FROM sqlite_master")]
    listed = [
        repr(row).encode()
        for name in names
        if not name.startswith("sqlite_")
        for row in index.rows(f"SELECT * FROM {name}")  # noqa: S608 - own table names
    ]
    return b"".join([plain_bytes(store), *contents, *listed])


def _content(store: CaseStore, role: str, owner: str, kind: str) -> bytes:
    match role:
        case "derived":
            return store.get_derived(ExhibitId(owner), kind)
        case "original":
            with store.open_original(OriginalId(owner)) as stream:
                return stream.read()
        case _:
            with store.open_exhibit(ExhibitId(owner)) as stream:
                return stream.read()


def test_before_the_mark_everything_that_is_looked_for_is_found(marked: Marked) -> None:
    assert (marked.found_before, marked.keys_before >= 4) == (marked.wanted, True)


def test_after_the_mark_no_content_thumbnail_hash_or_map_is_in_any_opened_byte(
    marked: Marked,
) -> None:
    assert marked.found_after == []


def test_after_the_mark_no_key_of_a_picture_is_in_any_opened_byte(marked: Marked) -> None:
    # The declared photo goes too: the second answer speaks of what the picture was made from.
    assert (marked.keys_after, marked.contents_after) == ([], 0)


def test_after_the_mark_nothing_that_was_found_about_a_picture_is_listed(marked: Marked) -> None:
    assert marked.values_after == [()] * 4


def test_after_the_mark_address_time_and_text_stay(marked: Marked) -> None:
    before, after = marked.sighting_before, marked.sighting_after

    assert (after.address, after.seen_at, after.text) == (
        before.address,
        before.seen_at,
        before.text,
    )


def test_the_plan_made_for_an_adult_does_not_outlive_the_mark(marked: Marked) -> None:
    assert (False in marked.plans_after, marked.next_plan_is_for_minors) == (False, True)
