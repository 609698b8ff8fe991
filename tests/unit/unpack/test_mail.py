from io import BytesIO

import pytest

from benban.unpack.inline import decode_uu_line
from benban.unpack.mail import MailReader, MboxReader
from benban.unpack.mime import shown
from benban.unpack.parts import Message, Part, Reason, Resource, Unread
from benban.unpack.source import single_source
from tests.unit.unpack.mails import BOUNDARY, box, mail, mime_part
from tests.unit.unpack.test_inline import uuencoded
from tests.unit.unpack.webfiles import PNG


def mail_parts(content: bytes) -> list[Part]:
    return list(MailReader().parts(single_source(BytesIO(content), "a.eml")))


def box_parts(content: bytes) -> list[Part]:
    return list(MboxReader().parts(single_source(BytesIO(content), "a.mbox")))


def test_a_mail_gives_its_message_then_its_parts() -> None:
    message, text, picture = mail_parts(mail())

    assert isinstance(message, Message)
    assert isinstance(text, Resource)
    assert isinstance(picture, Resource)
    assert (message.sender, message.sender_key) == ("Người lạ", "la@example.test")
    assert (message.key, message.topic) == ("1@example.test", "Trả tiền")
    assert message.text == "Tôi có hình của bạn."
    assert str(message.at) == "2026-11-22 01:15:30+00:00"
    assert message.at_shown == "Sun, 22 Nov 2026 08:15:30 +0700"
    assert [one.name for one in message.media] == ["ảnh.png"]
    assert picture.open().read() == PNG
    assert picture.address == "mid:1@example.test/2"


def test_the_raw_bytes_of_a_mail_are_its_head_and_hold_no_picture() -> None:
    (message, *_) = mail_parts(mail())

    assert isinstance(message, Message)
    assert message.raw == mail().split(b"\r\n\r\n", 1)[0] + b"\r\n"


def test_a_box_gives_each_mail_with_its_own_parts() -> None:
    found = box_parts(box(mail(), mail(key="2@example.test", text="Lần cuối.")))

    assert [type(part).__name__ for part in found] == ["Message", "Resource", "Resource"] * 2
    assert [one.key for one in found if isinstance(one, Message)] == [
        "1@example.test",
        "2@example.test",
    ]
    assert [one.text for one in found if isinstance(one, Message)][1] == "Lần cuối."


@pytest.mark.parametrize("line", ["From here on you pay.", ">From la@example.test Sun 08:15 2026"])
def test_a_line_of_text_that_begins_with_from_opens_no_mail(line: str) -> None:
    found = box_parts(box(mail(text=f"Hello\r\n\r\n{line}\r\n\r\nBye")))

    (message,) = (one for one in found if isinstance(one, Message))
    assert line in message.text


def test_a_box_is_no_mail_and_a_mail_no_box() -> None:
    one, many = single_source(BytesIO(mail()), "a"), single_source(BytesIO(box(mail())), "b")

    assert MailReader().recognises(one)
    assert not MboxReader().recognises(one)
    assert MboxReader().recognises(many)
    assert not MailReader().recognises(many)


@pytest.mark.parametrize("content", [b"", b"hello", b"From: a\r\n\r\n", b"\x00" * 5000, PNG])
def test_what_is_no_mail_is_not_recognised(content: bytes) -> None:
    assert not MailReader().recognises(single_source(BytesIO(content), "a.eml"))


def test_a_mail_of_html_alone_is_read_as_text_without_scripts() -> None:
    html = "<style>p{}</style><p>Chào &amp; tạm biệt</p><script>x()</script><p>Hai"
    content = (
        "From: a@example.test\r\nDate: Sun, 22 Nov 2026 08:15:30 +0700\r\n"
        f"Content-Type: text/html; charset=utf-8\r\n\r\n{html}"
    )
    (message, _) = mail_parts(content.encode())

    assert isinstance(message, Message)
    assert message.text == "Chào & tạm biệt\nHai"


def test_a_line_break_hidden_in_an_encoded_word_makes_no_second_line() -> None:
    assert shown("=?utf-8?q?a=0D=0ABcc:_x=00y?=") == "a Bcc: x y"


@pytest.mark.parametrize(
    "field",
    ["=?utf-8?q?=ff?=", "=?no-such-set?b?AAAA?=", "=?utf-8?b?A?=", "=?utf-7?q?+AAo-?=", "\udcff"],
)
def test_words_in_a_broken_encoding_are_shown_somehow(field: str) -> None:
    assert shown(field).isprintable()


def test_a_mail_without_a_zone_has_a_time_as_shown_only() -> None:
    (message, *_) = mail_parts(mail().replace(b" +0700", b" -0000"))

    assert isinstance(message, Message)
    assert message.at is None
    assert message.at_shown == "Sun, 22 Nov 2026 08:15:30 -0000"


def test_a_mail_inside_a_mail_is_one_attachment_and_no_neighbour() -> None:
    inner = mime_part(mail(key="inner@example.test"), "Content-Type: message/rfc822")
    content = mail().replace(f"--{BOUNDARY}--".encode(), inner.replace(b"abc", b"abc") + b"")
    messages = [one for one in mail_parts(content) if isinstance(one, Message)]

    assert [one.key for one in messages] == ["1@example.test"]


def test_a_mail_bomb_of_nested_parts_is_named_and_left() -> None:
    bomb = mime_part(b"", f'Content-Type: multipart/mixed; boundary="{BOUNDARY}"') * 5000
    content = mail() + bomb
    whole = content.replace(f"--{BOUNDARY}--\r\n".encode(), b"", 1)

    found = mail_parts(whole)

    assert isinstance(found[0], Message)
    assert Reason.TOO_DEEP in [one.reason for one in found if isinstance(one, Unread)]


@pytest.mark.parametrize("mark", ["(", "<", '"', "@a:"])
def test_a_sender_of_nothing_but_brackets_is_no_crash(mark: str) -> None:
    said = mail().replace(b"From: ", f"From: {mark * 100_000}\r\n ".encode())

    assert any(isinstance(part, Message) for part in mail_parts(said))


def test_a_head_of_nothing_but_folded_lines_is_read_to_its_end() -> None:
    said = mail().replace(b"Subject: ", b"X-Long: a" + b"\r\n b" * 240_000 + b"\r\nSubject: ")

    (message,) = (part for part in mail_parts(said) if isinstance(part, Message))

    assert message.topic == "Trả tiền"


def test_a_part_in_uuencode_is_decoded() -> None:
    head = (
        f'From: a@example.test\r\nDate: x\r\nContent-Type: multipart/mixed; boundary="{BOUNDARY}"'
        "\r\n\r\n"
    )
    part = mime_part(
        uuencoded(PNG), "Content-Type: image/png", "Content-Transfer-Encoding: x-uuencode"
    )

    _, picture = mail_parts(head.encode() + part + f"--{BOUNDARY}--\r\n".encode())

    assert isinstance(picture, Resource)
    assert picture.open().read() == PNG


@pytest.mark.parametrize("line", [b"", b"\n", b"`\n", b"end", "ễ\n".encode(), b"M"])
def test_a_line_that_is_no_uuencode_adds_nothing_of_its_own(line: bytes) -> None:
    assert decode_uu_line(line).strip(b"\0") == b""


def test_a_text_with_uuencode_that_breaks_off_costs_no_mail() -> None:
    whole = mail(text=f"Xem\n{uuencoded(PNG * 40).decode()}")

    parts = mail_parts(whole[: whole.index(b"begin 644") + 300])

    assert isinstance(parts[0], Message)
    assert "Xem" in parts[0].text
    assert [part.reason for part in parts if isinstance(part, Unread)] == [Reason.TRUNCATED]


def test_a_file_written_into_a_text_as_uuencode_comes_as_a_part_of_its_own() -> None:
    written = f"Xem\n{uuencoded(PNG).decode()}\nvà\n{uuencoded(PNG * 9).decode()}"

    message, *parts = mail_parts(mail(text=written))

    assert isinstance(message, Message)
    assert len(message.media) == 3
    found = [one for one in parts if isinstance(one, Resource)][-2:]
    assert [one.open().read() for one in found] == [PNG, PNG * 9]
