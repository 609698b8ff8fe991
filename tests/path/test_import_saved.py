"""Saved pages, mails and screenshots as a person imports them; nobody can be asked here."""

import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.path.terminal import ADULT, Terminal, run
from tests.unit.casework.saved import FORMATS, canary, picture, save
from tests.unit.dossier.reading import squeezed, text
from tests.unit.outside.test_ocr import screenshot
from tests.unit.unpack.mails import box, mail
from tests.unit.unpack.webfiles import HTML, answer_record, sha1

UNSURE = ("--adult-now", "yes", "--adult-in-picture", "unsure", "--nobody-doubts", "yes")
PICTURES = [picture(number) for number in range(6)]


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


def plain_files(folder: Path) -> bytes:
    return b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file())


@pytest.mark.parametrize("form", FORMATS)
def test_a_saved_page_is_listed_and_the_picked_picture_is_kept(
    form: str, terminal: Terminal, case: str, tmp_path: Path
) -> None:
    (tmp_path / "given").mkdir()
    path = str(save(tmp_path / "given", form, PICTURES))

    seen = ask(terminal, "import", case, path, "--kind", "published", *ADULT)
    place = ("--sighting", seen["sighting"])
    done = ask(terminal, "import", case, path, *place, "--media", "3")

    assert [one["number"] for one in seen["media"]] == [1, 2, 3, 4, 5, 6]
    assert [one["kind"] for one in done["exhibits"]] == [
        "dom-text",
        "imported-page",
        "supplied-file",
    ]
    assert done["exhibits"][2]["size_bytes"] == len(PICTURES[2])
    assert {one["reason"]: one["count"] for one in done["withheld"]}["other-people"] == 5
    shutil.rmtree(tmp_path / "given")
    assert not any(canary(number) in plain_files(tmp_path) for number in range(6))


@pytest.mark.parametrize("numbers", ["7", "2,7", "1-7"])
def test_a_number_that_the_list_does_not_have_is_refused_and_nothing_is_kept(
    numbers: str, terminal: Terminal, case: str, tmp_path: Path
) -> None:
    path = str(save(tmp_path, "har", PICTURES))
    words = ("import", case, path, "--kind", "published", *ADULT, "--media", numbers)

    assert terminal.refusals(*words) == ["BB-440", "BB-440"]
    assert "1 đến 6" in terminal.run(*words).err
    assert terminal.run("case", "show", case).json["exhibits"] == []


def test_numbers_where_no_picture_may_be_chosen_are_said_to_be_unused(
    terminal: Terminal, case: str, tmp_path: Path
) -> None:
    path = str(save(tmp_path, "har", PICTURES))
    unsure = (*ADULT[:-1], "unsure")

    ran = terminal.run("import", case, path, "--kind", "published", *unsure, "--media", "1")

    assert "không có hình nào để chọn" in ran.err
    assert [one["kind"] for one in ran.json["exhibits"]] == ["dom-text"]


def test_without_numbers_and_without_json_the_person_is_told_what_to_add(
    terminal: Terminal, case: str, tmp_path: Path
) -> None:
    path = str(save(tmp_path, "har", PICTURES))

    ran = run(*terminal.words("import", case, path, "--kind", "published", *ADULT))

    assert ran.code == 2
    assert "--media" in ran.err


def test_an_unsure_answer_keeps_the_text_and_lists_nothing(
    terminal: Terminal, case: str, tmp_path: Path
) -> None:
    path = str(save(tmp_path, "mhtml", PICTURES))

    done = ask(terminal, "import", case, path, "--kind", "published", *UNSURE)

    assert [one["kind"] for one in done["exhibits"]] == ["dom-text"]
    assert done["digest_covers"] == "text"


def test_mails_are_ticked_by_their_numbers(terminal: Terminal, case: str, tmp_path: Path) -> None:
    path = tmp_path / "thu.mbox"
    path.write_bytes(box(mail(), mail(key="2@example.test")))
    said = (str(path), "--kind", "threatened", *ADULT)

    seen = ask(terminal, "import", case, *said)
    number = str(seen["messages"][1]["number"])
    done = ask(terminal, "import", case, *said, "--ticks", number, "--media", "1")

    assert [one["kind"] for one in done["exhibits"]] == ["saved-posts", "supplied-file"]
    assert (done["parts"], done["chosen"]) == (2, 1)


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed here")
def test_the_text_of_a_screenshot_is_read_and_said_to_be_by_machine(
    terminal: Terminal, case: str, tmp_path: Path
) -> None:
    path = tmp_path / "man-hinh.png"
    path.write_bytes(screenshot("Bạn phải trả tiền trước thứ sáu"))

    kept = ask(terminal, "import", case, str(path), "--kind", "threatened", *ADULT)
    read = ask(terminal, "read", case, kept["files"][0]["exhibit"])
    spoken = run(*terminal.words("read", case, kept["files"][0]["exhibit"]), "--language", "en")

    assert kept["files"][0]["kind"] == "supplied-file"
    assert (read["machine_read"], read["exhibit"]["kind"]) == (True, "machine-read-text")
    assert "Bạn phải trả tiền trước thứ sáu" in read["text"]
    assert "machine" in spoken.out
    assert "machine" in spoken.err


def test_a_recording_is_kept_as_the_file_it_is(
    terminal: Terminal, case: str, tmp_path: Path
) -> None:
    path = tmp_path / "quay.mp4"
    path.write_bytes(b"\x00\x00\x00\x20ftypisom" + bytes(1000))

    kept = ask(terminal, "import", case, str(path), "--kind", "threatened", *ADULT)

    assert [(one["kind"], one["media_type"]) for one in kept["files"]] == [
        ("supplied-file", "video/mp4")
    ]


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed here")
def test_a_dossier_says_what_was_imported_what_differs_and_what_a_machine_read(
    terminal: Terminal, case: str, tmp_path: Path
) -> None:
    page = tmp_path / "a.warc"
    page.write_bytes(
        answer_record(HTML, "text/html", f"WARC-Payload-Digest: {sha1(b'another')}")
        + answer_record(PICTURES[0], "image/png", address="https://example.test/1.png")
    )
    shot = tmp_path / "man-hinh.png"
    shot.write_bytes(screenshot("Bạn phải trả tiền trước thứ sáu"))
    said = ("--kind", "published", *ADULT)
    ask(terminal, "import", case, str(page), *said, "--media", "1")
    kept = ask(terminal, "import", case, str(shot), *said)
    ask(terminal, "read", case, kept["files"][0]["exhibit"])

    to = ("--out", str(tmp_path / "ho-so.zip"), "--audience", "lawyer")
    ran = terminal.run("dossier", case, *to, "--lang", "vi")

    assert ran.code == 0, ran.err
    with zipfile.ZipFile(tmp_path / "ho-so.zip") as bag:
        (report,) = (one for one in bag.namelist() if one.endswith(".pdf"))
        printed = squeezed(text(bag.read(report)))
        words_of_page = [bag.read(one).decode() for one in bag.namelist() if one.endswith(".txt")]
    for words in (
        "không khớp: 1",
        "kho lưu WARC",
        "chữ do máy đọc từ ảnh, có thể sai",
        "trang do người báo lưu, được gói lại (WACZ), không có chữ ký",
    ):
        assert squeezed(words) in printed
    # Words of others on a page are for a lawyer or an authority (promise 10); this one is.
    (imported,) = (one for one in words_of_page if "Chữ trên trang" in one)
    assert imported.startswith("supplied by the reporter, unsigned\n")
    assert squeezed("Bạn phải trả tiền trước thứ sáu") not in printed
