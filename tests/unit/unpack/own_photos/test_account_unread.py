"""What an archive says about the account and cannot be read is counted, with its reason."""

import pytest

from benban.model.own_photo import Audience
from benban.unpack.parts import Reason
from tests.unit.unpack.own_photos.archives import archive, by_last_name, lists, read, reasons
from tests.unit.unpack.webfiles import PNG

_ACCOUNTS = [
    ("x", "data/protected-history.js"),
    ("x", "data/profile.js"),
    ("instagram-json", "personal_information/personal_information/personal_information.json"),
    (
        "facebook-json",
        "facebook-mailan/personal_information/profile_information/profile_information.json",
    ),
]


def _damaged(content: bytes) -> bytes:
    return content[: content.rindex(b"}") - 2]


@pytest.mark.parametrize(("layout", "name"), _ACCOUNTS)
def test_what_is_cut_off_is_said(layout: str, name: str) -> None:
    content = lists(layout)
    before = reasons(read(archive(content)))
    content[name] = _damaged(content[name])

    found = reasons(read(archive(content)))

    assert sorted(one.value for one in found) == sorted(
        [*(one.value for one in before), Reason.TRUNCATED.value]
    )


def test_a_history_of_protection_that_is_no_script_of_x_is_said() -> None:
    content = {**lists("x"), "data/tweets_media/1-a.jpg": PNG}
    before = reasons(read(archive(content)))
    content["data/protected-history.js"] = b"<html>"
    source = archive(content)

    assert reasons(read(source)).count(Reason.NOT_PARSED) == before.count(Reason.NOT_PARSED) + 1
    assert by_last_name(source)["1-a.jpg"].audience is Audience.UNKNOWN
