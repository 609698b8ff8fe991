"""Everything the tab asked for and got, put together from the protocol's scattered messages."""

import base64
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus

from benban.capture.media_store import StoredBody
from benban.capture.place import place_of
from benban.capture.ports import BodyState, FailedRequest, Head, RecordedExchange
from benban.outside.cdp_events import (
    LoadingFailed,
    RequestPaused,
    RequestSentExtra,
    ResponseExtra,
)
from benban.outside.proxy import Endpoint


@dataclass(slots=True, kw_only=True)
class _Hop:
    """One answer; a redirected request has several."""

    paused: RequestPaused
    at: datetime
    body: bytes
    state: BodyState
    stored: StoredBody | None = None


@dataclass(slots=True)
class ExchangeLog:
    """
    Collects hops by the browser's request id and gives back complete exchanges.

    The messages that carry the fields really sent and the head on the wire come apart from the
    answer and in no fixed order against it, but in the order of the hops among themselves.
    """

    _hops: dict[str, list[_Hop]] = field(default_factory=lambda: defaultdict(list))
    _order: list[tuple[str, int]] = field(default_factory=list)
    _sent: dict[str, list[RequestSentExtra]] = field(default_factory=lambda: defaultdict(list))
    _wire: dict[str, list[ResponseExtra]] = field(default_factory=lambda: defaultdict(list))
    _failed: list[FailedRequest] = field(default_factory=list)
    _hosts: dict[str, str] = field(default_factory=dict)
    _protocols: dict[tuple[str, str], str] = field(default_factory=dict)

    def begin(self, request_id: str, address: str) -> None:
        """Note where a request goes, so that its failure can be named."""
        self._hosts[request_id] = place_of(address).host

    def answered(
        self,
        paused: RequestPaused,
        at: datetime,
        body: bytes = b"",
        state: BodyState = BodyState.NONE,
        *,
        stored: StoredBody | None = None,
    ) -> None:
        """Keep one answer."""
        request_id = paused.network_id or paused.request_id
        hops = self._hops[request_id]
        self._order.append((request_id, len(hops)))
        hops.append(_Hop(paused=paused, at=at, body=body, state=state, stored=stored))

    def spoke(self, request_id: str, address: str, protocol: str) -> None:
        """Keep over which version of HTTP an answer came."""
        self._protocols[request_id, address] = protocol

    def sent(self, message: RequestSentExtra) -> None:
        """Keep the fields really sent."""
        self._sent[message.request_id].append(message)

    def on_the_wire(self, message: ResponseExtra) -> None:
        """Keep the head as it came."""
        self._wire[message.request_id].append(message)

    def failed(self, message: LoadingFailed) -> None:
        """Keep that a request got nothing or not all, unless we stopped it ourselves."""
        if message.blocked_reason or message.error_text in {"net::ERR_ABORTED", ""}:
            return
        for hop in self._hops.get(message.request_id, ())[-1:]:
            # What was read before that seemed whole: no length had been promised.
            if hop.state is BodyState.DECODED:
                hop.state = BodyState.CUT_OFF
        host = self._hosts.get(message.request_id, "")
        self._failed.append(FailedRequest(host=host, reason=message.error_text))

    def unasked(self, request_id: str) -> None:
        """Keep that the browser asked for something on its own, and nothing of it is kept."""
        host = self._hosts.get(request_id, "")
        self._failed.append(FailedRequest(host=host, reason="fetched-ahead-by-the-browser"))

    def failures(self) -> tuple[FailedRequest, ...]:
        """Return what got no answer, each host and reason once."""
        return tuple(dict.fromkeys(self._failed))

    def exchanges(self) -> tuple[RecordedExchange, ...]:
        """Return every exchange that has an answer, in the order the answers came."""
        return tuple(self._exchange(*place) for place in self._order)

    def last_of(self, request_id: str) -> RecordedExchange:
        """Return the exchange that ended the way of one request; others may have come since."""
        return self._exchange(request_id, len(self._hops[request_id]) - 1)

    def _exchange(self, request_id: str, position: int) -> RecordedExchange:
        hop = self._hops[request_id][position]
        paused = hop.paused
        return RecordedExchange(
            address=paused.request.url,
            method=paused.request.method,
            status=paused.response_status_code or 0,
            resource=paused.resource_type,
            at=hop.at,
            request=self._request_head(request_id, position, paused),
            response=self._response_head(request_id, position, paused),
            body=hop.body,
            body_state=hop.state,
            request_body=_posted(paused),
            protocol=self._protocols.get((request_id, paused.request.url), ""),
            stored=hop.stored,
        )

    def _request_head(self, request_id: str, position: int, paused: RequestPaused) -> Head:
        path = _target(paused.request.url)
        extras = self._sent[request_id]
        fields = extras[position].headers if position < len(extras) else paused.request.headers
        return Head(
            start_line=f"{paused.request.method} {path} HTTP/1.1",
            fields=tuple(fields.items()),
            is_raw=False,
        )

    def _response_head(self, request_id: str, position: int, paused: RequestPaused) -> Head:
        wires = self._wire[request_id]
        text = wires[position].headers_text if position < len(wires) else None
        if text:
            return parse_head(text)
        status = paused.response_status_code or 0
        reason = paused.response_status_text or _phrase(status)
        return Head(
            start_line=f"HTTP/1.1 {status} {reason}".rstrip(),
            fields=tuple((each.name, each.value) for each in paused.response_headers),
            is_raw=False,
        )


def parse_head(text: str) -> Head:
    """Return the start line and the fields of a head as it came over the wire."""
    start_line, *lines = text.rstrip("\r\n").split("\r\n")
    fields: list[tuple[str, str]] = []
    for line in lines:
        if line[:1] in {" ", "\t"} and fields:
            # RFC 9112 5.2: a folded line belongs to the field above it.
            name, value = fields[-1]
            fields[-1] = (name, f"{value} {line.strip()}")
            continue
        name, _, value = line.partition(":")
        fields.append((name, value.strip()))
    return Head(start_line=start_line, fields=tuple(fields), is_raw=True)


def with_remote(exchange: RecordedExchange, remotes: dict[Endpoint, str]) -> RecordedExchange:
    """Return *exchange* with the address that the proxy connected to for its host and port."""
    place = place_of(exchange.address)
    endpoint = Endpoint(host=place.host, port=place.port)
    return replace(exchange, remote=remotes.get(endpoint, ""))


def _target(address: str) -> str:
    path = place_of(address).path or "/"
    query = address.partition("?")[2]
    return f"{path}?{query}" if query else path


def _posted(paused: RequestPaused) -> bytes:
    pieces = paused.request.post_data_entries
    return b"".join(base64.b64decode(piece.bytes) for piece in pieces if piece.bytes)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
