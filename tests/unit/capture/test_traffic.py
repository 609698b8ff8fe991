import json
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from benban.capture.traffic import (
    CertificateChain,
    Dial,
    Dialog,
    Message,
    Passage,
    Traffic,
    traffic_resources,
)
from benban.testing.clock import FakeClock
from benban.testing.tsa import FakeTsa

AT = datetime(2026, 11, 22, 8, 0, 0, 123, tzinfo=UTC)
PAGE = "https://vi-du.test/"
SOCKET = "wss://vi-du.test/o-cam"


def message(data: bytes, *, is_text: bool, withheld: str = "") -> Message:
    return Message(
        address=SOCKET,
        protocol="websocket",
        is_sent=False,
        kind="text" if is_text else "binary",
        at=AT,
        monotonic_ns=2**60 + 1,
        data=data,
        size_bytes=9,
        is_text=is_text,
        withheld=withheld,
    )


def told(traffic: Traffic) -> dict[str, bytes]:
    return {one.address: one.body.read() for one in traffic_resources(traffic, PAGE, AT)}


def test_messages_are_told_as_text_as_base64_or_as_withheld() -> None:
    traffic = Traffic(
        messages=(
            message("chào\nbạn".encode(), is_text=True),
            message(b"\x00\xff", is_text=False),
            message(b"", is_text=False, withheld="picture"),
        )
    )

    lines = [
        json.loads(line) for line in told(traffic)[f"urn:benban:messages:{SOCKET}"].splitlines()
    ]

    assert [(one.get("text"), one.get("base64"), one.get("withheld")) for one in lines] == [
        ("chào\nbạn", None, None),
        (None, "AP8=", None),
        (None, None, "picture"),
    ]
    assert {one["monotonic_ns"] for one in lines} == {str(2**60 + 1)}
    assert traffic.messages_withheld == 1


def test_certificates_are_kept_as_a_chain_that_stock_tools_read() -> None:
    root = FakeTsa(clock=FakeClock(AT)).root_der
    chain = CertificateChain(
        host="vi-du.test", port=443, tls_version="TLS 1.3", certificates=(root, root)
    )

    data = told(Traffic(chains=(chain,)))["urn:benban:certificates:https://vi-du.test:443/"]

    found = x509.load_pem_x509_certificates(data)
    assert [one.public_bytes(Encoding.DER) for one in found] == [root, root]


def test_order_connections_and_boxes_stand_under_the_page() -> None:
    traffic = Traffic(
        passages=(
            Passage(
                address=PAGE,
                method="GET",
                resource="Document",
                source="page",
                at=AT,
                monotonic_ns=7,
                outcome="200",
            ),
        ),
        dials=(
            Dial(
                host="vi-du.test",
                port=443,
                outcome="connected",
                resolved=("203.0.113.7", "2001:db8::7"),
                remote="203.0.113.7:443",
                at=AT,
            ),
        ),
        dialogs=(Dialog(kind="alert", text="a\ud800", at=AT),),
    )

    lines = {address: json.loads(data) for address, data in told(traffic).items()}

    assert lines[f"urn:benban:order:{PAGE}"]["outcome"] == "200"
    assert lines[f"urn:benban:connections:{PAGE}"]["resolved"] == ["203.0.113.7", "2001:db8::7"]
    assert lines[f"urn:benban:dialogs:{PAGE}"]["text"] == "a\ufffd"


def test_nothing_that_passed_is_no_record() -> None:
    assert told(Traffic()) == {}
