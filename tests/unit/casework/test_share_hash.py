"""One yes, one hash, one exchange; the proof holds, and the way back stays open."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from itertools import product
from pathlib import Path

import pytest

from benban.casework.add_files import add_files
from benban.casework.consent import give_consent
from benban.casework.custody_words import tell
from benban.casework.destroy_case import plan_destroying
from benban.casework.events import event
from benban.casework.fingerprints import fingerprint_exhibits
from benban.casework.forget import forget, plan_forgetting
from benban.casework.hand_over import Recipient, hand_over
from benban.casework.mark_minor import mark_minor
from benban.casework.originals import GivenFile, add_originals, declare_originals
from benban.casework.share_hash import Shared, agree_to_share, plan_sharing
from benban.casework.take_in import SightingReport, take_in
from benban.casework.take_over import own_identity, own_recipient, take_over
from benban.casework.withdraw_hash import recall_unfounded, withdraw_hashes
from benban.cli.words import Words
from benban.errors import (
    ConsentMissingError,
    ConsentNotReadError,
    ExhibitMissingError,
    NothingToConcludeError,
    PermitRefusedError,
)
from benban.errors.exchange import ProofRefusedError, WithdrawalRefusedError
from benban.errors.sharing import NothingSharedError, NotSharedPictureError, OwnPhotoNearError
from benban.exchange.attestation import check_proof, read_proof
from benban.exchange.card import ExchangeCard
from benban.exchange.withdrawal import read_withdrawal, require_withdrawal
from benban.model.case import Capacity, Case
from benban.model.consent import ConsentPurpose
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit
from benban.model.fingerprint import OriginalFingerprint, Pdq, QuestionedFingerprint
from benban.model.hash_sharing import HashSharing
from benban.model.ids import ExhibitId, new_case_id
from benban.model.sighting import AgeAnswers, Answer, Sighting, SightingKind
from benban.outside.fence import Fence
from benban.outside.platforms import ThisPlatform
from benban.remedies.address import parse_address
from benban.remedies.catalogue import packaged_catalogue
from benban.testing.clock import FakeClock
from benban.testing.pictures import draw_feed_picture
from benban.vault import CaseStore, KdfCost, Vault
from benban.wording import Language

from .conftest import ADULT

CARD = ExchangeCard(
    name="Nơi trao đổi thử",
    key="here-here-here-here-here-here-here-here",
    withdraw_at="https://kho.example/rut",
)
ADDRESS = "https://kenh.example/5"


@pytest.fixture(scope="session")
def picture() -> bytes:
    return draw_feed_picture(1)


@pytest.fixture
def exhibit(store: CaseStore, clock: FakeClock, fence: Fence, picture: bytes) -> Exhibit:
    return _kept(store, clock, fence, picture)


def _kept(
    store: CaseStore,
    clock: FakeClock,
    fence: Fence,
    picture: bytes,
    kind: SightingKind = SightingKind.PUBLISHED,
) -> Exhibit:
    report = SightingReport(
        address=parse_address(ADDRESS, packaged_catalogue()), kind=kind, answers=ADULT
    )
    sighting = take_in(store, report, clock).sighting
    file = GivenFile(stream=BytesIO(picture), name="a.jpg")
    (kept,) = add_files(store, sighting, [file], clock)
    fingerprint_exhibits(store, fence)
    return kept


def _agree(store: CaseStore, exhibit_id: ExhibitId, clock: FakeClock, yes: bool = True) -> Shared:
    return agree_to_share(store, exhibit_id, CARD, language=Language.VI, is_agreed=yes, clock=clock)


def _kinds(store: CaseStore) -> list[EventKind | None]:
    return [one.kind for one in store.events()]


def _accepted(shared: Shared, file: bytes, clock: FakeClock) -> None:
    """Check a withdrawal as the exchange does, with what it kept of the proof."""
    said = check_proof(read_proof(shared.proof), exchange=CARD.key, now=clock.now())
    withdrawal = read_withdrawal(file)
    assert withdrawal.leaf == said.leaf
    require_withdrawal(withdrawal, consent_key=said.key, exchange=CARD.key)


def test_the_proof_shows_the_exchange_exactly_this_hash(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock
) -> None:
    shared = _agree(store, exhibit.id, clock)

    said = check_proof(read_proof(shared.proof), exchange=CARD.key, now=clock.now())
    measured = store.get(QuestionedFingerprint, exhibit.id).picture.pdq
    assert (said.pdq, said.key) == (measured, store.public_key.hex())


def test_the_yes_is_one_event_whose_leaf_the_proof_names(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock
) -> None:
    before = store.entry_count

    shared = _agree(store, exhibit.id, clock)

    (logged,) = store.events_from(before, 9)
    said = check_proof(read_proof(shared.proof), exchange=CARD.key, now=clock.now())
    assert (logged.kind, logged.leaf_sha256.hex) == (EventKind.SHARING_AGREED, said.leaf)


def test_the_proof_is_for_no_other_exchange(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock
) -> None:
    proof = read_proof(_agree(store, exhibit.id, clock).proof)

    with pytest.raises(ProofRefusedError):
        check_proof(proof, exchange=CARD.key.replace("here", "gone"), now=clock.now())


def test_the_file_says_nothing_else_of_the_case(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock
) -> None:
    shared = _agree(store, exhibit.id, clock)

    telling = (store.case.id, exhibit.id, exhibit.sighting_id, exhibit.sha256.hex, ADDRESS, "a.jpg")
    assert [one for one in telling if one.encode() in shared.proof] == []


def test_silence_is_no_yes_and_leaves_no_event(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock
) -> None:
    before = store.entry_count

    with pytest.raises(ConsentNotReadError):
        _agree(store, exhibit.id, clock, yes=False)

    assert (store.entry_count, store.all(HashSharing)) == (before, ())


def test_of_27_answers_one_shares_a_hash(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock
) -> None:
    place = store.get(Sighting, exhibit.sighting_id)
    shared = []
    said = (Answer.YES, Answer.NO, Answer.UNSURE)
    for answers in product(said, repeat=3):
        # The picture is still there, as if nothing had closed it: the gate alone must hold.
        now = AgeAnswers(
            adult_now=answers[0], adult_in_picture=answers[1], nobody_doubts=answers[2]
        )
        store.record(event(EventKind.ANSWERS_CHANGED, place.id), save=[replace(place, answers=now)])
        try:
            _agree(store, exhibit.id, clock)
            shared.append(answers)
        except PermitRefusedError:
            pass

    assert (shared, len(store.all(HashSharing))) == ([(Answer.YES,) * 3], 1)


def test_an_answer_that_was_not_given_shares_nothing(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock
) -> None:
    place = store.get(Sighting, exhibit.sighting_id)
    open_answer = replace(place.answers, nobody_doubts=Answer.NOT_ANSWERED)
    store.record(event(EventKind.ANSWERS_CHANGED), save=[replace(place, answers=open_answer)])

    with pytest.raises(PermitRefusedError):
        _agree(store, exhibit.id, clock)


def test_what_the_service_itself_shows_is_not_shared(
    store: CaseStore, clock: FakeClock, fence: Fence, picture: bytes
) -> None:
    advert = _kept(store, clock, fence, picture, SightingKind.THE_SERVICE_ITSELF)

    with pytest.raises(NothingToConcludeError):
        _agree(store, advert.id, clock)


def test_a_picture_that_was_not_measured_is_not_shared(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock
) -> None:
    measured = store.get(QuestionedFingerprint, exhibit.id)
    store.record(event(EventKind.FINGERPRINTED), remove=[measured])

    with pytest.raises(NotSharedPictureError):
        _agree(store, exhibit.id, clock)


@pytest.mark.parametrize(("bits", "quality"), [("0" * 64, 90), ("measured", 49)])
def test_a_hash_that_says_too_little_is_not_shared(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock, bits: str, quality: int
) -> None:
    measured = store.get(QuestionedFingerprint, exhibit.id)
    pdq = Pdq(hex=measured.picture.pdq.hex if bits == "measured" else bits, quality=quality)
    poor = replace(measured, picture=replace(measured.picture, pdq=pdq))
    store.record(event(EventKind.FINGERPRINTED), save=[poor])

    with pytest.raises(NotSharedPictureError):
        _agree(store, exhibit.id, clock)


@pytest.mark.parametrize(("flipped", "is_near"), [(31, True), (32, False)])
def test_a_hash_that_would_find_an_ordinary_photo_however_turned_is_not_shared(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock, fence: Fence, flipped: int, is_near: bool
) -> None:
    declare_originals(store, "x", "x")
    file = GivenFile(stream=BytesIO(draw_feed_picture(3)), name="b.jpg")
    (original,) = add_originals(store, [file], fence, clock, is_in_other_case=lambda _digest: False)
    near = int(store.get(QuestionedFingerprint, exhibit.id).picture.pdq.hex, 16)
    turned = Pdq(hex=f"{near ^ ((1 << flipped) - 1):064x}", quality=90)
    known = store.get(OriginalFingerprint, original.id)
    picture = replace(known.picture, dihedral=(*known.picture.dihedral[:7], turned))
    store.record(event(EventKind.FINGERPRINTED), save=[replace(known, picture=picture)])

    if is_near:
        with pytest.raises(OwnPhotoNearError):
            _agree(store, exhibit.id, clock)
    else:
        assert _agree(store, exhibit.id, clock).sharing.exhibit_id == exhibit.id


def test_whoever_acts_for_the_person_needs_their_yes_to_this_recipient(
    vault: Vault, clock: FakeClock, fence: Fence, picture: bytes
) -> None:
    case = Case(
        id=new_case_id(),
        title="",
        language=Language.VI,
        capacity=Capacity.ORGANISATION,
        opened_at=clock.now(),
    )
    with vault.create_case(case) as store:
        kept = _kept(store, clock, fence, picture)
        with pytest.raises(ConsentMissingError):
            plan_sharing(store, kept.id, CARD, Language.VI)
        give_consent(
            store,
            ConsentPurpose.SHARE_HASH,
            CARD.name,
            language=Language.VI,
            is_agreed=True,
            clock=clock,
        )

        assert plan_sharing(store, kept.id, CARD, Language.VI).card == CARD


def test_an_original_is_no_item_that_can_be_named(store: CaseStore, clock: FakeClock) -> None:
    with pytest.raises(ExhibitMissingError):
        _agree(store, ExhibitId("org-0000000000000000"), clock)


def test_a_withdrawal_is_one_that_the_exchange_takes(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock
) -> None:
    shared = _agree(store, exhibit.id, clock)

    (withdrawn,) = withdraw_hashes(store, exhibit.id)

    _accepted(shared, withdrawn.file, clock)
    assert _kinds(store)[-1] is EventKind.SHARING_WITHDRAWN


def test_the_same_file_comes_again_and_is_logged_once(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock
) -> None:
    _agree(store, exhibit.id, clock)

    first, again = withdraw_hashes(store), withdraw_hashes(store)

    assert (first[0].file, _kinds(store).count(EventKind.SHARING_WITHDRAWN)) == (again[0].file, 1)


def test_the_withdrawal_names_no_hash(store: CaseStore, exhibit: Exhibit, clock: FakeClock) -> None:
    _agree(store, exhibit.id, clock)

    (withdrawn,) = withdraw_hashes(store)

    assert store.get(QuestionedFingerprint, exhibit.id).picture.pdq.hex.encode() not in (
        withdrawn.file
    )


def test_where_nothing_was_shared_nothing_is_withdrawn(store: CaseStore, exhibit: Exhibit) -> None:
    with pytest.raises(NothingSharedError):
        withdraw_hashes(store, exhibit.id)


def test_marking_a_minor_recalls_the_hash(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock
) -> None:
    shared = _agree(store, exhibit.id, clock)
    pdq = store.get(QuestionedFingerprint, exhibit.id).picture.pdq.hex

    mark_minor(store, exhibit.id)

    (recalled,) = store.all(HashSharing)
    opened = [field.value for entry in store.events() for field in entry.fields]
    assert (recalled.withdrawn_at is not None, pdq in opened) == (True, False)
    (file,) = withdraw_hashes(store, exhibit.id)
    _accepted(shared, file.file, clock)


def test_a_changed_answer_recalls_the_hash(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock
) -> None:
    shared = _agree(store, exhibit.id, clock)

    take_in(
        store,
        SightingReport(
            address=parse_address(ADDRESS, packaged_catalogue()),
            kind=SightingKind.PUBLISHED,
            answers=replace(ADULT, adult_in_picture=Answer.UNSURE),
        ),
        clock,
    )

    assert [one.withdrawn_at is None for one in store.all(HashSharing)] == [False]
    _accepted(shared, withdraw_hashes(store)[0].file, clock)


def test_forgetting_the_item_recalls_the_hash(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock
) -> None:
    shared = _agree(store, exhibit.id, clock)

    forget(store, plan_forgetting(store, exhibit.id), "")

    assert [one.withdrawn_at is None for one in store.all(HashSharing)] == [False]
    _accepted(shared, withdraw_hashes(store)[0].file, clock)


def test_what_an_end_of_the_program_left_over_goes_with_the_next_recall(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock
) -> None:
    _agree(store, exhibit.id, clock)
    # As forget() does it, ended before it came to the hashes.
    store.forget((exhibit.id,), event(EventKind.FORGOTTEN, exhibit.id))

    assert len(recall_unfounded(store)) == 1


def test_a_hash_whose_ground_stands_is_not_recalled(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock
) -> None:
    _agree(store, exhibit.id, clock)

    assert recall_unfounded(store) == ()


@pytest.fixture
def there(tmp_path: Path, clock: FakeClock) -> Iterator[Vault]:
    made, _ = Vault.create(
        tmp_path / "noi-khac",
        passphrase="năm từ dễ nhớ",
        cost=KdfCost.cheap_for_tests(),
        clock=clock,
        platform=ThisPlatform(),
        ballast_bytes=0,
    )
    with made:
        yield made


def test_after_a_hand_over_both_sides_can_take_the_hash_back(
    vault: Vault, store: CaseStore, exhibit: Exhibit, clock: FakeClock, there: Vault
) -> None:
    shared, sealed = _agree(store, exhibit.id, clock), BytesIO()
    to = Recipient(name="Luật sư", purpose="vụ", legal_basis="ủy quyền", key=own_recipient(there))
    hand_over(vault, store, to, sealed)

    sealed.seek(0)
    with take_over(there, sealed, own_identity(there), Capacity.LAWYER) as taken:
        assert taken.public_key != store.public_key
        _accepted(shared, withdraw_hashes(taken)[0].file, clock)
    _accepted(shared, withdraw_hashes(store)[0].file, clock)


def test_a_withdrawal_by_the_key_of_after_a_hand_over_would_not_do(
    vault: Vault, store: CaseStore, exhibit: Exhibit, clock: FakeClock, there: Vault
) -> None:
    shared, sealed = _agree(store, exhibit.id, clock), BytesIO()
    to = Recipient(name="Luật sư", purpose="vụ", legal_basis="ủy quyền", key=own_recipient(there))
    hand_over(vault, store, to, sealed)

    sealed.seek(0)
    with take_over(there, sealed, own_identity(there), Capacity.LAWYER) as taken:
        (kept,) = taken.all(HashSharing)
        unsigned = replace(kept, withdrawal="")
        taken.record(event(EventKind.ADOPTED), save=[unsigned])
        with pytest.raises(WithdrawalRefusedError):
            _accepted(shared, withdraw_hashes(taken)[0].file, clock)


def test_destroying_the_case_says_what_can_only_be_taken_back_here(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock
) -> None:
    _agree(store, exhibit.id, clock)

    assert len(plan_destroying(store).shared_hashes) == 1


@pytest.mark.parametrize("language", Language)
def test_both_events_and_their_fields_have_words(
    store: CaseStore, exhibit: Exhibit, clock: FakeClock, language: Language
) -> None:
    _agree(store, exhibit.id, clock)
    withdraw_hashes(store)

    told = [tell(Words(language), entry) for entry in store.events()[-2:]]

    raw = {"sharing of a hash agreed", "sharing of a hash withdrawn", "exchange", "pdq"}
    said = {one.what for one in told} | {field.name for one in told for field in one.fields}
    assert said & raw == set()
