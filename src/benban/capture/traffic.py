"""
What passed beside the exchanges: messages of open connections, order, certificates, name answers.

A WARC holds requests and answers. A WebSocket and an event stream go on without new requests, and
nothing in a WARC says in which order things happened: that stands in records of its own beside the
exchanges (docs/reference/web-package.md).
"""

import base64
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO

from benban.model.exhibit import Connection, Missing
from benban.seal.canonical import JsonValue
from benban.seal.exchange import Resource, without_surrogates

JSON_LINES = "application/jsonl"
PEM = "application/pem-certificate-chain"
_LINE_CHARACTERS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """
    One message of a WebSocket or an event stream.

    Attributes:
        address: of the connection.
        protocol: ``websocket`` or ``event-stream``.
        kind: the opcode's name (``text``, ``binary``), or the name of the event.
        id: of the event; empty for a WebSocket.
        data: as sent; empty when it was withheld.
        withheld: why the data are not here; empty when they are.
        size_bytes: of the data as received.
    """

    address: str
    protocol: str
    is_sent: bool
    kind: str
    at: datetime
    monotonic_ns: int
    data: bytes
    size_bytes: int
    is_text: bool
    id: str = ""
    withheld: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """
    One request at the gate, in the order in which the requests came.

    Attributes:
        source: ``page`` (with its workers) or ``frame``: who asked.
        outcome: the status; ``redirect``, ``kept-out``, ``stopped``, or the browser's error.
    """

    address: str
    method: str
    resource: str
    source: str
    at: datetime
    monotonic_ns: int
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateChain:
    """The certificates (DER, leaf first) that a host showed on a connection of this visit."""

    host: str
    port: int
    tls_version: str
    certificates: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """
    One connection the browser asked the proxy for, also one that was refused.

    Attributes:
        resolved: every address the name service gave.
        remote: ``ip:port`` connected to; empty when it was not.
    """

    host: str
    port: int
    outcome: str
    resolved: tuple[str, ...]
    remote: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialog:
    """A box that the page opened over itself (``alert``, ``confirm``...); it was dismissed."""

    kind: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """
    All of it, each in the order in which it came.

    Attributes:
        messages_cut: messages beyond what is kept; they were counted only.
        downloads: hosts that wanted to hand over a file; none was taken.
    """

    messages: tuple[Message, ...] = field(default=())
    passages: tuple[Passage, ...] = field(default=())
    chains: tuple[CertificateChain, ...] = field(default=())
    dials: tuple[Dial, ...] = field(default=())
    dialogs: tuple[Dialog, ...] = field(default=())
    downloads: tuple[str, ...] = field(default=())
    messages_cut: int = 0

    @property
    def messages_withheld(self) -> int:
        """How many messages carried a picture, or may have, and are here without it."""
        return sum(bool(one.withheld) for one in self.messages)


def traffic_resources(traffic: Traffic, page_address: str, made_at: datetime) -> list[Resource]:
    """
    Return the records that stand beside the exchanges of one page.

    Args:
        traffic: what passed.
        page_address: of the page, for those that concern it as a whole.
        made_at: aware.
    """
    return [
        Resource(address=address, media_type=media_type, body=BytesIO(data), made_at=made_at)
        for address, media_type, data in _records(traffic, page_address)
        if data
    ]


def pem(certificate: bytes) -> str:
    """Return a DER certificate as PEM (RFC 7468)."""
    text = base64.b64encode(certificate).decode("ascii")
    lines = [text[at : at + _LINE_CHARACTERS] for at in range(0, len(text), _LINE_CHARACTERS)]
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])


def addresses_not_told_apart(connections: Iterable[Connection]) -> Iterator[Missing]:
    """Yield that a host was reached at several addresses: which of them sent what is not known."""
    reached = {(one.host, one.port, one.remote) for one in connections}
    hosts = Counter((host, port) for host, port, _remote in reached)
    if any(count > 1 for count in hosts.values()):
        yield Missing(what="which address of a host answered", reason="several-addresses")


def json_lines(values: "Sequence[JsonValue] | Iterator[JsonValue]") -> bytes:
    """Return one JSON text on each line, UTF-8."""
    lines = [json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in values]
    return "".join(f"{line}\n" for line in lines).encode()


def record_time(at: datetime) -> str:
    """Return *at* as records write it: UTC, six decimals, ``Z``."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _records(traffic: Traffic, page_address: str) -> Iterator[tuple[str, str, bytes]]:
    yield (
        f"urn:benban:order:{page_address}",
        JSON_LINES,
        json_lines(map(_passage, traffic.passages)),
    )
    dials = [_dial(one) for one in traffic.dials]
    yield f"urn:benban:connections:{page_address}", JSON_LINES, json_lines(dials)
    dialogs = [_dialog(one) for one in traffic.dialogs]
    yield f"urn:benban:dialogs:{page_address}", JSON_LINES, json_lines(dialogs)
    for chain in traffic.chains:
        address = f"urn:benban:certificates:https://{chain.host}:{chain.port}/"
        yield address, PEM, "".join(map(pem, chain.certificates)).encode()
    by_address: dict[str, list[Message]] = defaultdict(list)
    for message in traffic.messages:
        by_address[message.address].append(message)
    for address, messages in by_address.items():
        yield f"urn:benban:messages:{address}", JSON_LINES, json_lines(map(_message, messages))


def _message(one: Message) -> JsonValue:
    said: dict[str, JsonValue] = {
        "at": record_time(one.at),
        "monotonic_ns": str(one.monotonic_ns),
        "protocol": one.protocol,
        "direction": "sent" if one.is_sent else "received",
        "kind": without_surrogates(one.kind),
        "id": without_surrogates(one.id),
        "size_bytes": one.size_bytes,
    }
    if one.withheld:
        return {**said, "withheld": one.withheld}
    if one.is_text:
        return {**said, "text": one.data.decode("utf-8", errors="replace")}
    return {**said, "base64": base64.b64encode(one.data).decode("ascii")}


def _passage(one: Passage) -> JsonValue:
    return {
        "at": record_time(one.at),
        "monotonic_ns": str(one.monotonic_ns),
        "method": one.method,
        "address": without_surrogates(one.address),
        "resource": one.resource,
        "source": one.source,
        "outcome": one.outcome,
    }


def _dial(one: Dial) -> JsonValue:
    return {
        "at": record_time(one.at),
        "host": without_surrogates(one.host),
        "port": one.port,
        "outcome": one.outcome,
        "resolved": list(one.resolved),
        "remote": one.remote,
    }


def _dialog(one: Dialog) -> JsonValue:
    return {"at": record_time(one.at), "kind": one.kind, "text": without_surrogates(one.text)}
