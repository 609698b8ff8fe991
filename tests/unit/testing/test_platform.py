"""The simulated platform posts, retracts, re-uploads, answers late and writes down requests."""

from collections.abc import Iterator

import httpx
import pytest

from benban.testing.pictures import canary_bytes, draw_feed_picture
from benban.testing.platform import POSTS, PlatformSimulator


@pytest.fixture(scope="module")
def site() -> Iterator[PlatformSimulator]:
    with PlatformSimulator() as simulator:
        yield simulator


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, timeout=60) as http:
        yield http


def test_the_feed_shows_every_post_with_a_picture_of_its_own(
    site: PlatformSimulator, client: httpx.Client
) -> None:
    feed = client.get(site.feed_address()).text
    picture = client.get(site.address(f"/file/kenh_vi_du-{site.number_of(3)}.jpg")).content

    assert feed.count("data-post=") == POSTS
    assert canary_bytes(3) in picture


def test_a_post_can_be_put_up_and_taken_down(site: PlatformSimulator, client: httpx.Client) -> None:
    upload = site.post(draw_feed_picture(60), "Bài mới")
    there = client.get(upload.page_address).status_code, client.get(upload.media_address).content
    site.retract(upload.number)
    gone = client.get(upload.page_address), client.get(upload.media_address).status_code

    assert there == (200, draw_feed_picture(60))
    assert (gone[0].status_code, gone[1]) == (404, 404)
    assert "không còn nữa" in gone[0].text


def test_a_picture_put_up_again_has_another_address(site: PlatformSimulator) -> None:
    first = site.post(draw_feed_picture(61), "Một")
    second = site.reupload(draw_feed_picture(61), "Hai")

    assert first.page_address != second.page_address
    assert first.media_address != second.media_address


def test_a_text_can_be_edited(site: PlatformSimulator, client: httpx.Client) -> None:
    site.change(site.number_of(5), text="Đã sửa")

    assert "Đã sửa" in client.get(site.post_address(site.number_of(5)) + "?embed=1").text


def test_part_of_a_file_can_be_asked_for(site: PlatformSimulator, client: httpx.Client) -> None:
    video = b"\x00\x00\x00\x20ftypisom" + bytes(range(256))
    upload = site.reupload(video, "Phim")

    part = client.get(upload.media_address, headers={"Range": "bytes=10-19"})
    beyond = client.get(upload.media_address, headers={"Range": "bytes=9999-"})

    assert (part.status_code, part.content) == (206, video[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(video)}"
    assert beyond.status_code == 416


def test_every_request_is_written_down_in_order(
    site: PlatformSimulator, client: httpx.Client
) -> None:
    site.forget_requests()
    path = f"/file/kenh_vi_du-{site.number_of(0)}.jpg"

    client.get(site.address("/hello?a=1"))
    client.get(site.address(path))

    assert [(seen.method, seen.path, seen.query) for seen in site.requests()] == [
        ("GET", "/hello", "a=1"),
        ("GET", path, ""),
    ]
    assert site.media_requests() == (path,)


def test_a_path_can_answer_late(client: httpx.Client) -> None:
    with PlatformSimulator(posts=0) as slow:
        slow.answer_late("/hello", 0.5)

        with pytest.raises(httpx.ReadTimeout):
            client.get(slow.address("/hello"), timeout=0.05)

        assert client.get(slow.address("/gzip")).status_code == 200
