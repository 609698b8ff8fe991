"""Authorities and standing permissions at the command line; nothing here goes outside."""

from datetime import UTC, datetime, timedelta

import pytest

from benban.casework.stamp import stamp_case
from benban.casework.standing import give_permission
from benban.errors import StampServiceUnreachableError
from benban.model.custody import EventKind, TimestampToken, TokenState
from benban.model.ids import CaseId
from benban.model.standing import HostLearns, StandingAct
from benban.outside.platforms import ThisPlatform
from benban.testing.clock import FakeClock
from benban.testing.tsa import FakeTsa
from benban.vault import Vault
from tests.path.terminal import PASSPHRASE, Terminal


@pytest.fixture
def own(terminal: Terminal, case: str) -> tuple[str, FakeTsa]:
    """A case in a vault that asks nobody but one authority of its own."""
    tsa = FakeTsa(clock=FakeClock(datetime.now(UTC).replace(microsecond=0)))
    for one in terminal.run("authority", "list").json["authorities"]:
        if one["enabled"]:
            terminal.run("authority", "disable", one["id"])
    return case, tsa


def test_an_authority_of_one_s_own_stamps(
    terminal: Terminal, own: tuple[str, FakeTsa], tmp_path: object
) -> None:
    case, tsa = own
    root = terminal.file(f"goc-{case}.pem", tsa.root_pem)
    with tsa.serve() as url:
        terminal.run("authority", "enable", "cua-toi", "--url", url, "--root", root)
        ran = terminal.run("stamp", case, "--send", "yes")

    assert [one["state"] for one in ran.json["tokens"]] == [TokenState.STAMPED.value]


def test_what_did_not_come_comes_later_under_a_permission(
    terminal: Terminal, own: tuple[str, FakeTsa]
) -> None:
    case, tsa = own
    root = terminal.file(f"goc-{case}.pem", tsa.root_pem)
    with tsa.serve() as url:
        terminal.run("authority", "enable", "cua-toi", "--url", url, "--root", root)
    pending = terminal.run("stamp", case, "--send", "yes").json["tokens"]
    given = terminal.run("standing", "give", case, "--days", "30", "--agree", "yes").json

    assert [one["state"] for one in pending] == [TokenState.PENDING.value]
    assert (given["hosts"][0]["host"], given["live"]) == ("127.0.0.1", True)
    assert terminal.run("stamp", case, "--retry", "--send", "no").json["sent"] is False


def test_without_a_word_no_permission_is_given(terminal: Terminal, case: str) -> None:
    given = terminal.run("standing", "give", case, "--days", "30").json

    assert given == {"given": False}
    assert terminal.run("standing", "list", case).json == {"permissions": []}


def test_withdrawing_needs_no_id_and_no_confirmation(terminal: Terminal, case: str) -> None:
    terminal.run("authority", "enable", "digicert")
    terminal.run("standing", "give", case, "--days", "30", "--agree", "yes")

    ended = terminal.run("standing", "revoke", case).json["permissions"]

    assert [one["live"] for one in ended] == [False]
    assert terminal.state(case).events[-1] is EventKind.STANDING_REVOKED


def test_nothing_pending_and_nothing_due_asks_nobody(terminal: Terminal, case: str) -> None:
    asked = [
        terminal.run("stamp", case, way, "--send", "yes").json for way in ("--retry", "--renew")
    ]

    assert asked == [{"sent": False, "tokens": []}] * 2


def test_an_authority_without_a_root_is_refused(terminal: Terminal) -> None:
    assert (
        terminal.refusals("authority", "enable", "x", "--url", "https://tsa.example")
        == ["BB-517"] * 2
    )


def test_any_command_asks_again_once_the_hours_between_are_over_and_says_so(
    terminal: Terminal, own: tuple[str, FakeTsa]
) -> None:
    case, tsa = own
    root = terminal.file(f"goc-{case}.pem", tsa.root_pem)
    earlier = FakeClock(datetime.now(UTC) - timedelta(hours=3))
    with tsa.serve() as url:
        terminal.run("authority", "enable", "cua-toi", "--url", url, "--root", root)
        with (
            Vault.open(
                terminal.vault, passphrase=PASSPHRASE, clock=earlier, platform=ThisPlatform()
            ) as vault,
            vault.open_case(CaseId(case)) as store,
        ):
            stamp_case(store, [Silent()])
            give_permission(
                store,
                StandingAct.STAMP,
                [HostLearns(host="127.0.0.1", learns="hash-and-origin")],
                every_h=2,
                until=earlier.now() + timedelta(days=1),
                clock=earlier,
            )
        first = terminal.run("case", "show", case)
        again = terminal.run("case", "show", case)

    assert ("cua-toi" in first.err, again.err) == (True, "")
    with terminal.store(case) as store:
        assert [one.state for one in store.all(TimestampToken)] == [TokenState.STAMPED]


class Silent:
    """An authority that nobody reaches."""

    id = "cua-toi"
    roots: tuple[bytes, ...] = ()

    def stamp(self, request: bytes) -> bytes:
        del request
        raise StampServiceUnreachableError(authority=self.id)
