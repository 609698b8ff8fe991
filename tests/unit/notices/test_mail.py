"""A mail says what the notice says and nothing of the computer it was made on."""

import email
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benban.errors import MailAddressError, NotByMailError
from benban.model.remedy import Notice
from benban.notices.mail import (
    compose_mail,
    is_mail_address,
    notice_record,
    one_line,
    text_to_paste,
)
from benban.wording import Language
from tests.unit.remedies.scenes import NOW, TELEGRAM, draft, sighting

SENDER = "may@thu.example"
ID = "<0123456789abcdef@thu.example>"


def notice(**changes: object) -> Notice:
    made = draft(sighting(TELEGRAM), "telegram-2")
    return replace(made, **changes)  # type: ignore[arg-type] # tests name the fields


def mail(of: Notice, **given: object) -> bytes:
    options = {"sender": SENDER, "at": NOW, "message_id": ID} | given
    return compose_mail(of, **options)  # type: ignore[arg-type] # tests name the arguments


def test_the_recipient_reads_exactly_the_text_that_was_signed() -> None:
    signed = notice(body="Kính gửi,\n\n.một dòng bắt đầu bằng chấm\n" + "ơ" * 500 + "\n")

    read = email.message_from_bytes(mail(signed), policy=default)

    assert read.get_content().replace("\r\n", "\n") == signed.body
    assert (read["Subject"], read["To"]) == (signed.subject, "abuse@telegram.org")


def test_only_these_headers_leave() -> None:
    names = sorted(email.message_from_bytes(mail(notice()), policy=default).keys())

    assert names == [
        "Content-Transfer-Encoding",
        "Content-Type",
        "Date",
        "From",
        "MIME-Version",
        "Message-ID",
        "Subject",
        "To",
    ]


def test_the_date_tells_no_time_zone() -> None:
    local = datetime(2026, 11, 23, 10, 0, tzinfo=timezone(timedelta(hours=7)))

    assert b"Date: Mon, 23 Nov 2026 03:00:00 +0000\r\n" in mail(notice(), at=local)


def test_every_line_is_short_ascii_and_ends_as_mail_wants() -> None:
    content = mail(notice(body="ư" * 3000), record=b"{}" * 2000)

    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 78


@pytest.mark.parametrize(
    "hostile",
    [
        "báo cáo\r\nBcc: ke.khac@example.org",
        "báo cáo\nX: y",
        "a\x0bb\x85c\u2028d\x00e",
        "=?utf-8?q?=0D=0ABcc:_x@example.org?=",
    ],
)
def test_a_subject_cannot_open_a_header(hostile: str) -> None:
    read = email.message_from_bytes(mail(notice(subject=hostile)), policy=default)

    assert read["Bcc"] is None
    assert read["X"] is None
    assert len(read.keys()) == 8


@pytest.mark.parametrize(
    "address",
    [
        "",
        "abuse",
        "abuse@",
        "@example.org",
        "a b@example.org",
        "abuse@example.org\r\nBcc: x@example.org",
        "abuse@example.org, x@example.org",
        "Abuse <abuse@example.org>",
        "abuse@example.org>",
        "abuse@[127.0.0.1]",
        "abuse@exa_mple.org",
        "ábuse@example.org",
        '"a b"@example.org',
        "abuse@example.org\n",
        "https://example.org/",
        "=?utf-8?q?x?=@example.org",
    ],
)
def test_what_is_not_one_plain_address_gets_no_mail(address: str) -> None:
    assert not is_mail_address(address)
    with pytest.raises(NotByMailError):
        mail(notice(recipient=address))
    with pytest.raises(MailAddressError):
        mail(notice(), sender=address)


def test_the_record_for_a_machine_holds_the_text_and_the_whole_address() -> None:
    seen = sighting(TELEGRAM)
    record = json.loads(notice_record(notice(), seen))

    assert record["addresses"] == [TELEGRAM]
    assert record["text"] == notice().body
    assert record["asks"][0] == "preserve"
    assert record["media_attached"] is False


def test_the_record_travels_as_an_attachment_beside_the_text() -> None:
    read = email.message_from_bytes(mail(notice(), record=b'{"a": 1}'), policy=default)
    (attached,) = read.iter_attachments()

    assert (attached.get_content_type(), attached.get_filename()) == (
        "application/json",
        "report.json",
    )
    assert attached.get_payload(decode=True) == b'{"a": 1}'


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    made = one_line(text)

    assert len(made.splitlines()) <= 1
    assert made == one_line(made)


def test_what_is_pasted_is_the_subject_and_the_body() -> None:
    signed = notice()

    assert text_to_paste(signed) == f"{signed.subject}\n\n{signed.body}"
    assert (signed.language, NOW.tzinfo) == (Language.EN, UTC)
