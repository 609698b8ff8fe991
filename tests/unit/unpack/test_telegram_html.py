import io
import zipfile
from datetime import UTC, datetime

import pytest

from benban.errors import ChatNotChosenError
from benban.unpack.parts import Message, Reason, Unread
from benban.unpack.source import Given, zip_source
from benban.unpack.telegram_html import TelegramHtml
from tests.unit.unpack.exports import VECTORS, layout, messages_of, read, reasons

READER = TelegramHtml()
PAGE = (VECTORS / "html-2024" / "messages.html").read_bytes()


def packed(**pages: bytes) -> Given:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in pages.items():
            archive.writestr(name.replace("__", "/").replace("_html", ".html"), content)
    return zip_source(out, "x.zip")


def block(key: int, body: str) -> bytes:
    return f'<div class="message default clearfix" id="message{key}">{body}</div>'.encode()


def page(*blocks: bytes, end: bytes = b"</div></body></html>") -> bytes:
    return b'<html><div class="page_wrap">' + b"".join(blocks) + end


def test_pages_follow_one_another_and_days_are_no_messages() -> None:
    assert reasons(read("html-2021")) == ["2", "3", "4"]


def test_joined_messages_have_the_sender_of_the_one_before() -> None:
    found = messages_of(read("html-2021"))

    assert found["3"].sender == found["2"].sender == "Bác Tư"
    assert found["4"].sender == "Cô Ba"


def test_a_joined_message_has_its_sender_also_when_reading_goes_on_there() -> None:
    (found, *_) = READER.parts(layout("html-2021"), start_at=1)

    assert isinstance(found, Message)
    assert found.sender == "Bác Tư"


def test_text_is_what_a_reader_sees() -> None:
    found = messages_of(read("html-2021"))["2"]

    assert found.text == "Chào cả nhà & mọi người\nhôm nay tưới rau nhé Cô Ba"
    assert [(span.kind, span.text) for span in found.spans] == [
        ("bold", "mọi người"),
        ("mention_name", "Cô Ba"),
    ]


def test_times_are_utc_only_where_the_zone_is_written() -> None:
    assert messages_of(read("html-2021"))["2"].at is None
    assert messages_of(read("html-2024"))["3"].at == datetime(2024, 3, 10, 12, 1, tzinfo=UTC)


def test_hidden_words_and_targets_are_read() -> None:
    found = messages_of(read("html-2024"))["3"]

    assert found.text.endswith("kín")
    assert ("text_link", "https://t.me/+AbCdEf123456") in {
        (span.kind, span.target) for span in found.spans
    }


def test_replies_forwards_and_pictures_sent_at_once() -> None:
    found = messages_of(read("html-2024"))

    assert found["4"].reply_to == "3"
    assert (found["5"].sender, found["5"].forwarded_from) == ("Người bán", "Kênh nguồn")
    assert found["5"].album == found["6"].album != ""


def test_who_reacted_is_not_part_of_a_message() -> None:
    found = messages_of(read("html-2024"))["4"]

    assert "Người thả tim" not in (found.text + found.sender)


def test_media_that_are_not_there_say_why() -> None:
    found = messages_of(read("html-2021"))

    assert [one.reason for one in found["4"].media] == [Reason.NOT_INCLUDED]
    assert [one.reason for one in found["3"].media] == [Reason.MISSING]


@pytest.mark.parametrize(
    "href",
    [
        "../../secret.jpg",
        "/etc/passwd",
        "file:///etc/passwd",
        "//host/a",
        "..\\a",
        "https://x/a.jpg",
    ],
)
def test_a_picture_that_lies_elsewhere_is_nowhere(href: str) -> None:
    wrapped = f'<div class="media_wrap"><a class="photo_wrap" href="{href}"></a></div>'
    source = packed(messages_html=page(block(1, wrapped)))

    (found,) = READER.parts(source)

    assert isinstance(found, Message)
    assert [(one.entry_name, one.reason) for one in found.media] == [(None, Reason.ESCAPE)]


def test_a_whole_account_keeps_its_conversations_apart() -> None:
    wrapped = (
        '<div class="media_wrap"><a class="photo_wrap" href="../../chats/chat_1/a.jpg"></a></div>'
    )
    source = packed(
        chats__chat_1__messages_html=page(block(1, wrapped)),
        chats__chat_2__messages_html=page(block(2, "")),
        **{"chats__chat_1__a.jpg": b"x"},
    )

    with pytest.raises(ChatNotChosenError):
        list(READER.parts(source))
    first, second = READER.chats(source)
    (found,) = READER.messages(source, first)

    assert isinstance(found, Message)
    assert found.media[0].entry_name == "chats/chat_1/a.jpg"
    assert reasons(list(READER.messages(source, second))) == ["2"]


def test_own_notes_of_an_account_are_not_listed() -> None:
    header = b'<div class="text bold">\nSaved messages\n</div>'
    source = packed(
        chats__chat_1__messages_html=page(header, block(1, "")),
        chats__chat_2__messages_html=page(block(2, "")),
    )

    assert [chat.key for chat in READER.chats(source)] == ["chats/chat_2/"]


def test_raw_bytes_are_those_of_the_page() -> None:
    for part in READER.parts(layout("html-2024")):
        assert isinstance(part, Message)
        assert PAGE[part.offset_bytes : part.offset_bytes + len(part.raw)] == part.raw


def test_a_block_beyond_all_measure_is_passed_over_and_the_next_one_read() -> None:
    source = packed(
        messages_html=page(block(1, ""), block(2, "x" * (9 << 20)), block(3, "")),
    )

    parts = list(READER.parts(source))

    assert reasons(parts) == ["1", Reason.TOO_LARGE, "3"]
    assert isinstance(parts[2], Message)
    whole = source.entries()[0].open().read()
    assert whole[parts[2].offset_bytes :].startswith(parts[2].raw)


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 200 + "</div>" * 200,
        "</div></div></div>",
        "<a <b <c>>",
        "<!--",
        "<![CDATA[",
        "&#x110000;",
    ],
)
def test_markup_that_is_none_is_no_crash(body: str) -> None:
    source = packed(messages_html=page(block(1, body), block(2, "")))

    parts = list(READER.parts(source))

    assert parts
    assert all(isinstance(part, Message | Unread) for part in parts)


@pytest.mark.parametrize(
    "unit", ["<a ", "<!--", "</", "<a b='", "<![CDATA[", "<div<div", "&#", "<!-- --!", '<a b="']
)
def test_half_a_megabyte_of_tags_that_never_close_is_read(unit: str) -> None:
    # Python's own parser would need hours for this: a test that hangs here has failed.
    source = packed(messages_html=page(block(1, unit * ((1 << 19) // len(unit))), block(2, "")))

    parts = list(READER.parts(source))

    assert reasons(parts)[-1] == "2"


def test_a_page_that_ends_between_two_messages_says_so() -> None:
    source = packed(messages_html=page(block(1, ""), block(2, ""), end=b""))

    assert reasons(list(READER.parts(source))) == ["1", "2", Reason.TRUNCATED]


@pytest.mark.parametrize("kind", ["text", "from_name", "media_poll"])
def test_a_block_of_a_hundred_thousand_line_breaks_is_read_to_its_end(kind: str) -> None:
    inner = f'<div class="{kind}">{"a<br>" * 100_000}</div>'

    (part,) = READER.parts(packed(messages_html=page(block(1, inner))))

    assert isinstance(part, Message)
    assert max(part.text.count("a"), part.sender.count("a")) == 100_000


def test_what_describes_a_file_that_is_not_named_costs_nothing() -> None:
    odd = '<div class="media"><div class="media_video"><div class="title">x</div></div></div>'
    source = packed(messages_html=page(block(1, odd), block(2, '<div class="text">sau</div>')))

    found = list(READER.parts(source))

    assert [type(one) for one in found] == [Message, Message]
    assert isinstance(found[1], Message)
    assert found[1].text == "sau"
