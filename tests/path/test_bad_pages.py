"""Addresses that do not give a page, typed as a person types them, with a real browser."""

from collections.abc import Iterator
from typing import Any

import pytest

from benban.model.custody import EventKind
from benban.model.exhibit import StepOutcome
from benban.testing.platform import CHANNEL, PlatformSimulator
from benban.wording import Language
from tests.path.loopback import HERE, INSIDE, NOWHERE, OPENED_BROWSER, browser_on_loopback
from tests.path.terminal import ADULT, Ran, Terminal, explanation, left_behind
from tests.ports import held_port

PAGE = ["dom-text", "screenshot", "page-pdf", "mhtml", "wacz"]


@pytest.fixture(scope="module")
def site() -> Iterator[PlatformSimulator]:
    with PlatformSimulator(posts=3) as site:
        yield site


@pytest.fixture(scope="module")
def secure_site() -> Iterator[PlatformSimulator]:
    with PlatformSimulator(posts=0, with_tls=True) as site:
        yield site


@pytest.fixture(scope="module")
def closed_port() -> Iterator[int]:
    with held_port() as port:
        yield port


@pytest.fixture(autouse=True)
def reach(
    monkeypatch: pytest.MonkeyPatch,
    site: PlatformSimulator,
    secure_site: PlatformSimulator,
    closed_port: int,
) -> None:
    ports = (site.port, secure_site.port, closed_port)
    monkeypatch.setattr(OPENED_BROWSER, browser_on_loopback(*ports))


def visit(terminal: Terminal, case: str, address: str, language: Language = Language.VI) -> Ran:
    source = terminal.file("noi.txt", address.encode())
    words = ("add", case, "--from", source, "--kind", "published", "--visit", "yes", *ADULT)
    return terminal.run(*words, language=language)


def missing_of(ran: Ran) -> dict[str, Any]:
    (capture,) = ran.json["captures"]
    return {one["what"]: one["reason"] for one in capture["missing"]}


# Each opens a browser. That every code comes is shown by tests/browser/test_page_limits.py.
@pytest.mark.parametrize(
    ("address", "code", "language"),
    [
        (f"http://{NOWHERE}/a", "BB-205", Language.VI),
        pytest.param(f"http://{INSIDE}/a", "BB-203", Language.EN, marks=pytest.mark.long),
        pytest.param(f"http://{HERE}:CLOSED/a", "BB-206", Language.VI, marks=pytest.mark.long),
        pytest.param(f"http://{HERE}:8080/a", "BB-204", Language.EN, marks=pytest.mark.long),
        (f"https://{HERE}:SECURE/hello", "BB-207", Language.VI),
        (f"http://{HERE}:SITE/to-private", "BB-203", Language.EN),
        pytest.param(f"http://{HERE}:SITE/loop", "BB-209", Language.EN, marks=pytest.mark.long),
    ],
)
def test_an_address_that_gives_no_page_is_explained_and_the_attempt_stays(
    terminal: Terminal,
    case: str,
    site: PlatformSimulator,
    secure_site: PlatformSimulator,
    closed_port: int,
    *,
    address: str,
    code: str,
    language: Language,
) -> None:
    ports = {"SITE": site.port, "SECURE": secure_site.port, "CLOSED": closed_port}
    for name, port in ports.items():
        address = address.replace(name, str(port))

    ran = visit(terminal, case, address, language)

    assert (ran.code, explanation(ran, language)) == (1, code), ran.err
    state = terminal.state(case)
    (capture,) = state.captures
    failed = [step.reason[:6] for step in capture.steps if step.outcome is StepOutcome.FAILED]
    assert (state.sightings, state.exhibits, capture.status, failed) == (1, (), None, [code])
    assert state.events[-2:] == (EventKind.ATTEMPT, EventKind.ATTEMPT_FAILED)
    assert (terminal.failures(), left_behind(terminal.vault)) == ([], [])


def test_a_page_that_is_gone_is_kept_with_its_status(
    terminal: Terminal, case: str, site: PlatformSimulator
) -> None:
    ran = visit(terminal, case, f"http://{HERE}:{site.port}/{CHANNEL}/9")

    (capture,) = ran.json["captures"]
    assert (ran.code, capture["status"]) == (0, 404)
    assert [one["kind"] for one in capture["artefacts"]] == PAGE


def test_what_a_page_asks_of_a_private_network_is_missing_and_the_page_is_kept(
    terminal: Terminal, case: str, site: PlatformSimulator
) -> None:
    ran = visit(terminal, case, f"http://{HERE}:{site.port}/hostile")

    (capture,) = ran.json["captures"]
    kinds = [one["kind"] for one in capture["artefacts"]]
    assert (ran.code, capture["status"], kinds) == (0, 200, PAGE)
    assert missing_of(ran)["request: 169.254.169.254"] == "private-address"
    assert missing_of(ran)["request: 10.0.0.1"] == "private-address"
    assert (terminal.failures(), left_behind(terminal.vault)) == ([], [])


# The person's own limits: fifteen seconds until a page that never rests is taken as it is.
@pytest.mark.long
def test_a_page_that_never_rests_is_kept_and_the_record_says_so(
    terminal: Terminal, case: str, site: PlatformSimulator
) -> None:
    ran = visit(terminal, case, f"http://{HERE}:{site.port}/busy")

    kinds = [one["kind"] for one in ran.json["captures"][0]["artefacts"]]
    assert (ran.code, kinds) == (0, PAGE)
    assert missing_of(ran)["late parts of the page"] == "never-quiet"


# Thirty seconds of the person's own limits pass before the answer is given up.
@pytest.mark.long
def test_a_page_that_never_ends_is_explained(
    terminal: Terminal, case: str, site: PlatformSimulator
) -> None:
    ran = visit(terminal, case, f"http://{HERE}:{site.port}/hang")

    assert (ran.code, explanation(ran, Language.VI)) == (1, "BB-208")
    assert terminal.state(case).events[-1] is EventKind.ATTEMPT_FAILED


def test_one_address_that_fails_does_not_keep_the_next_from_being_visited(
    terminal: Terminal, case: str, site: PlatformSimulator
) -> None:
    both = f"http://{NOWHERE}/a\nhttp://{HERE}:{site.port}/hello"

    ran = visit(terminal, case, both)

    assert (ran.code, ran.json["error"]["code"]) == (1, "BB-205")
    assert [one["status"] for one in ran.json["captures"]] == [200]
    assert len(terminal.state(case).captures) == 2
