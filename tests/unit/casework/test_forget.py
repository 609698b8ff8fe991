"""B5 number 20: what was destroyed is found in no byte of the vault, opened or not."""

import base64
from io import BytesIO
from pathlib import Path

import pytest

from benban.casework.add_files import add_files
from benban.casework.conclude import DossierRequest, conclude
from benban.casework.fingerprints import fingerprint_exhibits
from benban.casework.forget import forget, plan_forgetting
from benban.casework.originals import GivenFile
from benban.casework.papers import PaperRequest, make_paper
from benban.casework.take_in import SightingReport, take_in
from benban.dossier.view import Audience, Edition
from benban.errors import ExhibitMissingError
from benban.model.custody import EventDraft, EventKind
from benban.model.exhibit import Exhibit
from benban.model.fingerprint import QuestionedFingerprint
from benban.model.paper import PaperKind
from benban.model.sighting import SightingKind
from benban.outside.fence import Fence
from benban.remedies import packaged_catalogue
from benban.testing.clock import FakeClock
from benban.testing.pictures import draw_feed_picture
from benban.vault import CaseStore
from benban.wording import Language
from tests.unit.vault.test_forgetting import plain_bytes

from .conftest import ADULT

REPORT = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ADULT, seen_on="nhóm A")
NAME = "ten-tep-rieng-5561.jpg"
DRAWN = draw_feed_picture(7)


@pytest.fixture
def exhibit(store: CaseStore, clock: FakeClock, fence: Fence) -> Exhibit:
    sighting = take_in(store, REPORT, clock).sighting
    files = [
        GivenFile(stream=BytesIO(DRAWN), name=NAME),
        GivenFile(stream=BytesIO(draw_feed_picture(8)), name="khac.jpg"),
    ]
    first, _ = add_files(store, sighting, files, clock)
    fingerprint_exhibits(store, fence)
    return first


def readable(store: CaseStore, folder: Path) -> bytes:
    """Every page of the database, decrypted, and every byte of the folder as it lies there."""
    files = [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]
    return b"".join((plain_bytes(store), *files))


def contents(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("blobs/*/*") if path.is_file()]


def test_what_goes_is_listed_before_anything_is_changed(store: CaseStore, exhibit: Exhibit) -> None:
    entries = len(store.events())

    planned = plan_forgetting(store, exhibit.id)

    assert ([one.id for one in planned.exhibits], planned.fingerprints) == ([exhibit.id], 1)
    assert (len(store.events()), store.get(Exhibit, exhibit.id)) == (entries, exhibit)


def test_a_dossier_that_carried_it_is_named_as_not_reached(
    store: CaseStore, clock: FakeClock, exhibit: Exhibit
) -> None:
    other = next(one for one in store.all(Exhibit) if one.id != exhibit.id)
    carried = ""
    for chosen in (exhibit, other):
        request = DossierRequest(
            edition=Edition.READING, languages=(Language.EN,), exhibits=(chosen.id,)
        )
        concluded = conclude(store, request, (), out_file=BytesIO(), clock=clock)
        if chosen is exhibit:
            carried = concluded.dossier_id

    assert plan_forgetting(store, exhibit.id).dossiers == (carried,)


@pytest.mark.parametrize(
    ("kind", "papers"), [(PaperKind.INVENTORY, 1), (PaperKind.CONFIDENTIALITY, 0)]
)
def test_a_paper_that_names_its_digest_is_counted_as_not_reached(
    store: CaseStore, clock: FakeClock, exhibit: Exhibit, kind: PaperKind, papers: int
) -> None:
    other = next(one for one in store.all(Exhibit) if one.id != exhibit.id)
    for chosen in (exhibit, other):
        request = PaperRequest(kind=kind, audience=Audience.LAWYER, exhibits=(chosen.id,))
        make_paper(store, request, packaged_catalogue(), clock)

    assert plan_forgetting(store, exhibit.id).papers == papers


def test_what_was_destroyed_stands_in_no_opened_byte(
    store: CaseStore, exhibit: Exhibit, tmp_path: Path
) -> None:
    (fingerprint,) = [
        one for one in store.all(QuestionedFingerprint) if one.exhibit_id == exhibit.id
    ]
    known = [
        DRAWN[len(DRAWN) // 2 :][:64],
        NAME.encode(),
        exhibit.sha256.hex.encode(),
        exhibit.sha512.hex.encode(),
        bytes.fromhex(exhibit.sha256.hex),
        base64.b64encode(bytes.fromhex(exhibit.sha256.hex)),
        fingerprint.picture.pdq.hex.encode(),
    ]
    before, files = readable(store, tmp_path), contents(tmp_path)
    forget(store, plan_forgetting(store, exhibit.id), "")

    after = readable(store, tmp_path)

    def found(where: bytes) -> list[bool]:
        return [one in where for one in known]

    assert found(before)[1:4] == [True] * 3
    assert found(after) == [False] * len(known)
    assert len(contents(tmp_path)) == len(files) - 1


def test_the_leaves_stay_and_the_act_stands_in_the_log(store: CaseStore, exhibit: Exhibit) -> None:
    leaves = store.leaves()

    forget(store, plan_forgetting(store, exhibit.id), "tôi không muốn giữ nó")

    assert store.leaves()[: len(leaves)] == leaves
    last = store.events()[-1]
    assert (last.kind, last.subject) == (EventKind.FORGOTTEN, exhibit.id)


def test_it_cannot_be_destroyed_twice(store: CaseStore, exhibit: Exhibit) -> None:
    planned = plan_forgetting(store, exhibit.id)
    forget(store, planned, "")

    with pytest.raises(ExhibitMissingError):
        forget(store, planned, "")
    with pytest.raises(ExhibitMissingError):
        plan_forgetting(store, exhibit.id)


@pytest.mark.parametrize("kind", [EventKind.HANDED_OVER, EventKind.ENTRUSTED])
def test_a_sealed_file_of_the_whole_case_is_named_as_not_reached(
    store: CaseStore, exhibit: Exhibit, kind: EventKind
) -> None:
    store.record(EventDraft(kind=kind, subject=store.case.id))

    assert plan_forgetting(store, exhibit.id).hand_overs == 1
