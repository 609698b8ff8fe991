"""What opens an account stands in no record of a tab of one's own (HARM 16)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from benban.capture.login_traces import MARK, message_without_login, without_login
from benban.capture.ports import Head
from benban.capture.traffic import Message
from benban.testing.browser import exchange_of


@pytest.mark.parametrize(
    "name",
    ["Cookie", "set-cookie", "Authorization", "Proxy-Authorization", "X-CSRF-Token", "x-auth"],
)
def test_the_value_of_a_field_that_carries_a_login_is_replaced(name: str) -> None:
    head = Head(start_line="GET / HTTP/1.1", fields=((name, "bi-mat"), ("A", "b")), is_raw=True)
    exchange = replace(exchange_of("https://vi-du.test/"), request=head, response=head)

    clean = without_login(exchange)

    assert clean.request.fields == clean.response.fields == ((name, MARK), ("A", "b"))


def test_other_fields_stay_as_they_came() -> None:
    fields = (("Author", "x"), ("Accept", "*/*"), ("ETag", "1"), ("Content-Type", "text/html"))
    head = Head(start_line="GET / HTTP/1.1", fields=fields, is_raw=True)

    assert without_login(replace(exchange_of("https://a.test/"), request=head)).request == head


def test_the_head_of_a_websocket_loses_its_cookie_and_nothing_else() -> None:
    message = Message(
        address="wss://vi-du.test/",
        protocol="websocket",
        is_sent=True,
        kind="handshake",
        at=datetime(2026, 11, 22, tzinfo=UTC),
        monotonic_ns=1,
        data=b"Host: vi-du.test\r\ncookie: phien=bi-mat\r\nOrigin: https://vi-du.test\r\n",
        size_bytes=1,
        is_text=True,
    )

    said = message_without_login(message).data.decode()

    assert said == f"Host: vi-du.test\r\ncookie: {MARK}\r\nOrigin: https://vi-du.test\r\n"
    assert message_without_login(replace(message, kind="text")).data == message.data
