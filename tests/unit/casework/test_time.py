"""Stamps that did not come, that grow old, and what their certificates were worth then."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from benban.casework.restamp import due_tokens, restamp
from benban.casework.retry import pending_tokens, retry_if_permitted, retry_pending
from benban.casework.stamp import stamp_case
from benban.casework.standing import give_permission, live_permission, revoke_permission
from benban.errors import (
    RevocationServiceError,
    StampServiceUnreachableError,
    StandingPermissionError,
)
from benban.model.custody import (
    EventKind,
    RevocationAnswer,
    RevocationList,
    TimestampToken,
    TokenState,
)
from benban.model.standing import HostLearns, StandingAct
from benban.outside.revocation import HttpRevocationSource
from benban.seal.ocsp import check_answer
from benban.seal.revocation import wanted_states
from benban.seal.tsp import check_token
from benban.testing.clock import FakeClock
from benban.testing.ocsp import serve_ocsp
from benban.testing.tsa import SHORT_LIFE, FakeTsa, TsaFault
from benban.vault import CaseStore, StoredCheckpoint

LIST = "http://lists.example/a.crl"
RESPONDER = "http://responder.example/"
HOSTS = (HostLearns(host="tsa.example", learns="hash-and-origin"),)


class Authority:
    """An authority that can be out of reach."""

    def __init__(self, tsa: FakeTsa, name: str = "a", host: str = "tsa.example") -> None:
        self.id = name
        self.host = host
        self.tsa = tsa
        self.is_reached = True
        self.asked = 0

    @property
    def roots(self) -> tuple[bytes, ...]:
        return (self.tsa.root_der,)

    def stamp(self, request: bytes) -> bytes:
        self.asked += 1
        if not self.is_reached:
            raise StampServiceUnreachableError(authority=self.id)
        return self.tsa.answer(request)


class Lists:
    """One list, one authority that answers questions, and which addresses were asked for."""

    def __init__(self, crl: bytes | None, responder: FakeTsa | None = None) -> None:
        self._crl = crl
        self._responder = responder
        self.asked: list[str] = []

    def ask(self, url: str, request: bytes) -> bytes:
        self.asked.append(url)
        if self._responder is None:
            raise RevocationServiceError
        return self._responder.ocsp(request)

    def fetch(self, url: str) -> bytes:
        self.asked.append(url)
        if self._crl is None:
            raise RevocationServiceError
        return self._crl


class PluggedOutError(Exception):
    """The program stops here."""


class PluggedOut(Authority):
    """The program stops while this authority is waited for."""

    def stamp(self, request: bytes) -> bytes:
        raise PluggedOutError


class PluggedOutLists(Lists):
    """The program stops while a list is waited for."""

    def fetch(self, url: str) -> bytes:
        raise PluggedOutError


@pytest.fixture
def authority(clock: FakeClock) -> Authority:
    return Authority(FakeTsa(clock=clock))


def give(store: CaseStore, clock: FakeClock, *, every_h: int = 24, days: int = 30) -> None:
    give_permission(
        store,
        StandingAct.STAMP,
        HOSTS,
        every_h=every_h,
        until=clock.now() + timedelta(days=days),
        clock=clock,
    )


def left_pending(store: CaseStore, authority: Authority) -> TimestampToken:
    authority.is_reached = False
    (token,) = stamp_case(store, [authority]).tokens
    authority.is_reached = True
    authority.asked = 0
    return token


def test_a_stamp_asked_for_again_is_over_the_head_that_was_to_be_stamped(
    store: CaseStore, clock: FakeClock, authority: Authority
) -> None:
    pending = left_pending(store, authority)
    note = store.get(StoredCheckpoint, str(pending.checkpoint_size)).note

    (token,) = retry_pending(store, [authority])

    facts = check_token(token.response, note=note, nonce=None, roots=authority.roots)
    assert (token.checkpoint_size, facts.time_at) == (pending.checkpoint_size, clock.now())
    assert (pending_tokens(store), store.all(TimestampToken)) == ((), (token,))


def test_a_head_that_was_not_kept_is_signed_again_byte_for_byte(
    store: CaseStore, authority: Authority
) -> None:
    pending = left_pending(store, authority)
    kept = store.get(StoredCheckpoint, str(pending.checkpoint_size))

    assert store.checkpoint(pending.checkpoint_size) == kept


def test_what_a_later_stamp_covers_is_not_asked_for_again(
    store: CaseStore, authority: Authority
) -> None:
    left_pending(store, authority)
    stamp_case(store, [authority])

    assert pending_tokens(store) == ()


def test_without_a_permission_nobody_is_asked(
    store: CaseStore, clock: FakeClock, authority: Authority
) -> None:
    left_pending(store, authority)
    clock.advance(timedelta(days=7).total_seconds())

    assert (retry_if_permitted(store, [authority], clock), authority.asked) == ((), 0)


def test_under_a_permission_it_is_asked_when_the_time_between_is_over(
    store: CaseStore, clock: FakeClock, authority: Authority
) -> None:
    left_pending(store, authority)
    give(store, clock, every_h=24)

    clock.advance(timedelta(hours=23).total_seconds())
    early = retry_if_permitted(store, [authority], clock)
    clock.advance(timedelta(hours=2).total_seconds())
    later = retry_if_permitted(store, [authority], clock)

    assert (early, [one.state for one in later]) == ((), [TokenState.STAMPED])


@pytest.mark.parametrize("host", ["tsa.example", "lists.example"])
def test_a_list_is_fetched_under_a_permission_from_a_host_that_it_names(
    store: CaseStore, clock: FakeClock, host: str
) -> None:
    authority = Authority(FakeTsa(clock=clock, crl_address=LIST))
    authority.is_reached = False
    stamp_case(store, [authority])
    named = HostLearns(host=host, learns="hash-and-origin")
    until = clock.now() + timedelta(days=30)
    give_permission(store, StandingAct.STAMP, [*HOSTS, named], every_h=24, until=until, clock=clock)
    authority.is_reached = True
    clock.advance(timedelta(hours=25).total_seconds())
    lists = Lists(authority.tsa.crl())

    (token,) = retry_if_permitted(store, [authority], clock, lists=lists)

    assert token.state is TokenState.STAMPED
    assert lists.asked == ([LIST] if host == "lists.example" else [])


def test_a_host_that_the_permission_does_not_name_is_not_asked(
    store: CaseStore, clock: FakeClock, authority: Authority
) -> None:
    left_pending(store, authority)
    give(store, clock)
    authority.host = "elsewhere.example"
    clock.advance(timedelta(days=2).total_seconds())

    assert (retry_if_permitted(store, [authority], clock), authority.asked) == ((), 0)


@pytest.mark.parametrize("how", ["withdrawn", "ended"])
def test_a_permission_that_is_over_opens_nothing(
    store: CaseStore, clock: FakeClock, authority: Authority, how: str
) -> None:
    left_pending(store, authority)
    give(store, clock, days=3)
    if how == "withdrawn":
        permission = live_permission(store, StandingAct.STAMP, clock.now())
        assert permission is not None
        revoke_permission(store, permission.id, clock)
    clock.advance(timedelta(days=3).total_seconds())

    assert (retry_if_permitted(store, [authority], clock), authority.asked) == ((), 0)


def test_giving_and_withdrawing_stand_in_the_log(store: CaseStore, clock: FakeClock) -> None:
    give(store, clock)
    give(store, clock, every_h=48)

    kinds = [entry.kind for entry in store.events()][1:]
    assert kinds == [
        EventKind.STANDING_GIVEN,
        EventKind.STANDING_REVOKED,
        EventKind.STANDING_GIVEN,
    ]


@pytest.mark.parametrize(("days", "hosts"), [(0, HOSTS), (400, HOSTS), (30, ())])
def test_a_permission_has_an_end_and_names_whom(
    store: CaseStore, clock: FakeClock, days: int, hosts: tuple[HostLearns, ...]
) -> None:
    with pytest.raises(StandingPermissionError):
        give_permission(
            store,
            StandingAct.STAMP,
            hosts,
            every_h=24,
            until=clock.now() + timedelta(days=days),
            clock=clock,
        )


def test_a_stamp_is_due_half_a_year_before_its_certificate_ends(
    store: CaseStore, clock: FakeClock, authority: Authority
) -> None:
    stamp_case(store, [authority])
    end = authority.tsa.certificate_expires_at

    before, after = end - timedelta(days=181), end - timedelta(days=179)

    assert [len(due_tokens(store, moment)) for moment in (before, after)] == [0, 1]


def test_a_new_stamp_covers_the_old_one_by_its_digest(store: CaseStore, clock: FakeClock) -> None:
    short = Authority(FakeTsa(clock=clock, fault=TsaFault.SHORT_LIVED_CERTIFICATE), "short")
    stamp_case(store, [short])
    clock.advance((SHORT_LIFE / 2).total_seconds())
    younger = Authority(FakeTsa(clock=clock), "younger")

    renewed = restamp(store, [younger], clock)

    assert renewed is not None
    named = [entry for entry in store.events() if entry.kind is EventKind.STAMPED_AGAIN]
    assert (len(named), named[0].position < renewed.checkpoint.size) == (1, True)
    assert (due_tokens(store, clock.now()), restamp(store, [younger], clock)) == ((), None)


def test_when_nobody_answers_what_is_due_stays_due(store: CaseStore, clock: FakeClock) -> None:
    short = Authority(FakeTsa(clock=clock, fault=TsaFault.SHORT_LIVED_CERTIFICATE), "short")
    stamp_case(store, [short])
    silent = Authority(FakeTsa(clock=clock), "silent")
    silent.is_reached = False

    restamp(store, [silent], clock)

    assert [one.token.authority for one in due_tokens(store, clock.now())] == ["short"]


def test_the_list_that_the_certificate_names_is_kept_beside_the_stamp(
    store: CaseStore, clock: FakeClock
) -> None:
    tsa = FakeTsa(clock=clock, crl_address=LIST)
    lists = Lists(tsa.crl())

    stamp_case(store, [Authority(tsa)], lists=lists)

    (kept,) = store.all(RevocationList)
    assert (lists.asked, kept.is_signer, kept.is_withdrawn) == ([LIST], True, False)


def test_a_stamp_that_has_come_is_kept_before_the_next_authority_is_waited_for(
    store: CaseStore, clock: FakeClock
) -> None:
    tsa = FakeTsa(clock=clock)

    with pytest.raises(PluggedOutError):
        stamp_case(store, [Authority(tsa, "a"), PluggedOut(tsa, "b")])

    (kept,) = store.all(TimestampToken)
    assert (kept.authority, kept.state) == ("a", TokenState.STAMPED)
    assert store.maybe(StoredCheckpoint, str(kept.checkpoint_size)) is not None


def test_every_stamp_is_kept_before_a_list_is_waited_for(
    store: CaseStore, clock: FakeClock
) -> None:
    tsa = FakeTsa(clock=clock, crl_address=LIST)

    with pytest.raises(PluggedOutError):
        stamp_case(store, [Authority(tsa, "a"), Authority(tsa, "b")], lists=PluggedOutLists(None))

    assert [one.authority for one in store.all(TimestampToken)] == ["a", "b"]


@pytest.mark.parametrize("fault", ["unreachable", "another issuer's", "of last year", "no list"])
def test_a_list_that_cannot_be_used_is_not_kept_and_the_stamp_is(
    store: CaseStore, clock: FakeClock, fault: str
) -> None:
    tsa = FakeTsa(clock=clock, crl_address=LIST)
    crl = {
        "unreachable": None,
        "another issuer's": FakeTsa(clock=clock).crl(),
        "of last year": tsa.crl(at=clock.now() - timedelta(days=365)),
        "no list": b"<html>",
    }[fault]

    stamped = stamp_case(store, [Authority(tsa)], lists=Lists(crl))

    assert (store.all(RevocationList), stamped.tokens[0].state) == ((), TokenState.STAMPED)


def test_a_stamp_that_was_not_asked_for_with_lists_fetches_none(
    store: CaseStore, clock: FakeClock
) -> None:
    stamp_case(store, [Authority(FakeTsa(clock=clock, crl_address=LIST))])

    assert EventKind.REVOCATION_KEPT not in [entry.kind for entry in store.events()]


def test_the_time_in_these_tests_is_the_one_that_was_passed_in(clock: FakeClock) -> None:
    assert clock.now() == datetime(2026, 11, 22, 13, 15, tzinfo=UTC)


def test_the_responder_that_the_certificate_names_is_asked_and_its_answer_is_kept(
    store: CaseStore, clock: FakeClock
) -> None:
    with serve_ocsp() as responder:
        tsa = FakeTsa(clock=clock, ocsp_address=responder.url)
        responder.answers = tsa.ocsp

        (token,) = stamp_case(
            store, [Authority(tsa)], lists=HttpRevocationSource(is_loopback=True)
        ).tokens

    (kept,) = store.all(RevocationAnswer)
    assert (kept.is_signer, kept.is_withdrawn, kept.this_update) == (True, False, clock.now())
    (wanted,) = wanted_states(token.response, [tsa.root_der])
    assert check_answer(kept.ocsp, wanted, at=clock.now()).der == kept.ocsp
    (logged,) = [one for one in store.events() if one.kind is EventKind.REVOCATION_KEPT]
    told = {one.name: one.value for one in logged.fields}
    assert (told["lists"], told["answers"], told["withdrawn"]) == ("0", "1", "0")


def test_a_certificate_that_names_both_is_told_of_by_both(
    store: CaseStore, clock: FakeClock
) -> None:
    tsa = FakeTsa(clock=clock, crl_address=LIST, ocsp_address=RESPONDER)
    source = Lists(tsa.crl(is_withdrawn=True), tsa)

    stamp_case(store, [Authority(tsa)], lists=source)

    (listed,), (answered,) = store.all(RevocationList), store.all(RevocationAnswer)
    assert source.asked == [LIST, RESPONDER]
    assert (listed.is_withdrawn, answered.is_withdrawn) == (True, False)


@pytest.mark.parametrize("fault", ["unreachable", "another issuer's"])
def test_an_answer_that_cannot_be_used_is_not_kept_and_the_stamp_is(
    store: CaseStore, clock: FakeClock, fault: str
) -> None:
    tsa = FakeTsa(clock=clock, ocsp_address=RESPONDER)
    other = FakeTsa(clock=clock) if fault == "another issuer's" else None

    stamped = stamp_case(store, [Authority(tsa)], lists=Lists(None, other))

    assert (store.all(RevocationAnswer), stamped.tokens[0].state) == ((), TokenState.STAMPED)


@pytest.mark.parametrize("host", ["tsa.example", "responder.example"])
def test_a_responder_is_asked_under_a_permission_only_when_it_names_it(
    store: CaseStore, clock: FakeClock, host: str
) -> None:
    authority = Authority(FakeTsa(clock=clock, ocsp_address=RESPONDER))
    left_pending(store, authority)
    named = HostLearns(host=host, learns="hash-and-origin")
    until = clock.now() + timedelta(days=30)
    give_permission(store, StandingAct.STAMP, [*HOSTS, named], every_h=24, until=until, clock=clock)
    clock.advance(timedelta(hours=25).total_seconds())
    source = Lists(None, authority.tsa)

    retry_if_permitted(store, [authority], clock, lists=source)

    assert source.asked == ([RESPONDER] if host == "responder.example" else [])


def test_a_list_that_came_as_text_is_kept_as_the_dossier_s_layout_says(
    store: CaseStore, clock: FakeClock
) -> None:
    tsa = FakeTsa(clock=clock, crl_address=LIST)
    listed = tsa.crl()
    text = x509.load_der_x509_crl(listed).public_bytes(Encoding.PEM)

    stamp_case(store, [Authority(tsa)], lists=Lists(text))

    assert [one.crl for one in store.all(RevocationList)] == [listed]
