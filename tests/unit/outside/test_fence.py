import io
import math
import struct
import sys
import zlib
from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image

from benban.errors import (
    FenceUnavailableError,
    PairNotVeilableError,
    PictureDamagedError,
    PictureFormatError,
    PictureTimeError,
    PictureTooLargeError,
    PictureUnsafeError,
)
from benban.fingerprint.measure import measure_picture
from benban.fingerprint.ports import LinkedPair, PairFinding, PatchedPair
from benban.model.exhibit import Arrival
from benban.model.finding import PointLink, Registration, TexturePatch, Tier
from benban.outside.fence import Fence, FenceLimits
from benban.outside.fence_answers import as_pair_png, check_links, check_patches, error_said
from benban.outside.fence_wire import Answer
from benban.testing.drawings import draw
from benban.testing.pictures import Subject, draw_example, encode_jpeg, make_fake


@pytest.fixture(scope="module")
def fence() -> Iterator[Fence]:
    with Fence() as fence:
        yield fence


def _jpeg(seed: int = 1, width_px: int = 400, height_px: int = 300) -> bytes:
    rgb = draw("patches", seed=seed, width_px=width_px, height_px=height_px)
    return cv2.imencode(".jpg", rgb[:, :, ::-1])[1].tobytes()


def _png_header(width: int, height: int) -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = b"IDAT" + zlib.compress(bytes(64))
    chunks = [
        struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in (head, body)
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def test_a_picture_measured_behind_the_fence_has_the_same_fingerprint(fence: Fence) -> None:
    assert fence.measure(io.BytesIO(_jpeg())) == measure_picture(_jpeg())


def test_how_a_picture_arrived_is_read_behind_the_fence(fence: Fence) -> None:
    assert fence.arrival(io.BytesIO(_jpeg())) == Arrival.PLAIN_COPY


def test_a_veiled_picture_keeps_nothing_finer_than_sixteen_pixels(fence: Fence) -> None:
    png = fence.veil(io.BytesIO(_jpeg()), 320)

    veiled = np.asarray(Image.open(io.BytesIO(png)), np.float32)
    tiny = cv2.resize(veiled, (16, 12), interpolation=cv2.INTER_AREA)
    again = cv2.resize(tiny, (320, 240), interpolation=cv2.INTER_LINEAR)
    assert veiled.shape == (240, 320, 3)
    assert float(np.abs(again - veiled).max()) < 20


def test_an_unveiled_picture_is_a_png_of_the_asked_size_without_metadata(fence: Fence) -> None:
    picture = Image.open(io.BytesIO(fence.unveil(io.BytesIO(_jpeg()), 200)))

    assert (picture.format, picture.size, dict(picture.info)) == ("PNG", (200, 150), {})


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"no picture", PictureFormatError),
        (b"\xff\xd8\xff\xe0 nothing after", PictureDamagedError),
        (_png_header(16_000, 16_000), PictureTooLargeError),
    ],
)
def test_a_picture_that_cannot_be_read_is_named_by_a_typed_error(
    fence: Fence, data: bytes, expected: type[Exception]
) -> None:
    with pytest.raises(expected):
        fence.measure(io.BytesIO(data))


def test_after_a_bad_picture_the_next_one_is_measured(fence: Fence) -> None:
    with pytest.raises(PictureFormatError):
        fence.measure(io.BytesIO(b"no picture"))

    assert fence.measure(io.BytesIO(_jpeg())).width_px == 400


def test_more_bytes_than_any_photo_has_are_not_handed_over(fence: Fence) -> None:
    with pytest.raises(PictureTooLargeError):
        fence.measure(io.BytesIO(_jpeg() + bytes(97 * 1024 * 1024)))

    assert fence.measure(io.BytesIO(_jpeg())).width_px == 400


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds to a memory limit")
def test_a_picture_that_needs_too_much_memory_is_kept_and_the_next_one_is_measured() -> None:
    # On top of what lies free in the process already.
    with Fence(FenceLimits(memory_bytes=12 * 1024 * 1024)) as fence:
        with pytest.raises(PictureUnsafeError):
            fence.measure(io.BytesIO(_jpeg(width_px=3000, height_px=2400)))

        assert fence.measure(io.BytesIO(_jpeg())).width_px == 400


@pytest.mark.skipif(sys.platform == "win32", reason="the job ends the process there")
def test_a_picture_that_takes_too_long_ends_the_process_by_the_clock() -> None:
    with Fence(FenceLimits(wall_s=0.0)) as fence, pytest.raises(PictureTimeError):
        fence.measure(io.BytesIO(_jpeg(width_px=3000, height_px=2400)))


def test_a_process_that_was_ended_is_started_again(fence: Fence) -> None:
    fence.close()

    assert fence.measure(io.BytesIO(_jpeg())).width_px == 400


@pytest.mark.skipif(sys.platform != "linux", reason="what is in force differs by platform")
def test_the_fence_says_what_confines_the_decoding_process(fence: Fence) -> None:
    assert {
        "memory",
        "cpu-time",
        "no-file-written",
        "no-file-opened",
        "no-core",
    } <= set(fence.facts().in_force)


def test_a_covered_copy_is_compared_and_shown_veiled_behind_the_fence(fence: Fence) -> None:
    original = draw_example(Subject.STATUE, seed=4, width_px=800, height_px=600)
    questioned = make_fake(original, seed=2).jpeg
    photo = encode_jpeg(original, quality=93)

    (finding,) = fence.compare(io.BytesIO(questioned), [io.BytesIO(photo)])
    png = fence.veil_pair(io.BytesIO(questioned), io.BytesIO(photo), finding)

    assert (finding.tier, finding.is_best, finding.same_picture) == (Tier.A, True, False)
    assert Image.open(io.BytesIO(png)).size == (640 * 2 + 16, 480)


def test_links_and_patches_of_a_pair_come_out_of_the_fence_with_their_pictures(
    fence: Fence,
) -> None:
    original = draw_example(Subject.STATUE, seed=4, width_px=528, height_px=396)
    questioned = make_fake(original, seed=2).jpeg
    photo = encode_jpeg(original, quality=93)
    (finding,) = fence.compare(io.BytesIO(questioned), [io.BytesIO(photo)])

    linked = fence.link_pair(io.BytesIO(questioned), io.BytesIO(photo), finding)
    patched = fence.patch_pair(io.BytesIO(questioned), io.BytesIO(photo), finding)

    sizes = [Image.open(io.BytesIO(png)).size for png in (linked.png, patched.png)]
    side, count = 4 * patched.side_px, len(patched.patches)
    assert 0 < len(linked.links) <= 40
    assert sizes == [(422 * 2 + 16, 317), (count * (2 * side + 48) - 40, side + 40)]


def test_a_pair_that_says_its_tier_alone_has_neither_links_nor_patches(fence: Fence) -> None:
    silent = PairFinding(index=0, tier=Tier.C)
    for act in (fence.link_pair, fence.patch_pair):
        with pytest.raises(PairNotVeilableError):
            act(io.BytesIO(_jpeg()), io.BytesIO(_jpeg()), silent)


LINK = PointLink(questioned_px=(9.5, 9.0), original_px=(10.0, 11.0))
PNG, PATCHES_PNG = _png_header(216, 80), _png_header(392, 232)
PATCH = TexturePatch(x_px=0, y_px=8, zncc=0.5)


def test_links_and_patches_of_an_honest_process_are_believed() -> None:
    check_links(LinkedPair(links=(LINK,), png=PNG), _laid_as_is())
    check_links(LinkedPair(links=(), png=b""), _laid_as_is())
    check_patches(PatchedPair(side_px=48, patches=(PATCH,), png=PATCHES_PNG), _laid_as_is())
    check_patches(PatchedPair(side_px=0, patches=(), png=b""), _laid_as_is())


@pytest.mark.parametrize("body", [b"", b"GIF89a", _png_header(217, 80), PNG[:20]])
def test_a_pair_of_another_size_or_kind_is_not_believed(body: bytes) -> None:
    assert as_pair_png(PNG, _laid_as_is(), halves=2) == PNG
    assert as_pair_png(_png_header(100, 80), _laid_as_is(), halves=1)
    with pytest.raises(FenceUnavailableError):
        as_pair_png(body, _laid_as_is(), halves=2)


@pytest.mark.parametrize(
    "linked",
    [
        LinkedPair(
            links=tuple(replace(LINK, original_px=(10.0 + k / 100, 11.0)) for k in range(10)),
            png=PNG,
        ),
        LinkedPair(links=(LINK, LINK), png=PNG),
        LinkedPair(links=(replace(LINK, original_px=(13.0, 11.0)),), png=PNG),
        LinkedPair(links=(LINK,), png=_png_header(216, 81)),
        LinkedPair(links=(LINK,), png=b"GIF89a"),
        LinkedPair(links=(), png=PNG),
        LinkedPair(links=(replace(LINK, questioned_px=(math.nan, 1.0)),), png=PNG),
        LinkedPair(links=(replace(LINK, original_px=(100.0, 1.0)),), png=PNG),
    ],
    ids=[
        "more than inliers",
        "twice",
        "not where it lies",
        "other size",
        "no PNG",
        "nothing to draw",
        "no number",
        "outside",
    ],
)
def test_links_that_no_honest_process_gives_are_not_believed(linked: LinkedPair) -> None:
    with pytest.raises(FenceUnavailableError):
        check_links(linked, _laid_as_is())


@pytest.mark.parametrize(
    "patched",
    [
        PatchedPair(side_px=48, patches=(PATCH,) * 4, png=PATCHES_PNG),
        PatchedPair(side_px=48, patches=(PATCH, PATCH), png=_png_header(824, 232)),
        PatchedPair(side_px=40, patches=(PATCH,), png=_png_header(328, 200)),
        PatchedPair(side_px=48, patches=(PATCH,), png=PNG),
        PatchedPair(side_px=0, patches=(PATCH,), png=PNG),
        PatchedPair(side_px=48, patches=(), png=b""),
        PatchedPair(side_px=48, patches=(replace(PATCH, x_px=60),), png=PATCHES_PNG),
        PatchedPair(side_px=48, patches=(replace(PATCH, y_px=-1),), png=PATCHES_PNG),
        PatchedPair(side_px=48, patches=(replace(PATCH, zncc=1.5),), png=PATCHES_PNG),
        PatchedPair(side_px=48, patches=(replace(PATCH, zncc=math.nan),), png=PATCHES_PNG),
    ],
    ids=[
        "too many",
        "one over the other",
        "other side",
        "other size",
        "no side",
        "no patch",
        "over the edge",
        "before it",
        "too good",
        "no number",
    ],
)
def test_patches_that_no_honest_process_gives_are_not_believed(patched: PatchedPair) -> None:
    with pytest.raises(FenceUnavailableError):
        check_patches(patched, _laid_as_is())


def _laid_as_is() -> PairFinding:
    return PairFinding(
        index=0,
        tier=Tier.A,
        registration=Registration(
            homography=(1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0),
            is_mirrored=False,
            inlier_count=9,
            pair_count=9,
            tolerance_px=3.0,
            median_residual_px=0.1,
            similarity_share=1.0,
            questioned_size_px=(100, 80),
            original_size_px=(100, 80),
        ),
    )


def test_a_child_that_was_taken_over_cannot_speak_through_an_error() -> None:
    params: dict[str, str | int] = {
        "detail": "x",
        "limit": "96 MB",
        "px": 7,
        "bad": "\x1b[2J",
        "long": "a" * 500,
    }

    error = error_said(Answer(code="BB-302", params=params))

    assert error.params == {"detail": "x", "limit": "96 MB", "px": 7}
    assert type(error_said(Answer(code="BB-999"))) is PictureUnsafeError
