import cv2
import numpy as np
import pytest

from benban.compare.pair import compare_pictures
from benban.compare.veil import print_jpeg, unveiled_png, veil_pair, veiled_pair_png, veiled_png
from benban.errors import PictureUnsafeError
from benban.fingerprint.decode import DecodedPicture, decode_picture
from benban.testing.drawings import Picture, draw
from benban.testing.pictures import Subject, draw_example, make_fake


def _read(png: bytes) -> Picture:
    bgr = np.asarray(cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(bgr[:, :, ::-1])


def _fine_energy(rgb: Picture) -> float:
    grey = rgb.astype(np.float32).mean(axis=2)
    return float(np.abs(grey - cv2.GaussianBlur(grey, (0, 0), 3)).max())


@pytest.mark.parametrize(
    ("width_px", "height_px", "expected"),
    [(640, 480, (400, 300)), (480, 640, (300, 400)), (90, 60, (90, 60)), (1000, 3, (400, 1))],
)
def test_a_veiled_picture_fits_the_asked_size(
    width_px: int, height_px: int, expected: tuple[int, int]
) -> None:
    rgb = draw("noise", seed=1, width_px=width_px, height_px=height_px)

    veiled = _read(veiled_png(rgb, 400))

    assert (veiled.shape[1], veiled.shape[0]) == expected


def test_two_pictures_that_differ_in_fine_detail_alone_have_the_same_veil() -> None:
    blocks = draw("patches", seed=3, width_px=640, height_px=640)
    fine = np.where(np.indices((640, 640)).sum(axis=0)[..., None] % 2, 30, -30)
    speckled = np.clip(blocks.astype(int) // 2 + 60 + fine, 0, 255).astype(np.uint8)
    smooth = np.clip(blocks.astype(int) // 2 + 60, 0, 255).astype(np.uint8)

    gap = _read(veiled_png(speckled, 640)).astype(int) - _read(veiled_png(smooth, 640)).astype(int)

    assert np.abs(gap).max() <= 1


def test_the_picture_for_print_is_the_same_picture_in_fewer_bytes() -> None:
    veiled = veiled_png(draw("landscape", seed=2, width_px=600, height_px=400), 600)

    printed = print_jpeg(veiled)

    gap = np.abs(_read(printed).astype(int) - _read(veiled).astype(int))
    assert (gap.mean() < 2, printed[:3], b"Exif" in printed) == (True, b"\xff\xd8\xff", False)


@pytest.mark.parametrize("data", [b"", b"no picture"])
def test_what_is_no_picture_is_not_printed(data: bytes) -> None:
    with pytest.raises(PictureUnsafeError):
        print_jpeg(data)


def test_an_unveiled_picture_is_the_picture() -> None:
    rgb = draw("landscape", seed=2, width_px=300, height_px=200)

    assert np.array_equal(_read(unveiled_png(rgb, 300)), rgb)


def test_in_the_pair_what_was_covered_is_veiled_in_both_halves_and_the_rest_is_seen() -> None:
    original = draw_example(Subject.CAT, seed=3, width_px=528, height_px=396)
    fake = make_fake(original, seed=8)
    questioned = decode_picture(fake.jpeg)
    whole = DecodedPicture(rgb=original, media_type="image/png", is_whole=True)
    (finding,) = compare_pictures(questioned, [whole])
    assert finding.registration is not None
    assert finding.change_map is not None

    veiled = veil_pair(questioned.rgb, original, finding.registration, finding.change_map)
    pair = _read(veiled_pair_png(veiled))

    width, height = finding.registration.questioned_size_px
    halves = pair[:, :width], pair[:, width + 16 :]
    inner = cv2.erode(fake.changed.astype(np.uint8), np.ones((25, 25), np.uint8)) > 0
    outer = cv2.dilate(fake.changed.astype(np.uint8), np.ones((61, 61), np.uint8)) == 0
    for half in halves:
        assert half.shape == (height, width, 3)
        soft = cv2.GaussianBlur(half, (0, 0), 3).astype(int) - half.astype(int)
        assert np.abs(soft[inner]).max() < 12
        assert np.abs(soft[outer]).max() > 60


def test_a_veil_has_no_edge_finer_than_its_sixteen_points() -> None:
    assert (
        _fine_energy(_read(veiled_png(draw("checks", seed=9, width_px=800, height_px=800), 800)))
        < 4
    )


def test_of_a_bent_copy_both_halves_show_the_same_thing_at_the_same_place() -> None:
    original = draw_example(Subject.CAT, seed=3, width_px=528, height_px=396)
    fake = decode_picture(make_fake(original, seed=8).jpeg).rgb
    rows, columns = np.indices((396, 528), np.float32)
    across = columns + 5 * np.sin(2 * np.pi * rows / 396)
    down = rows + 5 * np.sin(2 * np.pi * columns / 528)
    covered = np.asarray(cv2.remap(fake, across, down, cv2.INTER_CUBIC), np.uint8)
    questioned, whole = (
        DecodedPicture(rgb=rgb, media_type="image/png", is_whole=True)
        for rgb in (covered, original)
    )
    (finding,) = compare_pictures(questioned, [whole])
    assert finding.registration is not None
    assert finding.change_map is not None

    pair = veil_pair(covered, original, finding.registration, finding.change_map)

    seen, laid = (half[pair.is_shown].astype(float) for half in (pair.questioned, pair.original))
    assert pair.is_shown.mean() > 0.1
    assert np.corrcoef(seen.ravel(), laid.ravel())[0, 1] > 0.97
