"""``benban add --whole-page`` at a terminal: said, asked, logged, refused (HARM 1)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit, ExhibitKind
from benban.testing.pictures import draw_feed_picture
from benban.testing.platform import PlatformSimulator
from benban.wording import Language, say
from tests.path.loopback import HERE, OPENED_BROWSER, browser_on_loopback
from tests.path.terminal import ADULT, Ran, Terminal

OTHERS = say(Language.VI, "cli.add.whole-page-others")
UNSURE = ("--adult-now", "yes", "--adult-in-picture", "unsure", "--nobody-doubts", "yes")
WHY = ("--reason", "luật sư yêu cầu")


@pytest.fixture(scope="module")
def site() -> Iterator[PlatformSimulator]:
    with PlatformSimulator() as running:
        yield running


@pytest.fixture
def terminal(tmp_path: Path, site: PlatformSimulator, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setattr(OPENED_BROWSER, browser_on_loopback(site.port))
    site.forget_requests()
    return Terminal.with_vault(tmp_path)


def visited(
    terminal: Terminal, case: str, address: str, *words: str, answers: tuple[str, ...] = ADULT
) -> Ran:
    source = terminal.file("noi.txt", address.encode())
    asked = ("--from", source, "--kind", "published", "--visit", "yes")
    return terminal.run("add", case, *asked, *answers, "--whole-page", *words)


def test_it_is_said_that_others_may_be_there_and_all_their_pictures_are_kept(
    terminal: Terminal, site: PlatformSimulator
) -> None:
    case = terminal.new_case()
    posted = site.post(draw_feed_picture(70), "Bài").page_address.replace(site.host, HERE)

    ran = visited(terminal, case, posted, *WHY)

    assert ran.code == 0, ran.err
    assert OTHERS in " ".join(ran.err.split())
    with terminal.store(case) as store:
        holding = {one.kind for one in store.all(Exhibit) if one.contains_media}
        acts = [
            field.value
            for event in store.events()
            if event.kind is EventKind.ATTEMPT
            for field in event.fields
            if field.name in {"act", "reason"}
        ]
    assert ExhibitKind.WACZ in holding
    assert acts == ["visit to the whole page", "luật sư yêu cầu"]


@pytest.mark.parametrize(
    ("words", "answers", "code"),
    [((), ADULT, "BB-216"), (WHY, UNSURE, "BB-215")],
    ids=["no reason", "an answer is not yes"],
)
def test_it_is_refused_before_anything_is_opened(
    terminal: Terminal,
    site: PlatformSimulator,
    words: tuple[str, ...],
    answers: tuple[str, ...],
    code: str,
) -> None:
    case = terminal.new_case()
    posted = site.post(draw_feed_picture(71), "Bài").page_address.replace(site.host, HERE)
    site.forget_requests()

    ran = visited(terminal, case, posted, *words, answers=answers)

    assert (ran.code, code in ran.err, site.requests()) == (1, True, ())
