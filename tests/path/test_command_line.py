"""One case from the first command to the last, as a person types them; files only, no browser."""

import io
import json
import struct
import sys
import zlib
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from benban.cli.main import main
from benban.testing.pictures import (
    Subject,
    draw_example,
    encode_jpeg,
    make_fake,
    make_screenshot_copy,
)
from tests.path.terminal import Terminal as CheapTerminal

ADULT = ["--adult-now", "yes", "--adult-in-picture", "yes", "--nobody-doubts", "yes"]
ADDRESS = "https://t.me/kenh_vi_du/5?single"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.out)
        return document


class Terminal:
    """Runs commands on one vault; nobody can be asked anything."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._secret = folder / "secret"
        self._secret.write_text("bốn từ dễ nhớ\n", encoding="utf-8")

    def run(self, *words: str, needs_vault: bool = True, is_json: bool = True) -> Ran:
        arguments = list(words)
        if needs_vault:
            arguments += ["--vault", str(self.folder / "kho")]
            arguments += ["--passphrase-file", str(self._secret)]
        arguments += ["--json"] if is_json else []
        with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
            code = main(arguments)
        return Ran(code=code, out=out.getvalue(), err=err.getvalue())

    def file(self, name: str, data: bytes) -> str:
        path = self.folder / name
        path.write_bytes(data)
        return str(path)


@pytest.fixture(autouse=True)
def nobody_at_the_keyboard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    folder = tmp_path_factory.mktemp("terminal")
    # Its passphrase costs little to try: every command does.
    CheapTerminal.with_vault(folder)
    return Terminal(folder)


@pytest.fixture(scope="module")
def case(terminal: Terminal) -> str:
    """A case with a posted fake, a screenshot of it, and the photo it was made from."""
    scene = draw_example(Subject.STATUE, seed=11, width_px=1000, height_px=760)
    fake = make_fake(scene, seed=11)
    made = terminal.run("case", "new", "--title", "Hồ sơ của tôi").json["case"]
    picture = terminal.file("hinh.jpg", fake.jpeg)
    screenshot = terminal.file("man-hinh.jpg", make_screenshot_copy(fake.jpeg, seed=11))
    addresses = terminal.file("noi.txt", f"{ADDRESS}\nTôi thấy lúc tối.\n".encode())
    added = terminal.run(
        *("add", made, picture, screenshot, "--from", addresses, "--kind", "published"),
        *("--visit", "no", "--seen-at", "22/11/2026 20:15", *ADULT),
    )
    assert added.code == 0, added.err
    statement = terminal.file("loi-khai", "Những ảnh này chụp đúng người của hồ sơ này.".encode())
    photo = terminal.file("anh.jpg", encode_jpeg(scene))
    original = terminal.run(
        "original", "add", made, photo, "--declaration", statement, "--language", "vi"
    )
    assert original.code == 0, original.err
    return str(made)


def test_a_vault_is_made_and_opens(tmp_path: Path) -> None:
    own = Terminal(tmp_path)

    assert (own.run("vault", "new").code, own.run("case", "new").code) == (0, 0)


def test_the_case_shows_what_it_holds(terminal: Terminal, case: str) -> None:
    shown = terminal.run("case", "show", case).json

    assert (
        [sighting["address"] for sighting in shown["sightings"]],
        [exhibit["kind"] for exhibit in shown["exhibits"]],
        len(shown["originals"]),
    ) == ([ADDRESS], ["supplied-file", "supplied-file"], 1)


def test_the_address_finds_its_service(terminal: Terminal, case: str) -> None:
    assert terminal.run("case", "show", case).json["sightings"][0]["service"] == "telegram"


def test_the_comparison_finds_the_photo(terminal: Terminal, case: str) -> None:
    compared = terminal.run("compare", case).json

    assert [(run["tier"], run["nfa_log10"] < -50) for run in compared["runs"]] == [
        ("A", True),
        ("A", True),
    ]


def test_a_picture_is_written_veiled(terminal: Terminal, case: str) -> None:
    exhibit = terminal.run("case", "show", case).json["exhibits"][0]["exhibit"]
    target = terminal.folder / "che.png"

    shown = terminal.run("show", case, exhibit, "--out", str(target)).json

    assert (shown["is_veiled"], target.read_bytes()[:4]) == (True, b"\x89PNG")


def test_unveiling_without_a_reason_writes_nothing(terminal: Terminal, case: str) -> None:
    exhibit = terminal.run("case", "show", case).json["exhibits"][0]["exhibit"]
    target = terminal.folder / "khong-che.png"

    refused = terminal.run("show", case, exhibit, "--out", str(target), "--unveil")

    assert (refused.code, refused.json["error"]["code"], target.exists()) == (1, "BB-109", False)


def test_a_notice_goes_from_draft_to_reply(terminal: Terminal, case: str) -> None:
    plan = terminal.run("plan", case).json["plans"][0]
    step = next(one for one in plan["steps"] if one["form"] and one["kind"] == "platform")
    draft = terminal.run(
        "notice",
        "draft",
        case,
        plan["sighting"],
        step["step"],
        *("--intimate", "yes", "--speech", "no", "--language", "en"),
    ).json
    signature = terminal.file("ky", b"Minh Anh\nminh.anh@example.org\n")
    confirmed = [word for one in draft["statements"] for word in ("--confirm", one)]

    states = [
        draft["state"],
        terminal.run(
            "notice", "approve", case, draft["notice"], "--signature", signature, *confirmed
        ).json["state"],
        terminal.run("notice", "sent", case, draft["notice"]).json["state"],
        terminal.run(
            "notice",
            "reply",
            case,
            draft["notice"],
            "--state",
            "removed",
            *("--from", terminal.file("tra-loi", "Đã gỡ.".encode())),
        ).json["state"],
    ]

    assert (states, ADDRESS in draft["body"]) == (["draft", "approved", "sent", "removed"], True)


def test_a_notice_about_news_is_refused(terminal: Terminal, case: str) -> None:
    plan = terminal.run("plan", case).json["plans"][0]
    step = next(one["step"] for one in plan["steps"] if one["form"])

    refused = terminal.run(
        "notice", "draft", case, plan["sighting"], step, "--intimate", "yes", "--speech", "unsure"
    )

    assert (refused.code, refused.json["error"]["code"]) == (1, "BB-604")


def test_the_dossier_agrees_with_its_receipt(terminal: Terminal, case: str) -> None:
    receipt = str(terminal.folder / "bien-nhan.txt")
    dossier = str(terminal.folder / "tai-lieu.zip")
    assert terminal.run("receipt", case, "--out", receipt).code == 0
    assert terminal.run("dossier", case, "--out", dossier, "--send", "no").code == 0

    from benban.outside.verifier import ask_verifier

    answer = ask_verifier([dossier, "--receipt", receipt, "--json", "--lang", "vi"])

    results = {one["name"]: one["result"] for one in json.loads(answer.output)["checks"]}
    assert (results["signer"], results["receipt"], "FAIL" in results.values()) == (
        "PASS",
        "PASS",
        False,
    )


def test_an_authority_edition_needs_recipient_purpose_and_basis(
    terminal: Terminal, case: str
) -> None:
    target = terminal.folder / "co-quan.zip"

    refused = terminal.run(
        "dossier", case, "--out", str(target), "--send", "no", "--for", "authority"
    )

    assert (refused.code, target.exists()) == (1, False)


def test_an_authority_edition_opens_for_its_recipient_only(terminal: Terminal, case: str) -> None:
    import tarfile
    import zipfile

    import pyrage

    key = pyrage.x25519.Identity.generate()
    paper = f"Công an xã\nGiải quyết tố giác\nBLTTHS 144\n{key.to_public()}\n"
    target = terminal.folder / "cho-co-quan.zip"
    made = terminal.run(
        "dossier",
        case,
        "--out",
        str(target),
        "--send",
        "no",
        "--for",
        "authority",
        *("--disclosure", terminal.file("ben-nhan", paper.encode())),
    )
    assert made.code == 0, made.err

    with zipfile.ZipFile(target) as bag:
        sealed = next(name for name in bag.namelist() if name.endswith("originals.tar.age"))
        opened = pyrage.decrypt(bag.read(sealed), [key])

    with tarfile.open(fileobj=io.BytesIO(opened)) as tar:
        contents = [tar.extractfile(member).read() for member in tar.getmembers()]  # type: ignore[union-attr]
    assert (terminal.folder / "hinh.jpg").read_bytes() in contents


def test_the_letter_says_nothing_about_anybody(terminal: Terminal, case: str) -> None:
    target = terminal.folder / "thu.pdf"

    ran = terminal.run("letter", case, "--out", str(target), "--to", "work")
    letter = ran.json["text"]

    # Whoever writes it may be about to answer in public as well.
    assert "a denial can make more people look" in ran.err
    assert (target.read_bytes()[:5], "t.me" in letter, "http" in letter) == (b"%PDF-", False, False)


def test_an_existing_file_is_never_overwritten(terminal: Terminal, case: str) -> None:
    target = terminal.file("da-co.pdf", b"mine")

    refused = terminal.run("letter", case, "--out", target)

    assert (refused.code, refused.json["error"]["code"], Path(target).read_bytes()) == (
        1,
        "BB-003",
        b"mine",
    )


def test_the_vault_is_whole(terminal: Terminal, case: str) -> None:
    checked = terminal.run("check", "--read")

    assert (checked.code, {one["result"] for one in checked.json["checks"]}) == (
        2,
        {"PASS", "NOT_DONE"},
    )


def test_under_18_is_helped_without_any_picture(terminal: Terminal) -> None:
    made = terminal.run("case", "new").json["case"]
    unsure = ["--adult-now", "no", "--adult-in-picture", "no", "--nobody-doubts", "yes"]
    addresses = terminal.file("noi-2.txt", ADDRESS.encode())
    assert (
        terminal.run(
            "add", made, "--from", addresses, "--kind", "published", "--visit", "no", *unsure
        ).code
        == 0
    )

    plan = terminal.run("plan", made).json["plans"][0]

    kinds = [step["kind"] for step in plan["steps"]]
    assert (plan["minor_path"], kinds[0], "hash-programme" in kinds[:1]) == (True, "hotline", False)


def test_a_picture_of_somebody_who_may_be_under_18_is_not_read(terminal: Terminal) -> None:
    made = terminal.run("case", "new").json["case"]
    picture = terminal.file("x.jpg", b"\xff\xd8\xff not a picture, never opened")

    refused = terminal.run("add", made, picture, "--kind", "published", "--visit", "no")

    kept = terminal.run("case", "show", made).json
    assert (refused.json["error"]["code"], len(kept["sightings"]), kept["exhibits"]) == (
        "BB-101",
        1,
        [],
    )


def test_marking_a_minor_leaves_words_only(terminal: Terminal) -> None:
    made = terminal.run("case", "new").json["case"]
    scene = draw_example(Subject.CAT, seed=5, width_px=320, height_px=240)
    picture = terminal.file("meo.jpg", encode_jpeg(scene))
    added = terminal.run(
        "add", made, picture, "--kind", "published", "--seen-on", "nhóm", "--visit", "no", *ADULT
    ).json

    terminal.run("minor", made, added["files"][0]["exhibit"])

    kept = terminal.run("case", "show", made).json
    assert (kept["exhibits"], len(kept["sightings"])) == ([], 1)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("case", "show", "case-ffff"), "BB-103"),
        (("add", "CASE", "--from", "/no/such/file", "--kind", "published"), "BB-002"),
        (("compare", "case-ffff"), "BB-103"),
    ],
)
def test_wrong_input_is_explained(terminal: Terminal, words: tuple[str, ...], code: str) -> None:
    refused = terminal.run(*words)

    assert (refused.code, refused.json["error"]["code"]) == (1, code)


@pytest.mark.parametrize("text", ["không phải địa chỉ", "javascript:alert(1)", "http://127.0.0.1/"])
def test_what_is_no_public_address_is_refused(terminal: Terminal, text: str) -> None:
    made = terminal.run("case", "new").json["case"]

    refused = terminal.run("add", made, f"http://{text}", "--kind", "published", *ADULT)

    assert refused.json["error"]["code"] in {"BB-102", "BB-203", "BB-602"}


def test_a_wrong_passphrase_opens_nothing(tmp_path: Path, terminal: Terminal) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("khác", encoding="utf-8")

    refused = terminal.run(
        "case",
        "list",
        "--vault",
        str(terminal.folder / "kho"),
        "--passphrase-file",
        str(wrong),
        needs_vault=False,
    )

    assert (refused.code, refused.json["error"]["code"]) == (1, "BB-403")


def test_hashing_asks_once_and_stores_nothing(terminal: Terminal, tmp_path: Path) -> None:
    picture = terminal.file("meo-2.jpg", encode_jpeg(draw_example(Subject.CAT, seed=6)))

    refused = terminal.run("hash", picture, needs_vault=False)
    hashed = terminal.run("hash", picture, "--adult", "yes", needs_vault=False).json["files"][0]

    assert (refused.json["error"]["code"], len(hashed["pdq"]), hashed["quality"] > 50) == (
        "BB-110",
        64,
        True,
    )


def test_a_hash_names_the_eight_orientations(terminal: Terminal) -> None:
    picture = terminal.file("meo-3.jpg", encode_jpeg(draw_example(Subject.CAT, seed=6)))

    hashed = terminal.run("hash", picture, "--adult", "yes", needs_vault=False).json["files"][0]
    told = terminal.run("hash", picture, "--adult", "yes", needs_vault=False, is_json=False).out

    turned = hashed["dihedral"]
    assert (len(turned), turned["original"]) == (8, hashed["pdq"])
    assert [one for one in turned.values() if one not in told] == []


def test_a_folder_and_a_bad_file_are_rows_and_the_next_file_is_hashed(
    terminal: Terminal, tmp_path: Path
) -> None:
    (tmp_path / "hình").mkdir()
    picture = terminal.file("meo-4.jpg", encode_jpeg(draw_example(Subject.CAT, seed=6)))
    given = [
        str(tmp_path / "hình"),
        str(tmp_path / "không có.jpg"),
        terminal.file("chữ.txt", b"no picture"),
        terminal.file("hỏng.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 60),
        terminal.file("lớn.png", _immense_png()),
        picture,
    ]

    ran = terminal.run("hash", *given, "--adult", "yes", needs_vault=False)
    told = terminal.run("hash", *given, "--adult", "yes", needs_vault=False, is_json=False)

    rows = ran.json["files"]
    assert [row["reason"] for row in rows] == [
        "BB-002",
        "BB-002",
        "BB-303",
        "BB-304",
        "BB-302",
        None,
    ]
    assert [bool(row["sha256"]) for row in rows] == [False, False, True, True, True, True]
    assert (ran.code, told.code, told.out.count("[BB-")) == (1, 1, 4)


def _immense_png() -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    head = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    body = b"IDAT" + zlib.compress(b"\0" * 64)
    body = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return b"\x89PNG\r\n\x1a\n" + head + body


def test_help_now_opens_no_vault(terminal: Terminal) -> None:
    shown = terminal.run("help", "--language", "vi", needs_vault=False, is_json=False)

    assert (shown.code, "111" in shown.out) == (0, True)


def test_a_wrong_choice_is_named_once_and_not_by_all_its_choices(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(["paper", "case", "no-such", "--language", "vi"])

    said = capsys.readouterr().err
    assert (code, "BB-001" in said, "LOẠI" in said) == (2, True, True)
    assert said.count("crime-report") == 1
