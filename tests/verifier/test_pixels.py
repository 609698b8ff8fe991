"""A comparison recomputed from its veiled picture, made by the real comparison."""

import io
from dataclasses import replace

import numpy as np
import pytest
from benban_verify.comparison import VeiledRun
from benban_verify.pixels import PillowPixels
from benban_verify.refusal import NotDone, Refusal
from numpy.typing import NDArray
from PIL import Image

from benban.compare.pair import compare_pictures, working_copy
from benban.compare.veil import veil_pair, veiled_pair_png
from benban.fingerprint.decode import DecodedPicture, decode_picture
from benban.fingerprint.ports import PairFinding
from benban.testing.pictures import Subject, draw_example, encode_jpeg, make_fake

PATH = "data/comparison/cmp-1.png"
GAP_PX = 16


class Pair:
    """A drawn original, its fake, and what the real comparison says of them."""

    def __init__(self, seed: int) -> None:
        drawn = draw_example(Subject.CAT, seed=seed, width_px=800, height_px=600)
        self.original: DecodedPicture = decode_picture(encode_jpeg(drawn))
        self.questioned: DecodedPicture = decode_picture(make_fake(drawn, seed=seed).jpeg)

    def compared(self) -> PairFinding:
        return compare_pictures(self.questioned, [self.original])[0]


PAIR = Pair(1)
FINDING = PAIR.compared()


def veiled(original: DecodedPicture = PAIR.original) -> bytes:
    assert FINDING.registration is not None
    assert FINDING.change_map is not None
    pictures = (PAIR.questioned.rgb, original.rgb)
    return veiled_pair_png(veil_pair(*pictures, FINDING.registration, FINDING.change_map))


def run() -> VeiledRun:
    assert FINDING.registration is not None
    assert FINDING.change_map is not None
    width_px, height_px = FINDING.registration.questioned_size_px
    grid = FINDING.change_map
    return VeiledRun(
        path=PATH,
        width_px=width_px,
        height_px=height_px,
        cell_px=grid.cell_px,
        columns=grid.columns,
        rows=grid.rows,
        cells=grid.cells,
    )


GOOD, RUN = veiled(), run()


def pixels_of(png: bytes) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(png)) as picture:
        return np.array(picture.convert("RGB"))


def png_of(pixels: NDArray[np.uint8]) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def test_a_veiled_pair_of_the_real_comparison_agrees() -> None:
    assert PillowPixels().agreed_share(RUN, GOOD) > 0.95


def test_the_original_of_another_scene_does_not_agree() -> None:
    with pytest.raises(Refusal, match=r"comparison\.pixels_disagree"):
        PillowPixels().agreed_share(RUN, veiled(Pair(2).original))


def test_a_picture_that_is_not_veiled_where_it_says_so_is_named() -> None:
    pixels = pixels_of(GOOD)
    pixels[:, : RUN.width_px] = working_copy(PAIR.questioned.rgb)
    with pytest.raises(Refusal, match=r"comparison\.unveiled"):
        PillowPixels().agreed_share(RUN, png_of(pixels))


@pytest.mark.parametrize("half", [0, RUN.width_px + GAP_PX])
def test_a_few_letters_under_the_veil_are_noticed(half: int) -> None:
    pixels = pixels_of(GOOD)
    digits = np.array(list(RUN.cells)).reshape(RUN.rows, RUN.columns)
    row, column = np.argwhere(digits == "2")[0]
    top, left = int(row) * RUN.cell_px, half + int(column) * RUN.cell_px
    pixels[top : top + 6, left : left + 2] = 255 - pixels[top : top + 6, left : left + 2]
    with pytest.raises(Refusal, match=r"comparison\.unveiled"):
        PillowPixels().agreed_share(RUN, png_of(pixels))


def test_where_nothing_is_shown_nothing_is_recomputed() -> None:
    hidden = replace(RUN, cells="3" * len(RUN.cells))
    flat = png_of(np.full(pixels_of(GOOD).shape, 128, np.uint8))
    with pytest.raises(NotDone, match=r"comparison\.too_little"):
        PillowPixels().agreed_share(hidden, flat)


@pytest.mark.parametrize(
    "png",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        GOOD[:200],
        GOOD[:20_000],
        b"GIF89a" + GOOD[6:],
        png_of(pixels_of(GOOD)[:, :-1]),
        encode_jpeg(PAIR.original.rgb),
    ],
    ids=["empty", "magic", "head", "cut", "gif", "narrow", "jpeg"],
)
def test_a_picture_that_is_not_the_described_one_is_refused(png: bytes) -> None:
    with pytest.raises(Refusal, match=r"comparison\.picture_unreadable"):
        PillowPixels().agreed_share(RUN, png)


@pytest.mark.parametrize("changes", [{"cell_px": 0}, {"cell_px": 16}, {"width_px": 640 + 8}])
def test_a_grid_that_does_not_cover_the_picture_is_refused(changes: dict[str, int]) -> None:
    with pytest.raises(Refusal, match=r"comparison\.grid"):
        PillowPixels().agreed_share(replace(RUN, **changes), GOOD)  # type: ignore[arg-type]


def test_a_picture_that_is_told_to_be_huge_is_not_decoded() -> None:
    columns = 100_000 // RUN.cell_px
    huge = replace(RUN, width_px=100_000, columns=columns, cells="1" * columns * RUN.rows)
    with pytest.raises(Refusal, match=r"comparison\.picture_unreadable"):
        PillowPixels().agreed_share(huge, GOOD)
