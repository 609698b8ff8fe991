"""B5 43 to 52: pictures that are bombs, cut, two things at once, odd, or no pictures at all."""

import ast
import io
import struct
import zlib
from collections.abc import Callable
from zipfile import ZipFile

import numpy as np
import pytest
from PIL import Image

from benban.casework.add_files import add_files
from benban.casework.fingerprints import fingerprint_exhibits
from benban.casework.originals import GivenFile
from benban.casework.show import grant_unveiling, picture
from benban.casework.take_in import SightingReport, take_in
from benban.errors import (
    PictureCodingError,
    PictureFormatError,
    PictureTooLargeError,
)
from benban.model.exhibit import Arrival
from benban.model.sighting import SightingKind
from benban.outside.clock import SystemClock
from benban.outside.fence import Fence
from benban.vault import CaseStore
from benban.wording import Language, say
from tests.architecture.sources import product_sources
from tests.hostile.conftest import Listener
from tests.hostile.pictures import (
    SIDE_PX,
    bmp_of,
    crowded_exif,
    drawn,
    encoded,
    gif,
    gif_frame_of,
    gif_screen_of,
    heic,
    items_of,
    jpeg_of,
    jpeg_with_exif,
    looping_exif,
    png,
    png_bomb,
    webp_canvas_of,
    webp_of,
)
from tests.path.terminal import ANSWERS, SEEN, Terminal, run, state_of

JPEG, PNG = encoded(drawn(), "JPEG"), encoded(drawn(), "PNG")


def codes(store: CaseStore, fence: Fence, *pictures: bytes, name: str = "a.jpg") -> list[str]:
    """Take pictures in and return why each could not be read, in order."""
    report = SightingReport(address=None, kind=SightingKind.PUBLISHED, answers=ANSWERS)
    sighting = take_in(store, report, SystemClock()).sighting
    files = [GivenFile(stream=io.BytesIO(data), name=name) for data in pictures]
    add_files(store, sighting, files, SystemClock())
    return [one.error.code for one in fingerprint_exhibits(store, fence).unmeasured]


# --- 43, 44: more pixels than memory ------------------------------------------------------

BOMBS: dict[str, bytes] = {
    "png": png_bomb(),
    "gif screen": gif_screen_of(SIDE_PX),
    "gif frame beyond its screen": gif_frame_of(SIDE_PX),
    "webp canvas": webp_canvas_of(SIDE_PX),
    "webp": webp_of(SIDE_PX),
    "avif": items_of(encoded(drawn(), "AVIF"), SIDE_PX),
    "heic": items_of(heic(), SIDE_PX),
    "bmp": bmp_of(SIDE_PX),
    "jpeg": jpeg_of(SIDE_PX),
}


@pytest.mark.parametrize("name", BOMBS)
def test_b5_43_a_bomb_is_refused_by_its_header_and_the_next_picture_is_measured(
    fence: Fence, name: str
) -> None:
    for act in (fence.measure, lambda picture: fence.veil(picture, 100)):
        with pytest.raises(PictureTooLargeError):
            act(io.BytesIO(BOMBS[name]))

    assert fence.measure(io.BytesIO(JPEG)).width_px == 80


def test_b5_43_a_tiff_bomb_is_no_kind_of_picture_that_is_read(fence: Fence) -> None:
    tiff = encoded(Image.new("1", (SIDE_PX, SIDE_PX)), "TIFF", compression="group4")

    with pytest.raises(PictureFormatError):
        fence.measure(io.BytesIO(tiff))


def test_b5_43_every_bomb_is_kept_byte_for_byte_with_its_reason(
    store: CaseStore, fence: Fence
) -> None:
    tiff = encoded(Image.new("1", (SIDE_PX, SIDE_PX)), "TIFF", compression="group4")

    found = codes(store, fence, *BOMBS.values(), tiff)

    assert found == ["BB-302"] * len(BOMBS) + ["BB-303"]
    assert state_of(store).contents == (*BOMBS.values(), tiff)


@pytest.mark.parametrize("chunk", ["zTXt", "iCCP"])
def test_b5_43_a_text_that_unpacks_without_end_does_not_hide_its_picture(
    fence: Fence, chunk: str
) -> None:
    rows = zlib.compress(b"".join(b"\0" + bytes(range(24)) for _ in range(8)))
    bomb = (chunk, b"x\0\0" + zlib.compress(bytes(100_000_000), 9))
    head = ("IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0))

    found = fence.measure(io.BytesIO(png(head, bomb, ("IDAT", rows), ("IEND", b""))))

    assert (found.width_px, found.is_whole) == (8, False)


def test_b5_44_of_a_hundred_thousand_frames_the_first_is_measured(fence: Fence) -> None:
    assert fence.measure(io.BytesIO(gif(100_000))) == fence.measure(io.BytesIO(gif()))


# --- 45 to 48: cut, two at once, misnamed, empty -------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_b5_45_a_cut_picture_is_kept_and_said_to_be_partly_read(
    terminal: Terminal, case: str, kind: str
) -> None:
    cut = encoded(drawn(320, 240), kind)[:-4_000]
    path = terminal.file("cat.jpg", cut)

    said = run(*terminal.words("add", case, path, "--seen-on", "nhóm", *SEEN), "--language", "en")

    state = terminal.state(case)
    told = say(Language.EN, "cli.add.partly-read", id=state.exhibits[0].id)
    assert (said.code, told in said.out, state.contents) == (0, True, (cut,))


def a_zip() -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w") as packed:
        packed.writestr("xem.html", "<script>alert(1)</script>")
    return out.getvalue()


POLYGLOTS = {
    "zip": JPEG + a_zip(),
    "html": JPEG + b"<html><body><script>alert(1)</script></body></html>",
    "html in a comment": JPEG[:2] + b"\xff\xfe\0\x1b<script>alert(1)</script>" + JPEG[2:],
    "phar": JPEG + b"<?php __HALT_COMPILER(); ?>\r\nphar",
    "html in png": PNG[:-12] + png(("tEXt", b"a\0<script>alert(1)</script>"))[8:] + PNG[-12:],
}


def test_b5_46_a_picture_that_is_something_else_as_well_leaves_as_pixels_only(
    store: CaseStore, fence: Fence
) -> None:
    assert codes(store, fence, *POLYGLOTS.values()) == []
    state = state_of(store)

    for exhibit in state.exhibits:
        grant = grant_unveiling(store, exhibit.id, "đối chiếu")
        shown = picture(store, exhibit.id, grant, decoder=fence, clock=SystemClock())
        assert Image.open(io.BytesIO(shown.png)).format == "PNG"
        assert [mark for mark in (b"script", b"PK\3\4", b"HALT") if mark in shown.png] == []

    assert state.contents == tuple(POLYGLOTS.values())
    assert {one.media_type for one in state.exhibits} == {"image/jpeg", "image/png"}


def test_b5_47_what_a_file_is_follows_from_its_bytes_whatever_it_is_called(
    terminal: Terminal, case: str
) -> None:
    files = [terminal.file(f"anh.{kind}", PNG) for kind in ("jpg", "exe", "html", "mp4")]

    added = terminal.run("add", case, *files, "--seen-on", "nhóm", *SEEN).json

    assert {exhibit.media_type for exhibit in terminal.state(case).exhibits} == {"image/png"}
    assert added["unmeasured"] == []


def test_b5_48_an_empty_file_is_refused_and_nothing_of_it_is_kept(
    terminal: Terminal, case: str
) -> None:
    refused = terminal.refusal("add", case, terminal.file("rong.jpg", b""), *SEEN)

    assert (refused, terminal.state(case).exhibits) == ("BB-211", ())


# --- 49: odd and broken, but pictures -------------------------------------------------------


def animated(kind: str) -> bytes:
    frames = [drawn(), drawn().transpose(Image.Transpose.FLIP_TOP_BOTTOM)]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:])


def sixteen_bit() -> bytes:
    values = (np.arange(60 * 80, dtype=np.uint32) * 13 % 65_536).astype(np.uint16)
    return encoded(Image.fromarray(values.reshape(60, 80)), "PNG")


ODD: dict[str, Callable[[], bytes]] = {
    "cmyk": lambda: encoded(drawn().convert("CMYK"), "JPEG"),
    "sixteen bit": sixteen_bit,
    "broken icc": lambda: encoded(drawn(), "JPEG", icc_profile=b"\xff" * 5_000),
    "broken icc in png": lambda: encoded(drawn(), "PNG", icc_profile=b"icc" * 2_000),
    "exif of 64 kB": lambda: jpeg_with_exif(crowded_exif()),
    "exif that ends at once": lambda: jpeg_with_exif(b"MM\0*"),
    "animated gif": lambda: animated("GIF"),
    "animated webp": lambda: animated("WEBP"),
    "animated png": lambda: animated("PNG"),
}


@pytest.mark.parametrize("name", ODD)
def test_b5_49_an_odd_picture_is_measured_as_the_picture_it_is(fence: Fence, name: str) -> None:
    data = ODD[name]()

    found = fence.measure(io.BytesIO(data))

    assert (found.width_px, found.height_px, found.is_whole) == (80, 60, True)
    assert fence.arrival(io.BytesIO(data)) is Arrival.PLAIN_COPY


def test_b5_49_exif_that_points_at_itself_is_read_once_and_turns_the_picture(
    fence: Fence,
) -> None:
    data = jpeg_with_exif(looping_exif())

    found = fence.measure(io.BytesIO(data))

    assert (found.width_px, found.height_px) == (60, 80)
    assert fence.arrival(io.BytesIO(data)) is Arrival.PLAIN_COPY


# --- 50 to 52: what is never decoded --------------------------------------------------------


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
SVGS = {
    "script": '<svg xmlns="http://www.w3.org/2000/svg"><script>fetch("{http}")</script>'
    '<image href="{http}"/></svg>',
    "xxe": '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "/etc/hostname">'
    '<!ENTITY y SYSTEM "{http}">]><svg>&x;&y;</svg>',
    "billion laughs": '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY l0 "ha">'
    + LAUGHS
    + "]><svg>&l9;</svg>",
}


def test_b5_50_an_svg_is_kept_as_bytes_refused_as_a_picture_and_asks_for_nothing(
    store: CaseStore, fence: Fence, listener: Listener
) -> None:
    place = f"http://127.0.0.1:{listener.port}/"
    pictures = tuple(text.replace("{http}", place).encode() for text in SVGS.values())

    found = codes(store, fence, *pictures)

    state = state_of(store)
    assert (found, state.contents) == (["BB-303"] * len(SVGS), pictures)
    for exhibit in state.exhibits:
        with pytest.raises(PictureFormatError):
            picture(store, exhibit.id, None, decoder=fence, clock=SystemClock())
    assert listener.callers == 0


CODED_OTHERWISE = {
    "heic coded as vvc": heic().replace(b"hvc1", b"vvc1"),
    "heic coded as nothing known": heic().replace(b"hvc1", b"xxx1"),
    "avif coded as hevc": encoded(drawn(), "AVIF").replace(b"av01", b"hvc1"),
    "avif coded as nothing known": encoded(drawn(), "AVIF").replace(b"av01", b"xxx1"),
}


@pytest.mark.parametrize("name", CODED_OTHERWISE)
def test_b5_51_a_picture_without_a_decoder_here_says_so(fence: Fence, name: str) -> None:
    data = CODED_OTHERWISE[name]

    with pytest.raises(PictureCodingError):
        fence.measure(io.BytesIO(data))

    assert fence.arrival(io.BytesIO(data)) is Arrival.PLAIN_COPY


def test_b5_51_such_a_picture_is_kept_byte_for_byte(store: CaseStore, fence: Fence) -> None:
    pictures = tuple(CODED_OTHERWISE.values())

    assert codes(store, fence, *pictures) == ["BB-312"] * len(pictures)
    assert state_of(store).contents == pictures


OTHERS = {
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n(/etc/hostname) run\n",
    "eps behind a dos head": b"\xc5\xd0\xd3\xc6" + struct.pack("<IIIIII", 32, 60, 0, 0, 0, 0),
    "pdf": b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n",
    "psd": b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, 10, 10, 8, 3) + bytes(40),
    "tiff": encoded(drawn(), "TIFF"),
    "ico": encoded(drawn(), "ICO"),
    "icns": b"icns" + bytes(60),
    "fits": b"SIMPLE  =                    T" + bytes(60),
    "wmf": b"\xd7\xcd\xc6\x9a" + bytes(60),
    "tga": encoded(drawn(), "TGA"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_b5_52_other_kinds_are_refused_before_a_library_sees_them(fence: Fence, name: str) -> None:
    acts = (
        fence.measure,
        fence.arrival,
        lambda picture: fence.veil(picture, 100),
        lambda picture: fence.unveil(picture, 100),
    )
    for act in acts:
        with pytest.raises(PictureFormatError):
            act(io.BytesIO(OTHERS[name]))


def test_b5_52_pillow_is_never_left_to_guess_what_a_file_is() -> None:
    asked = [
        (source.place, "formats" in {one.arg for one in node.keywords})
        for source in product_sources()
        for node in ast.walk(ast.parse(source.text))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Image.open"
    ]

    assert (len(asked) > 2, [place for place, is_named in asked if not is_named]) == (True, [])
