"""The table of a hash's life: every state, every act, every hand."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from benban.errors.exchange import ActRefusedError
from benban.exchange.life import (
    DISPUTE_TIME,
    QUARANTINE,
    RENEWAL_WINDOW,
    RETENTION,
    Wish,
    after,
    due,
)
from benban.model.shared_hash import (
    Act,
    ConfirmReason,
    DisputeReason,
    HashState,
    MemberId,
    SharedHash,
)
from tests.unit.exchange.shared import ATTESTER, NOW, SECOND, THIRD, shared_hash

Q, H, A, D, T = (
    HashState.QUARANTINE,
    HashState.HELD,
    HashState.ACTIVE,
    HashState.DISPUTED,
    HashState.TOMBSTONE,
)
_WHEN = {
    Act.ACTIVATE: NOW + QUARANTINE,
    Act.LAPSE: NOW + timedelta(hours=1) + DISPUTE_TIME,
    Act.EXPIRE: NOW + RETENTION,
    Act.RENEW: NOW + RETENTION - RENEWAL_WINDOW,
}
_HAND = {
    Act.CONFIRM: SECOND,
    Act.DISPUTE: SECOND,
    Act.KEEP: THIRD,
    Act.REMOVE: THIRD,
    Act.RENEW: ATTESTER,
}
_WHY: dict[Act, DisputeReason | ConfirmReason] = {
    Act.CONFIRM: ConfirmReason.SAW_THE_REPORT,
    Act.DISPUTE: DisputeReason.LAWFUL_PICTURE,
}
_ALLOWED = {
    (Q, Act.CONFIRM): A,
    (Q, Act.ACTIVATE): A,
    (Q, Act.HOLD): H,
    (A, Act.HOLD): H,
    (H, Act.RELEASE): Q,
    (Q, Act.DISPUTE): D,
    (A, Act.DISPUTE): D,
    (D, Act.KEEP): Q,
    (D, Act.REMOVE): T,
    (D, Act.OFFICE_KEEP): Q,
    (D, Act.OFFICE_REMOVE): T,
    (D, Act.LAPSE): T,
    (Q, Act.WITHDRAW): T,
    (H, Act.WITHDRAW): T,
    (A, Act.WITHDRAW): T,
    (D, Act.WITHDRAW): T,
    (A, Act.RENEW): A,
    (Q, Act.EXPIRE): T,
    (H, Act.EXPIRE): T,
    (A, Act.EXPIRE): T,
    (D, Act.EXPIRE): T,
}


def _wish(act: Act, by: MemberId | None = None, at: datetime | None = None) -> Wish:
    return Wish(
        act=act,
        at=at or _WHEN.get(act, NOW + timedelta(hours=2)),
        by=by or _HAND.get(act),
        reason=_WHY.get(act),
    )


def _is_refused(shared: SharedHash, wish: Wish) -> bool:
    try:
        after(shared, wish)
    except ActRefusedError:
        return True
    return False


@pytest.mark.parametrize("state", list(HashState))
@pytest.mark.parametrize("act", list(Act))
def test_each_act_leads_where_the_table_says_and_nowhere_else(state: HashState, act: Act) -> None:
    shared, wish = shared_hash(state), _wish(act)

    if (state, act) in _ALLOWED:
        assert after(shared, wish).state is _ALLOWED[state, act]
    else:
        assert _is_refused(shared, wish)


def test_nothing_brings_a_tombstone_back_and_it_holds_no_hash() -> None:
    gone = after(shared_hash(A), _wish(Act.WITHDRAW))

    assert gone.pdq is None
    assert all(_is_refused(gone, _wish(act)) for act in Act)


def test_the_member_that_attested_confirms_nothing() -> None:
    assert _is_refused(shared_hash(Q), _wish(Act.CONFIRM, by=ATTESTER))


@pytest.mark.parametrize("act", [Act.CONFIRM, Act.DISPUTE])
def test_who_confirms_or_doubts_says_why_from_the_list_of_that_act(act: Act) -> None:
    others = next(why for other, why in _WHY.items() if other is not act)

    for reason in (None, others):
        assert _is_refused(shared_hash(Q), replace(_wish(act), reason=reason))


@pytest.mark.parametrize("by", [ATTESTER, SECOND])
@pytest.mark.parametrize("act", [Act.KEEP, Act.REMOVE])
def test_a_dispute_is_decided_by_neither_side(act: Act, by: MemberId) -> None:
    assert _is_refused(shared_hash(D), _wish(act, by=by))


def test_who_confirmed_a_hash_does_not_decide_about_it_either() -> None:
    confirmed = replace(shared_hash(D), confirmed_by=THIRD)

    assert _is_refused(confirmed, _wish(Act.KEEP, by=THIRD))


def test_who_doubted_a_hash_before_does_not_decide_about_it_later() -> None:
    doubts = frozenset({(THIRD, DisputeReason.WRONG_CONSENT)})

    for act in (Act.KEEP, Act.REMOVE):
        assert _is_refused(replace(shared_hash(D), doubts=doubts), _wish(act, by=THIRD))


def test_after_72_hours_nobody_decides_and_the_clock_removes() -> None:
    shared, late = shared_hash(D), _WHEN[Act.LAPSE]

    assert _is_refused(shared, _wish(Act.KEEP, at=late))
    assert due(shared, late - timedelta(seconds=1)) is None
    assert due(shared, late) is Act.LAPSE


def test_a_stranger_withdraws_nothing() -> None:
    assert _is_refused(shared_hash(A), _wish(Act.WITHDRAW, by=SECOND))


def test_the_clock_does_nothing_before_its_time() -> None:
    early = NOW + QUARANTINE - timedelta(seconds=1)

    assert _is_refused(shared_hash(Q), _wish(Act.ACTIVATE, at=early))
    assert due(shared_hash(Q), early) is None


def test_a_doubt_about_age_is_gone_when_nobody_else_keeps_it_in_time() -> None:
    wish = Wish(act=Act.DISPUTE, at=NOW, by=SECOND, reason=DisputeReason.MAY_BE_UNDER_18)

    doubted = after(shared_hash(A), wish)

    assert (doubted.state, doubted.is_answering) == (D, False)
    late = NOW + DISPUTE_TIME
    assert after(doubted, _wish(Act.LAPSE, by=None, at=late)).pdq is None


def test_a_hash_that_was_confirmed_answers_again_when_it_is_kept() -> None:
    kept = after(replace(shared_hash(D), confirmed_by=MemberId("mem-four")), _wish(Act.KEEP))

    assert (kept.state, kept.dispute_reason, kept.disputed_at) == (A, None, None)


def test_a_hold_that_is_released_begins_its_quarantine_anew() -> None:
    wish = _wish(Act.RELEASE, at=NOW + timedelta(days=30))

    assert after(shared_hash(H), wish).active_from == wish.at + QUARANTINE


def test_renewing_adds_a_year_and_not_twice_in_a_row() -> None:
    renewed = after(shared_hash(A), _wish(Act.RENEW))

    assert renewed.expires_at == NOW + 2 * RETENTION
    assert _is_refused(renewed, _wish(Act.RENEW))


def test_two_people_keep_nothing_that_may_be_of_somebody_under_18() -> None:
    doubted = replace(shared_hash(D), dispute_reason=DisputeReason.MAY_BE_UNDER_18)

    assert _is_refused(doubted, _wish(Act.OFFICE_KEEP))
    assert after(doubted, _wish(Act.OFFICE_REMOVE)).pdq is None


def test_no_member_decides_in_the_name_of_the_operator() -> None:
    for act in (Act.OFFICE_KEEP, Act.OFFICE_REMOVE):
        assert _is_refused(shared_hash(D), _wish(act, by=THIRD))


def test_what_two_people_kept_is_not_renewed_until_a_member_keeps_it() -> None:
    kept = after(shared_hash(D), _wish(Act.OFFICE_KEEP))
    again = replace(kept, state=D, disputed_at=NOW + timedelta(hours=1))

    assert _is_refused(replace(kept, state=A), _wish(Act.RENEW))
    assert not _is_refused(replace(after(again, _wish(Act.KEEP)), state=A), _wish(Act.RENEW))
