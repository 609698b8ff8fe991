"""The item pointed at is found on known pages, and only its own media."""

import pytest

from benban.capture.layouts import find_item, preferred_address, says_not_found
from benban.capture.ports import FrameDocument
from benban.testing.platform_pages import Post, feed_page, plain_page, post_page, status_page

TELEGRAM = "https://t.me"


def a_post(number: int, *media: str, channel: str = "kenh") -> Post:
    return Post(
        channel=channel,
        number=number,
        author="Kênh",
        text=f"Bài {number}",
        media=media,
        views="1,2K",
        posted_at="2026-11-20T08:00:00+00:00",
    )


def page(html: str, address: str = f"{TELEGRAM}/s/kenh") -> FrameDocument:
    return FrameDocument(address=address, html=html)


def test_of_forty_posts_only_the_one_pointed_at_has_its_media_found() -> None:
    posts = [a_post(number, f"/file/{number}.jpg") for number in range(100, 140)]

    item = find_item(f"{TELEGRAM}/s/kenh/117", [page(feed_page("kenh", "2.012", posts))])

    assert item is not None
    assert (item.layout, item.media) == ("telegram/1", ("https://t.me/file/117.jpg",))


def test_the_item_is_found_in_a_frame_and_its_avatar_is_not_its_media() -> None:
    post = a_post(7, "/file/7.jpg", "/file/7b.jpg")
    outer = page(post_page(post, "2.012"), f"{TELEGRAM}/kenh/7")
    inner = page(feed_page("kenh", "1", [post]), "https://t.me/kenh/7?embed=1")

    item = find_item(f"{TELEGRAM}/Kenh/7", [outer, inner])

    assert item is not None
    assert item.media == ("https://t.me/file/7.jpg", "https://t.me/file/7b.jpg")


def test_a_video_is_found_and_its_inline_preview_is_not() -> None:
    item = find_item(f"{TELEGRAM}/kenh/7", [page(feed_page("k", "1", [a_post(7, "/v/7.mp4")]))])

    assert item is not None
    assert (item.media, item.unreachable) == (("https://t.me/v/7.mp4",), 0)


ALBUM = """<div class="tgme_widget_message" data-post="kenh/7">
<a class="tgme_widget_message_reply" href="/kenh/1"><i class="tgme_widget_message_photo_wrap"
 style="background-image:url('/file/reply.jpg')"></i></a>
<a class="tgme_widget_message_photo_wrap" href="https://t.me/kenh/7?single"
 style="width:1px;background-image:url('https://cdn.test/7.jpg')"></a>
<a class="tgme_widget_message_photo_wrap" href="https://t.me/kenh/8?single"
 style="background-image:url(https://cdn.test/8.jpg)"></a>
<a class="tgme_widget_message_link_preview"><i class="tgme_widget_message_photo_wrap"
 style="background-image:url('/file/link.jpg')"></i></a>
<video src="blob:https://t.me/1"></video>
<a class="tgme_widget_message_date" href="https://t.me/kenh/7"></a></div>"""


def test_replies_and_link_previews_inside_the_post_are_not_its_media() -> None:
    item = find_item(f"{TELEGRAM}/kenh/7", [page(ALBUM)])

    assert item is not None
    assert item.media == ("https://cdn.test/7.jpg", "https://cdn.test/8.jpg")
    assert item.unreachable == 1


def test_one_picture_of_an_album_is_only_that_one() -> None:
    item = find_item(f"{TELEGRAM}/kenh/7?single", [page(ALBUM)])

    assert item is not None
    assert item.media == ("https://cdn.test/7.jpg",)


def test_a_status_is_found_and_the_answers_below_it_are_not() -> None:
    wanted = a_post(9, "/m/9.jpg", channel="ai_do")
    other = a_post(10, "/m/10.jpg", channel="ai_do")

    item = find_item("https://x.com/ai_do/status/9", [page(status_page(wanted, [other]))])

    assert item is not None
    assert (item.layout, item.media) == ("x/1", ("https://t.me/m/9.jpg",))


def test_a_quoted_status_is_not_part_of_the_item() -> None:
    html = """<article><a href="/a/status/9"><time></time></a>
    <div role="link"><a href="/b/status/8"><time></time></a>
    <div data-testid="tweetPhoto"><img src="/m/8.jpg"></div></div>
    <div data-testid="tweetPhoto"><img src="/m/9.jpg"></div></article>"""

    item = find_item("https://x.com/a/status/9", [page(html, "https://x.com/a/status/9")])

    assert item is not None
    assert item.media == ("https://x.com/m/9.jpg",)


@pytest.mark.parametrize(
    "address", ["https://vi-du.test/a", "https://t.me/kenh", "https://t.me/kenh/99", "https://t.me"]
)
def test_a_page_without_the_item_has_none(address: str) -> None:
    pages = [page(plain_page("Trang", ["/a.jpg"], "chữ")), page(feed_page("kenh", "1", []))]

    assert find_item(address, pages) is None


@pytest.mark.parametrize(
    ("address", "opened"),
    [
        ("https://t.me/s/kenh/12", "https://t.me/kenh/12"),
        ("https://t.me/s/kenh/12?q=1", "https://t.me/kenh/12?q=1"),
        ("https://t.me/s/kenh", "https://t.me/s/kenh"),
        ("https://t.me/kenh/12", "https://t.me/kenh/12"),
        ("https://vi-du.test/s/kenh/12", "https://vi-du.test/s/kenh/12"),
    ],
)
def test_a_telegram_feed_is_opened_at_the_post_itself(address: str, opened: str) -> None:
    assert preferred_address(address) == opened


def test_a_page_nested_without_end_is_read_all_the_same() -> None:
    deep = "<div>" * 5_000 + '<p data-post="kenh/7">' + "</div>" * 5_000

    item = find_item(f"{TELEGRAM}/kenh/7", [page(deep)])

    assert item is not None
    assert item.media == ()


@pytest.mark.parametrize(
    "nonsense",
    [
        "<noscript>&#" + "9" * 5_000 + ";</noscript>",
        "<xmp><![x[</xmp>",
        "<noscript>" + "<a " * 20_000 + "</noscript>",
    ],
)
def test_text_that_only_looks_like_markup_hides_nothing_and_costs_nothing(nonsense: str) -> None:
    item = find_item(f"{TELEGRAM}/kenh/7", [page(nonsense + '<p data-post="kenh/7"></p>')])

    assert item is not None


def test_what_stands_in_a_noscript_is_not_part_of_the_page() -> None:
    hidden = '<noscript><p data-post="kenh/7"></p></noscript>'

    assert find_item(f"{TELEGRAM}/kenh/7", [page(hidden)]) is None


def test_a_style_of_endless_beginnings_is_read_once() -> None:
    style = "background:" * 100_000
    box = f'<i class="tgme_widget_message_photo_wrap" style="{style}"></i>'

    item = find_item(f"{TELEGRAM}/kenh/7", [page(f'<p data-post="kenh/7">{box}</p>')])

    assert item is not None
    assert item.media == ()


def test_a_page_that_broke_the_reader_is_read_up_to_there() -> None:
    broken = '<p data-post="kenh/7"></p><p><![x[ &#' + "9" * 5_000 + ";"

    assert find_item(f"{TELEGRAM}/kenh/7", [page(broken)]) is not None


@pytest.mark.parametrize(
    ("address", "html", "expected"),
    [
        (
            "https://t.me/kenh/5",
            '<div class="tgme_widget_message_error">Post not found</div>',
            True,
        ),
        # The words of a post, another site's box, another error: none of them says so.
        ("https://t.me/kenh/5", "<p>Post not found</p>", False),
        (
            "https://khac.example/kenh/5",
            '<div class="tgme_widget_message_error">Post not found</div>',
            False,
        ),
        (
            "https://t.me/kenh/5",
            '<div class="tgme_widget_message_error">Channel is private</div>',
            False,
        ),
    ],
)
def test_only_the_service_s_own_box_says_that_there_is_no_post(
    address: str, html: str, expected: bool
) -> None:
    document = FrameDocument(address=address, html=html)

    assert says_not_found(address, [document]) is expected
