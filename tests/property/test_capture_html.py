"""Whatever HTML comes, looking for the item in it ends and never fails."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from benban.capture.inline_media import withhold_from_mhtml, withhold_inline
from benban.capture.layouts import find_item, preferred_address
from benban.capture.place import place_of
from benban.capture.ports import FrameDocument
from benban.capture.posts import read_post
from benban.model.post import FactState
from benban.outside.browser_record import parse_head

NOW = datetime(2026, 11, 21, tzinfo=UTC)
PIECES = st.sampled_from(
    [
        '<div class="tgme_widget_message" data-post="kenh/7">',
        '<a href="http://[">',
        '<a class="tgme_widget_message_photo_wrap" style="background-image:url(',
        "'http://[::1')\">",
        '<article><a href="/u/status/7"><time>',
        '<video src="blob:x">',
        '<div role="link">',
        '<span class="tgme_widget_message_views">',
        "1,2K",
        "</a></div>",
        "<!--",
        "<![CDATA[",
        "<svg/onload=x>",
        "&#xD800;",
        "\x00",
    ]
)
HTML = st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=40).map("".join)
ADDRESSES = st.one_of(
    st.sampled_from(["https://t.me/kenh/7", "https://x.com/u/status/7", "http://[", ""]), st.text()
)


@given(html=HTML, address=ADDRESSES, base=ADDRESSES)
def test_any_page_is_read(html: str, address: str, base: str) -> None:
    documents = [FrameDocument(address=base, html=html)]

    item = find_item(preferred_address(address), documents)

    found = item.media if item else ()
    assert all(place_of(each).is_web for each in found)
    read = read_post([preferred_address(address)], documents, NOW)
    assert (read.post is None) == (item is None)
    # What could not be read has no value; what was read has one.
    for fact in read.post.facts if read.post else ():
        assert bool(fact.value) == (fact.state is FactState.READ)


@given(st.binary(max_size=400))
def test_taking_pictures_out_twice_changes_nothing_more(body: bytes) -> None:
    once, _ = withhold_inline(b'<img src="data:image/png;base64,' + body)

    assert withhold_inline(once) == (once, 0)


@given(st.binary(max_size=400))
def test_any_saved_page_is_read(body: bytes) -> None:
    left, taken = withhold_from_mhtml(b"Content-Type: text/html\r\n\r\n" + body)

    assert taken == 0 or b"benban-withheld" in left


@given(st.text(max_size=200))
def test_any_head_is_read(text: str) -> None:
    head = parse_head(text)

    assert all(isinstance(name, str) for name, _ in head.fields)
