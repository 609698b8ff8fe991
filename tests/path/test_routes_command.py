"""``benban routes`` and ``benban host`` at the command line; nothing here goes outside."""

import pytest

from benban.model.custody import EventKind
from benban.model.routes import HostFacts, LinkAnswer, LinkTo, SourcePhoto
from benban.model.sighting import Answer, Sighting
from benban.outside import rdap
from benban.outside.registries import packaged_registries
from benban.testing.resolver import TableResolver
from benban.wording import Language
from tests.path.terminal import SEEN, Terminal

FORUM = "https://dien-dan.vi-du.vn/chu-de/77/#bai-9"
X = "https://x.com/i/status/1234567890123456789"


def _seen(terminal: Terminal, case: str, address: str) -> str:
    words = terminal.file("noi.txt", address.encode())
    added = terminal.run("add", case, "--from", words, *SEEN).json
    return str(added["sightings"][0])


def _steps(terminal: Terminal, case: str) -> dict[str, dict[str, object]]:
    plans = terminal.run("plan", case).json["plans"]
    return {step["step"]: step for plan in plans for step in plan["steps"]}


def test_a_tie_opens_its_route_in_the_plan(terminal: Terminal, case: str) -> None:
    _seen(terminal, case, X)
    before = _steps(terminal, case)

    said = terminal.run("routes", case, "--tie", "AU=yes", "--tie", "us=yes", "--tie", "IN=no").json

    after = _steps(terminal, case)
    assert said == {"ties": {"AU": "yes", "US": "yes", "IN": "no"}}
    assert ("au-esafety" in before, before["x-3"]["form"]) == (False, None)
    assert ("au-esafety" in after, after["x-3"]["form"]) == (True, "us-tida")
    assert "in-grievance" not in after


@pytest.mark.parametrize("tie", ["AU", "AU=", "AU=perhaps", "XX=yes", "=yes"])
def test_a_tie_that_is_no_answer_changes_nothing(terminal: Terminal, case: str, tie: str) -> None:
    ran = terminal.run("routes", case, "--tie", tie)

    with terminal.store(case) as store:
        assert (ran.code, store.all(LinkAnswer)) == (2, ())


def test_where_nobody_can_be_asked_nothing_is_answered(terminal: Terminal, case: str) -> None:
    assert terminal.run("routes", case).json == {"ties": {}}


def test_a_later_answer_replaces_an_earlier_one(terminal: Terminal, case: str) -> None:
    terminal.run("routes", case, "--tie", "AU=yes")
    terminal.run("routes", case, "--tie", "AU=no")

    with terminal.store(case) as store:
        said = [(one.to, one.answer) for one in store.all(LinkAnswer)]
    assert said == [(LinkTo.AUSTRALIA, Answer.NO)]


def test_copyright_opens_only_with_both_answers_and_the_photo(
    terminal: Terminal, case: str
) -> None:
    sighting = _seen(terminal, case, "https://t.me/kenh_vi_du/5")
    photo = terminal.file("anh.txt", "Ảnh chụp ở hồ".encode())
    words = ("routes", case, "--copyright", sighting)
    some = terminal.run(*words, "--owns", "yes", "--photo-from", photo).json
    both = terminal.run(*words, "--owns", "yes", "--read", "yes", "--photo-from", photo)

    assert (some["copyright_open"], both.json["copyright_open"]) == (False, True)
    # The warning is read before, also where the answers come with the command.
    assert "khai man" in both.err
    with terminal.store(case) as store:
        assert [one.photo for one in store.all(SourcePhoto)] == ["Ảnh chụp ở hồ"]


def test_without_a_word_nobody_is_asked_who_hosts_a_site(terminal: Terminal, case: str) -> None:
    sighting = _seen(terminal, case, FORUM)

    ran = terminal.run("host", case, sighting)

    assert ran.json == {"looked_up": False}
    assert EventKind.ATTEMPT not in terminal.state(case).events


def test_a_name_that_is_not_known_is_told_and_the_attempt_is_in_the_log(
    terminal: Terminal, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sighting = _seen(terminal, case, FORUM)
    monkeypatch.setattr(rdap, "SystemResolver", lambda: TableResolver({}))

    for language in Language:
        assert (
            terminal.refusal("host", case, sighting, "--agree", "yes", language=language)
            == "BB-632"
        )

    assert terminal.state(case).events[-2:] == (EventKind.ATTEMPT, EventKind.ATTEMPT_FAILED)


def test_what_was_found_is_kept_and_said(
    terminal: Terminal, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sighting = _seen(terminal, case, FORUM)
    # An address of a private network: no registry is asked about it, so nothing goes outside.
    table = TableResolver({"dien-dan.vi-du.vn": [("10.0.0.1",)]})
    monkeypatch.setattr(rdap, "SystemResolver", lambda: table)

    found = terminal.run("host", case, sighting, "--agree", "yes").json

    assert (found["missing"], found["asked"]) == (["not-public", "name-registry"], [])
    with terminal.store(case) as store:
        assert [one.host for one in store.all(HostFacts)] == ["dien-dan.vi-du.vn"]
    assert _steps(terminal, case)["host"]["form"] is None


def test_a_sighting_without_an_address_has_no_host(terminal: Terminal, case: str) -> None:
    words = terminal.file("loi.txt", "Tôi thấy trong một nhóm".encode())
    terminal.run("add", case, "--from", words, *SEEN)
    with terminal.store(case) as store:
        sighting = store.all(Sighting)[0].id

    assert terminal.refusals("host", case, sighting, "--agree", "yes") == ["BB-634", "BB-634"]


def test_a_permission_to_look_up_names_every_registry(terminal: Terminal, case: str) -> None:
    given = terminal.run(
        "standing", "give", case, "--act", "look-up", "--days", "30", "--agree", "yes"
    ).json

    assert {one["host"] for one in given["hosts"]} == set(packaged_registries().hosts())
    assert {one["learns"] for one in given["hosts"]} == {"host-name"}
