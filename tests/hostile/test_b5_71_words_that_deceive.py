"""B5 71: titles, names and addresses that hide, turn round, look alike or steer the terminal."""

import io
import json
import os
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benban.cli.out import one_line, visible
from benban.dossier.report import render_pdf
from benban.errors import NotAnAddressError
from benban.model.sighting import Address
from benban.remedies.address import parse_address
from benban.remedies.catalogue import packaged_catalogue
from benban.testing.pictures import Subject, draw_example, encode_jpeg, make_fake
from benban.wording import Language
from tests.path.terminal import SEEN, Ran, Terminal, run
from tests.unit.dossier.example import full_view, sighting
from tests.unit.dossier.reading import squeezed, text

# Clear the screen, colour, a title, a bell, a link (OSC 8), the clipboard (OSC 52), answers.
ESCAPES = (
    "\x1b[2J\x1b[H\x1b[31mđỏ\x1b]0;tên khác\x07\x1b]8;;http://xau.example\x07đây\x1b]8;;\x07"
    "\x1b]52;c;eGF1\x07\x9b6n\x1bP$q\x1b\\\x08\x08\r\x7f"
)
HIDDEN = "\u202egpj.exe\u202c\u2066x\u2069\u200b\u200d\ufeff\u00ad\U000e0041\u2028\u2029"
A_LINE_OF_OURS = "\n[PASS] mọi thứ đều đúng\n"
HOSTILE = f"anh{ESCAPES}{HIDDEN}<b>&amp;#strong[x]{A_LINE_OF_OURS}.jpg".replace("/", "_")
# What no terminal may be given: all controls but the ends of our own lines and tabs.
STEERING = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))} - {"\n", "\t"}
UNSEEN = set(HIDDEN) - set("gpj.exe x")


def raw_in(ran: Ran) -> set[str]:
    """Return what reached the terminal, or the document, as it came."""
    return (STEERING | UNSEEN) & set(ran.out + ran.err)


@pytest.fixture
def hostile_name(terminal: Terminal) -> str:
    try:
        (terminal.folder / HOSTILE).write_bytes(b"")
    except OSError:
        pytest.skip("this disk takes no such name")
    (terminal.folder / HOSTILE).unlink()
    return HOSTILE


@pytest.mark.skipif(sys.platform == "win32", reason="no such names of files there")
def test_b5_71_no_command_prints_what_steers_or_hides(
    terminal: Terminal, hostile_name: str, tmp_path: Path
) -> None:
    original = draw_example(Subject.CAT, seed=3, width_px=640, height_px=480)
    fake = terminal.file(hostile_name, make_fake(original, seed=2).jpeg)
    photo = terminal.file(f"goc{hostile_name}", encode_jpeg(original, quality=93))
    playlist = terminal.file(f"{hostile_name}.mp4", b"#EXTM3U\nhttp://xau.example/a.ts\n")
    told = terminal.file("noi.txt", f"https://t.me/kenh/5\n{HOSTILE}".encode())
    folder = tmp_path / hostile_name.replace(".jpg", "")
    folder.mkdir()
    said: list[Ran] = []

    def command(*words: str, language: Language = Language.VI) -> Ran:
        said.append(run(*terminal.words(*words), "--language", language.value))
        return said[-1]

    command("case", "new", "--title", HOSTILE)
    case = terminal.run("case", "list").json["cases"][0]["case"]
    added = command("add", case, fake, playlist, "--from", told, "--seen-on", HOSTILE, *SEEN)
    command("original", "add", case, photo, "--declare", "yes")
    command("compare", case)
    command("case", "list")
    shown = command("case", "show", case)
    command("plan", case)
    command("receipt", case)
    command("show", case, "exh-khong-co", "--out", str(folder / hostile_name))
    command("show", case, hostile_name, "--out", str(folder / "a.png"))
    command("dossier", case, "--out", str(folder / hostile_name))
    command("add", case, str(folder / "khong-co" / hostile_name), *SEEN)
    command("check")
    command(hostile_name)
    command("case", "show", hostile_name)
    command("hash", fake, photo, "--adult", "yes")
    said.append(run("verify", str(folder / hostile_name), "--language", "vi"))
    said.append(run("verify", str(folder / "nothing" / hostile_name), "--language", "en"))

    assert added.code == 0, added.err
    assert [(number, raw_in(ran)) for number, ran in enumerate(said) if raw_in(ran)] == []
    # A name cannot write a line of its own.
    forged = [
        number
        for number, ran in enumerate(said)
        for line in (ran.out + ran.err).splitlines()
        if line.startswith("[PASS] mọi thứ")
    ]
    assert forged == []
    assert "\\u001b" in shown.out


def test_b5_71_the_document_of_a_command_escapes_what_it_carries(
    terminal: Terminal,
) -> None:
    ran = terminal.run("case", "new", "--title", HOSTILE)

    assert raw_in(ran) == set()
    assert ran.json["title"] == HOSTILE


@pytest.mark.parametrize("letter", sorted(STEERING | UNSEEN))
def test_b5_71_every_such_sign_is_written_out_by_its_number(letter: str) -> None:
    assert visible(f"a{letter}b").isprintable()


def test_b5_71_a_name_that_is_no_text_is_printed_all_the_same() -> None:
    name = os.fsdecode(b"anh-\xff.jpg")

    assert visible(name) == "anh-\\udcff.jpg"
    visible(name).encode()


def test_b5_71_other_peoples_words_stay_in_one_line() -> None:
    assert one_line("a\nb\tc\rd") == "a\\u000ab\\u0009c\\u000dd"


# --- addresses ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("https://аpple.com/x", "[xn--pple-43d.com] https://аpple.com/x"),
        (
            "https://аpple.com/xn--pple-43d.com",
            "[xn--pple-43d.com] https://аpple.com/xn--pple-43d.com",
        ),
        ("t.mе/kenh/5", "[t.xn--m-jtb] t.mе/kenh/5"),
        ("https://ví-dụ.vn/a", "[xn--v-d-rma6749a.vn] https://ví-dụ.vn/a"),
        ("https://example.org/á", "https://example.org/á"),
        ("HTTPS://Example.ORG:443/a", "HTTPS://Example.ORG:443/a"),
        ("t.me:443/kenh/5", "t.me:443/kenh/5"),
        ("example.org", "example.org"),
    ],
)
def test_b5_71_the_true_host_stands_before_a_name_that_only_looks_like_another(
    raw: str, shown: str
) -> None:
    address = parse_address(raw, packaged_catalogue())

    assert address.shown == shown


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/hostname",
        "https://example.org/\u202egpj",
        "https://example.org/\u200b",
        "https://exam\u2066ple.org/",
        "https://example.org/a\r\nSet-Cookie: x",
        "https://example.org/\x1b[2J",
        "https://example.org/" + "a" * 100_000,
    ],
)
def test_b5_71_what_is_no_plain_web_address_is_refused(text: str) -> None:
    with pytest.raises(NotAnAddressError):
        parse_address(text, packaged_catalogue())


@pytest.mark.parametrize("language", Language)
def test_b5_71_a_report_shows_the_true_host_and_every_hidden_sign(language: Language) -> None:
    raw = "https://аpple.com/" + "x" * 200
    address = Address(raw=raw, canonical=raw, host="xn--pple-43d.com", service="unknown")
    view = full_view()
    first, *others = view.sightings
    place = replace(first, address=address, seen_on=HIDDEN + ESCAPES, text="javascript:alert(1)")
    capture = replace(view.captures[0], title=HIDDEN + "x" * 100_000)

    page = text(
        render_pdf(replace(view, sightings=(place, *others), captures=(capture,)), language)
    )

    # On page 1 too, where a long address is cut.
    assert squeezed(page).count("[xn--pple-43d.com]") >= 2
    assert [
        one for one in ("[U+202E]", "[U+200B]", "[U+E0041]", "[U+001B]") if one not in page
    ] == []
    assert (STEERING | UNSEEN - {"\u00ad"}) & set(page) <= {"\x0c"}
    assert sighting(1).id == first.id


def test_b5_71_everything_in_a_dossier_that_is_text_shows_what_would_hide(
    terminal: Terminal,
) -> None:
    case = terminal.new_case()
    told = terminal.file("noi.txt", f"https://t.me/kenh/5\n{HOSTILE}".encode())
    picture = terminal.file("a.jpg", encode_jpeg(draw_example(Subject.CAT, seed=3)))
    terminal.run("add", case, picture, "--from", told, "--seen-on", HOSTILE, *SEEN)
    out = terminal.folder / "ho-so.zip"

    made = terminal.run("dossier", case, "--out", str(out))

    assert made.code == 0, made.err
    with zipfile.ZipFile(io.BytesIO(out.read_bytes())) as bag:
        texts = {
            name: bag.read(name).decode()
            for name in bag.namelist()
            if name.endswith((".txt", ".json", ".note"))
        }
    assert len(texts) > 5
    assert [name for name, body in texts.items() if set(body) & (STEERING - {"\r"})] == []
    documents: dict[str, Any] = {
        name: json.loads(body) for name, body in texts.items() if name.endswith(".json")
    }
    assert documents
