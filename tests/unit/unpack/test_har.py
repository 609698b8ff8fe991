import base64
import json
from io import BytesIO
from typing import Any

import pytest

from benban.errors import ImportDamagedError
from benban.unpack.har import HarReader
from benban.unpack.parts import Part, Reason, Resource, Unread
from benban.unpack.source import single_source
from tests.unit.unpack.webfiles import HTML, PAGE, PICTURE, PNG


def exchange(**changes: object) -> dict[str, Any]:
    made: dict[str, Any] = {
        "startedDateTime": "2026-11-22T15:15:30.5+07:00",
        "request": {"method": "GET", "url": PAGE, "headers": [{"name": "Cookie", "value": "s=1"}]},
        "response": {
            "status": 200,
            "headers": [{"name": "Content-Encoding", "value": "br"}],
            "content": {"size": 9, "mimeType": "text/html", "text": HTML.decode()},
        },
    }
    return made | changes


def picture() -> dict[str, Any]:
    content = {
        "size": 10**30,
        "mimeType": "image/png",
        "encoding": "base64",
        "text": base64.b64encode(PNG).decode(),
    }
    return exchange(
        request={"method": "GET", "url": PICTURE, "headers": []},
        response={"status": 200, "headers": [], "content": content},
    )


def har(*exchanges: object) -> bytes:
    log = {"version": "1.2", "creator": {"name": "x"}, "pages": [], "entries": list(exchanges)}
    return json.dumps({"log": log}).encode()


def parts_of(content: bytes) -> list[Part]:
    return list(HarReader().parts(single_source(BytesIO(content), "a.har")))


def reasons(content: bytes) -> list[Reason]:
    return [part.reason for part in parts_of(content) if isinstance(part, Unread)]


def test_an_exchange_has_its_address_time_fields_and_content() -> None:
    page, image = parts_of(har(exchange(), picture()))

    assert isinstance(page, Resource)
    assert isinstance(image, Resource)
    assert (page.address, page.status, str(page.at)) == (
        PAGE,
        200,
        "2026-11-22 08:15:30.500000+00:00",
    )
    assert page.request_fields == (("Cookie", "s=1"),)
    assert (page.open().read(), image.open().read()) == (HTML, PNG)


def test_the_size_that_is_claimed_is_not_believed() -> None:
    (image,) = parts_of(har(picture()))

    assert isinstance(image, Resource)
    assert image.size_bytes is None


@pytest.mark.parametrize("status", [200, 404])
def test_an_exchange_whose_content_was_not_saved_is_said(status: int) -> None:
    response = {"status": status, "headers": [], "content": {"size": 5}}

    assert reasons(har(exchange(response=response), picture())) == [Reason.NOT_INCLUDED]


def test_a_redirect_has_no_content_and_is_kept() -> None:
    response = {"status": 302, "headers": [{"name": "Location", "value": "/b"}], "content": {}}
    (part,) = parts_of(har(exchange(response=response)))

    assert isinstance(part, Resource)
    assert (part.status, part.open().read()) == (302, b"")


@pytest.mark.parametrize(
    "bad",
    [
        5,
        None,
        [],
        {},
        exchange(request={"url": 5}),
        exchange(response={"status": "200"}),
        exchange(response={"headers": {"a": 1}}),
        exchange(startedDateTime=7),
    ],
)
def test_an_exchange_of_another_shape_costs_itself_only(bad: object) -> None:
    content = har(bad, picture())

    assert reasons(content) == [Reason.NOT_PARSED]
    assert sum(isinstance(part, Resource) for part in parts_of(content)) == 1


@pytest.mark.parametrize("text", [b"NaN", b'"\\ud800"', b"1e999", b'"\xff"'])
def test_values_that_json_does_not_have_cost_their_exchange_only(text: bytes) -> None:
    content = har(exchange(startedDateTime="HERE"), picture()).replace(b'"HERE"', text)

    assert sum(isinstance(part, Resource) for part in parts_of(content)) >= 1


def test_deep_nesting_costs_its_exchange_only() -> None:
    deep = har(exchange(x="HERE"), picture()).replace(b'"HERE"', b"[" * 50_000 + b"]" * 50_000)

    assert reasons(deep) == [Reason.TOO_DEEP]
    assert sum(isinstance(part, Resource) for part in parts_of(deep)) == 1


def test_an_exchange_beyond_any_size_is_left() -> None:
    large = har(exchange(x="HERE"), picture()).replace(b"HERE", b"a" * (65 << 20))

    assert reasons(large) == [Reason.TOO_LARGE]


def test_base64_that_is_none_is_an_error_of_this_content() -> None:
    broken = picture()
    broken["response"]["content"]["text"] = "QUJ"
    (part,) = parts_of(har(broken))

    assert isinstance(part, Resource)
    with pytest.raises(ImportDamagedError):
        part.open()


@pytest.mark.parametrize("content", [b"", b"{}", b'{"name": "chat", "messages": []}', b"[1]"])
def test_other_json_is_not_recognised(content: bytes) -> None:
    assert not HarReader().recognises(single_source(BytesIO(content), "a.har"))
