"""``benban forget`` at the command line: it lists, it asks, it says what it cannot reach."""

import pytest

from benban.model.custody import EventKind
from benban.testing.pictures import draw_feed_picture
from benban.wording import Language
from tests.path.terminal import SEEN, Terminal, run


@pytest.fixture
def kept(terminal: Terminal, case: str) -> tuple[str, str]:
    picture = terminal.file(f"{case}.jpg", draw_feed_picture(1))
    terminal.run("add", case, picture, "--seen-on", "nhóm", *SEEN)
    (exhibit,) = terminal.state(case).exhibits
    return case, exhibit.id


def test_without_a_yes_nothing_is_destroyed(terminal: Terminal, kept: tuple[str, str]) -> None:
    document = terminal.run("forget", *kept).json

    assert (document["goes"], document["destroyed"]) == ([kept[1]], [])
    assert len(terminal.state(kept[0]).exhibits) == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            Language.EN,
            (
                "They are unreadable and untestable from this vault; backups, copies handed over"
                " and remnants on the disk are not reached."
            ),
        ),
        (
            Language.VI,
            (
                "Không còn đọc hay thử được từ kho này nữa. Bản sao lưu, bản đã đưa cho người khác"
                " và dấu vết trên ổ đĩa thì không với tới được."
            ),
        ),
    ],
)
def test_it_is_said_what_is_not_reached(
    terminal: Terminal, kept: tuple[str, str], language: Language, words: str
) -> None:
    ran = run(*terminal.words("forget", *kept, "--destroy", "yes"), "--language", language.value)

    assert (ran.code, words in ran.out) == (0, True), ran.out
    assert terminal.state(kept[0]).exhibits == ()
    assert terminal.state(kept[0]).events[-1] is EventKind.FORGOTTEN


def test_a_destroyed_item_is_refused_afterwards(terminal: Terminal, kept: tuple[str, str]) -> None:
    terminal.run("forget", *kept, "--destroy", "yes")

    assert terminal.refusals("forget", *kept, "--destroy", "yes") == ["BB-104"] * 2
