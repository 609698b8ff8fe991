"""``benban watch`` at a terminal: what it opens, what it says, and what it keeps to itself."""

from collections.abc import Iterator

import pytest

from benban.errors import StoppedError
from benban.model.watch import Look
from benban.outside.http_fetcher import HttpFetcher
from benban.outside.proxy import Endpoint
from benban.testing.platform import CHANNEL, PlatformSimulator
from benban.testing.resolver import TableResolver
from benban.watch.judge import REASONS
from benban.wording import Language
from benban.wording.messages import message_ids
from tests.path.terminal import ADULT, SEEN, Ran, Terminal, run
from tests.unit.casework.watched import FAKE

HOST = "t.me"


@pytest.fixture(scope="module")
def site() -> Iterator[PlatformSimulator]:
    with PlatformSimulator(posts=4) as running:
        yield running


@pytest.fixture(autouse=True)
def reached(site: PlatformSimulator, monkeypatch: pytest.MonkeyPatch) -> None:
    def fetcher() -> HttpFetcher:
        return HttpFetcher(
            resolver=TableResolver({HOST: [("127.0.0.1",)]}),
            allowed=[Endpoint(host=HOST, port=site.port)],
        )

    monkeypatch.setattr("benban.cli.commands.watch.make_fetcher", fetcher)
    monkeypatch.setattr("benban.cli.commands.watch.time.sleep", lambda _seconds: None)
    site.forget_requests()


def at(site: PlatformSimulator, path: str) -> str:
    return f"http://{HOST}:{site.port}{path}"


def a_case(terminal: Terminal, site: PlatformSimulator) -> str:
    case = terminal.new_case()
    number = site.post(FAKE, "bài").number
    fake = terminal.file("a.jpg", FAKE)
    place = terminal.file("noi", at(site, f"/{CHANNEL}/{number}").encode())
    assert terminal.run("add", case, fake, "--from", place, *SEEN).code == 0
    return case


def permit(terminal: Terminal, case: str, *more: str) -> Ran:
    asked = ("standing", "give", case, "--act", "watch", "--days", "90", "--agree", "yes")
    return terminal.run(*asked, *more)


def test_without_options_it_says_a_summary_and_opens_nothing(
    terminal: Terminal, site: PlatformSimulator
) -> None:
    case = a_case(terminal, site)

    said = terminal.run("watch", case).json["summary"]

    assert (said["places"], said["not_looked"], said["permission_until"]) == (1, 1, None)
    assert site.requests() == ()


def test_without_a_permission_it_opens_nothing_and_says_how_to_give_one(
    terminal: Terminal, site: PlatformSimulator
) -> None:
    case = a_case(terminal, site)

    assert terminal.refusals("watch", case, "--once") == ["BB-669", "BB-669"]
    assert site.requests() == ()


def test_a_permission_for_more_than_a_look_a_day_is_not_given(
    terminal: Terminal, site: PlatformSimulator
) -> None:
    case = a_case(terminal, site)

    ran = permit(terminal, case, "--every-hours", "1")

    assert (ran.code, ran.json["error"]["code"]) == (1, "BB-673")


def test_a_permission_names_the_hosts_and_what_each_learns(
    terminal: Terminal, site: PlatformSimulator
) -> None:
    case = a_case(terminal, site)

    given = permit(terminal, case).json

    assert given["hosts"] == [{"host": HOST, "learns": "page-and-time"}]


def test_a_round_looks_once_and_a_second_one_finds_nothing_due(
    terminal: Terminal, site: PlatformSimulator
) -> None:
    case = a_case(terminal, site)
    permit(terminal, case)

    first = terminal.run("watch", case, "--once").json
    pages = [one for one in site.requests() if not one.path.startswith("/file")]
    second = terminal.run("watch", case, "--once").json

    assert [one["reason"] for one in first["round"]["looks"]] == ["picture-shown"]
    assert (len(pages), second["round"]["looks"]) == (1, [])


def test_a_re_upload_is_offered_and_becomes_a_sighting_with_its_plan(
    terminal: Terminal, site: PlatformSimulator
) -> None:
    case = a_case(terminal, site)
    found = site.reupload(FAKE, "lại")
    address = at(site, f"/kenh_khac/{found.number}")
    named = terminal.file("them", f"{address}\n".encode())
    assert terminal.run("watch", case, "--add", "--from", named).code == 0
    permit(terminal, case)

    round_said = terminal.run("watch", case, "--once")
    (find,) = terminal.run("watch", case, "--list").json["finds"]
    later = terminal.run("watch", case, "--find", find, "--answer", "later").json
    quiet = terminal.run("watch", case).json["summary"]
    read = terminal.run("watch", case, "--find", find, "--answer", "now").json
    # Read is not taken in: the place is taken in when the person says so.
    assert (later["state"], quiet["finds"], read["address"]) == ("later", 0, address)
    assert (round_said.json["round"]["finds"], address in round_said.out) == (1, False)


def test_taking_a_find_in_asks_for_its_own_answers(
    terminal: Terminal, site: PlatformSimulator
) -> None:
    case = a_case(terminal, site)
    found = site.reupload(FAKE, "lại")
    named = terminal.file("them", at(site, f"/kenh_khac/{found.number}").encode())
    terminal.run("watch", case, "--add", "--from", named)
    permit(terminal, case)
    terminal.run("watch", case, "--once")
    (find,) = terminal.run("watch", case, "--list").json["finds"]

    taken = terminal.run("watch", case, "--find", find, "--take-in", *ADULT).json

    listed = terminal.run("watch", case, "--list").json
    sightings = {one["sighting"] for one in listed["places"]}
    assert (taken["steps"] > 0, taken["sighting"] in sightings, listed["finds"]) == (True, True, [])


def test_an_address_comes_by_file_or_prompt_and_not_by_the_call(
    terminal: Terminal, site: PlatformSimulator
) -> None:
    case = a_case(terminal, site)

    ran = terminal.run("watch", case, "--add")

    assert (ran.code, ran.json["error"]["code"]) == (2, "BB-001")


def test_a_pause_rests_and_goes_on(terminal: Terminal, site: PlatformSimulator) -> None:
    case = a_case(terminal, site)
    permit(terminal, case)
    terminal.run("watch", case)

    terminal.run("watch", case, "--pause", "yes")
    rested = terminal.run("watch", case, "--once").json["round"]["looks"]
    terminal.run("watch", case, "--pause", "no")
    woken = terminal.run("watch", case, "--once").json["round"]["looks"]

    assert (rested, len(woken)) == ([], 1)


def test_a_place_that_is_dropped_goes_with_its_looks(
    terminal: Terminal, site: PlatformSimulator
) -> None:
    case = a_case(terminal, site)
    named = terminal.file("them", at(site, "/kenh_khac/77").encode())
    (place,) = terminal.run("watch", case, "--add", "--from", named).json["places"]
    permit(terminal, case)
    terminal.run("watch", case, "--once")

    terminal.run("watch", case, "--drop", place)

    with terminal.store(case) as store:
        assert [one for one in store.all(Look) if one.place_id == place] == []


def test_a_daemon_goes_on_until_it_is_stopped_and_keeps_what_it_saw(
    terminal: Terminal, site: PlatformSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = a_case(terminal, site)
    permit(terminal, case)
    rests: list[float] = []

    def rest(seconds: float) -> None:
        # The site of this test sleeps in the same process, for no time at all.
        rests.extend([seconds] if seconds else [])
        if len(rests) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("benban.cli.commands.watch.time.sleep", rest)
    ran = terminal.run("watch", case, "--daemon")

    assert (ran.code, ran.json["error"]["code"]) == (130, StoppedError.code)
    assert (len(rests), all(30 <= one <= 900 for one in rests)) == (3, True)
    with terminal.store(case) as store:
        assert len(store.all(Look)) == 1


def test_a_daemon_with_nobody_to_ask_opens_nothing(
    terminal: Terminal, site: PlatformSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = a_case(terminal, site)
    permit(terminal, case)
    terminal.run("watch", case, "--once")
    later = terminal.file("sau", b"https://dien-dan.vi-du.example/bai/5")
    terminal.run("watch", case, "--add", "--from", later)
    rests: list[float] = []

    def rest(seconds: float) -> None:
        rests.append(seconds)
        raise KeyboardInterrupt

    monkeypatch.setattr("benban.cli.commands.watch.time.sleep", rest)
    monkeypatch.setattr("benban.cli.commands.watch.opened_fence", None)
    terminal.run("watch", case, "--daemon")

    assert rests == [900.0]


def test_the_list_does_not_tell_what_waits_to_be_read(
    terminal: Terminal, site: PlatformSimulator
) -> None:
    case = a_case(terminal, site)
    address = at(site, f"/kenh_khac/{site.reupload(FAKE, 'lại').number}")
    named = terminal.file("them", address.encode())
    (place,) = terminal.run("watch", case, "--add", "--from", named).json["places"]
    permit(terminal, case)
    terminal.run("watch", case, "--once")

    listed = terminal.run("watch", case, "--list").json

    assert (len(listed["finds"]), place) == (1, listed["places"][-1]["place"])
    assert "look" not in listed["places"][-1]


@pytest.mark.parametrize("language", list(Language))
def test_every_reason_has_words(language: Language) -> None:
    assert {f"watch.reason.{one}" for one in REASONS} <= message_ids(language)


def test_the_summary_is_read_in_ten_seconds(terminal: Terminal, site: PlatformSimulator) -> None:
    case = a_case(terminal, site)
    permit(terminal, case)
    terminal.run("watch", case, "--once")

    for language in Language:
        said = _said(terminal, case, language)
        assert (len(said.splitlines()) <= 6, len(said.split()) <= 60) == (True, True)


def _said(terminal: Terminal, case: str, language: Language) -> str:
    return run(*terminal.words("watch", case), "--language", language.value).out
