"""Draft, sign, mark as sent and answer a notice; benban itself sends nothing here."""

from collections.abc import Sequence

from benban.casework.consent import require_consent
from benban.casework.events import event, open_field, sealed_field
from benban.casework.routes import circumstances_of
from benban.errors import NoNoticeForStepError, NothingToConcludeError, NoticeStepError
from benban.model.case import Capacity, may_leave_the_vault
from benban.model.catalogue import Catalogue
from benban.model.clock import Clock
from benban.model.consent import ConsentPurpose
from benban.model.custody import EventDraft, EventKind
from benban.model.exhibit import Exhibit
from benban.model.ids import Digest, NoticeId, StepId
from benban.model.remedy import Notice, NoticeState, Signature
from benban.model.sighting import Sighting
from benban.notices.draft import NoticeAnswers, draft_notice
from benban.notices.state import approve, mark_sent, require_complete, standing_notices
from benban.remedies.earlier import chain_of
from benban.remedies.plan import plan_removal
from benban.vault import CaseStore, Vault
from benban.wording import Language


def draft_for_step(
    store: CaseStore,
    sighting: Sighting,
    step_id: StepId,
    *,
    answers: NoticeAnswers,
    language: Language,
    catalogue: Catalogue,
    clock: Clock,
) -> Notice:
    """
    Return the draft for one step of the sighting's plan, kept in the vault.

    Raises:
        NoNoticeForStepError: BB-611, no such step, or none that has a notice.
        NothingToConcludeError: BB-106 (HARM 13).
        NotRemovedByUsError, NoticeNotForThisError, ExactAddressMissingError: see ``draft_notice``.
    """
    _require_open(store)
    notices = tuple(one for one in store.all(Notice) if one.sighting_id == sighting.id)
    now = clock.now()
    known = circumstances_of(store, sighting)
    standing = standing_notices(notices, catalogue, sighting)
    plan = plan_removal(sighting, store.case, catalogue, now, standing, circumstances=known)
    step = next((one for one in plan.steps if one.id == step_id), None)
    if step is None:
        raise NoNoticeForStepError
    notice = draft_notice(
        step,
        sighting,
        language,
        now,
        catalogue=catalogue,
        case=store.case,
        answers=answers,
        digests=_kept_digests(store, sighting),
        earlier=_chain(store, step.follows, notices),
        photo=known.photo,
    )
    store.record(_event(EventKind.NOTICE_DRAFTED, notice), save=[notice])
    return notice


def _chain(
    store: CaseStore, follows: NoticeId | None, notices: tuple[Notice, ...]
) -> tuple[Notice, ...]:
    return () if follows is None else chain_of(store.get(Notice, follows), notices)


def _kept_digests(store: CaseStore, sighting: Sighting) -> tuple[Digest, ...]:
    """Return those of the suspected fake itself, each once, in the order of their coming."""
    kept = (
        exhibit.sha256
        for exhibit in store.all(Exhibit)
        if exhibit.sighting_id == sighting.id and exhibit.kind.is_questioned_media
    )
    return tuple(dict.fromkeys(kept))


def notices_elsewhere(vault: Vault, store: CaseStore) -> tuple[Notice, ...]:
    """Return what counts towards the person's day beside this case's own notices (HARM 15)."""
    if store.case.capacity is not Capacity.SELF:
        return ()
    found: list[Notice] = []
    for case in vault.cases():
        if case.id != store.case.id and case.capacity is Capacity.SELF:
            with vault.open_case(case.id) as other:
                found += other.all(Notice)
    return tuple(found)


def is_before_capture(store: CaseStore, notice: Notice) -> bool:
    """
    Return whether nothing of the place is kept yet, and it could be: it may vanish once reported.

    Where somebody may be under 18 nobody is told to keep anything (HARM 3).
    """
    if not store.get(Sighting, notice.sighting_id).answers.all_yes:
        return False
    return not any(one.sighting_id == notice.sighting_id for one in store.all(Exhibit))


def approve_notice(
    store: CaseStore,
    notice_id: NoticeId,
    signature: Signature,
    catalogue: Catalogue,
    *,
    elsewhere: Sequence[Notice],
) -> Notice:
    """
    Return the notice as the person signed it on the "this will be sent" screen.

    Args:
        store: of the case.
        notice_id: a draft.
        signature: what was typed and confirmed.
        catalogue: for the completeness check.
        elsewhere: see :func:`notices_elsewhere`; one person has one day, however many cases.

    Raises:
        NotStoredError: BB-412, no such notice; the errors of ``notices.state.approve``.
        ConsentMissingError: BB-651, somebody else acts and the person did not agree to this.
    """
    _require_open(store)
    notice = store.get(Notice, notice_id)
    require_consent(store, ConsentPurpose.REMOVAL, notice.recipient)
    others = tuple(one for one in store.all(Notice) if one.id != notice_id)
    signed = approve(
        notice,
        signature,
        sighting=store.get(Sighting, notice.sighting_id),
        case=store.case,
        catalogue=catalogue,
        others=(*others, *elsewhere),
    )
    store.record(_event(EventKind.NOTICE_APPROVED, signed), save=[signed])
    return signed


def ready_notice(store: CaseStore, notice_id: NoticeId, catalogue: Catalogue) -> Notice:
    """
    Return a signed notice that may still leave; asked anew each time, answers may have changed.

    Raises:
        NotStoredError: BB-412. NoticeStepError: BB-606, it is not signed.
        NothingToConcludeError: BB-106 (HARM 13). NoticeIncompleteError: BB-608, what was signed may
            no longer be sent: somebody may be under 18, or the catalogue knows better by now.
        ConsentMissingError: BB-651, the yes was withdrawn.
    """
    _require_open(store)
    notice = store.get(Notice, notice_id)
    if notice.state is NoticeState.DRAFT:
        raise NoticeStepError(state=notice.state.value, wanted=NoticeState.SENT.value)
    require_consent(store, ConsentPurpose.REMOVAL, notice.recipient)
    require_complete(notice, catalogue, sighting=store.get(Sighting, notice.sighting_id))
    return notice


def mark_notice_sent(store: CaseStore, notice_id: NoticeId, clock: Clock) -> Notice:
    """
    Return the notice with its clock started; the person sent it by hand.

    Raises:
        NotStoredError: BB-412; NoticeStepError: BB-606, it was not approved.
    """
    _require_open(store)
    sent = mark_sent(store.get(Notice, notice_id), clock.now())
    store.record(_event(EventKind.NOTICE_SENT, sent), save=[sent])
    return sent


def _require_open(store: CaseStore) -> None:
    if not may_leave_the_vault(store.all(Sighting)):
        raise NothingToConcludeError


def _event(kind: EventKind, notice: Notice) -> EventDraft:
    return event(
        kind,
        notice.id,
        open_field("channel", notice.channel_id),
        open_field("form", notice.form),
        sealed_field("recipient", notice.recipient),
        sealed_field("body", notice.body),
    )
