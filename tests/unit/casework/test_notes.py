"""Notes: a private one never leaves the vault, an internal one never stands on paper."""

import io
import tarfile
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pyrage
import pytest

from benban.casework.add_files import add_files
from benban.casework.conclude import DossierRequest, conclude
from benban.casework.hand_over import Recipient, hand_over
from benban.casework.notes import notes_of, notes_to_print, remove_note, write_note
from benban.casework.originals import GivenFile
from benban.casework.take_in import SightingReport, take_in
from benban.casework.take_over import own_identity, own_recipient, take_over
from benban.dossier.view import Audience, Disclosure, Edition
from benban.errors import NotStoredError
from benban.model.case import Capacity
from benban.model.custody import EventKind
from benban.model.ids import NoteId
from benban.model.note import Note, NoteReader
from benban.model.sighting import SightingKind
from benban.outside.platforms import ThisPlatform
from benban.seal.age import fresh_identity, recipient_of
from benban.testing.clock import FakeClock
from benban.testing.pictures import draw_feed_picture
from benban.vault import CaseStore, KdfCost, Vault
from benban.wording import Language
from tests.unit.dossier.reading import text as pdf_text
from tests.unit.vault.test_forgetting import plain_bytes

from .conftest import ADULT

CANARIES = {
    NoteReader.PUBLIC: "Chim-hoàng-yến-công-khai",
    NoteReader.INTERNAL: "Chim-hoàng-yến-nội-bộ",
    NoteReader.PRIVATE: "Chim-hoàng-yến-riêng-tư",
}
REPORT = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ADULT, text="Lời kể.")


@pytest.fixture
def other(tmp_path: Path, clock: FakeClock) -> Iterator[Vault]:
    made, _ = Vault.create(
        tmp_path / "kho-khac",
        passphrase="kho của luật sư",
        cost=KdfCost.cheap_for_tests(),
        clock=clock,
        platform=ThisPlatform(),
        ballast_bytes=0,
    )
    with made:
        yield made


@pytest.fixture
def noted(vault: Vault, store: CaseStore, clock: FakeClock) -> CaseStore:
    """A case with one note of each kind."""
    sighting = take_in(store, REPORT, clock).sighting
    file = GivenFile(stream=BytesIO(draw_feed_picture(3)), name="hinh.jpg")
    add_files(store, sighting, [file], clock)
    for reader, words in CANARIES.items():
        write_note(vault, store, f" {words}\n", reader, clock)
        clock.advance(60)
    return store


def test_all_are_read_back_in_the_vault_in_order(vault: Vault, noted: CaseStore) -> None:
    assert {one.reader: one.text for one in notes_of(vault, noted)} == CANARIES
    assert [one.reader for one in notes_of(vault, noted)] == list(CANARIES)


def test_only_a_public_one_may_be_printed(noted: CaseStore) -> None:
    assert [one.text for one in notes_to_print(noted)] == [CANARIES[NoteReader.PUBLIC]]


def test_no_byte_of_a_private_one_and_no_word_of_its_being_is_in_the_case(
    noted: CaseStore,
) -> None:
    pages = plain_bytes(noted)

    found = [words for words in CANARIES.values() if words.encode() in pages]
    assert found == [CANARIES[NoteReader.PUBLIC], CANARIES[NoteReader.INTERNAL]]
    assert [one.kind for one in noted.events()].count(EventKind.NOTE_KEPT) == 2


def test_the_log_holds_no_word_of_any(noted: CaseStore) -> None:
    said = "".join(field.value for one in noted.events() for field in one.fields)

    assert [words for words in CANARIES.values() if words in said] == []


def test_a_hand_over_carries_internal_ones_and_nothing_private(
    vault: Vault, noted: CaseStore, other: Vault
) -> None:
    to = Recipient(
        name="Luật sư A", purpose="đại diện", legal_basis="ủy quyền", key=own_recipient(other)
    )
    sealed = BytesIO()
    hand_over(vault, noted, to, sealed)

    plain = pyrage.decrypt(
        sealed.getvalue(), [pyrage.x25519.Identity.from_str(own_identity(other))]
    )
    with tarfile.open(fileobj=BytesIO(plain)) as archive:
        names = archive.getnames()
    with take_over(other, BytesIO(sealed.getvalue()), own_identity(other), Capacity.LAWYER) as got:
        arrived = {one.reader: one.text for one in notes_of(other, got)}
        pages = plain_bytes(got)

    assert arrived == {one: CANARIES[one] for one in (NoteReader.PUBLIC, NoteReader.INTERNAL)}
    private = CANARIES[NoteReader.PRIVATE].encode()
    assert (private in pages, private in plain) == (False, False)
    assert [one for one in names if "note" in one] == []


@pytest.mark.parametrize("edition", list(Edition), ids=lambda one: one.value)
def test_a_dossier_holds_neither_a_private_nor_an_internal_one(
    vault: Vault, noted: CaseStore, clock: FakeClock, edition: Edition
) -> None:
    recipient = recipient_of(fresh_identity())
    given = Disclosure(
        recipient="Công an", purpose="tố giác", legal_basis="luật", recipient_key=recipient
    )
    request = DossierRequest(
        edition=edition,
        languages=(Language.VI, Language.EN),
        disclosure=given if edition is Edition.AUTHORITY else None,
        audience=Audience.MYSELF,
    )
    bag = BytesIO()

    conclude(noted, request, (), out_file=bag, clock=clock, vault=vault)

    read = "".join(words_in(bag.getvalue()).split())
    assert "Lờikể." in read, "what should be there is found: the search reads what it seems to"
    hidden = (CANARIES[NoteReader.PRIVATE], CANARIES[NoteReader.INTERNAL])
    assert [words for words in hidden if words in read] == []


def test_destroying_the_case_destroys_its_private_notes(vault: Vault, noted: CaseStore) -> None:
    name = f"notes.private.{noted.case.id}"
    assert vault.setting(name)

    vault.shred_case(noted.case.id)

    assert vault.setting(name) == b""


@pytest.mark.parametrize("reader", list(NoteReader), ids=lambda one: one.value)
def test_one_that_was_removed_is_gone_and_the_others_stay(
    vault: Vault, noted: CaseStore, reader: NoteReader
) -> None:
    (chosen,) = [one for one in notes_of(vault, noted) if one.reader is reader]

    remove_note(vault, noted, chosen.id)

    assert [one.reader for one in notes_of(vault, noted)] == [
        one for one in NoteReader if one is not reader
    ]
    with pytest.raises(NotStoredError):
        remove_note(vault, noted, chosen.id)


def test_nothing_is_no_note(vault: Vault, store: CaseStore, clock: FakeClock) -> None:
    with pytest.raises(ValueError, match="no words"):
        write_note(vault, store, " \n", NoteReader.PUBLIC, clock)


def test_two_pages_at_once_keep_both_private_notes(
    vault: Vault, store: CaseStore, clock: FakeClock
) -> None:
    def write(number: int) -> NoteId:
        return write_note(vault, store, f"điều {number}", NoteReader.PRIVATE, clock).id

    with ThreadPoolExecutor(8) as pool:
        written = list(pool.map(write, range(24)))

    assert {one.id for one in notes_of(vault, store)} == set(written)


def words_in(bag: bytes) -> str:
    """Return all that can be read in a bag: its texts, its PDFs, and what lies in them."""
    found: list[str] = []
    with zipfile.ZipFile(io.BytesIO(bag)) as opened:
        for name in opened.namelist():
            data = opened.read(name)
            found.append(
                pdf_text(data) if data.startswith(b"%PDF") else data.decode("utf-8", "replace")
            )
    return "\n".join(found)


def test_a_note_of_the_case_is_never_private(noted: CaseStore) -> None:
    assert {one.reader for one in noted.all(Note)} == {NoteReader.PUBLIC, NoteReader.INTERNAL}
