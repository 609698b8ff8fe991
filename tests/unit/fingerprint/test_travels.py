"""What travels with a photo's file, and whether a small picture inside shows more."""

import io
import struct
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from benban.fingerprint.decode import sniff_media_type
from benban.fingerprint.own_look import look_at_own
from benban.fingerprint.travels import find_traces, judged_traces
from benban.model.own_photo import PhotoFacts, Trace

Picture = NDArray[np.uint8]


def scene(width: int = 640, height: int = 480, seed: int = 3) -> Picture:
    """Return a drawn landscape of soft patches of colour."""
    grain = np.random.default_rng(seed).integers(0, 256, (12, 16, 3), np.uint8)
    return np.asarray(cv2.resize(grain, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def jpeg(picture: Picture, **kept: object) -> bytes:
    """Return a JPEG."""
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=90, **kept)
    return out.getvalue()


def with_segment(photo: bytes, marker: int, body: bytes) -> bytes:
    """Return a JPEG with one segment more."""
    return photo[:2] + struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body + photo[2:]


def with_thumbnail(picture: Picture, small: bytes) -> bytes:
    """Return a JPEG with *small* as the thumbnail of its Exif block."""
    second = 8 + 2 + 4
    head = b"II*\0" + struct.pack("<IHI", 8, 0, second)
    fields = struct.pack("<HHHIIHHIII", 2, 0x201, 4, 1, second + 30, 0x202, 4, 1, len(small), 0)
    return with_segment(jpeg(picture), 0xE1, b"Exif\0\0" + head + fields + small)


def small_of(picture: Picture, size: tuple[int, int] = (160, 120)) -> bytes:
    """Return a thumbnail."""
    return jpeg(np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8))


def traces_of(photo: bytes) -> set[Trace]:
    """Return what travels with a photo."""
    return set(look_at_own(photo, is_hashed=False).traces)


def exif(**ifds: dict[int, object]) -> bytes:
    """Return an Exif block of the fields of *main*, *exif* and *gps*."""
    block = Image.Exif()
    block.update(ifds.get("main", {}))
    for name, number in (("exif", 0x8769), ("gps", 0x8825)):
        if name in ifds:
            block.get_ifd(number).update(ifds[name])
    return block.tobytes()


@pytest.mark.parametrize(
    ("fields", "trace"),
    [
        ({"gps": {1: "N", 2: (21.0, 1.0, 2.5), 3: "E", 4: (105.0, 8.0, 1.0)}}, Trace.PLACE),
        ({"exif": {0xA431: "SN-0042"}}, Trace.SERIAL),
        ({"exif": {0xA435: "L-77"}}, Trace.SERIAL),
        ({"exif": {0xA430: "Somebody"}}, Trace.OWNER),
        ({"main": {0x013B: "Somebody"}}, Trace.OWNER),
        ({"main": {0x0132: "2026:11:28 10:00:00"}}, Trace.TIME),
        ({"main": {0x0110: "Phone 9"}}, Trace.DEVICE),
        ({"main": {0x0131: "Editor 2"}}, Trace.PROGRAM),
        ({"main": {0x010E: "At the lake"}}, Trace.TEXT),
        ({"exif": {0x927C: b"nobody knows this maker"}}, Trace.UNREAD),
    ],
)
def test_a_field_of_the_camera_is_told_as_what_it_is(
    fields: dict[str, dict[int, object]], trace: Trace
) -> None:
    assert traces_of(jpeg(scene(), exif=exif(**fields))) == {trace}


def test_a_plain_jpeg_carries_nothing() -> None:
    assert traces_of(jpeg(scene())) == set()


def test_fields_that_are_empty_tell_nothing() -> None:
    fields = exif(main={0x013B: "   ", 0x0132: "0000:00:00 00:00:00"}, gps={2: (0.0, 0.0, 0.0)})
    assert traces_of(jpeg(scene(), exif=fields)) == set()


def test_the_time_is_told_as_the_file_writes_it() -> None:
    fields = exif(exif={0x9003: "2026:11:28 10:00:00", 0x9011: "+07:00"})
    found = look_at_own(jpeg(scene(), exif=fields), is_hashed=False)
    assert found.taken_at_shown == "2026:11:28 10:00:00+07:00"


XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description xmlns:q="http://ns.adobe.com/exif/1.0/"'
    b' q:GPSLatitude="21,1.0N"/><dc:creator><rdf:li>S</rdf:li></dc:creator></x:xmpmeta>'
)
BYLINE = b"\x1c\x02\x50\x00\x01S"
RESOURCES = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(BYLINE)) + BYLINE


@pytest.mark.parametrize(
    ("marker", "body", "traces"),
    [
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP, {Trace.PLACE, Trace.OWNER}),
        (0xED, b"Photoshop 3.0\0" + RESOURCES, {Trace.OWNER}),
        (0xFE, b"a remark", {Trace.TEXT}),
        (0xEB, b"JP\0\1\0\0\0\1\0\0\0\x20jumb", {Trace.CREDENTIALS}),
        (0xE5, b"of some maker", {Trace.UNREAD}),
    ],
)
def test_a_segment_is_told_as_what_it_is(marker: int, body: bytes, traces: set[Trace]) -> None:
    assert traces_of(with_segment(jpeg(scene()), marker, body)) == traces


@pytest.mark.parametrize(
    ("behind", "traces"),
    [
        (b"\0\0\0\x18ftypmp42" + bytes(40), {Trace.FILM}),
        (b"....MotionPhoto_Data....SEFT", {Trace.FILM}),
        (b"....Image_UTC_Data1....SEFT", {Trace.TIME}),
        (b"something", {Trace.UNREAD}),
        (bytes(16), set()),
    ],
)
def test_what_stands_behind_the_end_is_told(behind: bytes, traces: set[Trace]) -> None:
    assert traces_of(jpeg(scene()) + behind) == traces


def test_a_png_tells_its_texts_its_block_and_what_follows() -> None:
    kept = PngImagePlugin.PngInfo()
    kept.add_text("Author", "Somebody")
    kept.add_text("parameters", "a landscape", zip=True)
    kept.add_itxt("XML:com.adobe.xmp", XMP.decode())
    out = io.BytesIO()
    block = exif(main={0x0110: "Phone 9"})
    Image.fromarray(scene(64, 48)).save(out, "PNG", pnginfo=kept, exif=block)
    assert traces_of(out.getvalue() + b"IDAT left behind") == {
        Trace.OWNER,
        Trace.TEXT,
        Trace.PLACE,
        Trace.DEVICE,
        Trace.UNREAD,
    }


def test_a_webp_and_an_avif_tell_their_blocks() -> None:
    for kind in ("WEBP", "AVIF"):
        out = io.BytesIO()
        block = exif(main={0x0110: "Phone 9"})
        Image.fromarray(scene(64, 48)).save(out, kind, exif=block, xmp=XMP)
        assert traces_of(out.getvalue()) == {Trace.DEVICE, Trace.PLACE, Trace.OWNER}


def test_a_gif_tells_its_comment() -> None:
    out = io.BytesIO()
    Image.fromarray(scene(64, 48)).quantize(16).save(out, "GIF", comment=b"a remark")
    assert traces_of(out.getvalue()) == {Trace.TEXT}


def test_a_raw_is_listed_with_what_travels_and_not_decoded() -> None:
    raw = exif(main={0x0110: "Camera 3"}).removeprefix(b"Exif\0\0")
    assert look_at_own(raw, is_hashed=True) == PhotoFacts(
        media_type="image/tiff", width_px=0, height_px=0, traces=(Trace.DEVICE,), problem="BB-303"
    )


@pytest.mark.parametrize("seed", range(6))
def test_a_thumbnail_of_the_same_picture_is_no_other(seed: int) -> None:
    picture = scene(seed=seed)
    found = traces_of(with_thumbnail(picture, small_of(picture)))
    assert found == {Trace.THUMBNAIL}


@pytest.mark.parametrize("seed", range(6))
def test_a_thumbnail_with_black_bars_is_no_other(seed: int) -> None:
    picture = scene(960, 540, seed=seed)
    barred = np.zeros((120, 160, 3), np.uint8)
    barred[15:105] = cv2.resize(picture, (160, 90), interpolation=cv2.INTER_AREA)
    assert traces_of(with_thumbnail(picture, jpeg(barred))) == {Trace.THUMBNAIL}


@pytest.mark.parametrize("seed", range(6))
def test_a_thumbnail_from_before_a_crop_is_another(seed: int) -> None:
    whole = scene(seed=seed)
    cropped = np.ascontiguousarray(whole[60:420, 80:560])
    found = traces_of(with_thumbnail(cropped, small_of(whole)))
    assert found == {Trace.THUMBNAIL, Trace.OTHER_THUMBNAIL}


@pytest.mark.parametrize("seed", range(6))
def test_a_thumbnail_from_before_something_was_covered_is_another(seed: int) -> None:
    whole = scene(seed=seed)
    covered = whole.copy()
    covered[140:300, 240:400] = 255 - whole[140:300, 240:400].mean(axis=(0, 1)).astype(np.uint8)
    found = traces_of(with_thumbnail(covered, small_of(whole)))
    assert found == {Trace.THUMBNAIL, Trace.OTHER_THUMBNAIL}


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_small_picture_that_lies_on_its_side_is_judged_as_an_upright_one(turns: int) -> None:
    whole = scene(seed=turns)
    cropped = np.ascontiguousarray(whole[60:420, 80:560])
    small = np.asarray(cv2.resize(whole, (160, 120), interpolation=cv2.INTER_AREA), np.uint8)
    turned = jpeg(np.ascontiguousarray(np.rot90(small, turns)))
    assert traces_of(with_thumbnail(whole, turned)) == {Trace.THUMBNAIL}
    assert traces_of(with_thumbnail(cropped, turned)) == {Trace.THUMBNAIL, Trace.OTHER_THUMBNAIL}


def test_nothing_is_hashed_unless_asked_for() -> None:
    photo = jpeg(scene())
    assert look_at_own(photo, is_hashed=False).fingerprint is None
    hashed = look_at_own(photo, is_hashed=True).fingerprint
    assert hashed is not None
    assert len(hashed.dihedral) == 8


def test_the_size_is_that_of_the_picture_upright() -> None:
    found = look_at_own(jpeg(scene(), exif=exif(main={0x0112: 6})), is_hashed=False)
    assert (found.width_px, found.height_px) == (480, 640)


def test_lists_of_fields_in_a_circle_end() -> None:
    circle = b"Exif\0\0II*\0" + struct.pack("<IHHHIII", 8, 1, 0x8769, 4, 1, 8, 8)
    assert traces_of(with_segment(jpeg(scene()), 0xE1, circle)) == {Trace.UNREAD}


def test_a_text_that_unpacks_without_end_is_cut() -> None:
    body = b"k\0\0" + zlib.compress(bytes(64 << 20) + b"x")
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + bytes(4)
    out = io.BytesIO()
    Image.fromarray(scene(64, 48)).save(out, "PNG")
    photo = out.getvalue()[:33] + chunk + out.getvalue()[33:]
    assert find_traces(photo, "image/png").traces <= {Trace.TEXT}


KINDS = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/heic", "image/tiff")


@given(st.sampled_from(KINDS), st.binary(max_size=400))
def test_any_bytes_give_traces_in_their_order(kind: str, data: bytes) -> None:
    order = list(Trace)
    places = [order.index(one) for one in judged_traces(find_traces(data, kind), None)]
    assert places == sorted(set(places))


def changed_photos() -> list[bytes]:
    """Return one rich photo of each kind."""
    photos = [with_thumbnail(scene(64, 48), small_of(scene(), (32, 24)))]
    for kind in ("JPEG", "PNG", "WEBP", "AVIF"):
        out = io.BytesIO()
        block = exif(main={0x0110: "Phone 9"}, gps={2: (21.0, 1.0, 2.5)})
        Image.fromarray(scene(64, 48)).save(out, kind, exif=block, xmp=XMP)
        photos.append(out.getvalue())
    return photos


@given(
    st.sampled_from(changed_photos()),
    st.lists(st.tuples(st.integers(12, 700), st.integers(0, 255)), max_size=12),
)
def test_a_photo_with_changed_bytes_gives_traces(
    photo: bytes, changes: list[tuple[int, int]]
) -> None:
    hostile = bytearray(photo)
    for at, value in changes:
        hostile[at % len(hostile)] = value
    kind = sniff_media_type(photo)
    assert isinstance(judged_traces(find_traces(bytes(hostile), kind), None), tuple)
