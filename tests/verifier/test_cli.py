"""The command line: words, exit codes, one JSON document, never a traceback."""

import contextlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from benban_verify import Report, cli
from benban_verify.cli import main

from tests.verifier.attacks import SCENE
from tests.verifier.dossier_maker import key_id_of, zip_of

KEY = key_id_of(SCENE.case.private)


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    path = tmp_path / "tai-lieu.zip"
    path.write_bytes(zip_of(SCENE.files))
    (tmp_path / "receipt.txt").write_bytes(SCENE.case.receipt(4))
    (tmp_path / "root.pem").write_bytes(SCENE.tsa.root.pem)
    (tmp_path / "root.der").write_bytes(SCENE.tsa.root.der)
    return path


def json_of(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


@pytest.mark.parametrize("root", ["root.pem", "root.der"])
def test_with_receipt_and_root_everything_passes(dossier: Path, root: str) -> None:
    folder = dossier.parent
    arguments = ["--receipt", str(folder / "receipt.txt"), "--tsa-root", str(folder / root)]
    assert main([str(dossier), *arguments]) == 0


def test_with_the_key_in_capitals_and_root_everything_passes(dossier: Path) -> None:
    root = dossier.parent / "root.pem"
    assert main([str(dossier), "--key", KEY.upper(), "--tsa-root", str(root)]) == 0


def test_without_anchors_the_sentence_stands_there_in_english(
    dossier: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exit_code = main([str(dossier), "--lang", "en"])
    sentence = (
        "This bag agrees with itself. Who made it and when is not shown until you compare key id "
        f"{KEY} with one you got another way."
    )
    assert (exit_code, sentence in capsys.readouterr().out) == (2, True)


def test_the_words_are_vietnamese_when_asked(
    dossier: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([str(dossier), "--lang=vi"])
    assert "[chưa làm] người lập: Các phần trong bộ hồ sơ này khớp với nhau." in (
        capsys.readouterr().out
    )


def test_json_is_one_document_with_every_check(
    dossier: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exit_code = main([str(dossier), "--json", "--lang", "en"])
    document = json_of(capsys)
    assert (document["exit_code"], document["key_id"]) == (exit_code, KEY)
    assert {tuple(check) for check in document["checks"]} == {
        ("name", "title", "result", "detail", "message")
    }
    assert {check["result"] for check in document["checks"]} == {"PASS", "NOT_DONE"}


@pytest.mark.parametrize(
    ("arguments", "detail"),
    [
        ([], "usage"),
        (["a", "b"], "usage"),
        (["--nix"], "usage"),
        (["x.zip", "--lang", "fr"], "usage"),
        (["x.zip", "--key"], "usage"),
        (["x.zip", "--key", "hello"], "usage.key"),
        (["none.zip"], "unreadable"),
        (["none.zip", "--receipt", "none.txt"], "unreadable"),
        (["none.zip", "--tsa-root", "none.pem"], "unreadable"),
        (["x.zip", "--receipt", "."], "unreadable"),
    ],
)
def test_a_wrong_call_is_exit_code_3(
    arguments: list[str], detail: str, capsys: pytest.CaptureFixture[str]
) -> None:
    exit_code = main([*arguments, "--json"])
    document = json_of(capsys)
    assert (exit_code, document["exit_code"]) == (3, 3)
    assert document["checks"][0]["detail"].split()[0] == detail


@pytest.mark.parametrize(
    ("option", "data", "detail"),
    [
        ("--receipt", b"hello", "usage.receipt"),
        ("--receipt", b"\xff\xfe\x00", "usage.receipt"),
        ("--receipt", b"x" * 10_000, "usage.receipt"),
        ("--tsa-root", b"hello", "usage.tsa_root"),
        ("--tsa-root", b"", "usage.tsa_root"),
        (
            "--tsa-root",
            b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "usage.tsa_root",
        ),
    ],
)
def test_an_anchor_that_is_none_is_exit_code_3(
    dossier: Path, option: str, data: bytes, detail: str, capsys: pytest.CaptureFixture[str]
) -> None:
    anchor = dossier.parent / "anchor"
    anchor.write_bytes(data)
    exit_code = main([str(dossier), option, str(anchor), "--json"])
    assert (exit_code, json_of(capsys)["checks"][0]["detail"]) == (3, detail)


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x03\x04", b"\xff" * 4096])
def test_what_is_no_dossier_is_exit_code_3(
    tmp_path: Path, data: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(data)
    exit_code = main([str(path), "--lang", "en"])
    said = capsys.readouterr()
    assert (exit_code, said.out) == (3, "")
    assert said.err == "This is not a dossier of benban.\nNothing was checked.\n"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert main([str(tmp_path / "pipe")]) == 3


def test_a_dossier_without_a_report_is_refused(
    dossier: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fewer = {name: data for name, data in SCENE.files.items() if not name.endswith(".pdf")}
    dossier.write_bytes(zip_of(fewer))
    exit_code = main([str(dossier), "--json"])
    detail = json_of(capsys)["checks"][0]["detail"]
    assert (exit_code, detail) == (1, "structure.missing name=data/report.vi.pdf")


def test_an_empty_folder_is_no_dossier(tmp_path: Path) -> None:
    assert main([str(tmp_path)]) == 3


def test_a_failure_is_exit_code_1_and_says_what_to_do(
    dossier: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {**SCENE.files, "data/VERIFY.txt": b"changed\n"}
    dossier.write_bytes(zip_of(files))
    exit_code = main([str(dossier), "--lang", "en"])
    said = capsys.readouterr().out
    assert exit_code == 1
    assert "[FAIL] list of files under data/: data/VERIFY.txt was changed" in said
    assert said.endswith("and keep this one.\n")


def test_a_fault_of_this_program_is_not_a_passed_check(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object, **__: object) -> Report:
        raise RuntimeError("surprise")

    exit_code = main(["x.zip", "--json"], act=fail)
    assert (exit_code, json_of(capsys)["checks"][0]["detail"]) == (3, "internal RuntimeError")


def test_a_terminal_without_vietnamese_letters_gets_question_marks(
    dossier: Path,
) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    with contextlib.redirect_stdout(out):
        exit_code = main([str(dossier), "--lang", "vi"])
    out.seek(0)
    assert (exit_code, out.readline()[:7]) == (2, "[??t] c")


def test_a_reader_that_goes_away_leaves_the_exit_code_and_no_traceback(dossier: Path) -> None:
    source = Path(cli.__file__).parents[1]
    read_end, write_end = os.pipe()
    os.close(read_end)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "benban_verify", str(dossier), "--json"],
            stdout=write_end,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(source)},
            check=False,
            timeout=120,
        )
    finally:
        os.close(write_end)
    assert (done.returncode, done.stderr) == (2, b"")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_help_names_every_option_in_both_languages(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help", "--lang", language])
    said = capsys.readouterr().out
    options = ["--key", "--receipt", "--tsa-root", "--originals", "--lang", "--json"]
    assert (ended.value.code, [option for option in options if option not in said]) == (0, [])
