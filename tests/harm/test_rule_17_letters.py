"""HARM 17: a letter names nobody, carries no account, address, link, picture or charge."""

import inspect
import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from benban.casework import send_notice
from benban.casework.letters import LetterWishes, letter_pdf, write_case_letter
from benban.cli.commands import notice_send
from benban.desk.routes import sending
from benban.notices.letter import Letter, Recipient, Wish
from benban.outside.fence import Fence
from benban.testing.clock import FakeClock
from benban.vault import CaseStore
from benban.wording import Language, say
from tests.architecture.sources import product_sources
from tests.harm.scenes import Example, a_case, compared, declared, kept, reported
from tests.harm.walk import CONTACT, NAME, STORY, Walk
from tests.unit.dossier.reading import facts, text

CHARGE = re.compile(
    r"\btội\b|crime|criminal|offen[cs]e|illegal|\bđiều \d|article \d", re.IGNORECASE
)
TRACE = re.compile(r"@|://|t\.me|kenh_vi_du|sig-|exh-|case-|[0-9a-f]{16}")


@pytest.fixture(params=list(Language), ids=lambda language: language.value)
def letter(
    request: pytest.FixtureRequest,
    store: CaseStore,
    clock: FakeClock,
) -> Letter:
    reported(store, clock, text=f"{NAME} {CONTACT} {STORY}")
    wishes = LetterWishes(recipient=Recipient.SCHOOL, wishes=tuple(Wish), says_altered=True)
    return write_case_letter(store, wishes, request.param, clock)


def test_nothing_of_the_case_stands_in_the_letter(letter: Letter) -> None:
    canaries = [one for one in (NAME, CONTACT, STORY, a_case().title + ":") if one in letter.text]

    assert (canaries, TRACE.findall(letter.text), CHARGE.findall(letter.text)) == ([], [], [])


def test_the_foot_says_that_nobody_checked_who_wrote_it(letter: Letter) -> None:
    assert letter.text.rstrip().endswith(say(letter.language, "letter.foot"))


def test_without_tier_a_no_letter_speaks_of_alteration(letter: Letter) -> None:
    assert say(letter.language, "letter.altered") not in letter.text


def test_the_letter_as_a_file_has_no_picture_and_no_link(letter: Letter, clock: FakeClock) -> None:
    pdf = letter_pdf(letter, a_case(), clock)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        links = [page for page in opened.pages if "/Annots" in page]

    assert (facts(pdf).pictures, links, TRACE.findall(text(pdf))) == (0, [], [])


def test_tier_a_is_spoken_of_only_when_the_writer_wants_it(
    store: CaseStore, fence: Fence, clock: FakeClock, example: Example
) -> None:
    kept(store, reported(store, clock), clock, example.fake)
    declared(store, fence, clock, example.original)
    compared(store, fence, clock)
    altered = say(Language.EN, "letter.altered")
    said = []
    for wanted in (False, True):
        wishes = LetterWishes(recipient=Recipient.WORK, wishes=(), says_altered=wanted)
        said.append(altered in write_case_letter(store, wishes, Language.EN, clock).text)

    assert said == [False, True]


def test_the_letter_bears_the_day_where_it_was_written(store: CaseStore, clock: FakeClock) -> None:
    reported(store, clock)
    wishes = LetterWishes(recipient=Recipient.WORK, wishes=(), says_altered=False)
    # One o'clock at night on New Year's Day in Hanoi.
    late = FakeClock(datetime(2026, 12, 31, 18, tzinfo=UTC))

    assert "01/01/2027" in write_case_letter(store, wishes, Language.VI, late).text


def test_the_letter_of_the_walk_names_nobody(walk: Walk) -> None:
    words = text(Path(walk.leaving / "thu.pdf").read_bytes())

    assert [
        one for one in (NAME, CONTACT, STORY, "kenh_vi_du") if one.replace(" ", "") in words
    ] == []


def test_only_a_notice_can_be_sent_and_no_letter() -> None:
    def places(pattern: str) -> list[str]:
        return [
            source.place
            for source in product_sources()
            if re.search(pattern, source.text) and not source.place.startswith("catalogue/")
        ]

    assert places(r"\b(smtplib|sendmail|mailto:)\b") == ["outside/mail.py"]
    assert places(r"\bbenban\.outside\.mail\b") == [
        "cli/commands/notice_send.py",
        "desk/routes/sending.py",
    ]
    # What is handed in is made of a notice alone; a letter never comes near it.
    assert "letter" not in inspect.getsource(send_notice).lower()
    assert "letter" not in inspect.getsource(notice_send).lower()
    assert "letter" not in inspect.getsource(sending).lower()
