"""Wrong calls are explained in the person's language, with one document and the right code."""

import json

import pytest

from benban.cli.commands import help as help_command
from benban.cli.main import main

# Click's own words; none of them may reach somebody who reads Vietnamese.
ENGLISH = ("Missing", "No such", "Invalid", "Usage", "Try", "Error", "is not one of", "unexpected")


def test_the_bare_name_prints_the_commands_and_is_no_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(["--language", "vi"]), main([])

    assert (code, "Các lệnh" in capsys.readouterr().out) == ((0, 0), True)


def test_a_group_without_a_command_prints_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["vault"])

    assert (code, "recover" in capsys.readouterr().out) == (0, True)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (["khong-co"], "khong-co"),
        (["plan"], "HỒ_SƠ"),
        (["plan", "a", "--khong-co"], "--khong-co"),
        (["plan", "a", "b"], "thừa"),
        (["add", "a", "--kind", "x"], "threatened"),
        (["add", "a", "--kind"], "--kind"),
        (["show", "a", "b"], "--out"),
        (["vault", "new", "--passphrase-fd", "-1"], "--passphrase-fd"),
    ],
)
def test_a_wrong_call_is_explained_in_vietnamese(
    capsys: pytest.CaptureFixture[str], call: list[str], said: str
) -> None:
    code = main([*call, "--language", "vi"])

    shown = capsys.readouterr()
    english = [word for word in ENGLISH if word in shown.err]
    assert (code, shown.out, said in shown.err, english) == (2, "", True, [])


def test_a_wrong_call_is_one_document_too(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["plan", "--json"])

    assert (code, json.loads(capsys.readouterr().out)["error"]["code"]) == (2, "BB-001")


@pytest.mark.parametrize(
    ("broken", "code", "said"), [(KeyboardInterrupt, 130, "BB-005"), (KeyError, 1, "BB-000")]
)
def test_what_breaks_off_is_one_document_too(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    broken: type[BaseException],
    code: int,
    said: str,
) -> None:
    def build(_words: object) -> object:
        raise broken("https://t.me/kenh/5")

    monkeypatch.setattr(help_command, "build", build)

    ended = main(["help", "--json"])

    shown = capsys.readouterr()
    assert (ended, json.loads(shown.out)["error"]["code"], "t.me" in shown.err + shown.out) == (
        code,
        said,
        False,
    )
