"""A form opens in a private window, and nothing else can be started by an address."""

from pathlib import Path

import pytest

from benban.errors import MailAddressError
from benban.outside.opening import window_arguments

PAGE = "https://noi-nhan.example/form?a=1#b"


@pytest.mark.parametrize(
    ("program", "switch"), [("chromium", "--incognito"), ("msedge.exe", "--inprivate")]
)
def test_the_window_is_private(program: str, switch: str) -> None:
    assert window_arguments(Path(program), PAGE) == [program, switch, "--no-first-run", PAGE]


@pytest.mark.parametrize(
    "address",
    ["", "--renderer-cmd-prefix=x", "http://a.example/", "file:///etc/x", "https://a b", "a@b.cc"],
)
def test_what_is_no_page_starts_nothing(address: str) -> None:
    with pytest.raises(MailAddressError):
        window_arguments(Path("chromium"), address)
