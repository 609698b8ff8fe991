"""Which pictures of a place are the questioned one, and which are the person's own photo."""

import cv2
import numpy as np
import pytest

from benban.casework.watch_pictures import Likeness, closeness_of, wanted_pictures
from benban.outside.fence import Fence
from benban.testing.clock import FakeClock
from benban.testing.pictures import (
    Subject,
    draw_example,
    encode_jpeg,
    make_fake,
    make_screenshot_copy,
)
from benban.testing.platform import PlatformSimulator
from benban.vault import CaseStore
from tests.unit.casework.watched import Watched

SCENE = draw_example(Subject.CAT, seed=41, width_px=800, height_px=608)
ORIGINAL, FAKE = encode_jpeg(SCENE), make_fake(SCENE, seed=41).jpeg
OTHER = encode_jpeg(draw_example(Subject.CAT, seed=42, width_px=800, height_px=608))


def pixels(data: bytes) -> np.ndarray:
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return image


def jpeg(image: np.ndarray, quality: int = 75) -> bytes:
    return bytes(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])


def cut(data: bytes) -> bytes:
    image = pixels(data)
    height, width = image.shape[:2]
    return jpeg(image[height // 8 : height * 7 // 8, width // 8 : width * 7 // 8])


FORMS = {
    "same bytes": FAKE,
    "compressed again": jpeg(pixels(FAKE), 35),
    "smaller": jpeg(cv2.resize(pixels(FAKE), (400, 304))),
    "mirrored": jpeg(np.ascontiguousarray(pixels(FAKE)[:, ::-1])),
    "cut": cut(FAKE),
    "screenshot": make_screenshot_copy(FAKE, seed=3),
}
OWN = {
    "the photo": ORIGINAL,
    "the photo compressed again": jpeg(pixels(ORIGINAL), 40),
    "the photo cut": cut(ORIGINAL),
    "a screenshot of the photo": make_screenshot_copy(ORIGINAL, seed=3),
}


@pytest.fixture
def case(store: CaseStore, clock: FakeClock, fence: Fence) -> Watched:
    with PlatformSimulator(posts=1) as site:
        watched = Watched(store=store, clock=clock, site=site, decoder=fence)
        watched.keep(watched.report("/kenh_vi_du/101"), FAKE)
    return watched


def likeness(case: Watched, picture: bytes) -> Likeness:
    assert case.decoder is not None
    wanted = wanted_pictures(case.store)
    return closeness_of(case.store, picture, wanted, case.decoder, is_thorough=True).likeness


def test_every_form_of_the_fake_is_found_where_the_photo_is_declared(case: Watched) -> None:
    case.declare(ORIGINAL)

    assert {name: likeness(case, FORMS[name]) for name in FORMS} == dict.fromkeys(
        FORMS, Likeness.QUESTIONED
    )


def test_no_form_of_the_declared_photo_is_a_find(case: Watched) -> None:
    case.declare(ORIGINAL)

    found = {name: likeness(case, OWN[name]) for name in OWN}

    assert [name for name, one in found.items() if one is Likeness.QUESTIONED] == []
    assert found["the photo"] is Likeness.UNTOUCHED


def test_without_a_declared_photo_what_differs_anywhere_is_no_find(case: Watched) -> None:
    assert likeness(case, FORMS["same bytes"]) is Likeness.QUESTIONED
    assert [name for name in OWN if likeness(case, OWN[name]) is Likeness.QUESTIONED] == []


@pytest.mark.parametrize("is_declared", [True, False])
def test_another_picture_is_another_picture(case: Watched, *, is_declared: bool) -> None:
    if is_declared:
        case.declare(ORIGINAL)

    assert likeness(case, OTHER) is Likeness.OTHER


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\xff\xd8\xff\xe0 broken", b"<svg/>"])
def test_what_cannot_be_read_is_said_to_be_so(case: Watched, data: bytes) -> None:
    assert likeness(case, data) is Likeness.UNREADABLE


def test_nothing_of_what_was_compared_is_kept(case: Watched) -> None:
    before = len(case.store.events())

    likeness(case, OTHER)
    likeness(case, FAKE)

    assert len(case.store.events()) == before
