"""No vault, no case, no key, no browser, nowhere to write: said in words, and nothing is harmed."""

from pathlib import Path

import pytest

from benban.wording import Language
from tests.path.terminal import ADDRESS, SEEN, Terminal, explanation, opened, run

BOTH = len(Language)

CASE_COMMANDS = [
    ("case", "show"),
    ("compare",),
    ("plan",),
    ("receipt",),
    ("stamp", "--send", "yes"),
    ("notice", "list"),
]


@pytest.mark.parametrize("command", CASE_COMMANDS, ids=" ".join)
def test_a_case_that_is_not_there_is_said(terminal: Terminal, command: tuple[str, ...]) -> None:
    verb = command[: 2 if command[0] in {"case", "notice"} else 1]

    refusals = terminal.refusals(*verb, "case-ffffffff", *command[len(verb) :])

    assert refusals == ["BB-103"] * BOTH


@pytest.mark.parametrize("command", ["dossier", "letter", "receipt"])
def test_a_missing_case_leaves_no_file(terminal: Terminal, command: str) -> None:
    target = terminal.folder / f"{command}.out"
    words = ("--send", "no") if command == "dossier" else ()

    refusals = terminal.refusals(command, "case-ffff", "--out", str(target), *words)

    assert (refusals, target.exists()) == (["BB-103"] * BOTH, False)


def test_an_exhibit_that_is_not_there_is_said(terminal: Terminal, case: str) -> None:
    target = terminal.folder / "che.png"

    refusals = terminal.refusals("show", case, "exh-ffff", "--out", str(target))

    assert (refusals, target.exists()) == (["BB-104"] * BOTH, False)


EVERY_VAULT_COMMAND = [
    ("case", "list"),
    ("check",),
    ("add", "case-1", "--seen-on", "nhóm", *SEEN),
    ("vault", "unlock"),
]


@pytest.mark.parametrize("command", EVERY_VAULT_COMMAND, ids=lambda command: command[0])
def test_a_vault_that_is_not_there_is_said_and_not_made(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    terminal = Terminal(tmp_path)

    refusals = terminal.refusals(*command)

    assert (refusals, terminal.vault.exists()) == (["BB-401"] * BOTH, False)


def test_a_file_in_the_place_of_the_vault_is_no_vault(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.vault.write_bytes(b"mine")

    refusals = terminal.refusals("case", "list")

    assert (refusals, terminal.vault.read_bytes()) == (["BB-401"] * BOTH, b"mine")


def test_a_folder_with_something_in_it_becomes_no_vault(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    terminal.vault.mkdir()
    (terminal.vault / "mine").write_bytes(b"mine")

    refusals = terminal.refusals("vault", "new")

    assert (refusals, [path.name for path in terminal.vault.iterdir()]) == (
        ["BB-402"] * BOTH,
        ["mine"],
    )


@pytest.mark.parametrize(
    ("secret", "code"),
    [("khác".encode(), "BB-403"), (b"", "BB-404"), (b"\xff\xfe\xff", "BB-002")],
)
def test_a_wrong_passphrase_opens_nothing_and_harms_nothing(
    tmp_path: Path, secret: bytes, code: str
) -> None:
    terminal = Terminal.with_vault(tmp_path)
    case = terminal.new_case()
    right = terminal.secret.read_bytes()
    terminal.secret.write_bytes(secret)

    refusal = terminal.refusal("case", "show", case, language=Language.VI)

    terminal.secret.write_bytes(right)
    assert (refusal, terminal.run("case", "show", case).code, terminal.failures()) == (code, 0, [])


def test_a_passphrase_file_that_is_missing_is_said(terminal: Terminal) -> None:
    words = ("case", "list", "--vault", str(terminal.vault), "--json")
    for language in Language:
        asked = ("--language", language.value)
        ran = run(*words, "--passphrase-file", str(terminal.folder / "mat"), *asked)
        assert (ran.code, explanation(ran, language)) == (1, "BB-002")


def test_a_vault_in_use_is_said(tmp_path: Path) -> None:
    terminal = Terminal.with_vault(tmp_path)
    with opened(terminal.vault):
        assert terminal.refusals("case", "list") == ["BB-407"] * BOTH


def test_a_fault_nobody_foresaw_is_said_in_words_too(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_words: object, **_more: object) -> object:
        raise RuntimeError("/home/minh/anh.jpg")

    monkeypatch.setattr("benban.cli.session.open_vault", broken)

    ran = terminal.run("case", "list")

    assert (ran.code, explanation(ran, Language.VI), ran.json["error"]["code"]) == (
        1,
        "BB-000",
        "BB-000",
    )
    assert "minh" not in ran.err + ran.out


# --- no browser, nowhere to write ---------------------------------------------------------


def test_without_a_browser_the_command_to_type_is_given_and_the_address_is_kept(
    terminal: Terminal, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = terminal.file("noi.txt", ADDRESS.encode())
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))

    ran = terminal.run("add", case, "--from", source, "--kind", "published", "--visit", "yes")

    state = terminal.state(case)
    assert (ran.code, explanation(ran, Language.VI)) == (1, "BB-201")
    assert "-m playwright install chromium" in ran.json["error"]["next"]
    assert (state.sightings, state.captures, terminal.failures()) == (1, (), [])
