"""``benban safer`` as a person types it; no vault, nothing stored."""

import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from benban.cli.main import main
from benban.testing.planted import CANARY, canary_exif, drawn_picture, encoded
from tests.unit.outside.credentialed import signed

_HONEST = {"vi": "không ngăn được người cố tình làm hại", "en": "does not stop somebody"}
_FIRST = {"vi": "Đăng ảnh không phải là lỗi của bạn.", "en": "You did not cause this"}

_CREDENTIALS = {
    "vi": ("Nó không cho biết ảnh là thật.", "Bản sao không còn Content Credentials"),
    "en": ("does not show that a picture is true", "The copy has no Content Credentials any more"),
}


def _run(*words: str) -> tuple[int, str, str]:
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        code = main(["safer", *words])
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "IMG_20240315_nhà.jpg"
    path.write_bytes(encoded(drawn_picture(), "JPEG", exif=canary_exif().tobytes()))
    return path


def test_one_bad_file_does_not_stop_the_others(photo: Path, tmp_path: Path) -> None:
    before = photo.read_bytes()
    raw = tmp_path / "DSC_1.NEF"
    raw.write_bytes(b"MM\0*" + bytes(90))
    none = (str(tmp_path), str(tmp_path / "none.jpg"), str(tmp_path / ("a" * 300)))
    given = [*none, str(raw), str(photo), str(photo)]

    code, out, _ = _run(*given, "--out", str(tmp_path / "ra"), "--json", "--language", "vi")

    rows = json.loads(out)["copies"]
    errors = [row["error"] and row["error"]["code"] for row in rows]
    assert (code, errors) == (1, [*["BB-002"] * 3, "BB-921", None, None])
    assert [row["copy"] for row in rows[4:]] == ["anh-001.jpg", "anh-002.jpg"]
    assert [row["same_pixels"] for row in rows[4:]] == [True, True]
    assert sorted(one.name for one in (tmp_path / "ra").iterdir()) == ["anh-001.jpg", "anh-002.jpg"]
    assert CANARY not in (tmp_path / "ra" / "anh-001.jpg").read_bytes()
    assert photo.read_bytes() == before


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_it_does_not_do_is_said_each_time(photo: Path, tmp_path: Path, language: str) -> None:
    code, out, _ = _run(str(photo), "--out", str(tmp_path), "--language", language)

    assert (code, out.startswith(_FIRST[language]), _HONEST[language] in out) == (0, True, True)


def test_the_mark_can_come_by_standard_input(
    photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("Ở Huế\n".encode())))

    code, out, _ = _run(str(photo), "--out", str(tmp_path / "ra"), "--mark", "-", "--json")

    assert (code, json.loads(out)["copies"][0]["redrawn"]) == (0, "marked")


def test_a_refused_mark_leaves_no_file(photo: Path, tmp_path: Path) -> None:
    code, out, _ = _run(str(photo), "--out", str(tmp_path / "ra"), "--mark", "a\u202eb", "--json")

    assert (code != 0, json.loads(out)["error"]["code"]) == (True, "BB-923")
    assert not (tmp_path / "ra").exists()


def test_what_to_do_next_is_said_and_never_speaks_of_a_case(photo: Path, tmp_path: Path) -> None:
    text = tmp_path / "x.txt"
    text.write_text("no picture", encoding="utf-8")
    given = [str(text), str(tmp_path / "none.jpg")]

    code, out, _ = _run(*given, "--out", str(tmp_path / "ra"), "--language", "en")

    assert (code, "Check that the file is still there" in out, "the case" in out) == (
        1,
        True,
        False,
    )


@pytest.mark.parametrize("language", ["vi", "en"])
def test_credentials_are_said_and_the_copy_has_none(tmp_path: Path, language: str) -> None:
    photo = tmp_path / "signed.jpg"
    photo.write_bytes(signed())
    given = [str(photo), "--out", str(tmp_path / "ra"), "--language", language]

    code, out, _ = _run(*given)
    _, document, _ = _run(*given, "--json")

    said = json.loads(document)["copies"][0]["credentials"]
    told = ["A drawing program 1.0", "A drawn signer", *_CREDENTIALS[language]]
    words = " ".join(out.split())
    assert (code, [one for one in told if one not in words]) == (0, [])
    assert (said["state"], said["says_generated"], said["signer_checked"]) == (
        "intact",
        True,
        False,
    )
    assert all(b"c2pa" not in one.read_bytes() for one in (tmp_path / "ra").iterdir())
    assert b"c2pa" in photo.read_bytes()


def test_without_credentials_nothing_is_said_of_them(photo: Path, tmp_path: Path) -> None:
    _, out, _ = _run(str(photo), "--out", str(tmp_path / "ra"), "--language", "en")

    assert "Content Credentials" not in out
