import io
import json
from datetime import UTC, datetime

import pytest

from benban.errors import ChatNotChosenError
from benban.unpack.parts import Message, Reason, Unread
from benban.unpack.source import single_source
from benban.unpack.telegram_json import TelegramJson
from tests.unit.unpack.exports import layout, message, messages_of, one_chat, read, reasons

READER = TelegramJson()


def test_an_old_export_has_numbers_for_ids_and_no_zone() -> None:
    found = messages_of(read("json-2018"))

    assert found["2"].sender == "Bác Tư"
    assert found["2"].sender_key == "4398000001"
    assert (found["2"].at_shown, found["2"].at) == ("2019-05-02T08:05:10", None)
    assert found["1"].is_service
    assert found["4"].reply_to == "3"


def test_a_deleted_account_has_no_name() -> None:
    assert messages_of(read("json-2018"))["3"].sender == ""


def test_times_are_utc_where_the_export_knows_it() -> None:
    assert messages_of(read("json-2024"))["3"].at == datetime(2024, 3, 10, 12, 1, tzinfo=UTC)


def test_text_is_what_a_reader_sees_and_links_keep_their_target() -> None:
    found = messages_of(read("json-2024"))["3"]

    assert found.text.startswith("Nhận vẽ tranh tượng, giá 50k, nhắn @ve_tranh_bot hoặc vào đây.")
    assert {(span.kind, span.target) for span in found.spans if span.target} == {
        ("text_link", "https://t.me/+AbCdEf123456"),
        ("button", "https://example.org/ve"),
    }


def test_pictures_sent_at_once_belong_together() -> None:
    found = messages_of(read("json-2024"))

    assert found["5"].album == found["6"].album != ""
    assert found["7"].album not in {"", found["5"].album}
    assert found["3"].album == ""


def test_messages_lie_in_the_topic_they_answer() -> None:
    found = messages_of(read("json-2024"))

    assert (found["3"].topic, found["4"].topic) == ("Rao vặt", "")


def test_forwards_name_their_source() -> None:
    assert messages_of(read("json-2021"))["10"].forwarded_from == "Kênh khác"


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("10", Reason.NOT_INCLUDED),
        ("11", Reason.NOT_INCLUDED),
        ("12", Reason.ESCAPE),
        ("13", Reason.MISSING),
    ],
)
def test_media_that_are_not_there_say_why(key: str, reason: Reason) -> None:
    (media,) = messages_of(read("json-2021"))[key].media

    assert (media.reason, media.entry_name) == (reason, None)


def test_what_this_telegram_did_not_support_is_still_a_message() -> None:
    assert messages_of(read("json-2021"))["14"].text == ""


def test_a_poll_is_read_without_its_voters() -> None:
    assert messages_of(read("json-2021"))["15"].text == "Trồng cây gì?\n- Cải\n- Cà"


def test_the_escape_that_telegram_desktop_gets_wrong_is_read() -> None:
    found = messages_of(read("json-2024"))["4"]

    assert found.text.endswith("ơi \x1f")
    assert rb"\x1F" in found.raw


def test_raw_bytes_are_those_of_the_document() -> None:
    with layout("json-2024").entries()[0].open() as stream:
        document = stream.read()

    for part in read("json-2024"):
        assert isinstance(part, Message)
        assert document[part.offset_bytes : part.offset_bytes + len(part.raw)] == part.raw


def test_an_account_lists_conversations_but_not_ones_own_notes() -> None:
    chats = READER.chats(layout("account-2023"))

    assert [(chat.name, chat.kind) for chat in chats] == [
        ("Bạn thân", "personal_chat"),
        ("Nhóm lạ", "public_supergroup"),
        ("Nhóm đã rời", "private_supergroup"),
    ]


def test_of_an_account_one_conversation_is_read() -> None:
    source = layout("account-2023")
    chats = READER.chats(source)

    parts = list(READER.messages(source, chats[1]))

    assert reasons(parts) == ["8", "9"]


def test_several_conversations_are_not_read_as_one() -> None:
    with pytest.raises(ChatNotChosenError):
        list(READER.parts(layout("account-2023")))


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ("[" * 5000 + "]" * 5000, Reason.TOO_DEEP),
        ('{"id": 1, "type": "message", "x": ' + "[" * 70 + "]" * 70 + "}", Reason.TOO_DEEP),
        ('{"id": 1, "id": 2, "type": "message"}', Reason.DUPLICATE_KEY),
        ('{"id": NaN, "type": "message"}', Reason.NOT_PARSED),
        ('{"id": 1, "type": "message", "width": Infinity}', Reason.NOT_PARSED),
        ('{"id": 1, "type": "message", "x": 1e}', Reason.NOT_PARSED),
        ('{"id": 1 "type": "message"}', Reason.NOT_PARSED),
        ('{"id": {}, "type": "message"}', Reason.WRONG_TYPE),
        ('{"type": "message"}', Reason.WRONG_TYPE),
        ('{"id": true, "type": "message"}', Reason.WRONG_TYPE),
        ('{"id": 1, "type": ["message"]}', Reason.WRONG_TYPE),
        ('{"id": 1, "type": "message", "text": 7}', Reason.WRONG_TYPE),
        ('{"id": 1, "type": "message", "text": [7]}', Reason.WRONG_TYPE),
        ('{"id": 1, "type": "message", "photo": {}}', Reason.WRONG_TYPE),
        ('{"id": 1, "type": "hologram"}', Reason.UNKNOWN_KIND),
        ('"text"', Reason.WRONG_TYPE),
        ("null", Reason.WRONG_TYPE),
        ('{"id": 1, "type": "message", "text": "' + "x" * (5 << 20) + '"}', Reason.TOO_LARGE),
        ('{"id": %s, "type": "message"}' % ("9" * 5000), Reason.NOT_PARSED),
    ],
)
def test_a_bad_message_costs_itself_and_nothing_else(item: str, reason: Reason) -> None:
    parts = list(READER.parts(one_chat(message(1), item, message(3))))

    assert reasons(parts) == ["1", reason, "3"]


def test_bytes_that_are_no_text_cost_one_message() -> None:
    document = one_chat(message(1), message(2, "XX"), message(3)).entries()[0].open().read()
    source = single_source(io.BytesIO(document.replace(b"XX", b"\xff\xfe")), "result.json")

    parts = list(READER.parts(source))

    assert reasons(parts) == ["1", Reason.NOT_PARSED, "3"]
    assert isinstance(parts[1], Unread)
    assert b"\xff\xfe" in (parts[1].raw or b"")


def test_half_a_surrogate_becomes_a_mark_that_can_be_stored() -> None:
    source = one_chat('{"id": 1, "type": "message", "text": "a\\ud800b"}')

    (found,) = READER.parts(source)

    assert isinstance(found, Message)
    assert found.text == "a\N{REPLACEMENT CHARACTER}b"


def test_names_that_mislead_are_kept_as_they_are() -> None:
    name = "<script>alert(1)</script>\u202egpj.\u200b"
    source = one_chat(json.dumps({"id": 1, "type": "message", "from": name, "text": name}))

    (found,) = READER.parts(source)

    assert isinstance(found, Message)
    assert (found.sender, found.text) == (name, name)


def test_messages_that_stand_twice_in_the_document_are_not_mixed() -> None:
    more = '], "messages": [' + message(9) + "]}"

    parts = list(READER.parts(one_chat(message(1), end=more)))

    assert reasons(parts) == ["1", Reason.DUPLICATE_KEY]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ('{"type": "x", "messages": [', Reason.TRUNCATED),
        ('{"type": "x", "messages": [{"id": 1', Reason.TRUNCATED),
        ('{"type": "x", "messages": 7}', Reason.WRONG_TYPE),
        ('{"type": "x", "messages": [1 2]}', Reason.NOT_PARSED),
        ('{"type": "x", "messages": []', Reason.TRUNCATED),
        ('{"type": "x", "chats": {"list": []}}', Reason.MISSING),
        ("", Reason.TRUNCATED),
        ("[1]", Reason.NOT_PARSED),
    ],
)
def test_a_document_that_is_not_whole_says_so(document: str, reason: Reason) -> None:
    parts = list(READER.parts(single_source(io.BytesIO(document.encode()), "result.json")))

    assert isinstance(parts[-1], Unread)
    assert parts[-1].reason is reason


def test_ones_own_notes_are_not_read_even_alone() -> None:
    document = '{"type": "saved_messages", "id": 1, "messages": [' + message(1) + "]}"

    parts = list(READER.parts(single_source(io.BytesIO(document.encode()), "result.json")))

    assert reasons(parts) == [Reason.MISSING]


def test_a_message_larger_than_every_buffer_is_passed_over_with_little_memory() -> None:
    import tracemalloc

    long = '{"id": 2, "type": "message", "text": "' + '\\"[{' * (6 << 20) + '"}'
    source = one_chat(message(1), long, message(3))
    tracemalloc.start()

    parts = list(READER.parts(source))

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert reasons(parts) == ["1", Reason.TOO_LARGE, "3"]
    assert peak < 24 << 20
