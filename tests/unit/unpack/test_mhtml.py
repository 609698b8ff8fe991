from io import BytesIO

import pytest

from benban.unpack.mhtml import MhtmlReader
from benban.unpack.parts import Part, Reason, Resource, Unread
from benban.unpack.source import single_source
from tests.unit.unpack.mails import BOUNDARY, PAGE_PART, PICTURE_PART, mime_part, saved_page
from tests.unit.unpack.webfiles import HTML, PAGE, PICTURE, PNG


def parts_of(content: bytes) -> list[Part]:
    return list(MhtmlReader().parts(single_source(BytesIO(content), "a.mhtml")))


def is_recognised(content: bytes, name: str = "a.bin") -> bool:
    return MhtmlReader().recognises(single_source(BytesIO(content), name))


def reasons(content: bytes) -> list[Reason]:
    return [part.reason for part in parts_of(content) if isinstance(part, Unread)]


def test_a_saved_page_has_its_parts_with_addresses_types_and_contents() -> None:
    found = parts_of(saved_page(PAGE_PART, PICTURE_PART))

    assert [(one.address, one.open().read()) for one in found if isinstance(one, Resource)] == [
        (PAGE, HTML),
        (PICTURE, PNG),
    ]
    assert [part.media_type_claimed for part in found if isinstance(part, Resource)] == [
        "text/html; charset=utf-8",
        "image/png",
    ]
    assert {str(part.at) for part in found if isinstance(part, Resource)} == {
        "2026-11-22 01:15:30+00:00"
    }


def test_a_part_without_an_address_is_named_by_its_content_id() -> None:
    (part,) = parts_of(saved_page(mime_part(b"x", "Content-Type: text/css", "Content-ID: <css@x>")))

    assert isinstance(part, Resource)
    assert part.address == "cid:css@x"


@pytest.mark.parametrize("ends", ["\r\n", "\n"])
def test_line_ends_of_either_kind_are_read(ends: str) -> None:
    page = saved_page(PAGE_PART, PICTURE_PART).replace(b"\r\n", ends.encode())

    assert [one.open().read() for one in parts_of(page) if isinstance(one, Resource)] == [HTML, PNG]


def test_a_mail_with_pictures_in_it_is_no_saved_page() -> None:
    mail = saved_page(PAGE_PART, top="To: b@example.test").replace(b"<Saved by Blink>", b"a@b.test")

    assert not is_recognised(mail)
    assert is_recognised(mail, "page.mht")
    assert is_recognised(saved_page(PAGE_PART))


def test_parts_within_parts_are_found() -> None:
    inner = b"--in\r\nContent-Type: text/plain\r\n\r\ninside\r\n--in--\r\n"
    nested = mime_part(inner, 'Content-Type: multipart/alternative; boundary="in"')

    found = parts_of(saved_page(nested, PICTURE_PART))

    assert [one.open().read() for one in found if isinstance(one, Resource)] == [b"inside", PNG]


def test_nesting_beyond_reason_ends_in_one_part_that_says_so() -> None:
    content = b"deep"
    for level in range(500):
        head = f'Content-Type: multipart/mixed; boundary="b{level}"\r\n\r\n--b{level}\r\n'
        content = head.encode() + content + f"\r\n--b{level}--\r\n".encode()
    page = saved_page(f"--{BOUNDARY}\r\n".encode() + content, PICTURE_PART)

    assert reasons(page) == [Reason.TOO_DEEP]
    assert [one.address for one in parts_of(page) if isinstance(one, Resource)] == [PICTURE]


def test_a_boundary_that_stands_for_itself_at_every_level_comes_to_an_end() -> None:
    bomb = mime_part(b"", f'Content-Type: multipart/mixed; boundary="{BOUNDARY}"') * 3000

    assert Reason.TOO_DEEP in reasons(saved_page(bomb))


def test_more_parts_than_any_page_has_are_counted_no_further() -> None:
    page = saved_page(mime_part(b"x", "Content-Type: text/plain") * 10_050)

    assert reasons(page) == [Reason.TOO_MANY]
    assert sum(isinstance(part, Resource) for part in parts_of(page)) == 10_000


def test_a_page_that_was_cut_off_says_so_and_gives_what_is_there() -> None:
    page = saved_page(PAGE_PART, PICTURE_PART)
    found = parts_of(page[: page.index(b"image/png") + 150])

    assert isinstance(found[0], Resource)
    assert found[0].open().read() == HTML
    assert reasons(page[: page.index(b"image/png") + 150]) == [Reason.TRUNCATED]


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/related",
        'multipart/related; boundary=""',
        "multipart/related; boundary*=zz'x'%ff%ff",
        "multipart/related; boundary=" + "x" * 5000,
        "multipart/related; boundary=\x01",
    ],
)
def test_a_boundary_that_is_none_is_no_crash(content_type: str) -> None:
    page = f"From: <Saved by Blink>\r\nContent-Type: {content_type}\r\n\r\n--\r\n\r\nx".encode()

    assert all(isinstance(part, Resource | Unread) for part in parts_of(page))


@pytest.mark.parametrize(
    ("body", "expected"),
    [(b"QUJD\r\nREVG", b"ABCDEF"), (b"QU*JD", b"ABC"), (b"QUI", b"AB"), (b"Q", b""), (b"", b"")],
)
def test_base64_is_read_as_far_as_it_goes(body: bytes, expected: bytes) -> None:
    part = mime_part(body, "Content-Type: image/png", "Content-Transfer-Encoding: base64")
    (found,) = parts_of(saved_page(part))

    assert isinstance(found, Resource)
    assert found.open().read() == expected


def test_a_line_of_megabytes_is_read_piece_by_piece() -> None:
    body = b"=C3=A0" * 400_000
    part = mime_part(body, "Content-Type: text/html", "Content-Transfer-Encoding: quoted-printable")
    (found,) = parts_of(saved_page(part))

    assert isinstance(found, Resource)
    assert found.open().read() == "à".encode() * 400_000
