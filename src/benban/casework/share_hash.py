"""Agree that the hash of one questioned picture goes to one exchange (HARM 12, 19)."""

from dataclasses import dataclass
from datetime import datetime

from benban.casework.consent import consent_text, require_consent, version_of_words
from benban.casework.events import answer_fields, event, open_field, sealed_field
from benban.casework.near_own_photo import is_near_own_photo
from benban.casework.withdraw_hash import agreed_position, is_of_this_key, way_back
from benban.errors import ConsentNotReadError, ExhibitMissingError, NothingToConcludeError
from benban.errors.exchange import HashRefusedError
from benban.errors.sharing import NotSharedPictureError, OwnPhotoNearError
from benban.exchange.attestation import (
    OLDEST_CONSENT,
    OPENED_FIELDS,
    ConsentProof,
    proof_bytes,
)
from benban.exchange.card import ExchangeCard
from benban.exchange.fit import required_hash
from benban.model.clock import Clock
from benban.model.consent import ConsentPurpose
from benban.model.custody import EventDraft, EventKind
from benban.model.exhibit import Exhibit
from benban.model.fingerprint import Pdq, QuestionedFingerprint
from benban.model.hash_sharing import HashSharing
from benban.model.ids import ExhibitId, new_sharing_id
from benban.model.sighting import AgeAnswers, Sighting, SightingKind
from benban.seal.merkle import inclusion_proof
from benban.vault import CaseStore
from benban.wording import Language

_SHARED_KINDS = frozenset({SightingKind.PUBLISHED, SightingKind.THREATENED})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSharing:
    """
    What would leave, to be shown before anybody agrees.

    Attributes:
        pdq: of the picture upright, with its quality; the exchange makes no other from it.
        answers: the three age answers, all yes.
        text: the words to read before a yes, with purpose and recipient.
    """

    exhibit: Exhibit
    card: ExchangeCard
    pdq: Pdq
    answers: AgeAnswers
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """
    What was agreed to.

    Attributes:
        proof: the file for the member that hands the hash in; nothing has sent it.
        way_back: the file that takes the hash back, signed now, so that it is there when the case
            is not. Nothing is withdrawn by its being there.
        is_again: the same yes stood in the log already, and this is its file once more.
    """

    sharing: HashSharing
    proof: bytes
    way_back: bytes
    is_again: bool


def plan_sharing(
    store: CaseStore, exhibit_id: ExhibitId, card: ExchangeCard, language: Language
) -> PlannedSharing:
    """
    Return what would leave; nothing is changed or logged.

    Raises:
        ExhibitMissingError: BB-104, no such item; a declared original is none.
        NothingToConcludeError: BB-106, no published or threatened sighting (HARM 13).
        PermitRefusedError: BB-101, an age answer is not yes.
        ConsentMissingError: BB-651, somebody else acts and the person did not agree to this.
        NotSharedPictureError: BB-971, not such a picture, not measured, or too little in it.
        OwnPhotoNearError: BB-972.
    """
    exhibit = store.maybe(Exhibit, exhibit_id)
    if exhibit is None:
        raise ExhibitMissingError
    sighting = store.get(Sighting, exhibit.sighting_id)
    # 1. Under 18 or unsure: before the hash is looked at.
    store.case.storage_permit(sighting)
    # 2. Only what was published of, or is held over, this person.
    if sighting.kind not in _SHARED_KINDS:
        raise NothingToConcludeError
    # 3. Whoever acts for the person has their yes to this purpose and this recipient.
    require_consent(store, ConsentPurpose.SHARE_HASH, card.name)
    # 4. The hash of the questioned picture, and one that finds no ordinary photo of the person.
    known = store.maybe(QuestionedFingerprint, exhibit.id)
    if known is None or not exhibit.kind.is_questioned_media:
        raise NotSharedPictureError
    return PlannedSharing(
        exhibit=exhibit,
        card=card,
        pdq=_shared_pdq(store, known),
        answers=sighting.answers,
        text=consent_text(ConsentPurpose.SHARE_HASH, f"{card.name} ({card.key})", language),
    )


def agree_to_share(
    store: CaseStore,
    exhibit_id: ExhibitId,
    card: ExchangeCard,
    *,
    language: Language,
    is_agreed: bool,
    clock: Clock,
) -> Shared:
    """
    Return the consent as it was logged and the file that shows it to an exchange.

    Args:
        store: of the case.
        exhibit_id: a questioned picture.
        card: of the one exchange.
        language: of the words that were shown.
        is_agreed: the person said yes to them; silence is no yes.
        clock: of the program.

    Raises:
        BenbanError: as :func:`plan_sharing`; nothing was logged.
        ConsentNotReadError: BB-652, no yes.
    """
    planned = plan_sharing(store, exhibit_id, card, language)
    if not is_agreed:
        raise ConsentNotReadError
    known = _agreed_before(store, planned, clock.now())
    sharing = known or HashSharing(
        id=new_sharing_id(),
        sighting_id=planned.exhibit.sighting_id,
        exhibit_id=planned.exhibit.id,
        exchange=card.key,
        exchange_name=card.name,
        withdraw_at=card.withdraw_at,
        agreed_at=clock.now(),
    )
    if known is None:
        store.record(_agreed(sharing, planned), save=[sharing])
    return Shared(
        sharing=sharing,
        proof=proof_bytes(_proof(store, agreed_position(store, sharing))),
        way_back=way_back(store, sharing),
        is_again=known is not None,
    )


def _agreed_before(store: CaseStore, planned: PlannedSharing, now: datetime) -> HashSharing | None:
    """
    Return the yes that stands to exactly this: its file may have been lost to a full disk.

    Another hash, other words or another key of the log since then make it another yes; and so
    does the time after which no exchange takes the first one.
    """
    wanted = {"pdq": planned.pdq.hex, "text": planned.text, "exchange": planned.card.key}
    for one in store.all(HashSharing):
        is_over = one.withdrawn_at is not None or now - one.agreed_at >= OLDEST_CONSENT
        if one.exhibit_id != planned.exhibit.id or is_over:
            continue
        said = {
            field.name: field.value for field in store.events()[agreed_position(store, one)].fields
        }
        is_same = wanted.items() <= said.items() and one.withdraw_at == planned.card.withdraw_at
        if is_same and is_of_this_key(store, one):
            return one
    return None


def _shared_pdq(store: CaseStore, known: QuestionedFingerprint) -> Pdq:
    """Return the hash of a questioned picture; the type leaves no way for an original's."""
    found = known.picture.pdq
    try:
        pdq = required_hash(found.hex, found.quality)
    except HashRefusedError as error:
        raise NotSharedPictureError from error
    # However somebody turned it: the bank would find the person's own profile everywhere.
    if is_near_own_photo(store, pdq):
        raise OwnPhotoNearError
    return pdq


def _agreed(sharing: HashSharing, planned: PlannedSharing) -> EventDraft:
    return event(
        EventKind.SHARING_AGREED,
        sharing.id,
        open_field("version", version_of_words(ConsentPurpose.SHARE_HASH)),
        *answer_fields(planned.answers),
        sealed_field("exchange", sharing.exchange),
        sealed_field("pdq", planned.pdq.hex),
        sealed_field("quality", planned.pdq.quality),
        sealed_field("recipient", sharing.exchange_name),
        sealed_field("text", planned.text),
    )


def _proof(store: CaseStore, position: int) -> ConsentProof:
    opening = store.opening(position)
    # One length for both: another thread may write the next entry in between.
    leaves = store.leaves()
    return ConsentProof(
        record=opening.record,
        salt=opening.salt,
        index=position,
        path=inclusion_proof(leaves, position),
        note=store.checkpoint(len(leaves)).note,
        key=store.public_key,
        openings=tuple(opening.fields[name] for name in sorted(OPENED_FIELDS)),
    )
