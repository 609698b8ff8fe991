"""Bad input as people have it: a sentence, a code and a next step; nothing lost or half-written."""

import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benban.casework.add_files import add_files
from benban.casework.fingerprints import fingerprint_exhibits
from benban.casework.originals import GivenFile
from benban.casework.take_in import SightingReport, take_in
from benban.model.custody import EventKind
from benban.model.fingerprint import QuestionedFingerprint
from benban.model.sighting import SightingKind
from benban.outside.clock import SystemClock
from benban.outside.fence import Fence, FenceLimits
from benban.testing.pictures import Subject, draw_example, encode_jpeg
from benban.wording import Language, say
from tests.path.terminal import (
    ADDRESS,
    ANSWERS,
    SEEN,
    Terminal,
    left_behind,
    run,
    state_of,
)

BOTH = len(Language)
A_TEXT = "Đây là chữ, không phải hình.\n".encode()
A_PDF = b"%PDF-1.7\n%%EOF\n"


def a_jpeg(seed: int = 3, width_px: int = 320, height_px: int = 240) -> bytes:
    return encode_jpeg(draw_example(Subject.CAT, seed=seed, width_px=width_px, height_px=height_px))


def a_bomb() -> bytes:
    """A whole PNG of 16,000 x 16,000 one-bit pixels: 36 kB that unpack to 256 million pixels."""
    row = b"\0" + bytes(2_000)
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(row * 100) for _ in range(160)) + packer.flush()
    head = struct.pack(">IIBBBBB", 16_000, 16_000, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


# --- addresses ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("https://", "BB-102"),
        ("http://không phải/địa chỉ", "BB-102"),
        ("https://ten:mat-khau@example.org/", "BB-102"),
        ("https://exa\u202emple.org/", "BB-102"),
        ("https://example.org:99999/", "BB-102"),
        ("http://127.0.0.1/", "BB-602"),
        ("http://localhost:8000/", "BB-602"),
        ("http://[::1]/", "BB-602"),
        ("http://0x7f000001/", "BB-602"),
        ("http://10.1.2.3/", "BB-602"),
        ("http://192.168.1.1/anh.jpg", "BB-602"),
        ("http://169.254.169.254/latest/meta-data", "BB-602"),
        ("http://may-in.local/", "BB-602"),
    ],
)
def test_what_is_no_public_address_is_refused_before_anything_is_written(
    terminal: Terminal, case: str, address: str, code: str
) -> None:
    source = terminal.file("noi.txt", f"{address}\n".encode())
    before = terminal.state(case)

    refusals = terminal.refusals("add", case, "--from", source, *SEEN)

    assert (refusals, terminal.state(case)) == ([code] * BOTH, before)


def test_another_scheme_than_http_is_refused(terminal: Terminal, case: str) -> None:
    source = terminal.file("noi.txt", b"ftp://example.org/anh.jpg\n")

    assert terminal.refusals("add", case, "--from", source, *SEEN) == ["BB-102"] * BOTH


def test_an_address_pasted_without_a_scheme_is_an_address(terminal: Terminal, case: str) -> None:
    source = terminal.file("noi.txt", "t.me/kenh_vi_du/5\nTôi thấy lúc tối. Buồn...\n".encode())

    terminal.run("add", case, "--from", source, *SEEN)

    (kept,) = terminal.run("case", "show", case).json["sightings"]
    assert kept["address"] == "t.me/kenh_vi_du/5"


# --- files --------------------------------------------------------------------------------


def add_file(terminal: Terminal, case: str, *files: str) -> dict[str, Any]:
    source = terminal.file("noi.txt", ADDRESS.encode())
    ran = terminal.run("add", case, *files, "--from", source, *SEEN)
    assert ran.code == 0, ran.err
    return ran.json


def codes_of(added: dict[str, Any]) -> list[str]:
    return [one["code"] for one in added["unmeasured"]]


def test_an_empty_file_is_refused_and_the_others_are_kept(terminal: Terminal, case: str) -> None:
    empty = terminal.file("rong.jpg", b"")
    first, last = terminal.file("a.jpg", a_jpeg(1)), terminal.file("b.jpg", a_jpeg(2))

    refusals = terminal.refusals("add", case, first, empty, last, "--seen-on", "nhóm", *SEEN)

    state = terminal.state(case)
    assert (refusals, set(state.contents)) == (["BB-211"] * BOTH, {a_jpeg(1), a_jpeg(2)})
    assert EventKind.ATTEMPT_FAILED in state.events
    assert EventKind.FINGERPRINTED in state.events


@pytest.mark.parametrize("name", ["khong-co.jpg", "."])
def test_a_file_that_cannot_be_opened_is_named(terminal: Terminal, case: str, name: str) -> None:
    refusals = terminal.refusals("add", case, str(terminal.folder / name), *SEEN)

    assert (refusals, terminal.state(case).exhibits) == (["BB-002"] * BOTH, ())


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="a file that opens and fails")
def test_a_file_that_breaks_off_while_it_is_read_leaves_nothing_of_itself(
    terminal: Terminal, case: str
) -> None:
    refusals = terminal.refusals("add", case, "/proc/self/mem", *SEEN)

    state = terminal.state(case)
    assert (refusals, state.exhibits, left_behind(terminal.vault)) == (["BB-002"] * BOTH, (), [])
    assert state.events[-1] is EventKind.ATTEMPT_FAILED


def test_a_truncated_photo_is_kept_and_measured_as_far_as_it_goes(
    terminal: Terminal, case: str
) -> None:
    data = a_jpeg()[:-2_000]

    added = add_file(terminal, case, terminal.file("cut.jpg", data))

    with terminal.store(case) as store:
        (measured,) = store.all(QuestionedFingerprint)
    assert (terminal.state(case).contents, measured.picture.is_whole) == ((data,), False)
    assert added["partly_read"] == [measured.exhibit_id]


def test_a_photo_cut_after_its_head_is_kept_and_its_reason_given(
    terminal: Terminal, case: str
) -> None:
    data = a_jpeg()[:40]

    added = add_file(terminal, case, terminal.file("head.jpg", data))

    assert terminal.state(case).contents == (data,)
    assert codes_of(added) == ["BB-304"]


def test_a_bomb_is_kept_byte_for_byte_and_not_unpacked(terminal: Terminal, case: str) -> None:
    bomb, good = a_bomb(), a_jpeg()

    added = add_file(terminal, case, terminal.file("bom.png", bomb), terminal.file("anh.jpg", good))

    state = terminal.state(case)
    assert state.contents == (bomb, good)
    assert codes_of(added) == ["BB-302"]
    assert state.events.count(EventKind.FINGERPRINTED) == 1


@pytest.mark.parametrize("language", Language)
def test_what_could_not_be_measured_is_said_with_its_reason(
    terminal: Terminal, language: Language
) -> None:
    case = terminal.new_case()
    words = ("add", case, terminal.file("bom.png", a_bomb()), "--seen-on", "nhóm", *SEEN)

    said = run(*terminal.words(*words), "--language", language.value)

    reason = say(language, "BB-302", limit="50 Mpx")
    assert (said.code, reason in said.out, "BB-302" in said.out) == (0, True, True)


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (FenceLimits(memory_bytes=24 * 1024 * 1024), "BB-301"),
        # No time at all: a fast computer measures a large picture in very little.
        (FenceLimits(wall_s=0.0), "BB-305"),
    ],
)
def test_a_picture_that_eats_memory_or_time_is_kept_and_its_reason_is_in_the_log(
    terminal: Terminal, case: str, limits: FenceLimits, code: str
) -> None:
    data = encode_jpeg(np.zeros((2400, 3000, 3), np.uint8))
    with terminal.store(case) as store, Fence(limits) as fence:
        report = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ANSWERS)
        sighting = take_in(store, report, SystemClock()).sighting
        add_files(store, sighting, [GivenFile(stream=BytesIO(data), name="to.jpg")], SystemClock())

        measured = fingerprint_exhibits(store, fence)

        last = store.events()[-1]
        kept = state_of(store).contents
    assert (kept, [one.error.code for one in measured.unmeasured]) == ((data,), [code])
    assert (last.kind, {field.name: field.value for field in last.fields}["reason"]) == (
        EventKind.ATTEMPT_FAILED,
        code,
    )


@pytest.mark.parametrize(
    ("name", "data", "real", "claimed", "codes"),
    [
        ("hinh.png", a_jpeg(), "image/jpeg", "image/png", []),
        ("hinh.txt", a_jpeg(), "image/jpeg", "text/plain", []),
        ("hinh.jpg", A_TEXT, "application/octet-stream", "image/jpeg", ["BB-303"]),
        ("hinh.jpg", A_PDF, "application/pdf", "image/jpeg", ["BB-303"]),
        ("hinh.txt", A_TEXT, "application/octet-stream", "text/plain", []),
    ],
)
def test_a_file_under_another_name_is_kept_as_what_it_is(
    terminal: Terminal, case: str, name: str, data: bytes, real: str, claimed: str, codes: list[str]
) -> None:
    path = terminal.file(name, data)

    added = add_file(terminal, case, path)

    (exhibit,) = terminal.state(case).exhibits
    types = (exhibit.media_type, exhibit.claimed_media_type)
    assert (types, exhibit.original_name) == ((real, claimed), name)
    assert codes_of(added) == codes


@pytest.mark.parametrize("language", Language)
def test_that_a_name_says_something_else_is_told(terminal: Terminal, language: Language) -> None:
    case = terminal.new_case()
    path = terminal.file("hinh.jpg", A_PDF)

    said = run(
        *terminal.words("add", case, path, "--seen-on", "nhóm", *SEEN),
        *("--language", language.value),
    )

    told = say(language, "cli.add.renamed", claimed="image/jpeg", found="application/pdf")
    assert (said.code, told in said.out) == (0, True)


def test_a_file_given_twice_is_kept_once(terminal: Terminal, case: str) -> None:
    path = terminal.file("anh.jpg", a_jpeg())

    first = add_file(terminal, case, path, path)
    second = add_file(terminal, case, path)

    state = terminal.state(case)
    assert (len(state.exhibits), state.sightings) == (1, 1)
    assert {one["exhibit"] for ran in (first, second) for one in ran["files"]} == {
        state.exhibits[0].id
    }


def test_a_name_out_of_the_dark_is_never_a_path_and_never_steers_the_terminal(
    terminal: Terminal, case: str
) -> None:
    name = "\x1b[2J\u202egpj.anh.jpg"
    path = terminal.file(name, a_jpeg())

    said = run(*terminal.words("add", case, path, "--seen-on", "nhóm", *SEEN))
    refused = run(*terminal.words("add", case, f"{path}-khong-co", "--seen-on", "x", *SEEN))

    assert (said.code, refused.code) == (0, 1)
    assert "\x1b" not in said.out + refused.err
    assert "\u202e" not in said.out + refused.err
