import io
import json
import zipfile
from typing import Any

import pytest

from benban.unpack.parts import Message, Part, Reason, Unread
from benban.unpack.source import Given, zip_source
from benban.unpack.x_archive import XArchiveReader
from tests.unit.unpack.webfiles import PNG

POST = {
    "tweet": {
        "id_str": "1",
        "created_at": "Sun Nov 22 08:15:30 +0000 2026",
        "full_text": "Có người đăng hình ghép https://t.co/a",
        "in_reply_to_status_id_str": "77",
        "entities": {"urls": [{"url": "https://t.co/a", "expanded_url": "https://example.test/"}]},
    }
}
OTHER = {"tweet": {"id_str": "2", "full_text": "Bài khác"}}
CONVERSATION = {
    "dmConversation": {
        "conversationId": "10-20",
        "messages": [
            {
                "messageCreate": {
                    "id": "5",
                    "text": "Trả tiền đi",
                    "senderId": "20",
                    "createdAt": "2026-11-22T08:15:30.000Z",
                }
            },
            {"joinConversation": {"initiatingUserId": "3"}},
            {"messageCreate": {"id": 6}},
        ],
    }
}


def script(name: str, items: list[Any]) -> bytes:
    return f"window.YTD.{name}.part0 = {json.dumps(items, ensure_ascii=False)}".encode()


def files(**changes: bytes) -> dict[str, bytes]:
    account = [{"account": {"username": "toi", "accountId": "10"}}]
    return {
        "data/account.js": script("account", account),
        "data/tweets.js": script("tweets", [POST, OTHER]),
        "data/direct-messages.js": script("direct_messages", [CONVERSATION]),
        "data/tweets_media/1-abc.png": PNG,
        "data/tweets_media/2-def.png": PNG,
        **changes,
    }


def archive(content: dict[str, bytes]) -> Given:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in content.items():
            packed.writestr(name, data)
    return zip_source(out, "twitter.zip")


def parts_of(content: dict[str, bytes]) -> list[Part]:
    return list(XArchiveReader().parts(archive(content)))


def messages(content: dict[str, bytes]) -> dict[str, Message]:
    return {one.key: one for one in parts_of(content) if isinstance(one, Message)}


def reasons(content: dict[str, bytes]) -> list[Reason]:
    return [part.reason for part in parts_of(content) if isinstance(part, Unread)]


def test_a_post_has_its_text_time_links_and_pictures() -> None:
    post = messages(files())["1"]

    assert (post.sender, post.sender_key, post.reply_to) == ("toi", "10", "77")
    assert str(post.at) == "2026-11-22 08:15:30+00:00"
    assert [(one.text, one.target) for one in post.spans] == [
        ("https://t.co/a", "https://example.test/")
    ]
    assert [one.entry_name for one in post.media] == ["data/tweets_media/1-abc.png"]
    assert json.loads(post.raw) == POST


def test_a_direct_message_of_somebody_else_has_their_id_and_no_name() -> None:
    message = messages(files())["5"]

    assert (message.text, message.sender, message.sender_key) == ("Trả tiền đi", "", "20")
    assert message.topic == "10-20"


def test_what_is_no_message_and_what_has_another_shape_is_said() -> None:
    assert reasons(files()) == [Reason.UNKNOWN_KIND, Reason.NOT_PARSED]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (b"alert(1)", Reason.NOT_PARSED),
        (b"window.YTD.tweets.part0 = ", Reason.TRUNCATED),
        (b"window.YTD.tweets.part0 = {}", Reason.DAMAGED),
        (b"window.YTD.tweets.part0 = [{}]", Reason.NOT_PARSED),
        (b"window.YTD.tweets.part0 = [" + b"[" * 5000 + b"]" * 5000 + b"]", Reason.TOO_DEEP),
        (b'window.YTD.tweets.part0 = ["' + b"a" * (2 << 20) + b'"]', Reason.TOO_LARGE),
    ],
)
def test_a_broken_file_of_posts_is_said_and_the_others_are_read(
    document: bytes, expected: Reason
) -> None:
    content = files(**{"data/tweets.js": document})

    assert expected in reasons(content)
    assert "5" in messages(content)


def test_an_archive_in_several_parts_is_read_in_order() -> None:
    second = script("tweets", [{"tweet": {"id_str": "3"}}]).replace(b"part0", b"part1")

    assert list(messages(files(**{"data/tweets-part1.js": second}))) == ["5", "3", "1", "2"]


@pytest.mark.parametrize(
    "name", ["notes/tweets.txt", "data/tweets.json", "tweets.js.exe", "data/like.js"]
)
def test_another_archive_is_not_recognised(name: str) -> None:
    assert not XArchiveReader().recognises(archive({name: script("tweets", [POST])}))
