"""
Pictures of which a comparison can say little or nothing, compared as a person does it.

Flat, tiny, a screen of words, the photo itself, its mirror image, grey, transparent, very wide:
each is measured within the fence's limits, and nothing is claimed that it does not carry.
"""

import io
from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
import pytest

from benban.fingerprint.ports import PairFinding
from benban.model.custody import EventKind
from benban.model.exhibit import Original
from benban.model.finding import Cell, Tier
from benban.testing.drawings import Picture, draw
from benban.testing.pictures import Subject, draw_example, encode_jpeg
from benban.wording import Language, say
from tests.kept_fences import KeptFences
from tests.path.terminal import ADDRESS, ADULT, SEEN, Terminal

BOTH = len(Language)
NO_AGE = ("--adult-now", "yes", "--adult-in-picture", "unsure", "--nobody-doubts", "yes")


@cache
def photo() -> Picture:
    return draw_example(Subject.CAT, seed=3, width_px=512, height_px=384)


def png(pixels: np.ndarray) -> bytes:
    """Return the PNG of *pixels*, in the order red, green, blue, alpha."""
    order = {3: cv2.COLOR_RGB2BGR, 4: cv2.COLOR_RGBA2BGRA}.get(pixels.shape[2], 0)
    shown = cv2.cvtColor(pixels, order) if pixels.shape[2] > 1 else pixels
    return cv2.imencode(".png", shown)[1].tobytes()


def a_screen_of_words(seed: int) -> bytes:
    rng = np.random.default_rng(seed)
    page = np.full((800, 480, 3), 250, np.uint8)
    for line in range(13):
        words = "".join(rng.choice(list("abcdeghiklmnoprstuvxy    "), 30))
        place = (16, 50 + 58 * line)
        cv2.putText(page, words, place, cv2.FONT_HERSHEY_SIMPLEX, 0.8, (20, 20, 20), 2, cv2.LINE_AA)
    return png(page)


def with_alpha(alpha: np.ndarray) -> bytes:
    return png(np.dstack([photo(), alpha]))


def compared(fences: KeptFences, questioned: bytes, original: bytes) -> PairFinding:
    with fences.opened() as fence:
        (finding,) = fence.compare(io.BytesIO(questioned), [io.BytesIO(original)])
    return finding


# --- what carries nothing is connected to nothing -------------------------------------------

OF_NO_USE: dict[str, Callable[[], bytes]] = {
    "flat": lambda: png(draw("flat", seed=4, width_px=300, height_px=300)),
    "one pixel": lambda: png(photo()[:1, :1]),
    "a line of pixels": lambda: png(photo()[:300, :1]),
    "twelve pixels": lambda: png(photo()[:12, :12]),
    "a thumbnail of something else": lambda: png(
        draw_example(Subject.STATUE, seed=5, width_px=64, height_px=48)
    ),
    "words": lambda: a_screen_of_words(1),
}


@pytest.mark.parametrize("name", OF_NO_USE)
def test_a_picture_of_no_use_is_connected_to_nothing_from_either_side(
    kept_fences: KeptFences, name: str
) -> None:
    odd, usual = OF_NO_USE[name](), png(photo())

    found = [compared(kept_fences, *pair) for pair in ((odd, usual), (usual, odd))]

    assert found == [PairFinding(index=0, tier=Tier.NONE)] * 2


@pytest.mark.parametrize("name", ["flat", "one pixel", "twelve pixels"])
def test_what_holds_nothing_is_not_even_connected_to_itself(
    kept_fences: KeptFences, name: str
) -> None:
    odd = OF_NO_USE[name]()
    assert compared(kept_fences, odd, odd) == PairFinding(index=0, tier=Tier.NONE)


def test_two_screens_of_words_are_connected_by_nothing_and_one_to_itself_as_no_photograph(
    kept_fences: KeptFences,
) -> None:
    one, other = a_screen_of_words(1), a_screen_of_words(2)

    tiers = [compared(kept_fences, one, seen).tier for seen in (other, one)]

    assert tiers == [Tier.NONE, Tier.B]


def test_a_thumbnail_of_the_photo_is_too_little_to_be_called_the_same_shot(
    kept_fences: KeptFences,
) -> None:
    thumbnail = png(cv2.resize(photo(), (40, 30), interpolation=cv2.INTER_AREA))
    assert compared(kept_fences, thumbnail, png(photo())).tier is Tier.B


# --- what carries the photo is the photo, whatever it is wrapped in -------------------------


@pytest.mark.parametrize(
    "questioned",
    [
        lambda: png(photo()),
        lambda: png(cv2.cvtColor(photo(), cv2.COLOR_RGB2GRAY)[..., None]),
        lambda: with_alpha(np.zeros(photo().shape[:2], np.uint8)),
        lambda: with_alpha(draw("noise", seed=1, width_px=512, height_px=384)[..., 0]),
    ],
    ids=["itself", "in grey", "transparent", "transparent in places"],
)
def test_a_photo_against_itself_is_the_same_picture_with_nothing_altered(
    kept_fences: KeptFences, questioned: Callable[[], bytes]
) -> None:
    finding = compared(kept_fences, questioned(), png(photo()))

    assert finding.change_map is not None
    assert (finding.tier, finding.is_best, finding.same_picture) == (Tier.A, True, True)
    assert (finding.change_map.share(Cell.CHANGED), finding.change_map.shows_alteration) == (
        0,
        False,
    )


def test_a_mirrored_selfie_is_the_photo_and_said_to_be_mirrored(kept_fences: KeptFences) -> None:
    mirrored = encode_jpeg(np.ascontiguousarray(photo()[:, ::-1]))

    finding = compared(kept_fences, mirrored, encode_jpeg(photo()))

    assert finding.registration is not None
    assert (finding.tier, finding.same_picture, finding.registration.is_mirrored) == (
        Tier.A,
        True,
        True,
    )


# --- a panorama -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def panorama() -> bytes:
    """20,000 x 2,500 pixels: as wide and as large as a picture may be."""
    seen = draw_example(Subject.CAT, seed=8, width_px=2000, height_px=256)
    return encode_jpeg(np.asarray(cv2.resize(seen, (20_000, 2_500)), np.uint8), quality=80)


def test_a_panorama_20000_pixels_wide_is_measured_and_found_within_the_limits(
    kept_fences: KeptFences, panorama: bytes
) -> None:
    with kept_fences.opened() as fence:
        measured = fence.measure(io.BytesIO(panorama))
    finding = compared(kept_fences, panorama, panorama)

    assert (measured.width_px, measured.height_px, measured.is_whole) == (20_000, 2_500, True)
    assert (finding.tier in {Tier.A, Tier.B}, finding.same_picture) == (True, True)


def test_a_panorama_too_low_to_be_laid_over_is_connected_to_nothing(
    kept_fences: KeptFences,
) -> None:
    low = encode_jpeg(draw_example(Subject.CAT, seed=8, width_px=20_000, height_px=120))
    assert compared(kept_fences, low, low) == PairFinding(index=0, tier=Tier.NONE)


# --- through the command, and with the room closed ------------------------------------------


def reported(terminal: Terminal, case: str, *files: str, age: tuple[str, ...] = ADULT) -> None:
    source = terminal.file("noi.txt", ADDRESS.encode())
    seen = (*SEEN[: -len(ADULT)], *age)
    ran = terminal.run("add", case, *files, "--from", source, *seen)
    assert ran.code == 0, ran.err


def declared(terminal: Terminal, case: str, *photos: str) -> None:
    sentence = terminal.file("loi", say(Language.VI, "cli.original.declaration").encode())
    ran = terminal.run("original", "add", case, *photos, "--declaration", sentence)
    assert ran.code == 0, ran.err


def test_pictures_of_no_use_are_said_with_their_tier_alone_and_nothing_is_kept_of_them(
    terminal: Terminal, case: str
) -> None:
    names = [terminal.file(f"{name}.png", OF_NO_USE[name]()) for name in ("flat", "one pixel")]
    reported(terminal, case, *names)
    declared(terminal, case, terminal.file("anh.jpg", encode_jpeg(photo())))

    ran = terminal.run("compare", case)

    assert (ran.code, ran.json["failed"]) == (0, [])
    looked = {"by_index": None, "declared": 1, "in_full": 1, "unread": 0}
    said = [("searched", looked), ("tier", "0")]
    assert [sorted(run.items())[1:] for run in ran.json["runs"]] == [said] * 2


@pytest.mark.parametrize("photos", [(), ("words",)], ids=["nothing", "a picture"])
def test_without_a_photo_of_ones_own_nothing_is_compared_and_the_next_step_is_said(
    terminal: Terminal, case: str, photos: tuple[str, ...]
) -> None:
    reported(terminal, case, *(terminal.file(f"{one}.png", OF_NO_USE[one]()) for one in photos))

    assert terminal.refusals("compare", case) == ["BB-107"] * BOTH
    assert EventKind.COMPARED not in terminal.state(case).events


def test_where_the_answers_on_age_allow_no_picture_none_is_read_or_compared(
    terminal: Terminal, case: str
) -> None:
    name = terminal.file("anh.jpg", encode_jpeg(photo()))
    sentence = terminal.file("loi", say(Language.VI, "cli.original.declaration").encode())
    reported(terminal, case, age=NO_AGE)
    add = ("original", "add", case, name, "--declaration", sentence)

    assert terminal.refusals(*add) == ["BB-101"] * BOTH
    assert terminal.refusals("compare", case) == ["BB-107"] * BOTH
    with terminal.store(case) as store:
        assert store.all(Original) == ()
    kinds = terminal.state(case).events
    assert not {EventKind.ORIGINALS_DECLARED, EventKind.COMPARED} & set(kinds)


def test_without_the_sentence_typed_no_photo_is_read(terminal: Terminal, case: str) -> None:
    reported(terminal, case)
    name = terminal.file("anh.jpg", encode_jpeg(photo()))
    other = terminal.file("loi-khac", "Đúng vậy.".encode())

    assert terminal.refusal("original", "add", case, name, "--declaration", other) == "BB-107"
    with terminal.store(case) as store:
        assert store.all(Original) == ()
