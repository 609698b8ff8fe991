import base64
from io import BytesIO

import pytest

from benban.unpack.parts import Part, Reason, Resource, Unread
from benban.unpack.single_file import SingleFileReader
from benban.unpack.source import single_source
from tests.unit.unpack.webfiles import PAGE, PNG

LETTERS = base64.b64encode(PNG).decode()


def page(
    inside: str = f'<img src="data:image/png;base64,{LETTERS}">', end: str = "</html>"
) -> bytes:
    return f"""<!DOCTYPE html> <html><!--
 Page saved with SingleFile
 url: {PAGE}
 saved date: Sun Nov 22 2026 08:15:30 GMT+0700 (Giờ Đông Dương)
--><title>Bài</title><p>Chữ</p>{inside}{end}""".encode()


def parts_of(content: bytes) -> list[Part]:
    return list(SingleFileReader().parts(single_source(BytesIO(content), "a.html")))


def test_a_page_has_its_address_its_time_and_the_pictures_in_it() -> None:
    whole, picture = parts_of(page())

    assert isinstance(whole, Resource)
    assert isinstance(picture, Resource)
    assert (whole.address, str(whole.at)) == (PAGE, "2026-11-22 01:15:30+00:00")
    assert whole.open().read() == page()
    assert (picture.address, picture.media_type_claimed) == ("urn:benban:in-page:1", "image/png")
    assert picture.open().read() == PNG


def test_html_of_another_maker_is_read_without_an_address() -> None:
    (whole,) = parts_of(b"<html><p>x</p></html>")

    assert isinstance(whole, Resource)
    assert (whole.address, whole.at) == ("", None)


@pytest.mark.parametrize("date", ["", "yesterday", "Sun Nov 99 2026 08:15:30 GMT+0700", "\xff"])
def test_a_date_that_is_none_is_no_crash(date: str) -> None:
    (whole, *_) = parts_of(page().replace(b"Sun Nov 22 2026 08:15:30 GMT+0700", date.encode()))

    assert isinstance(whole, Resource)
    assert whole.at is None


def test_a_page_without_its_end_is_said_to_be_cut() -> None:
    assert [part.reason for part in parts_of(page(end="")) if isinstance(part, Unread)] == [
        Reason.TRUNCATED
    ]


def test_more_pictures_than_any_page_has_are_counted_no_further() -> None:
    tiny = '<img src="data:image/gif;base64,R0lGODlh">' * 20_010

    found = parts_of(page(tiny))

    assert [part.reason for part in found if isinstance(part, Unread)] == [Reason.TOO_MANY]
    assert sum(isinstance(part, Resource) for part in found) == 20_001
