"""Of a page with pictures of many people one is asked for and kept (HARM 1, 2)."""

import io
import zipfile
from pathlib import Path

import numpy as np
from warcio.archiveiterator import ArchiveIterator

from benban.capture.ports import Part
from benban.capture.visit import NO_PERMIT, OTHER_PEOPLE
from benban.model.exhibit import Exhibit
from benban.outside.browser import ChromiumBrowser
from benban.testing.pictures import canary_bytes, canary_colour, decode, draw_feed_picture
from benban.testing.platform import POSTS, PlatformSimulator
from benban.testing.platform_hostile import HOSTILE_PICTURES
from benban.testing.spool import MemorySpooled
from tests.browser.conftest import Preserved, preserve

CHOSEN = 19
ALL_KINDS = ["dom-text", "screenshot", "page-pdf", "mhtml", "media", "wacz"]


def kinds_of(kept: Preserved) -> list[str]:
    return [exhibit.kind.value for exhibit in kept.exhibits]


def warc_bodies(wacz: bytes) -> bytes:
    """Every block of every record, unpacked."""
    found = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(wacz)) as package:
        for name in package.namelist():
            data = package.read(name)
            found.write(data)
            if name.startswith("archive/"):
                for record in ArchiveIterator(io.BytesIO(data), no_record_parse=True):
                    found.write(record.raw_stream.read())
    return found.getvalue()


def canaries_in(data: bytes, numbers: range) -> list[int]:
    return [number for number in numbers if canary_bytes(number) in data]


def colours_in(png: bytes, numbers: range) -> list[int]:
    """Posts whose loud colour stands in the picture, up to what JPEG may change."""
    packed = decode(png).astype(np.uint32) @ np.array((1 << 16, 1 << 8, 1), np.uint32)
    different = np.unique(packed)
    pixels = np.stack([different >> 16 & 255, different >> 8 & 255, different & 255], axis=1)
    pixels = pixels.astype(int)
    return [
        number
        for number in numbers
        if (np.abs(pixels - canary_colour(number)).max(axis=1) < 8).any()
    ]


class Witness:
    """Looks into every file of the browser's folder each time something is adopted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.files = 0
        self.found: set[int] = set()

    def __call__(self) -> None:
        for path in self._folder.rglob("*"):
            if path.is_file():
                self.files += 1
                self.found.update(canaries_in(path.read_bytes(), range(POSTS)))


class WatchedPreserved(Preserved):
    def __init__(self, witness: Witness) -> None:
        super().__init__()
        self._witness = witness

    def take(self, part: Part[MemorySpooled]) -> Exhibit:
        self._witness()
        return super().take(part)


def test_of_forty_posts_one_media_body_is_requested_and_stored(
    platform: PlatformSimulator, recorder: ChromiumBrowser, profile_folder: Path
) -> None:
    witness = Witness(profile_folder)
    number = platform.number_of(CHOSEN)

    capture, kept = preserve(
        recorder, platform.feed_address(number), kept=WatchedPreserved(witness)
    )

    assert platform.media_requests() == (f"/file/kenh_vi_du-{number}.jpg",)
    assert kinds_of(kept) == ALL_KINDS
    assert kept.of("media") == [draw_feed_picture(CHOSEN)]
    everything = kept.everything() + warc_bodies(kept.of("wacz")[0])
    assert canaries_in(everything, range(POSTS)) == [CHOSEN]
    assert colours_in(kept.of("screenshot")[0], range(POSTS)) == []
    assert (witness.found, witness.files > 0) == (set(), True)
    assert list(profile_folder.iterdir()) == []
    # 39 pictures and the avatar that stands beside every post.
    assert {one.reason: one.count for one in capture.withheld}[OTHER_PEOPLE] == POSTS


def test_the_picture_is_said_to_be_in_the_package_and_in_nothing_else(
    platform: PlatformSimulator, recorder: ChromiumBrowser
) -> None:
    number = platform.number_of(3)

    _, kept = preserve(recorder, platform.post_address(number))

    holding = {each.kind.value for each in kept.exhibits if each.contains_media}
    by_kind: dict[str, Exhibit] = {each.kind.value: each for each in kept.exhibits}
    assert holding == {"media", "wacz"}
    assert by_kind["wacz"].derived_from == (by_kind["media"].id,)


def test_without_a_permit_no_picture_is_asked_for_and_only_text_is_kept(
    platform: PlatformSimulator, recorder: ChromiumBrowser
) -> None:
    number = platform.number_of(CHOSEN)

    capture, kept = preserve(recorder, platform.feed_address(number), with_permit=False)

    assert platform.media_requests() == ()
    assert kinds_of(kept) == ["dom-text"]
    assert "Bài số 19" in kept.of("dom-text")[0].decode()
    assert {one.reason for one in capture.withheld} == {NO_PERMIT}


def test_without_a_permit_the_address_of_a_picture_is_not_even_opened(
    platform: PlatformSimulator, recorder: ChromiumBrowser
) -> None:
    path = f"/file/kenh_vi_du-{platform.number_of(0)}.jpg"

    capture, kept = preserve(recorder, platform.address(path), with_permit=False)

    assert (platform.requests(), kept.exhibits, capture.status) == ((), [], None)


def test_on_an_unknown_page_nothing_is_fetched_unless_somebody_chooses(
    platform: PlatformSimulator, recorder: ChromiumBrowser
) -> None:
    offered: list[tuple[str, ...]] = []

    def look(addresses: tuple[str, ...]) -> tuple[str, ...]:
        offered.append(addresses)
        return ()

    capture, kept = preserve(recorder, platform.address("/plain"), choose=look)

    assert len(offered[0]) == POSTS
    assert (platform.media_requests(), kept.of("media")) == ((), [])
    assert "item" in {one.what for one in capture.missing}


def test_on_an_unknown_page_what_was_chosen_is_fetched_and_nothing_made_up(
    platform: PlatformSimulator, recorder: ChromiumBrowser
) -> None:
    path = f"/file/kenh_vi_du-{platform.number_of(7)}.jpg"

    def choose(addresses: tuple[str, ...]) -> tuple[str, ...]:
        assert platform.address(path) in addresses
        return (platform.address(path), "http://127.0.0.1:1/not-on-the-page.jpg")

    _, kept = preserve(recorder, platform.address("/plain"), choose=choose)

    assert platform.media_requests() == (path,)
    assert kept.of("media") == [draw_feed_picture(7)]


def test_the_address_of_a_picture_is_the_item_itself(
    platform: PlatformSimulator, recorder: ChromiumBrowser
) -> None:
    path = f"/file/kenh_vi_du-{platform.number_of(5)}.jpg"

    _, kept = preserve(recorder, platform.address(path))

    assert kinds_of(kept) == ["media", "wacz"]
    assert kept.of("media") == [draw_feed_picture(5)]
    assert set(platform.media_requests()) == {path}


def test_a_page_that_hides_pictures_in_every_corner_gives_none_away(
    platform: PlatformSimulator, recorder: ChromiumBrowser
) -> None:
    capture, kept = preserve(recorder, platform.address("/hostile"))

    everything = kept.everything() + warc_bodies(kept.of("wacz")[0])
    asked_for = {seen.path for seen in platform.requests()}
    assert canaries_in(everything, HOSTILE_PICTURES) == []
    assert colours_in(kept.of("screenshot")[0], HOSTILE_PICTURES) == []
    # What does not look like a picture from outside is asked for, and dropped unread.
    assert asked_for == {
        "/hostile",
        "/style.css",
        "/to-private",
        *("/hinh/520", "/hinh/521", "/hinh/522", "/hinh/526", "/hinh/530", "/lie/527"),
    }
    assert "Chữ trên trang vẫn còn" in kept.of("dom-text")[0].decode()
    assert {one.reason: one.count for one in capture.withheld}[OTHER_PEOPLE] > 20
    # No private address was reached, and none of the browser's own hosts.
    refused = {one.what: one.reason for one in capture.missing}
    assert [each.host for each in capture.connections] == ["127.0.0.1"]
    assert refused["request: 169.254.169.254"] == "private-address"
    assert refused["request: 10.0.0.1"] == "private-address"


def test_pictures_written_into_the_page_are_taken_out(
    platform: PlatformSimulator, recorder: ChromiumBrowser
) -> None:
    _, kept = preserve(recorder, platform.feed_address(platform.number_of(0)))

    everything = kept.everything() + warc_bodies(kept.of("wacz")[0])
    assert b"data:image" not in everything
    assert b"benban-withheld" in everything
