"""The page of stamps: whom it names is who is asked, each time; what repeats was allowed."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page

from benban.casework.stamp import stamp_case
from benban.desk.jobs import JobState
from benban.errors import StampServiceUnreachableError
from benban.model.custody import EventKind, TimestampToken, TokenState
from benban.model.standing import StandingPermission
from benban.outside.authorities import SETTING, all_authorities, changed_setting
from benban.seal.stamp_settings import Choice, ChosenAuthority
from benban.testing.clock import FakeClock
from benban.testing.tsa import FakeTsa, TsaFault
from tests.desk.rig import PASSPHRASE, Running, running_desk

OWN, SECOND = "cua-toi", "thu-hai"


class Absent:
    """An authority that does not answer."""

    def __init__(self, tsa: FakeTsa) -> None:
        self.id, self.roots = OWN, (tsa.root_der,)

    def stamp(self, request: bytes) -> bytes:
        del request
        raise StampServiceUnreachableError(authority=self.id)


class HeldTsa(FakeTsa):
    """An authority that answers when it is told to; it counts."""

    def __init__(self) -> None:
        super().__init__(clock=_now())
        self.is_asked, self.may_answer, self.asked = threading.Event(), threading.Event(), 0

    def answer(self, request_der: bytes) -> bytes:
        self.asked += 1
        self.is_asked.set()
        self.may_answer.wait()
        return super().answer(request_der)


@pytest.fixture
def tsa() -> FakeTsa:
    return FakeTsa(clock=_now())


def _now() -> FakeClock:
    return FakeClock(datetime.now(UTC).replace(microsecond=0))


def _ask_only(desk: Running, url: str, tsa: FakeTsa) -> None:
    """Let the vault ask one authority of its own and nobody else."""
    vault = desk.desk.vault
    choices = [
        Choice(id=one.id, is_enabled=False)
        for one in all_authorities(vault.setting(SETTING))
        if one.is_enabled
    ]
    for one in (*choices, Choice(id=OWN, is_enabled=True, url=url, roots=(tsa.root_der,))):
        vault.set_setting(SETTING, changed_setting(vault.setting(SETTING), one))


def _ask_also(desk: Running, url: str, tsa: FakeTsa) -> None:
    vault = desk.desk.vault
    choice = Choice(id=SECOND, is_enabled=True, url=url, roots=(tsa.root_der,))
    vault.set_setting(SETTING, changed_setting(vault.setting(SETTING), choice))


@contextmanager
def _served(desk: Running, tsa: FakeTsa) -> Iterator[str]:
    """Give a case in a vault whose one authority answers on loopback."""
    case = desk.begin()
    with tsa.serve() as url:
        _ask_only(desk, url, tsa)
        yield case


def _tokens(desk: Running, case: str) -> dict[str, TokenState]:
    with desk.desk.case(case.removeprefix("/c/")) as store:
        return {one.authority: one.state for one in store.all(TimestampToken)}


def _leave_one_pending(desk: Running, case: str, tsa: FakeTsa) -> None:
    with desk.desk.case(case.removeprefix("/c/")) as store:
        stamp_case(store, [Absent(tsa)])


def test_a_person_reads_what_is_sent_to_whom_and_then_has_a_stamp(
    phone: Page, closed_desk: Running, tsa: FakeTsa
) -> None:
    closed_desk.enter()
    with _served(closed_desk, tsa) as case:
        phone.goto(f"{closed_desk.place.origin}{case}")
        phone.click("text=Time stamps")
        assert "There is no time stamp yet." in phone.inner_text("main")
        phone.click("text=Get a time stamp now")
        said = phone.inner_text("main")
        assert _tokens(closed_desk, case) == {}
        phone.click("text=Send this now")
        phone.click("text=See what came of it", timeout=120_000)
        after = phone.inner_text("main")

    assert ("127.0.0.1" in said, "One hash of 32 bytes" in said) == (True, True)
    assert _tokens(closed_desk, case) == {OWN: TokenState.STAMPED}
    assert "Everything done so far lies under a stamp." in after
    assert "all that was done here up to" in after


def test_the_page_that_says_what_would_be_sent_sends_nothing(desk: Running, tsa: FakeTsa) -> None:
    with _served(desk, tsa) as case:
        desk.get(f"{case}/stamps")
        desk.get(f"{case}/stamps/ask/now")
        desk.wait_for_jobs()

        assert _tokens(desk, case) == {}


def test_who_was_not_named_on_the_page_is_not_asked(desk: Running, tsa: FakeTsa) -> None:
    with _served(desk, tsa) as case:
        answer = desk.post(f"{case}/stamps/ask/now", host="tsa.example")
        desk.wait_for_jobs()

    assert (answer.status_code, "BB-041" in answer.text) == (400, True)
    assert _tokens(desk, case) == {}


def test_a_stamp_that_does_not_come_is_waited_for_and_comes_when_asked_again(
    desk: Running, tsa: FakeTsa
) -> None:
    with _served(desk, tsa) as case:
        pass
    # Nobody listens there any more.
    desk.post(f"{case}/stamps/ask/now", host="127.0.0.1")
    desk.wait_for_jobs()
    said = desk.text(f"{case}/stamps")
    pending = _tokens(desk, case)
    with tsa.serve() as url:
        _ask_only(desk, url, tsa)
        desk.post(f"{case}/stamps/ask/retry", host="127.0.0.1")
        desk.wait_for_jobs()

    assert (pending, "Not come yet" in said) == ({OWN: TokenState.PENDING}, True)
    assert _tokens(desk, case) == {OWN: TokenState.STAMPED}


@pytest.mark.parametrize("act", ["retry", "renew"])
def test_what_nobody_waits_for_is_not_offered(desk: Running, tsa: FakeTsa, act: str) -> None:
    with _served(desk, tsa) as case:
        answer = desk.get(f"{case}/stamps/ask/{act}")

    assert answer.headers["location"] == f"{case}/stamps"


def test_after_a_stop_nobody_more_is_asked_and_going_on_asks_for_the_rest_alone(
    desk: Running, tsa: FakeTsa
) -> None:
    slow = HeldTsa()
    case = desk.begin()
    with slow.serve() as first, tsa.serve() as second:
        _ask_only(desk, first, slow)
        _ask_also(desk, second, tsa)
        location = desk.post(f"{case}/stamps/ask/now", host=["127.0.0.1", "127.0.0.1"]).headers[
            "location"
        ]
        slow.is_asked.wait()
        desk.client.post(f"{location}/stop")
        slow.may_answer.set()
        desk.wait_for_jobs()
        stopped = (desk.desk.jobs.get(location.rpartition("/")[2]).state, _tokens(desk, case))
        desk.post(f"{location}/resume")
        desk.wait_for_jobs()

    assert stopped == (
        JobState.STOPPED,
        {OWN: TokenState.STAMPED, SECOND: TokenState.PENDING},
    )
    assert _tokens(desk, case) == dict.fromkeys((OWN, SECOND), TokenState.STAMPED)
    assert slow.asked == 1


def test_without_a_permission_opening_the_vault_asks_nobody(desk: Running, tsa: FakeTsa) -> None:
    with _served(desk, tsa) as case:
        _leave_one_pending(desk, case, tsa)
        desk.client.post("/lock")
        desk.post("/unlock", passphrase=PASSPHRASE)
        desk.wait_for_jobs()

        assert _tokens(desk, case) == {OWN: TokenState.PENDING}


@pytest.mark.parametrize(("hours", "state"), [(25, TokenState.STAMPED), (23, TokenState.PENDING)])
def test_under_a_permission_what_did_not_come_is_asked_for_when_the_vault_is_opened_not_too_often(
    tmp_path: Path, tsa: FakeTsa, hours: int, state: TokenState
) -> None:
    clock = _now()
    with running_desk(tmp_path / "kho", clock=clock) as desk:
        desk.enter()
        with _served(desk, tsa) as case:
            _leave_one_pending(desk, case, tsa)
            desk.post(f"{case}/stamps/standing", every="24", days="30", host="127.0.0.1")
            desk.wait_for_jobs()
            before = _tokens(desk, case)
            desk.client.post("/lock")
            clock.advance(hours * 3600)
            desk.post("/unlock", passphrase=PASSPHRASE)
            desk.wait_for_jobs()

            assert (before, _tokens(desk, case)) == ({OWN: TokenState.PENDING}, {OWN: state})


def test_a_permission_is_chosen_in_every_part_and_ends_by_one_click(
    phone: Page, closed_desk: Running, tsa: FakeTsa
) -> None:
    closed_desk.enter()
    with _served(closed_desk, tsa) as case:
        phone.goto(f"{closed_desk.place.origin}{case}/stamps/standing")
        chosen = phone.locator("main input:checked").count()
        said = phone.inner_text("main")
        phone.check("input[name=every][value='24']")
        phone.check("input[name=days][value='30']")
        phone.click("text=Allow this")
        phone.click("text=See what came of it", timeout=120_000)
        given = _permissions(closed_desk, case)
        phone.click("text=End this permission")
        ended = _permissions(closed_desk, case)

    assert (chosen, "127.0.0.1" in said) == (0, True)
    assert [(one.every_h, one.revoked_at) for one in given] == [(24, None)]
    assert [one.revoked_at is not None for one in ended] == [True]


@pytest.mark.parametrize("lacking", ["every", "days"])
def test_a_permission_with_a_part_left_open_is_not_given(
    desk: Running, tsa: FakeTsa, lacking: str
) -> None:
    fields = {"every": "24", "days": "30", "host": "127.0.0.1"}
    del fields[lacking]
    with _served(desk, tsa) as case:
        answer = desk.post(f"{case}/stamps/standing", **fields)

    assert (answer.status_code, "BB-014" in answer.text) == (400, True)
    assert _permissions(desk, case) == ()


def test_an_old_stamp_is_offered_a_newer_one(desk: Running) -> None:
    with _served(desk, FakeTsa(clock=_now(), fault=TsaFault.SHORT_LIVED_CERTIFICATE)) as case:
        desk.post(f"{case}/stamps/ask/now", host="127.0.0.1")
        desk.wait_for_jobs()
        said = desk.text(f"{case}/stamps")
        offered = desk.text(f"{case}/stamps/ask/renew")
        desk.post(f"{case}/stamps/ask/renew", host="127.0.0.1")
        desk.wait_for_jobs()

    assert ("It needs a newer stamp over it." in said, "127.0.0.1" in offered) == (True, True)
    with desk.desk.case(case.removeprefix("/c/")) as store:
        assert EventKind.STAMPED_AGAIN in {one.kind for one in store.events()}


def test_who_is_switched_off_is_not_named_and_not_asked(desk: Running, tsa: FakeTsa) -> None:
    with _served(desk, tsa) as case:
        desk.post("/settings/stamps", authority=OWN, to="off")
        said = desk.text(f"{case}/stamps/ask/now")
        answer = desk.post(f"{case}/stamps/ask/now", host="127.0.0.1")
        desk.wait_for_jobs()

    assert ("No authority is switched on" in said, "127.0.0.1" in said) == (True, False)
    assert (answer.status_code, _tokens(desk, case)) == (400, {})


def test_an_authority_is_switched_by_its_own_button_and_a_stranger_by_none(
    phone: Page, closed_desk: Running
) -> None:
    closed_desk.enter()
    closed_desk.begin()
    (first, *_) = [one for one in _known(closed_desk) if one.is_enabled]
    phone.goto(f"{closed_desk.place.origin}/settings")
    phone.click("text=Who is asked for time stamps")
    phone.click(f"text=Do not ask {first.name}")
    off = {one.id for one in _known(closed_desk) if not one.is_enabled}
    phone.get_by_role("button", name=f"Ask {first.name}", exact=True).click()
    closed_desk.post("/settings/stamps", authority="nobody-knows", to="on")

    assert first.id in off
    assert {one.id for one in _known(closed_desk) if not one.is_enabled} == off - {first.id}
    assert "nobody-knows" not in {one.id for one in _known(closed_desk)}


def _known(desk: Running) -> tuple[ChosenAuthority, ...]:
    return all_authorities(desk.desk.vault.setting(SETTING))


def _permissions(desk: Running, case: str) -> tuple[StandingPermission, ...]:
    with desk.desk.case(case.removeprefix("/c/")) as store:
        return store.all(StandingPermission)
