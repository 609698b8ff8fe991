import io

import pytest

from benban.cli.out import visible, wrapped


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2Jxoá", "\\u001b[2Jxoá"),
        ("\x9b31m", "\\u009b31m"),
        ("a\u202eb", "a\\u202eb"),
        ("a\rb", "a\\u000db"),
        ("Tiếng Việt\n\tvẫn vậy", "Tiếng Việt\n\tvẫn vậy"),
    ],
)
def test_what_comes_from_outside_cannot_steer_the_terminal(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_line_is_broken_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")

    assert wrapped("không ai mở được, kể cả chúng tôi", Screen()) == (
        "không ai mở được, kể\ncả chúng tôi"
    )


def test_a_command_to_copy_stays_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    command = "  benban notice draft case-1 sig-2 telegram-3"

    assert wrapped(command, Screen()) == command


def test_what_goes_to_a_file_is_not_broken() -> None:
    assert wrapped("dài " * 100, io.StringIO()) == "dài " * 100
