"""DESIGN promise 2: every way in which pixels leave is veiled, every reader of them is known."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pikepdf
import pytest

from benban.model.finding import Cell
from benban.testing.pictures import decode
from benban.testing.textures import Picture
from tests.architecture.sources import product_sources
from tests.harm.walk import Walk

# Who opens the content of an exhibit, an original or a derived picture, and what becomes of it.
READERS = {
    "casework/case_mentions.py": "the text of a conversation, which holds no picture",
    "casework/compare_clips.py": "handed to the fence, which gives times and numbers back",
    "casework/conclude.py": "sealed for the recipient's key in an authority edition",
    "casework/draw_pair.py": "handed to the fence, which gives veiled pictures back",
    "casework/fingerprints.py": "handed to the fence, which gives numbers back",
    "casework/kept_page.py": "a page's words, and its shape with a grey box for each picture",
    "casework/original_index.py": "handed to the fence, which gives numbers back; the numbers kept",
    "casework/pair_pictures.py": "veiled pairs, and what was drawn from them alone",
    "casework/screen_text.py": "made anew in grey in the fence and read by a confined program",
    "casework/search_imports.py": "handed to the fence, which gives numbers back",
    "casework/short_list.py": "handed to the fence, which gives numbers back",
    "casework/show.py": "veiled in the fence unless a live, logged grant says otherwise",
    "casework/videos.py": "handed to the fence piece by piece, which gives facts back",
    "casework/view.py": "the text of a page; and veiled pairs",
    "casework/watch_pictures.py": "held against what a place shows, in the fence",
    "cli/demo/story.py": "the example's own fake is held against its true mask",
}
AGREED, CHANGED = str(Cell.AGREE.value), str(Cell.CHANGED.value)
OPENERS = ("open_exhibit(", "open_original(", "get_derived(")


def test_every_reader_of_stored_pictures_is_known() -> None:
    found = {
        source.place
        for source in product_sources()
        if source.room != "vault" and any(f".{one}" in source.text for one in OPENERS)
    }

    assert found == set(READERS)


def test_nothing_that_left_holds_bytes_of_a_picture_as_it_was_kept(walk: Walk) -> None:
    pictures = (walk.example.fake, walk.example.original)
    parts = [data[at : at + 48] for data in pictures for at in range(700, len(data) - 48, 4096)]
    leaving = dict(left(walk))

    assert (len(leaving) > 8, len(parts) > 20) == (True, True)
    assert {name for name, data in leaving.items() for part in parts if part in data} == set()


def test_a_shown_picture_has_no_fine_detail_left(walk: Walk) -> None:
    veiled = decode((walk.leaving / "che.png").read_bytes())
    fake = decode(walk.example.fake)

    assert fineness(veiled) < 0.02 * fineness(fake)


def test_every_picture_in_a_dossier_hides_what_was_changed(walk: Walk) -> None:
    (geometry,) = [json.loads(data) for name, data in left(walk) if name == "geometry.json"]
    (run,) = [one for one in geometry["comparisons"] if one.get("registration")]
    shown = [one for name, data in left(walk) for one in pictures_of(name, data)]

    width, height = run["registration"]["questioned_size_px"]
    pairs = [one for one in shown if one.shape[0] == height and one.shape[1] > 2 * width]

    # The pair, the same with numbered places, pieces of it (tests/unit/compare/test_patches), its
    # halves on one grid (test_laid_over), and the map, drawn from numbers (test_map_picture); each
    # beside the reports, and in the report of each language.
    assert (len(shown), len(pairs)) == (15, 6)
    for picture in pairs:
        for half in halves_of(picture, *run["registration"]["questioned_size_px"]):
            changed, agreed = (detail_in(half, run["change_map"], one) for one in (CHANGED, AGREED))
            assert changed < 0.25 * agreed


def test_no_picture_stands_in_letter_receipt_or_notice(walk: Walk) -> None:
    papers = [(name, data) for name, data in left(walk) if name in {"thu.pdf", "bien-nhan.txt"}]

    assert [name for name, data in papers if pictures_of(name, data)] == []
    assert [one for one in papers if b"\x89PNG" in one[1] or b"\xff\xd8\xff" in one[1]] == []


@pytest.mark.parametrize("command", ["plan in words", "compare", "notice draft", "check"])
def test_no_command_draws_pictures_into_the_terminal(walk: Walk, command: str) -> None:
    said = walk.ran[command].out

    assert [sign for sign in ("\x1b]1337", "\x1bP", "\x1b_G", "▀", "▄") if sign in said] == []


def left(walk: Walk) -> list[tuple[str, bytes]]:
    """Return every file the person asked for, and every member of the packages."""
    found: list[tuple[str, bytes]] = []
    for path in sorted(walk.leaving.iterdir()):
        found.append((path.name, path.read_bytes()))
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as bag:
                found += [(Path(name).name, bag.read(name)) for name in bag.namelist()]
    return found


def pictures_of(name: str, data: bytes) -> list[Picture]:
    if name == "che.png":
        return []
    if name.endswith(".png"):
        return [decode(data)]
    if not name.endswith(".pdf"):
        return []
    with pikepdf.open(io.BytesIO(data)) as opened:
        held = [
            one
            for one in opened.objects
            if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"
        ]
        return [
            np.asarray(pikepdf.PdfImage(one).as_pil_image().convert("RGB"), np.uint8)
            for one in held
        ]


def fineness(picture: Picture) -> float:
    """Return the energy of what is finer than two pixels."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float64)
    return float(cv2.Laplacian(grey, cv2.CV_64F)[8:-8, 8:-8].var())


def halves_of(picture: Picture, width: int, height: int) -> tuple[Picture, Picture]:
    """Return the two halves of a veiled pair; any other picture has another size."""
    assert (picture.shape[1] > 2 * width, picture.shape[0]) == (True, height)
    return picture[:, :width], picture[:, -width:]


def detail_in(half: Picture, change_map: dict[str, Any], wanted: str) -> float:
    """Return the mean strength of what is fine inside the cells of one class."""
    edges = np.abs(cv2.Laplacian(cv2.cvtColor(half, cv2.COLOR_RGB2GRAY), cv2.CV_64F))
    side, columns = change_map["cell_px"], change_map["columns"]
    means = []
    for number, cell in enumerate(change_map["cells"]):
        y, x = side * (number // columns), side * (number % columns)
        if cell == wanted:
            means.append(edges[y + 2 : y + side - 2, x + 2 : x + side - 2].mean())
    assert len(means) > 50
    return float(np.median(means))
