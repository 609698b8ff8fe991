import base64
from datetime import UTC, datetime

import pytest

from benban.outside import browser_streams
from benban.outside.browser_streams import StreamLog
from benban.outside.cdp_streams import (
    EventMessage,
    FrameContent,
    Handshake,
    HandshakeSide,
    SocketCreated,
    SocketFrame,
)
from benban.testing.clock import FakeClock
from benban.testing.pictures import draw_feed_picture

PICTURE = draw_feed_picture(3)


def log() -> StreamLog:
    made = StreamLog(FakeClock(datetime(2026, 11, 22, tzinfo=UTC)))
    made.opened(SocketCreated(request_id="1", url="wss://vi-du.test/o-cam"))
    made.stream_begins("2", "https://vi-du.test/tin")
    return made


def text(data: str) -> SocketFrame:
    return SocketFrame(request_id="1", response=FrameContent(opcode=1, payload_data=data))


def binary(data: bytes) -> SocketFrame:
    payload = base64.b64encode(data).decode()
    return SocketFrame(request_id="1", response=FrameContent(opcode=2, payload_data=payload))


def test_frames_and_events_are_kept_in_order_with_their_direction() -> None:
    streams = log()
    streams.keeps_pictures = True
    streams.sent(text("chào"))
    streams.received(binary(b"\x01\x02"))
    streams.event(EventMessage(request_id="2", event_name="tin", event_id="7", data="một"))

    told = [
        (one.address[:5], one.is_sent, one.kind, one.id, one.data) for one in streams.messages()
    ]

    assert told == [
        ("wss:/", True, "text", "", "chào".encode()),
        ("wss:/", False, "binary", "", b"\x01\x02"),
        ("https", False, "tin", "7", "một".encode()),
    ]


@pytest.mark.parametrize(
    "carries",
    [
        lambda one: one.received(binary(PICTURE)),
        lambda one: one.received(binary(b"\x00head" + PICTURE)),
        lambda one: one.received(
            text('{"p":"data:image/jpeg;base64,' + base64.b64encode(PICTURE).decode() + '"}')
        ),
        lambda one: one.event(
            EventMessage(request_id="2", data=base64.b64encode(PICTURE).decode())
        ),
    ],
)
def test_a_message_that_carries_a_picture_is_here_without_it(carries: object) -> None:
    streams = log()
    assert callable(carries)
    carries(streams)

    (message,) = streams.messages()

    assert (message.data, message.withheld, message.size_bytes > 0) == (b"", "picture", True)


def test_of_a_whole_page_such_a_message_is_kept() -> None:
    streams = log()
    streams.keeps_pictures = True
    streams.received(binary(PICTURE))

    assert [one.data for one in streams.messages()] == [PICTURE]


def test_what_goes_on_for_ever_is_counted_beyond_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser_streams, "MOST_BYTES", 2 * 520)
    streams = log()
    for _ in range(4):
        streams.received(text("12345"))

    assert (len(streams.messages()), streams.cut) == (2, 2)


def test_a_handshake_is_kept_as_on_the_wire_where_that_is_told() -> None:
    streams = log()
    raw = "HTTP/1.1 101 Switching Protocols\r\nX-A: 1\r\n\r\n"
    streams.asked(Handshake(request_id="1", request=HandshakeSide(headers={"Host": "vi-du.test"})))
    streams.agreed(Handshake(request_id="1", response=HandshakeSide(headers_text=raw)))

    assert [one.data for one in streams.messages()] == [b"Host: vi-du.test\r\n", raw.encode()]


def test_a_frame_that_is_not_what_it_says_is_kept_as_it_came() -> None:
    streams = log()
    streams.keeps_pictures = True
    streams.received(
        SocketFrame(request_id="1", response=FrameContent(opcode=2, payload_data="kein base64!"))
    )

    assert [one.data for one in streams.messages()] == [b"kein base64!"]


def test_a_picture_in_several_pieces_leaves_none_of_them() -> None:
    streams = log()
    half = len(PICTURE) // 2
    streams.received(binary(PICTURE[:half]))
    rest = base64.b64encode(PICTURE[half:]).decode()
    # The second frame of one message, then the same as a message of its own.
    streams.received(
        SocketFrame(request_id="1", response=FrameContent(opcode=0, payload_data=rest))
    )
    streams.received(binary(PICTURE[half:]))

    told = [(one.kind, one.data, one.withheld) for one in streams.messages()]

    assert told == [
        ("binary", b"", "picture"),
        ("opcode-0", b"", "binary"),
        ("binary", b"", "binary"),
    ]
    assert streams.messages()[1].size_bytes == len(PICTURE) - half


def test_messages_without_any_data_are_a_flood_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser_streams, "MOST_BYTES", 5_000)
    streams = log()
    for _ in range(100):
        streams.received(text(""))
        streams.received(binary(PICTURE))

    assert len(streams.messages()) + streams.cut == 200
    assert len(streams.messages()) < 10


def test_no_picture_stands_in_a_box_a_name_or_an_id() -> None:
    streams = log()
    written = "data:image/jpeg;base64," + base64.b64encode(PICTURE).decode()
    streams.dialog("alert", written)
    streams.event(EventMessage(request_id="2", event_name=written, event_id=written, data="một"))

    (message,), (box,) = streams.messages(), streams.dialogs

    assert {message.kind, message.id, box.text} == {"data:,benban-withheld"}


def test_boxes_and_offered_files_without_end_are_not_kept_without_end() -> None:
    streams = log()
    for number in range(1_000):
        streams.dialog("alert", "x" * 100_000)
        streams.download(f"https://vi-du.test/{number}")

    assert len(streams.dialogs) < 1_000
    assert max(len(one.text) for one in streams.dialogs) < 100_000
    assert streams.downloads == ["vi-du.test"]
