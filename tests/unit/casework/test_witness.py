"""A second capture made elsewhere: what is the same, and whose key it is."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from benban.casework.add_files import add_files
from benban.casework.conclude import DossierRequest, conclude
from benban.casework.custody import custody_of
from benban.casework.originals import GivenFile
from benban.casework.take_in import SightingReport, take_in
from benban.casework.witness import GivenDossier, add_witness
from benban.dossier.view import Audience, Edition
from benban.errors import WitnessIsOwnError, WitnessRefusedError, WitnessSameVaultError
from benban.model.custody import EventDraft, EventKind
from benban.model.exhibit import Exhibit
from benban.model.ids import CaseId
from benban.model.sighting import SightingKind
from benban.model.witness import Witness
from benban.outside.platforms import ThisPlatform
from benban.seal.note import key_id
from benban.testing.clock import FakeClock
from benban.testing.pictures import draw_feed_picture
from benban.testing.tsa import FakeTsa
from benban.vault import CaseStore, KdfCost, Vault
from benban.wording import Language
from tests.unit.dossier.reading import squeezed, text
from tests.unit.vault.test_forgetting import plain_bytes
from tests.verifier.kept import verified

from .conftest import ADULT, MAYBE_MINOR
from .test_time import Authority

REPORT = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ADULT, seen_on="nhóm A")
NAME = "Bạn của tôi ở Huế"


def kept(store: CaseStore, clock: FakeClock, *numbers: int) -> list[Exhibit]:
    sighting = take_in(store, REPORT, clock).sighting
    files = [
        GivenFile(stream=io.BytesIO(draw_feed_picture(number)), name=f"{number}.jpg")
        for number in numbers
    ]
    return list(add_files(store, sighting, files, clock))


def dossier(store: CaseStore, clock: FakeClock, *authorities: Authority) -> bytes:
    out = io.BytesIO()
    request = DossierRequest(
        edition=Edition.READING, languages=(Language.EN,), audience=Audience.LAWYER
    )
    conclude(store, request, authorities, out_file=out, clock=clock)
    return out.getvalue()


def given(data: bytes, *roots: bytes) -> GivenDossier:
    return GivenDossier(name=NAME, file=io.BytesIO(data), roots=roots)


@pytest.fixture
def elsewhere(tmp_path: Path, clock: FakeClock, store: CaseStore) -> Iterator[CaseStore]:
    made, _ = Vault.create(
        tmp_path / "kho-khac",
        passphrase="của người khác",
        cost=KdfCost.cheap_for_tests(),
        clock=clock,
        platform=ThisPlatform(),
        ballast_bytes=0,
    )
    case = replace(store.case, id=CaseId("case-00000000000000bb"))
    with made, made.create_case(case) as opened:
        yield opened


@pytest.fixture
def added(vault: Vault, store: CaseStore, elsewhere: CaseStore, clock: FakeClock) -> Witness:
    kept(store, clock, 1, 2)
    kept(elsewhere, clock, 2, 3)
    tsa = FakeTsa(clock=clock)
    theirs = dossier(elsewhere, clock, Authority(tsa))
    return add_witness(vault, store, given(theirs, tsa.root_der), clock)


def test_what_is_the_same_byte_for_byte_is_paired(
    store: CaseStore, elsewhere: CaseStore, added: Witness, clock: FakeClock
) -> None:
    ours, theirs = store.all(Exhibit)[1], elsewhere.all(Exhibit)[0]

    assert added.same == ((ours.id, theirs.id),)
    assert (len(added.items), added.stamped_at) == (2, clock.now())
    assert added.key_id == key_id(elsewhere.public_key) != key_id(store.public_key)


def test_a_stamp_under_a_root_that_is_not_known_here_shows_no_time(
    vault: Vault, store: CaseStore, elsewhere: CaseStore, clock: FakeClock
) -> None:
    kept(elsewhere, clock, 2)
    theirs = dossier(elsewhere, clock, Authority(FakeTsa(clock=clock)))

    other_root = FakeTsa(clock=clock).root_der
    added = add_witness(vault, store, given(theirs, other_root), clock)

    assert added.stamped_at is None


def test_one_s_own_dossier_is_no_second_witness(
    vault: Vault, store: CaseStore, clock: FakeClock
) -> None:
    kept(store, clock, 1)

    with pytest.raises(WitnessIsOwnError):
        add_witness(vault, store, given(dossier(store, clock)), clock)


def test_what_another_case_of_this_vault_made_was_not_made_elsewhere(
    vault: Vault, store: CaseStore, clock: FakeClock
) -> None:
    kept(store, clock, 1)
    with vault.create_case(replace(store.case, id=CaseId("case-00000000000000cc"))) as other:
        kept(other, clock, 1)
        theirs = dossier(other, clock)
    entries = len(store.events())

    with pytest.raises(WitnessSameVaultError):
        add_witness(vault, store, given(theirs), clock)
    assert (store.all(Witness), len(store.events())) == ((), entries)


@pytest.mark.parametrize("data", [b"", b"PK\x05\x06" + bytes(18), b"no zip at all" * 100])
def test_what_is_no_dossier_leaves_nothing(
    vault: Vault, store: CaseStore, clock: FakeClock, data: bytes
) -> None:
    entries = len(store.events())

    with pytest.raises(WitnessRefusedError):
        add_witness(vault, store, given(data), clock)
    assert (store.all(Witness), len(store.events())) == ((), entries)


def test_it_is_told_in_the_custody_of_the_item_that_is_the_same(
    store: CaseStore, added: Witness
) -> None:
    first, second = store.all(Exhibit)
    asked = {group.subject: dict(group.asked) for group in custody_of(store)}

    del added
    counts = [asked[one.id][EventKind.WITNESS_ADDED] for one in (first, second)]
    assert counts == [0, 1]


def test_the_dossier_says_it_in_a_section_of_its_own_and_verifies(
    store: CaseStore, added: Witness, clock: FakeClock, tmp_path: Path
) -> None:
    import zipfile

    path = tmp_path / "tai-lieu.zip"
    path.write_bytes(dossier(store, clock))
    with zipfile.ZipFile(path) as bag:
        (name,) = [one for one in bag.namelist() if one.endswith("report.en.pdf")]
        printed = text(bag.read(name))

    assert squeezed("Byte for byte the same as here: 1 item.") in printed
    assert (squeezed(NAME) in printed, added.key_id in printed) == (True, True)
    failed = [one.name for one in verified(path, None, ()).checks if one.result.value == "FAIL"]
    assert failed == []


@pytest.mark.parametrize(("kind", "left"), [(EventKind.FORGOTTEN, 1), (EventKind.MINOR_MARKED, 0)])
def test_what_is_destroyed_here_cannot_be_tested_by_what_the_witness_said_of_it(
    store: CaseStore, added: Witness, kind: EventKind, left: int
) -> None:
    ours = store.all(Exhibit)[1]
    subject = ours.id if kind is EventKind.FORGOTTEN else ours.sighting_id

    store.forget([ours.id], EventDraft(kind=kind, subject=subject))

    (after,) = store.all(Witness)
    assert (len(after.items), after.same) == (left, ())
    assert (after.key_id, after.dossier_id) == (added.key_id, added.dossier_id)
    assert ours.sha256.hex.encode() not in plain_bytes(store)


def test_where_an_age_answer_is_not_yes_no_digest_of_another_picture_is_kept(
    vault: Vault, store: CaseStore, elsewhere: CaseStore, clock: FakeClock
) -> None:
    take_in(store, replace(REPORT, answers=MAYBE_MINOR), clock)
    kept(elsewhere, clock, 2, 3)

    added = add_witness(vault, store, given(dossier(elsewhere, clock)), clock)

    (first, second) = elsewhere.all(Exhibit)
    assert added.items == ()
    assert not {first.sha256.hex.encode(), second.sha256.hex.encode()} & set(
        plain_bytes(store).split(b'"')
    )
