"""The photos of the audit benchmark carry what phones write, and an export of them is one."""

import io
import unicodedata
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from benban.fingerprint.own_look import look_at_own
from benban.model.own_photo import PhotoService, Trace
from benban.testing.drawings import draw
from benban.unpack.own_photos.parts import OwnPhoto
from benban.unpack.own_photos.reading import read_own_photos
from benban.unpack.source import folder_source, zip_source
from benchmarks._exposure_photos import link_photos, with_metadata, write_export


def jpeg(width_px: int, height_px: int) -> bytes:
    """Return a drawing."""
    drawn = Image.fromarray(draw("shapes", seed=4, width_px=320, height_px=240))
    out = io.BytesIO()
    drawn.resize((width_px, height_px)).save(out, "JPEG", quality=92)
    return out.getvalue()


@pytest.mark.parametrize(
    ("number", "size", "place"),
    [(0, (320, 240), set()), (1, (240, 320), {Trace.PLACE}), (7, (320, 240), {Trace.PLACE})],
)
def test_a_drawn_photo_carries_what_a_phone_writes(
    number: int, size: tuple[int, int], place: set[Trace]
) -> None:
    found = look_at_own(with_metadata(jpeg(320, 240), number, jpeg(160, 120)), is_hashed=False)
    assert set(found.traces) == {Trace.THUMBNAIL, Trace.TIME, Trace.DEVICE} | place
    assert (found.width_px, found.height_px) == size
    assert found.taken_at_shown == "2026:11:20 20:15:30"


def test_names_are_many_and_some_are_decomposed(tmp_path: Path) -> None:
    one = tmp_path / "one.jpg"
    one.write_bytes(jpeg(32, 24))
    link_photos([one], tmp_path / "anh", 150)
    found = list(read_own_photos([folder_source(tmp_path / "anh")]))
    names = {part.name for part in found if isinstance(part, OwnPhoto)}
    assert len(names) == len(found) == 150
    assert any(not unicodedata.is_normalized("NFC", path.name) for path in tmp_path.rglob("*.jpg"))


def test_the_export_is_read_as_one_of_google_photos(tmp_path: Path) -> None:
    one = tmp_path / "one.jpg"
    one.write_bytes(jpeg(64, 48))
    path = tmp_path / "takeout.zip"
    count = write_export([one], path, 30_000)
    with path.open("rb") as stream:
        photos = list(read_own_photos([zip_source(stream, path.name)]))
    with zipfile.ZipFile(path) as archive:
        assert {member.compress_type for member in archive.infolist()} == {zipfile.ZIP_STORED}
    assert len(photos) == count
    assert {one.service for one in photos if isinstance(one, OwnPhoto)} == {PhotoService.GOOGLE}
    assert all(isinstance(one, OwnPhoto) and one.at is not None for one in photos)
