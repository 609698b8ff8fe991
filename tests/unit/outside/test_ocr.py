import ctypes
import os
import shutil
import stat
import subprocess
import sys
import unicodedata
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

import benban.catalogue
from benban.errors import TextReaderFailedError, TextReaderMissingError
from benban.outside.fence import Fence
from benban.outside.ocr import Tesseract

FONT = Path(benban.catalogue.__file__).parent / "fonts" / "NotoSans-Regular.ttf"
SENTENCES = ("Bạn phải trả tiền trước thứ sáu", "Please answer before Friday")

needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="tesseract is not installed here"
)


def screenshot(*lines: str, size_px: int = 18) -> bytes:
    drawn = Image.new("RGB", (520, 60 + 40 * len(lines)), (240, 240, 235))
    pen = ImageDraw.Draw(drawn)
    for number, line in enumerate(lines):
        place = (30, 30 + 40 * number)
        pen.text(place, line, (20, 20, 20), ImageFont.truetype(str(FONT), size_px))
    out = BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()


def program(folder: Path, script: str) -> None:
    path = folder / "tesseract"
    path.write_text(f"#!{sys.executable}\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@needs_tesseract
def test_vietnamese_and_english_on_a_screen_are_read_with_their_marks() -> None:
    with Fence() as fence:
        copy = fence.grey_copy(BytesIO(screenshot(*SENTENCES)), 4000)

    found = Tesseract().read(copy)

    assert found.languages == ("vie", "eng")
    assert [line for line in found.text.splitlines() if line] == list(SENTENCES)
    assert unicodedata.is_normalized("NFC", found.text)
    assert found.program.startswith("Tesseract 5")


@needs_tesseract
def test_a_picture_without_text_gives_none() -> None:
    assert Tesseract().read(screenshot()).text.strip() == ""


@needs_tesseract
def test_what_is_no_picture_is_refused_by_the_program_and_said() -> None:
    with pytest.raises(TextReaderFailedError):
        Tesseract().read(b"no picture at all")


def test_a_missing_program_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(TextReaderMissingError):
        Tesseract().read(screenshot())


@pytest.mark.skipif(sys.platform == "win32", reason="a script is no program there")
@pytest.mark.parametrize(
    "script",
    [
        "import time; time.sleep(600)",
        "import sys; sys.exit(1)",
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        "print('a' * 5_000_000)",
    ],
)
def test_a_program_that_hangs_dies_or_floods_is_ended_and_said(
    script: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program(tmp_path, script)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    with pytest.raises(TextReaderFailedError):
        Tesseract(wall_s=3).read(screenshot())


@pytest.mark.skipif(sys.platform == "win32", reason="a script is no program there")
def test_a_program_without_these_languages_counts_as_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program(tmp_path, "print('tesseract 5.3.0\\nosd\\nfra')")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    with pytest.raises(TextReaderMissingError):
        Tesseract().read(screenshot())


@pytest.mark.skipif(sys.platform != "linux", reason="the limits differ by platform")
def test_the_program_writes_no_file_and_reaches_no_network(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tries = f"""
import os, socket
def failed(what):
    try:
        what()
    except OSError:
        return True
    return False
def write():
    with open({str(tmp_path / "new")!r}, "w") as file:
        file.write("x")
def connect():
    socket.create_connection(("127.0.0.1", {9}), 1)
print("tesseract 9")
print("vie" if failed(write) and failed(connect) else "none")
print("HOME" in os.environ)
"""
    program(tmp_path, tries)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    found = Tesseract().read(screenshot())

    assert found.languages == ("vie",)
    assert "False" in found.text
    assert not (tmp_path / "new").exists() or (tmp_path / "new").stat().st_size == 0


@pytest.mark.skipif(sys.platform == "win32", reason="a script is no program there")
@pytest.mark.parametrize("places", [".", "", "kho:."])
def test_a_program_in_the_folder_where_the_person_is_is_never_run(
    places: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, "open('ran', 'w').close()")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", places)

    with pytest.raises(TextReaderMissingError):
        Tesseract().read(screenshot())

    assert not (tmp_path / "ran").exists()


def landlock_is_there() -> bool:
    # landlock_create_ruleset(2) asked for its version.
    found: int = ctypes.CDLL(None, use_errno=True).syscall(444, None, 0, 1)
    return found > 0


@pytest.mark.skipif(sys.platform != "linux", reason="Landlock is of Linux")
def test_the_program_reads_no_file_of_a_person_also_without_bubblewrap(tmp_path: Path) -> None:
    if not landlock_is_there():
        pytest.skip("this kernel has no Landlock")
    (tmp_path / "bin").mkdir()
    (tmp_path / "secret").write_text("lời riêng", encoding="utf-8")
    tries = f"""
import os
def tried(what):
    try:
        what()
    except OSError as error:
        return type(error).__name__
    return "done"
print(tried(lambda: open({str(tmp_path / "secret")!r}).read()))
print(tried(lambda: os.listdir({str(tmp_path)!r})))
print(tried(lambda: os.listdir("/etc")))
print(tried(lambda: open({str(tmp_path / "bin" / "new")!r}, "w")))
print(tried(lambda: os.listdir("/usr")))
"""
    program(tmp_path / "bin", tries)
    call = "import sys; from benban.outside.posix import become_program as b; b(sys.argv[1:])"
    limits = (str(2 << 30), "60")

    # As it is started where bubblewrap is not: nothing stands around it.
    ended = subprocess.run(
        (sys.executable, "-c", call, *limits, str(tmp_path / "bin" / "tesseract")),
        env={"PYTHONPATH": str(Path(benban.__file__).parent.parent)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert ended.stdout.split() == [*["PermissionError"] * 4, "done"]
