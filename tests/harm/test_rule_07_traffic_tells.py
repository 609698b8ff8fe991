"""HARM 7: the first request to a host comes after the question, and only after a yes."""

import io
import sys
from typing import NoReturn

import pytest

from benban.errors import BrowserMissingError
from benban.wording import Language, say
from tests.harm.scenes import ADDRESS
from tests.harm.walk import ANSWERS, NAME, Walk
from tests.harm.witness import Witness

HOST = "t.me"
QUESTION = {language: say(language, "cli.add.ask-visit", host=HOST) for language in Language}


class Asking:
    """Stands where the browser is opened, and notes what had been said by then."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def opened(self, *_given: object, **_options: object) -> NoReturn:
        self.said.append(sys.stderr.getvalue() if isinstance(sys.stderr, io.StringIO) else "")
        raise BrowserMissingError


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> Asking:
    stand_in = Asking()
    monkeypatch.setattr("benban.cli.commands.add.opened_browser", stand_in.opened)
    return stand_in


def add(terminal: Walk, *words: str, language: Language = Language.EN) -> Witness:
    case = terminal.ask("case", "new")["case"]
    places = terminal.file("noi.txt", ADDRESS)
    with Witness() as witness:
        terminal.run(
            *("add", case, "--from", places, "--kind", "published", *ANSWERS, *words),
            name="add",
            language=language.value,
        )
    return witness


@pytest.mark.parametrize("words", [(), ("--visit", "no")])
def test_without_a_yes_no_page_is_opened(
    terminal: Walk, asking: Asking, words: tuple[str, ...]
) -> None:
    witness = add(terminal, *words)

    assert (asking.said, witness.sockets) == ([], [])


@pytest.mark.parametrize(("typed", "opened"), [("2\n", 0), ("1\n", 1)])
@pytest.mark.parametrize("language", Language)
def test_the_question_names_the_host_and_stands_before_the_request(
    terminal: Walk,
    asking: Asking,
    monkeypatch: pytest.MonkeyPatch,
    language: Language,
    typed: str,
    opened: int,
) -> None:
    monkeypatch.setattr("benban.cli.questions.is_interactive", lambda: True)
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))

    add(terminal, language=language)

    assert QUESTION[language] in terminal.ran["add"].err
    assert [QUESTION[language] in said for said in asking.said] == [True] * opened


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.EN, "may see that someone looked, when, and from where"),
        (Language.VI, "có thể thấy rằng có người đã xem, lúc nào và từ đâu"),
    ],
)
def test_the_question_says_what_the_owner_of_the_site_learns(
    language: Language, words: str
) -> None:
    assert (words in QUESTION[language], HOST in QUESTION[language]) == (True, True)


def test_before_a_notice_is_signed_it_is_said_who_may_learn_the_name(walk: Walk) -> None:
    said = walk.ran["notice approve"].out

    assert 0 <= said.find(say(Language.VI, "notice.reveals.platform")) < said.find(NAME)
