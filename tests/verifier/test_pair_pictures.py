"""Numbered links and texture patches of the real comparison, told true and told otherwise."""

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from benban_verify.canonical import JsonRefusedError, JsonValue
from benban_verify.comparison import VeiledRun
from benban_verify.pair_pictures import Grid, LinkPicture, PatchPicture, links_of, patches_of
from benban_verify.pixels import PillowPixels
from benban_verify.refusal import Refusal

from benban.compare.laid_over import laid_over_png
from benban.compare.links import find_links, links_png
from benban.compare.map_picture import change_map_png
from benban.compare.patches import patches_png, pick_patches
from benban.compare.veil import veil_pair, veiled_pair_png
from benban.dossier.payload import links_said, patches_said, registration_said
from benban.model.finding import ChangeMap, DrawnLinks, DrawnPatches
from benban.seal.digests import sha256_of
from tests.verifier.test_pixels import FINDING, GOOD, PAIR, RUN, pixels_of, png_of

assert FINDING.registration is not None
assert FINDING.change_map is not None
REGISTRATION = FINDING.registration
VEILED = veil_pair(PAIR.questioned.rgb, PAIR.original.rgb, REGISTRATION, FINDING.change_map)
LINKS = find_links(PAIR.questioned.rgb, PAIR.original.rgb, REGISTRATION, VEILED)
PICKED = pick_patches(VEILED)
LINKS_PNG = links_png(VEILED, LINKS, REGISTRATION)
PATCHES_PNG = patches_png(VEILED, PICKED.side_px, PICKED.patches)
GEOMETRY: Any = registration_said(REGISTRATION)
SAID_LINKS: Any = links_said(
    DrawnLinks(links=LINKS, picture=sha256_of(LINKS_PNG)), "data/comparison/cmp-1-links.png"
)
SAID_PATCHES: Any = patches_said(
    DrawnPatches(side_px=PICKED.side_px, patches=PICKED.patches, picture=sha256_of(PATCHES_PNG)),
    "data/comparison/cmp-1-patches.png",
)
GRID = Grid(
    width_px=RUN.width_px,
    height_px=RUN.height_px,
    cell_px=RUN.cell_px,
    columns=RUN.columns,
    rows=RUN.rows,
    cells=RUN.cells,
)

Change = Callable[[Any], object]


def told_links(change: Change = lambda _: None, **geometry: JsonValue) -> LinkPicture:
    said = copy.deepcopy(SAID_LINKS)
    change(said)
    return links_of(said, {**GEOMETRY, **geometry}, GRID, RUN.path)


def told_patches(change: Change = lambda _: None) -> PatchPicture:
    said = copy.deepcopy(SAID_PATCHES)
    change(said)
    return patches_of(said, GRID, RUN.path)


def covered() -> tuple[int, int]:
    """The upper left pixel of a changed cell."""
    row, column = divmod(RUN.cells.index("2"), RUN.columns)
    return column * RUN.cell_px, row * RUN.cell_px


def test_what_the_comparison_tells_and_draws_is_believed() -> None:
    links, patches = told_links(), told_patches()

    PillowPixels().check_links(RUN, links, GOOD, LINKS_PNG)
    PillowPixels().check_patches(RUN, patches, GOOD, PATCHES_PNG)

    assert (len(links.seen), len(patches.windows)) == (len(LINKS), 3)
    assert veiled_pair_png(VEILED) == GOOD


WITH_MAP = replace(RUN, overlay="overlay.png", change_map="map.png")
OVERLAY_PNG, MAP_PNG = laid_over_png(VEILED), change_map_png(FINDING.change_map)


def test_an_overlay_and_a_map_as_they_are_drawn_are_believed() -> None:
    PillowPixels().check_overlay(WITH_MAP, GOOD, OVERLAY_PNG)
    PillowPixels().check_map(WITH_MAP, MAP_PNG)


def test_an_overlay_that_shows_what_is_veiled_or_another_pixel_is_noticed() -> None:
    for column, row in (covered(), (0, 0)):
        pixels = pixels_of(OVERLAY_PNG)
        pixels[row, column] ^= 1
        with pytest.raises(Refusal, match=r"comparison\.overlay_drawn"):
            PillowPixels().check_overlay(WITH_MAP, GOOD, png_of(pixels))


@pytest.mark.parametrize("instead", [0, 1, 2, 3])
def test_a_map_of_other_cells_is_noticed(instead: int) -> None:
    told = RUN.cells.replace(str((instead + 1) % 4), str(instead), 1)
    run = replace(WITH_MAP, cells=told)
    if told != RUN.cells:
        with pytest.raises(Refusal, match=r"comparison\.map_drawn"):
            PillowPixels().check_map(run, MAP_PNG)


@pytest.mark.parametrize("cells", ["0123", "3210", "1133"])
def test_every_class_has_the_pattern_that_the_format_says(cells: str) -> None:
    drawn = ChangeMap(cell_px=8, columns=2, rows=2, cells=cells)
    run = replace(WITH_MAP, width_px=16, height_px=16, cell_px=8, columns=2, rows=2, cells=cells)
    PillowPixels().check_map(run, change_map_png(drawn))
    with pytest.raises(Refusal, match=r"comparison\.grid"):
        PillowPixels().check_map(replace(run, width_px=99), change_map_png(drawn))


def test_a_run_with_nothing_to_draw_names_no_picture() -> None:
    none = links_of({"picture": None, "points": []}, GEOMETRY, GRID, RUN.path)
    empty = patches_of({"picture": None, "side_px": 0, "windows": []}, GRID, RUN.path)

    assert (none.path, empty.path) == ("", "")


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said["points"].extend(said["points"]),
        lambda said: said["points"][0].__setitem__(0, str(float(said["points"][0][0]) + 9)),
        lambda said: said["points"].append([*map(str, covered()), "1.0", "1.0"]),
        lambda said: said["points"][0].__setitem__(2, "90000.0"),
        lambda said: said.update(picture="data/comparison/cmp-2-links.png"),
        lambda said: said.update(picture=None),
        lambda said: said.update(points=[]),
    ],
    ids=["too many", "elsewhere", "covered", "far away", "other run", "unnamed", "nothing drawn"],
)
def test_links_that_cannot_be_are_refused(change: Change) -> None:
    with pytest.raises(ValueError, match=r"links|picture"):
        told_links(change)


def test_more_links_than_inliers_are_refused() -> None:
    with pytest.raises(ValueError, match="links"):
        told_links(inliers=len(LINKS) - 1)


@pytest.mark.parametrize("number", ["nan", "1e999", "0x1", "1_0", "", " 1", "1" * 400])
def test_what_is_no_decimal_is_not_read(number: str) -> None:
    with pytest.raises(JsonRefusedError):
        told_links(lambda said: said["points"][0].__setitem__(1, number))


def test_a_point_that_the_homography_sends_to_infinity_is_refused() -> None:
    flat: JsonValue = ["1.0", "0.0", "0.0", "0.0", "1.0", "0.0", "0.0", "0.0", "0.0"]
    with pytest.raises(ValueError, match="infinity"):
        told_links(homography=flat)


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said["windows"].append(said["windows"][0]),
        lambda said: said["windows"].__setitem__(1, said["windows"][0]),
        lambda said: said["windows"][0].update(zip(("x_px", "y_px"), covered(), strict=True)),
        lambda said: said["windows"][0].update(x_px=RUN.width_px - said["side_px"] + 1),
        lambda said: said.update(side_px=40),
        lambda said: said.update(picture=None),
    ],
    ids=["too many", "twice", "covered", "over the edge", "other side", "unnamed"],
)
def test_patches_that_cannot_be_are_refused(change: Change) -> None:
    with pytest.raises(ValueError, match=r"patches|picture"):
        told_patches(change)


@pytest.mark.parametrize("zncc", ["1.01", "0.9", "0.987", "-2.00", ".98", "1"])
def test_a_correlation_of_another_spelling_is_not_read(zncc: str) -> None:
    with pytest.raises(JsonRefusedError):
        told_patches(lambda said: said["windows"][0].update(zncc=zncc))


def test_a_mark_of_another_colour_or_elsewhere_is_noticed() -> None:
    column, row = covered()
    for value in ((0, 0, 0), (255, 255, 255), (200, 10, 10)):
        pixels = pixels_of(LINKS_PNG)
        pixels[row : row + 2, column : column + 2] = value
        with pytest.raises(Refusal, match=r"comparison\.links_drawn"):
            PillowPixels().check_links(RUN, told_links(), GOOD, png_of(pixels))


def test_a_link_that_is_not_drawn_is_noticed() -> None:
    with pytest.raises(Refusal, match=r"comparison\.links_drawn"):
        PillowPixels().check_links(RUN, told_links(), GOOD, GOOD)


def test_a_correlation_that_is_told_better_is_noticed() -> None:
    patches = told_patches()
    (left, top, told), *others = patches.windows
    better = replace(patches, windows=((left, top, told - 0.02), *others))
    with pytest.raises(Refusal, match=r"comparison\.patches_drawn"):
        PillowPixels().check_patches(RUN, better, GOOD, PATCHES_PNG)


@pytest.mark.parametrize("place", [(0, 0), (10, 300), (290, 5)])
def test_a_patch_that_is_not_in_the_veiled_pair_is_noticed(place: tuple[int, int]) -> None:
    pixels = pixels_of(PATCHES_PNG)
    pixels[place] = (1, 2, 3)
    with pytest.raises(Refusal, match=r"comparison\.patches_drawn"):
        PillowPixels().check_patches(RUN, told_patches(), GOOD, png_of(pixels))


@pytest.mark.parametrize("png", [b"", GOOD[:300], png_of(np.zeros((4, 4, 3), np.uint8))])
def test_a_picture_of_another_size_is_not_decoded(png: bytes) -> None:
    program, run = PillowPixels(), RUN
    with pytest.raises(Refusal, match=r"comparison\.picture_unreadable"):
        program.check_links(run, told_links(), GOOD, png)
    with pytest.raises(Refusal, match=r"comparison\.picture_unreadable"):
        program.check_patches(run, told_patches(), GOOD, png)


def test_the_pictures_of_a_run_are_counted_together() -> None:
    run: VeiledRun = replace(RUN, links=told_links(), patches=told_patches())

    assert run.paths == (
        "data/comparison/cmp-1.png",
        "data/comparison/cmp-1-links.png",
        "data/comparison/cmp-1-patches.png",
    )
