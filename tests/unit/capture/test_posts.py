"""A post is read fact by fact; what is not shown and what cannot be read are told apart."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benban.capture.layouts import is_known_service
from benban.capture.ports import FrameDocument
from benban.capture.posts import read_post
from benban.model.exhibit import Counter
from benban.model.post import PostFactName
from benban.testing.platform_pages import Post, feed_page, post_page

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
POSTS = Path(__file__).parents[3] / "vectors" / "posts"
PAGES = sorted(POSTS.glob("*/*.html"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}-{page.stem}")
def test_a_stored_page_is_read_as_written_beside_it(page: Path) -> None:
    expected = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    document = FrameDocument(address=expected["address"], html=page.read_text(encoding="utf-8"))

    read = read_post([expected["address"]], [document], NOW)

    assert read.post is not None
    facts = {one.name.value: [one.state.value, one.shown, one.value] for one in read.post.facts}
    counters = [[one.name, one.text, one.value] for one in read.counters]
    assert (facts, counters) == (expected["facts"], expected["counters"])
    assert read.post.layout.replace("/", "-") == page.parent.name
    assert {one.observed_at for one in read.counters} <= {NOW}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}-{page.stem}")
def test_every_fact_has_its_place_on_every_layout(page: Path) -> None:
    facts = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))["facts"]

    assert sorted(facts) == sorted(name.value for name in PostFactName)


def test_on_a_page_of_no_known_layout_no_post_is_read() -> None:
    document = FrameDocument(address="https://t.me/kenh/7", html="<main>Trang kiểu mới</main>")

    read = read_post(["https://t.me/kenh/7"], [document], NOW)

    assert (read.post, read.counters) == (None, ())


def test_members_are_counted_in_the_feed_and_on_the_page_of_a_post() -> None:
    post = Post(
        channel="kenh",
        number=1,
        author="Kênh",
        text="Bài",
        media=(),
        views="1,2K",
        posted_at="2026-11-20T08:00:00+00:00",
    )
    pages = [feed_page("kenh", "2.012", []), post_page(post, "2.012")]

    read = [
        read_post(["https://t.me/kenh"], [FrameDocument(address="", html=page)], NOW).counters
        for page in pages
    ]

    members = Counter(name="members", text="2.012 thành viên", value=2012, observed_at=NOW)
    assert read == [(members,)] * 2


@pytest.mark.parametrize(
    ("address", "is_known"),
    [
        ("https://t.me/kenh/7", True),
        ("https://t.me/s/kenh/7?single", True),
        ("https://t.me/c/1000000141/7", True),
        ("https://t.me/kenh", False),
        ("https://x.com/ai_do/status/9", True),
        ("https://twitter.com/ai_do/status/9/photo/1", True),
        ("https://x.com/ai_do", False),
        ("https://vi-du.test/kenh/7", False),
    ],
)
def test_addresses_of_posts_are_known_by_host_and_path(address: str, is_known: bool) -> None:
    assert is_known_service(address) is is_known
