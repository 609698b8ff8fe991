"""``benban custody``: by item, in both languages and as one document."""

import pytest

from benban.testing.pictures import draw_feed_picture
from benban.wording import Language
from tests.path.terminal import SEEN, Terminal, run


@pytest.mark.parametrize(("language", "none"), [(Language.VI, "không có"), (Language.EN, "none")])
def test_what_nobody_did_is_said(terminal: Terminal, language: Language, none: str) -> None:
    case = terminal.new_case()
    picture = terminal.file(f"{language.value}.jpg", draw_feed_picture(1))
    terminal.run("add", case, picture, "--seen-on", "nhóm", *SEEN)

    ran = run(*terminal.words("custody", case), "--language", language.value)

    assert (ran.code, f": {none}\n" in ran.out) == (0, True), ran.out + ran.err


def test_one_item_is_told_as_one_document(terminal: Terminal, case: str) -> None:
    picture = terminal.file("tai-lieu.jpg", draw_feed_picture(2))
    terminal.run("add", case, picture, "--seen-on", "nhóm", *SEEN)
    (exhibit,) = terminal.state(case).exhibits

    document = terminal.run("custody", case, "--exhibit", exhibit.id).json

    assert [item["what"] for item in document["items"]] == ["sighting", "exhibit"]
    fields = document["items"][1]["events"][0]["fields"]
    assert fields["sha256"] == exhibit.sha256.hex
    assert fields["tools"].startswith("benban ")


def test_an_item_of_no_case_is_refused_in_both_languages(terminal: Terminal, case: str) -> None:
    assert terminal.refusals("custody", case, "--exhibit", "exh-00") == ["BB-104"] * 2


@pytest.mark.parametrize(
    ("language", "title"),
    [
        (Language.VI, "Ai đã xem hoặc đã nhận hồ sơ này"),
        (Language.EN, "Who saw or had this case"),
    ],
)
def test_who_saw_or_had_the_case_is_told_in_both_languages(
    terminal: Terminal, case: str, language: Language, title: str
) -> None:
    ran = run(*terminal.words("custody", case, "--access"), "--language", language.value)

    assert (ran.code, ran.out.startswith(f"{title}\n")) == (0, True), ran.out + ran.err


def test_a_look_is_counted_in_the_statement_as_a_document(terminal: Terminal, case: str) -> None:
    picture = terminal.file("xem.jpg", draw_feed_picture(3))
    terminal.run("add", case, picture, "--seen-on", "nhóm", *SEEN)
    (exhibit,) = terminal.state(case).exhibits
    terminal.run("show", case, exhibit.id, "--out", str(terminal.folder / "che.png"))

    document = terminal.run("custody", case, "--access").json

    assert [(one["veiled"], one["unveiled"]) for one in document["items"]] == [(1, 0)]
    assert len(document["access"]["shown"]) == 1


def test_one_item_and_the_statement_at_once_are_refused(terminal: Terminal, case: str) -> None:
    ran = terminal.run("custody", case, "--access", "--exhibit", "exh-00")

    assert (ran.code != 0, ran.json["error"]["code"]) == (True, "BB-001")
