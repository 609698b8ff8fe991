"""The ledger of consent: one yes for one purpose and one recipient, withdrawable (facts/law 4)."""

from dataclasses import replace
from datetime import date
from typing import BinaryIO

from benban.casework.events import event, open_field, sealed_field
from benban.casework.withdraw_hash import recall_unfounded
from benban.errors import CapacityExpiredError, ConsentMissingError, ConsentNotReadError
from benban.model.case import Capacity
from benban.model.clock import Clock
from benban.model.consent import CapacityDocument, CapacityPaper, Consent, ConsentPurpose
from benban.model.custody import EventDraft, EventKind
from benban.model.ids import ConsentId, new_capacity_document_id, new_consent_id
from benban.seal.digests import chunks_of, measure
from benban.vault import CaseStore
from benban.wording import Language, say

# The words of one version never change: a consent names the version that was read.
_VERSION = "1"
# 2: who gets copies, for how long, and the file with which it is taken back.
_VERSIONS = {ConsentPurpose.SHARE_HASH: "2"}
# What leaves is another thing there: a fingerprint, and no address or story.
_TEXTS = {ConsentPurpose.SHARE_HASH: "consent.text.share-hash"}


def version_of_words(purpose: ConsentPurpose) -> str:
    """Return the version of the words that :func:`consent_text` gives for a purpose."""
    return _VERSIONS.get(purpose, _VERSION)


def consent_text(purpose: ConsentPurpose, recipient: str, language: Language) -> str:
    """Return the words to read before a yes, with the warning that the data are sensitive."""
    return say(
        language,
        _TEXTS.get(purpose, "consent.text"),
        purpose=say(language, f"consent.purpose.{purpose.value}"),
        recipient=recipient,
    )


def give_consent(
    store: CaseStore,
    purpose: ConsentPurpose,
    recipient: str,
    *,
    language: Language,
    is_agreed: bool,
    clock: Clock,
) -> Consent:
    """
    Return the consent as it was logged, with the exact words that were read.

    Args:
        store: of the case.
        purpose: one.
        recipient: one, as it is named in what will leave.
        language: of the words that were shown.
        is_agreed: the person said yes to them; silence is no yes.
        clock: of the program.

    Raises:
        ConsentNotReadError: BB-652, no yes, or no recipient.
    """
    if not is_agreed or not recipient.strip():
        raise ConsentNotReadError
    consent = Consent(
        id=new_consent_id(),
        purpose=purpose,
        recipient=recipient.strip(),
        version=version_of_words(purpose),
        text=consent_text(purpose, recipient.strip(), language),
        language=language,
        given_at=clock.now(),
    )
    store.record(_event(EventKind.CONSENT_GIVEN, consent), save=[consent])
    return consent


def withdraw_consent(store: CaseStore, consent_id: ConsentId, clock: Clock) -> Consent:
    """
    Return the consent as withdrawn; what was done before stays done.

    Only a hash in a shared bank can still be called back, and is: its file is there to be sent.

    Raises:
        NotStoredError: BB-412, no such consent.
    """
    ended = store.get(Consent, consent_id)
    if ended.withdrawn_at is None:
        ended = replace(ended, withdrawn_at=clock.now())
        store.record(_event(EventKind.CONSENT_WITHDRAWN, ended), save=[ended])
    # Also the second time: the program may have ended between the two.
    recall_unfounded(store)
    return ended


def require_consent(store: CaseStore, purpose: ConsentPurpose, recipient: str) -> None:
    """
    Return if this may be passed on: the person does it, or agreed to exactly this.

    Raises:
        ConsentMissingError: BB-651.
        CapacityExpiredError: BB-676, what showed that somebody may act is past its last day.
    """
    if store.case.capacity is Capacity.SELF:
        # Whoever passes on their own data consents by doing it.
        return
    _require_live_capacity(store)
    if not any(one.covers(purpose, recipient) for one in store.all(Consent)):
        raise ConsentMissingError(case=store.case.id, purpose=purpose.value)


def record_capacity(
    store: CaseStore,
    kind: CapacityPaper,
    file: BinaryIO,
    *,
    valid_until: date | None,
    clock: Clock,
) -> CapacityDocument:
    """Return the record of a document that shows a capacity; the file itself is not kept."""
    measured = measure(chunks_of(file))
    document = CapacityDocument(
        id=new_capacity_document_id(),
        kind=kind,
        sha256=measured.sha256,
        size_bytes=measured.size_bytes,
        added_at=clock.now(),
        valid_until=valid_until,
    )
    recorded = event(
        EventKind.CAPACITY_SHOWN,
        document.id,
        open_field("capacity", kind.value),
        sealed_field("sha256", document.sha256.hex),
        sealed_field("size_bytes", document.size_bytes),
    )
    store.record(recorded, save=[document])
    return document


def _require_live_capacity(store: CaseStore) -> None:
    since = max(
        (one.position for one in store.events() if one.kind is EventKind.CAPACITY_STATED),
        default=-1,
    )
    shown = {
        one.subject for one in store.events()[since + 1 :] if one.kind is EventKind.CAPACITY_SHOWN
    }
    days: dict[CapacityPaper, list[date]] = {}
    for one in store.all(CapacityDocument):
        if one.id in shown:
            days.setdefault(one.kind, []).append(one.valid_until or date.max)
    # The last day counts whole, where the person is. A licence does not stand for a mandate.
    today = store.now().astimezone().date()
    for of_kind in days.values():
        if max(of_kind) < today:
            raise CapacityExpiredError(day=f"{max(of_kind):%d/%m/%Y}", case=store.case.id)


def _event(kind: EventKind, consent: Consent) -> EventDraft:
    return event(
        kind,
        consent.id,
        open_field("consent_purpose", consent.purpose.value),
        open_field("version", consent.version),
        sealed_field("recipient", consent.recipient),
        sealed_field("text", consent.text),
    )
