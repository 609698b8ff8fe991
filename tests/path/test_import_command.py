"""An export is listed, ticked and kept as a person types it; nobody can be asked here."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from benban.testing.pictures import draw_feed_picture
from tests.harm.export import CHOSEN, POSTS, name_of, write_export, zip_export
from tests.path.terminal import ADULT, Terminal
from tests.unit.unpack.exports import VECTORS
from tests.unit.unpack.test_x_archive import files

NUMBER = str(CHOSEN + 1)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal.with_vault(tmp_path)


@pytest.fixture
def case(terminal: Terminal) -> str:
    return terminal.new_case()


def ask(terminal: Terminal, *words: str) -> dict[str, Any]:
    """Run a command that must end well, and return its document."""
    ran = terminal.run(*words)
    assert ran.code == 0, ran.err
    return ran.json


def test_chosen_messages_are_kept_and_the_picture_is_measured(
    terminal: Terminal, case: str, tmp_path: Path
) -> None:
    path = zip_export(tmp_path / "export.zip")

    done = ask(
        terminal, "import", case, str(path), "--kind", "published", *ADULT, "--ticks", NUMBER
    )

    assert (done["chosen"], done["around"], done["parts"]) == (1, 20, POSTS)
    assert [one["kind"] for one in done["exhibits"]] == ["conversation", "supplied-file"]
    assert done["exhibits"][1]["size_bytes"] == len(draw_feed_picture(CHOSEN))
    assert done["unmeasured"] == []


def test_without_ticks_the_list_is_printed_and_nothing_kept(
    terminal: Terminal, case: str, tmp_path: Path
) -> None:
    path = write_export(tmp_path / "export")

    seen = ask(terminal, "import", case, str(path), "--kind", "published", *ADULT)
    shown = ask(terminal, "case", "show", case)

    assert [one["number"] for one in seen["messages"]] == list(range(1, POSTS + 1))
    assert seen["messages"][CHOSEN]["sender"] == name_of(CHOSEN)
    assert shown["exhibits"] == []


def test_a_known_place_is_imported_into_by_its_number_of_ticks(
    terminal: Terminal, case: str, tmp_path: Path
) -> None:
    path = str(write_export(tmp_path / "export"))
    ticks = terminal.file("so.txt", b"3, 5-7\n9\n")
    first = ask(terminal, "import", case, path, "--kind", "published", *ADULT)

    done = ask(terminal, "import", case, path, "--sighting", first["sighting"], "--from", ticks)

    assert (done["sighting"], done["chosen"]) == (first["sighting"], 5)


def test_of_an_account_one_conversation_must_be_chosen(terminal: Terminal, case: str) -> None:
    path = str(VECTORS / "account-2023")
    said = ("--kind", "published", *ADULT, "--ticks", "1")

    refused = terminal.run("import", case, path, *said)
    done = ask(terminal, "import", case, path, *said, "--chat", "2")

    assert (refused.code, refused.json["error"]["code"]) == (1, "BB-806")
    assert done["parts"] == 2


def test_an_account_that_breaks_off_before_its_first_conversation_is_said_to_be_cut(
    terminal: Terminal, case: str
) -> None:
    whole = (VECTORS / "account-2023" / "result.json").read_bytes()
    cut = terminal.file("result.json", whole[: whole.index(b'"chats"') + 12])

    refused = terminal.refusals("import", case, cut, "--kind", "published", *ADULT)

    assert refused == ["BB-810"] * len(refused)


def test_an_archive_of_x_whose_end_is_missing_is_said_to_be_cut(
    terminal: Terminal, case: str
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files().items():
            archive.writestr(name, data)
    cut = terminal.file("x.zip", packed.getvalue()[:-60])

    refused = terminal.refusals("import", case, cut, "--kind", "published", *ADULT)

    assert refused == ["BB-810"] * len(refused)


def test_an_account_without_a_conversation_is_said_to_have_none(
    terminal: Terminal, case: str
) -> None:
    path = terminal.file("result.json", b'{"personal_information": {}, "chats": {"list": []}}')

    refused = terminal.refusals("import", case, path, "--kind", "published", *ADULT)

    assert refused == ["BB-811"] * len(refused)


@pytest.mark.parametrize("ticks", ["x", "0", "5-3", "1-99999999", "1;a"])
def test_ticks_that_are_unclear_are_refused_before_anything_is_opened(
    terminal: Terminal, case: str, tmp_path: Path, ticks: str
) -> None:
    ran = terminal.run("import", case, str(tmp_path / "nowhere"), "--ticks", ticks)

    assert ran.code == 2


def test_what_is_named_is_shown_for_one_place(
    terminal: Terminal, case: str, tmp_path: Path
) -> None:
    texts: dict[int, object] = {CHOSEN: "vẽ tượng 50k, stk 0123456789 MB, nhắn @ve_tranh_bot"}
    path = write_export(tmp_path / "export", texts)
    said = ("--kind", "published", *ADULT, "--ticks", NUMBER)
    sighting = ask(terminal, "import", case, str(path), *said)["sighting"]

    found: dict[str, Any] = ask(terminal, "case", "mentions", case, sighting)

    assert {(one["kind"], one["value"]) for one in found["mentions"]} == {
        ("account", "@ve_tranh_bot"),
        ("account", name_of(CHOSEN)),
        ("price", "50k"),
        ("payment-account", "0123456789"),
    }
