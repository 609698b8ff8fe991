"""``benban audit`` as a person types it: on a folder, on an archive, in a case, stopped and on."""

import io
import json
import os
import signal
import struct
import unicodedata
import zipfile
import zlib
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from benban.cli.main import main
from benban.model.own_photo import AuditedPhoto
from benban.testing.pictures import Subject, draw_example, encode_jpeg
from benban.wording import Language
from tests.path.terminal import Terminal

_FIRST = {
    "vi": "Đăng ảnh không phải là lỗi của bạn.",
    "en": "You did not cause this by posting a photo.",
}
_POST = "your_instagram_activity/media/posts/202601/1.jpg"


def _run(*words: str) -> tuple[int, str, str]:
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        code = main(["audit", *words])
    return code, out.getvalue(), err.getvalue()


def _json(*words: str) -> dict[str, Any]:
    code, out, err = _run(*words, "--json", "--language", "en")
    assert (code, err) == (0, "")
    document: dict[str, Any] = json.loads(out)
    return document


@pytest.fixture(scope="module")
def pictures() -> list[bytes]:
    drawn = [
        draw_example(subject, seed=number, width_px=320, height_px=240)
        for number, subject in enumerate(Subject)
    ]
    return [encode_jpeg(drawn[0]), encode_jpeg(drawn[1]), encode_jpeg(drawn[0], quality=60)]


@pytest.fixture
def folder(tmp_path: Path, pictures: list[bytes]) -> Path:
    made = tmp_path / "anh"
    made.mkdir()
    for number, data in enumerate(pictures):
        (made / f"{number}.jpg").write_bytes(data)
    return made


def _ask(terminal: Terminal, *words: str) -> dict[str, Any]:
    ran = terminal.run(*words)
    assert ran.code == 0, ran.err
    return ran.json


def _export(place: Path, pictures: list[bytes]) -> Path:
    told = [{"media": [{"uri": _POST, "creation_timestamp": 1767300000}]}]
    with zipfile.ZipFile(place, "w") as packed:
        packed.writestr("your_instagram_activity/content/archived_posts.json", json.dumps(told))
        packed.writestr(_POST, pictures[0])
        packed.writestr("your_instagram_activity/media/other/2.jpg", pictures[1])
    return place


@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_begins_with_whose_fault_it_is_not(folder: Path, language: str) -> None:
    code, out, _ = _run(str(folder), "--adult", "yes", "--language", language)

    assert (code, out.splitlines()[0]) == (0, _FIRST[language])


def test_what_looks_alike_is_one_line_with_its_reasons_and_steps(folder: Path) -> None:
    found = _json(str(folder), "--adult", "yes")

    names = [[one["name"] for one in line["photos"]] for line in found["lines"]]
    assert names == [["0.jpg", "2.jpg"], ["1.jpg"]]
    assert [one["reason"] for one in found["lines"][0]["reasons"]] == [
        "not-sorted",
        "audience-unknown",
        "alike",
    ]
    assert all(one["words"] for one in found["lines"][0]["reasons"])
    assert all(step["title"] and not step["done"] for step in found["lines"][0]["steps"])
    assert (found["kept"], found["grouped"], found["complete"]) == (False, True, True)


@pytest.mark.parametrize("said", [("--adult", "no"), ("--adult", "unsure"), ()])
def test_without_a_yes_nothing_is_hashed_and_no_vault_is_opened(
    folder: Path, tmp_path: Path, said: tuple[str, ...]
) -> None:
    found = _json(str(folder), *said, "--case", "any", "--vault", str(tmp_path / "none"))

    assert [len(line["photos"]) for line in found["lines"]] == [1, 1, 1]
    assert (found["kept"], found["grouped"]) == (False, False)
    assert not (tmp_path / "none").exists()


def test_nothing_is_kept_or_hashed_where_that_was_asked(folder: Path, tmp_path: Path) -> None:
    where = ("--case", "any", "--vault", str(tmp_path / "none"))
    found = _json(str(folder), "--adult", "yes", "--no-store", *where)

    assert (found["kept"], found["grouped"], len(found["lines"])) == (False, False, 3)


def test_a_child_is_told_that_nothing_is_wrong_and_to_look_for_no_picture(folder: Path) -> None:
    _, out, _ = _run(str(folder), "--adult", "no", "--language", "en")

    assert "You have done nothing wrong." in out
    assert "need not look for one" in out


def test_a_case_keeps_the_list_and_forgets_it(terminal: Terminal, folder: Path, case: str) -> None:
    words = ("audit", str(folder), "--case", case, "--adult", "yes")
    first, again = _ask(terminal, *words), _ask(terminal, *words)
    forgotten = _ask(terminal, "audit", "--case", case, "--forget")
    with terminal.store(case) as store:
        rows = store.all(AuditedPhoto)

    assert (first["counts"]["looked_at"], again["counts"]["looked_at"]) == (3, 0)
    assert (first["kept"], again["counts"]["known"], forgotten) == (True, 3, {"forgotten": True})
    assert rows == ()


def test_stopped_in_the_middle_it_shows_what_there_is_and_goes_on_later(
    terminal: Terminal, folder: Path, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(done: int, _of: int) -> None:
        if done == 1:
            os.kill(os.getpid(), signal.SIGINT)

    words = ("audit", str(folder), "--case", case, "--adult", "yes")
    with monkeypatch.context() as patch:
        patch.setattr("benban.cli.commands.audit._progress", interrupt)
        stopped = terminal.run(*words, language=Language.EN)
    ended = _ask(terminal, *words)

    assert (stopped.code, "the same command goes on from here" in stopped.err) == (130, True)
    assert 1 <= ended["counts"]["known"] < 3
    assert ended["counts"]["known"] + ended["counts"]["looked_at"] == 3


def test_what_is_damaged_linked_or_unknown_is_said(tmp_path: Path, pictures: list[bytes]) -> None:
    export = _export(tmp_path / "ig.zip", pictures)
    whole = export.read_bytes()
    # One byte within the second picture; its checksum does not fit any more.
    at = whole.index(pictures[1][-40:])
    export.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    folder = tmp_path / "anh"
    folder.mkdir()
    (folder / "IMG_1.HEIC").write_bytes(b"\0\0\0\x18ftypheic" + bytes(400))
    (folder / "DSC_1.NEF").write_bytes(b"MM\0*" + bytes(400))
    (folder / "ghi âm.m4a").write_bytes(b"sound")
    (folder / "link.jpg").symlink_to(export)

    found = _json(str(export), str(folder), "--adult", "yes")

    problems = {
        one["name"].rpartition("/")[2]: one["problem"]
        for line in found["lines"]
        for one in line["photos"]
    }
    assert problems["2.jpg"] == "BB-803"
    assert problems["1.jpg"] is None
    assert {problems["IMG_1.HEIC"][:4], problems["DSC_1.NEF"][:4]} == {"BB-3"}
    assert {(one["reason"], one["count"]) for one in found["unread"]} == {
        ("not-a-file", 1),
        ("unknown-kind", 1),
    }
    assert all(one["why"] for one in (*found["unread"], *found["unlooked"]))


def test_a_photo_that_is_too_large_is_listed_and_said(folder: Path) -> None:
    # Nothing but the claim of 10,000 by 7,000 pixels; see the header of a PNG.
    header = b"IHDR" + struct.pack(">IIBBBBB", 10_000, 7_000, 8, 2, 0, 0, 0)
    chunks = (header, b"IDAT" + zlib.compress(bytes(100)), b"IEND")
    png = b"".join(
        struct.pack(">I", len(one) - 4) + one + struct.pack(">I", zlib.crc32(one)) for one in chunks
    )
    (folder / "wide.png").write_bytes(b"\x89PNG\r\n\x1a\n" + png)

    found = _json(str(folder), "--adult", "yes")
    code, out, _ = _run(str(folder), "--adult", "yes", "--language", "vi")

    assert [(one["code"], one["count"]) for one in found["unlooked"]] == [("BB-302", 1)]
    assert (code, "quá lớn [BB-302]" in out) == (0, True)


def test_a_name_in_another_spelling_is_the_file_of_the_list(
    tmp_path: Path, pictures: list[bytes]
) -> None:
    uri = "your_instagram_activity/media/posts/202601/ảnh biển.jpg"
    told = [{"media": [{"uri": uri, "creation_timestamp": 1767300000}]}]
    place = tmp_path / "instagram"
    lists = place / "your_instagram_activity" / "content" / "archived_posts.json"
    photo = place / unicodedata.normalize("NFD", uri)
    for file, data in ((lists, json.dumps(told).encode()), (photo, pictures[0])):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)

    found = _json(str(place), "--adult", "yes")

    assert found["lines"][0]["photos"][0]["audience"] == "private"
    assert found["photos"] == 1


def test_an_archive_that_changes_while_it_is_read_is_looked_at_again(
    terminal: Terminal,
    case: str,
    tmp_path: Path,
    pictures: list[bytes],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def shrink(done: int, _of: int) -> None:
        if done == 0:
            (folder / "2.jpg").write_bytes(pictures[2][:100])

    words = ("audit", str(folder), "--case", case, "--adult", "yes")
    with monkeypatch.context() as patch:
        patch.setattr("benban.cli.commands.audit._progress", shrink)
        first = _ask(terminal, *words)
    (folder / "2.jpg").write_bytes(pictures[2])
    again = _ask(terminal, *words)

    assert (first["counts"]["changed"], first["photos"]) == (1, 2)
    assert (again["counts"]["looked_at"], again["counts"]["changed"], again["photos"]) == (1, 0, 3)


@pytest.mark.parametrize("adult", ["yes", "no"])
def test_a_damaged_zip_and_a_missing_folder_are_explained(
    tmp_path: Path, folder: Path, adult: str
) -> None:
    cut = tmp_path / "cut.zip"
    with zipfile.ZipFile(cut, "w") as packed:
        packed.write(folder / "0.jpg", "0.jpg")
    cut.write_bytes(cut.read_bytes()[:-30])
    given = [str(cut), str(tmp_path / "none"), "/dev/null"]

    said = [json.loads(_run(one, "--adult", adult, "--json")[1])["error"] for one in given]

    assert [one["code"] for one in said] == ["BB-902", "BB-002", "BB-002"]
    # Nothing of one's own photos is evidence, and nothing of a child is kept.
    assert "benban add" not in " ".join(one["next"] for one in said)


@pytest.mark.parametrize(("name", "begins"), [("viec.txt", b""), ("viec.html", b"<!doctype html>")])
def test_the_whole_list_can_be_had_as_a_file_that_overwrites_none(
    folder: Path, tmp_path: Path, name: str, begins: bytes
) -> None:
    target = tmp_path / name
    words = (str(folder), "--adult", "yes", "--language", "vi", "--checklist", str(target))

    wrote, refused = _run(*words), _run(*words, "--json")
    written = target.read_bytes()

    assert (wrote[0], refused[0], json.loads(refused[1])["error"]["code"]) == (0, 1, "BB-003")
    assert written.lower().startswith(begins)
    assert _FIRST["vi"] in written.decode()
    assert "1.jpg" in written.decode()


def test_nothing_to_look_at_is_said_before_any_question() -> None:
    code, _, err = _run("--language", "en")

    assert (code, "name a folder" in err) == (2, True)


def test_an_empty_folder_has_no_list_and_none_is_announced(tmp_path: Path) -> None:
    code, out, _ = _run(str(tmp_path), "--adult", "no", "--no-store", "--language", "en")

    assert (code, "could hide or replace" in out) == (0, False)
