"""Allegations: a compartment of their own, apart from the case and destroyed without it."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from benban.casework.allegations import allegations_of, destroy_allegations, keep_allegation
from benban.casework.events import event
from benban.casework.hand_over import Recipient, hand_over
from benban.casework.take_in import SightingReport, take_in
from benban.casework.take_over import own_identity, own_recipient, take_over
from benban.errors import AllegationsUnreadableError
from benban.model.allegation import SealedAllegation
from benban.model.case import Capacity
from benban.model.custody import EventKind
from benban.model.ids import new_allegation_id
from benban.model.sighting import Sighting, SightingKind
from benban.outside.platforms import ThisPlatform
from benban.testing.clock import FakeClock
from benban.vault import CaseStore, KdfCost, Vault
from benban.vault.keys import compartment_of
from tests.unit.vault.test_forgetting import plain_bytes

from .conftest import ADULT


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


SAID = "Tôi nghi người từng giữ máy của tôi, vì chỉ ở đó có tấm ảnh ấy."


def test_what_was_said_is_read_back_in_order(
    vault: Vault, store: CaseStore, clock: FakeClock
) -> None:
    for text in (SAID, "Điều thứ hai."):
        keep_allegation(vault, store, f" {text}\n", clock)

    assert [one.text for one in allegations_of(vault, store)] == [SAID, "Điều thứ hai."]


def test_no_byte_of_it_stands_in_the_case_or_its_log(
    vault: Vault, store: CaseStore, clock: FakeClock
) -> None:
    sealed = keep_allegation(vault, store, SAID, clock)

    entry = store.events()[-1]
    assert (entry.kind, entry.subject, entry.fields) == (
        EventKind.ALLEGATION_KEPT,
        sealed.id,
        (),
    )
    assert SAID.encode() not in sealed.ciphertext
    assert len(vault.setting(compartment_of(store.case.id))) == 32


def test_whoever_opens_the_case_with_its_key_finds_no_word_of_it(
    vault: Vault, store: CaseStore, clock: FakeClock
) -> None:
    report = SightingReport(
        address=None, kind=SightingKind.PUBLISHED, answers=ADULT, text="Lời về nơi ấy."
    )
    take_in(store, report, clock)
    keep_allegation(vault, store, SAID, clock)

    pages = plain_bytes(store)

    assert ("Lời về nơi ấy.".encode() in pages, SAID[:12].encode() in pages) == (True, False)
    assert vault.setting(compartment_of(store.case.id)) not in pages


def test_destroyed_means_unreadable_and_the_rest_stays(
    vault: Vault, store: CaseStore, clock: FakeClock
) -> None:
    report = SightingReport(
        address=None, kind=SightingKind.PUBLISHED, answers=ADULT, text="Tôi thấy."
    )
    take_in(store, report, clock)
    sealed = keep_allegation(vault, store, SAID, clock)

    gone = destroy_allegations(vault, store)

    assert (gone, allegations_of(vault, store), len(store.all(Sighting))) == (1, (), 1)
    assert vault.setting(compartment_of(store.case.id)) == b""
    # A copy of the ciphertext, from a backup or a remnant, opens with no later key.
    keep_allegation(vault, store, "Điều mới.", clock)
    store.record(event(EventKind.ALLEGATION_KEPT), save=[sealed])
    with pytest.raises(AllegationsUnreadableError):
        allegations_of(vault, store)


def test_one_cannot_stand_in_for_another(vault: Vault, store: CaseStore, clock: FakeClock) -> None:
    sealed = keep_allegation(vault, store, SAID, clock)
    moved = replace(sealed, id=new_allegation_id())
    store.record(event(EventKind.ALLEGATION_KEPT), save=[moved], remove=[sealed])

    with pytest.raises(AllegationsUnreadableError):
        allegations_of(vault, store)


def test_destroying_nothing_is_no_event(vault: Vault, store: CaseStore) -> None:
    before = len(store.events())

    assert (destroy_allegations(vault, store), len(store.events())) == (0, before)


def test_an_entry_without_words_is_a_mistake_of_the_caller(
    vault: Vault, store: CaseStore, clock: FakeClock
) -> None:
    with pytest.raises(ValueError, match="no words"):
        keep_allegation(vault, store, " \n", clock)


def test_a_shredded_case_leaves_no_key_of_its_compartment(
    vault: Vault, store: CaseStore, clock: FakeClock
) -> None:
    keep_allegation(vault, store, SAID, clock)
    case_id = store.case.id
    store.close()

    vault.shred_case(case_id)

    assert vault.setting(compartment_of(case_id)) == b""


@pytest.mark.parametrize("is_chosen", [False, True])
def test_handed_over_only_when_chosen(
    vault: Vault, other: Vault, store: CaseStore, clock: FakeClock, *, is_chosen: bool
) -> None:
    report = SightingReport(
        address=None, kind=SightingKind.PUBLISHED, answers=ADULT, text="Tôi thấy."
    )
    take_in(store, report, clock)
    keep_allegation(vault, store, SAID, clock)
    to = Recipient(name="Luật sư", purpose="a", legal_basis="b", key=own_recipient(other))
    written = io.BytesIO()
    hand_over(vault, store, to, written, with_allegations=is_chosen)
    written.seek(0)

    with take_over(other, written, own_identity(other), Capacity.LAWYER) as there:
        assert len(there.all(SealedAllegation)) == 1
        if is_chosen:
            assert [one.text for one in allegations_of(other, there)] == [SAID]
        else:
            with pytest.raises(AllegationsUnreadableError):
                allegations_of(other, there)
            with pytest.raises(AllegationsUnreadableError):
                keep_allegation(other, there, "Điều của nơi nhận.", clock)
            assert destroy_allegations(other, there) == 1
            keep_allegation(other, there, "Điều của nơi nhận.", clock)
            assert [one.text for one in allegations_of(other, there)] == ["Điều của nơi nhận."]

    # It stays where it was said.
    assert [one.text for one in allegations_of(vault, store)] == [SAID]
