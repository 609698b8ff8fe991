"""The gate in front of the tab: every request passes here, and every answer before it is read."""

import base64
import contextlib
import time
from collections.abc import Callable
from typing import TypeVar

import msgspec
from playwright.sync_api import CDPSession
from playwright.sync_api import Error as PlaywrightError

from benban.capture.place import place_of
from benban.capture.ports import BodyState, PageLimits, RecordedExchange
from benban.model.clock import Clock
from benban.outside.browser_gate import (
    is_media_answer,
    is_media_body,
    is_media_request,
    is_needless_request,
    is_piece_of_media,
)
from benban.outside.browser_order import PassageLog
from benban.outside.browser_record import ExchangeLog
from benban.outside.browser_streams import StreamLog
from benban.outside.browser_whole import WholePage
from benban.outside.cdp_events import (
    Body,
    LoadingFailed,
    LoadingFinished,
    RequestPaused,
    RequestSent,
    RequestSentExtra,
    ResponseExtra,
    ResponseReceived,
    has_length,
    is_whole,
    promised_bytes,
)
from benban.outside.cdp_streams import EventMessage, Handshake, SocketCreated, SocketFrame
from benban.outside.proxy import Endpoint, LoopbackProxy

_MessageT = TypeVar("_MessageT", bound=msgspec.Struct)
# These have no end that could be waited for.
_ENDLESS = frozenset({"EventSource", "WebSocket", "Media"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class TabNetwork:
    """
    Decides about and records every request of one tab.

    Args:
        session: of the page, nothing enabled yet.
        proxy: told which host may be reached before a request goes on.
        clock: dates the answers.
        limits: of bodies.
    """

    def __init__(
        self, session: CDPSession, *, proxy: LoopbackProxy, clock: Clock, limits: PageLimits
    ) -> None:
        self._session = session
        self._proxy = proxy
        self._clock = clock
        self._limits = limits
        self._in_flight: set[str] = set()
        self._moved_at = time.monotonic()
        self._reading: dict[str, RequestPaused] = {}
        self._kept_bytes = 0
        self._wanted = ""
        self._wanted_id: str | None = None
        self._whole: WholePage | None = None
        self.log = ExchangeLog()
        self.order = PassageLog(clock)
        self.streams = StreamLog(clock)
        self.main_frame = ""
        self.media: dict[str, str] = {}
        self.media_itself_address = ""
        self.tls_versions: dict[Endpoint, str] = {}
        self.media_answer: RequestPaused | None = None
        self.media_failure = ""

    def start(self) -> None:
        """Switch the gate on; from here on nothing passes unseen."""
        listen = self._listen
        listen("Fetch.requestPaused", RequestPaused, self._paused)
        listen("Network.requestWillBeSent", RequestSent, self._request_sent)
        listen("Network.requestWillBeSentExtraInfo", RequestSentExtra, self.log.sent)
        listen("Network.responseReceivedExtraInfo", ResponseExtra, self.log.on_the_wire)
        listen("Network.responseReceived", ResponseReceived, self._response)
        listen("Network.loadingFailed", LoadingFailed, self._failed)
        listen("Network.loadingFinished", LoadingFinished, self._finished)
        listen("Network.webSocketCreated", SocketCreated, self.streams.opened)
        listen("Network.webSocketWillSendHandshakeRequest", Handshake, self.streams.asked)
        listen("Network.webSocketHandshakeResponseReceived", Handshake, self.streams.agreed)
        listen("Network.webSocketFrameReceived", SocketFrame, self.streams.received)
        listen("Network.webSocketFrameSent", SocketFrame, self.streams.sent)
        listen("Network.eventSourceMessageReceived", EventMessage, self.streams.event)
        self._session.send("Network.enable")
        self._session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        stages = [{"urlPattern": "*", "requestStage": stage} for stage in ("Request", "Response")]
        self._session.send("Fetch.enable", {"patterns": stages})

    def keep_pictures(self, whole: WholePage) -> None:
        """Let pictures and media pass from now on (HARM 1, ``--whole-page``)."""
        self._whole = whole
        self.streams.keeps_pictures = True

    @property
    def is_wanted_seen(self) -> bool:
        """Whether the request let pass by :meth:`want` has been made."""
        return self._wanted_id is not None

    def media_exchange(self) -> RecordedExchange:
        """Return the exchange that answered what was wanted."""
        return self.log.last_of(self._wanted_id or "")

    def has_been_quiet(self, seconds: float) -> bool:
        """Return whether nothing is under way and nothing moved for *seconds*."""
        return not self._in_flight and time.monotonic() - self._moved_at >= seconds

    def stop_reading(self) -> None:
        """Write down the answers whose bodies have not ended by now; they are not waited for."""
        while self._reading:
            _, paused = self._reading.popitem()
            self.log.answered(paused, self._clock.now(), state=BodyState.NOT_ENDED)

    def want(self, address: str) -> None:
        """Let one picture request for *address*, and what it redirects to, pass."""
        self._wanted, self._wanted_id = address, None
        self.media_answer, self.media_failure = None, ""

    def _listen(
        self, name: str, message: type[_MessageT], act: Callable[[_MessageT], None]
    ) -> None:
        def receive(raw: object) -> None:
            # A tab that ends while its messages are still coming is not an error of its own.
            with contextlib.suppress(PlaywrightError):
                act(msgspec.convert(raw, message))

        self._session.on(name, receive)

    def _paused(self, paused: RequestPaused) -> None:
        self._moved_at = time.monotonic()
        if not paused.is_answer:
            self._before_sending(paused)
        elif paused.response_error_reason is not None:
            self._go_on(paused)
        else:
            self._before_reading(paused)

    def _before_sending(self, paused: RequestPaused) -> None:
        request, resource = paused.request, paused.resource_type
        is_main = resource == "Document" and paused.frame_id == self.main_frame
        self.order.begin(paused, is_main_frame=paused.frame_id == self.main_frame)
        if self._is_wanted(paused):
            self._admit_and_go_on(paused)
        elif (
            is_needless_request(resource, request.headers)
            or paused.network_id is None
            or (self._whole is not None and self._whole.refuses(paused, is_main=is_main))
        ):
            self._stop(paused)
        elif (
            self._whole is None
            and not is_main
            and is_media_request(resource, request.url, request.headers)
        ):
            self._keep_out(paused)
        else:
            self._admit_and_go_on(paused)

    def _before_reading(self, paused: RequestPaused) -> None:
        now = self._clock.now()
        if paused.response_status_code in _REDIRECTS and paused.answer_field("location"):
            self.log.answered(paused, now)
            self._go_on(paused)
        elif self._wanted_id is not None and paused.network_id == self._wanted_id:
            # The tab reads this one as a stream.
            state = BodyState.STREAMED if has_length(paused) else BodyState.END_NOT_KNOWN
            self.log.answered(paused, now, state=state)
            self.media_answer = paused
        elif self._whole is not None and self._whole.is_apart(paused):
            self.log.answered(paused, now, state=BodyState.APART)
            self._go_on(paused)
        elif self._is_kept_out(paused) and (
            is_media_answer(paused.answer_field("content-type"))
            or is_piece_of_media(paused.response_status_code, paused.answer_field("content-type"))
        ):
            self._keep_out(paused)
        elif paused.answer_field("content-type").startswith("text/event-stream"):
            self.streams.stream_begins(paused.network_id or "", paused.request.url)
            self.log.answered(paused, now, state=BodyState.NOT_ENDED)
            self._go_on(paused)
        else:
            self._read(paused)

    def _read(self, paused: RequestPaused) -> None:
        promised = promised_bytes(paused)
        if promised is not None and not self._has_room(paused, promised):
            self.log.answered(paused, self._clock.now(), state=BodyState.TOO_LARGE)
            self._stop(paused)
            return
        self._reading[paused.request_id] = paused
        raw = self._session.send("Fetch.getResponseBody", {"requestId": paused.request_id})
        answer = msgspec.convert(raw, Body)
        body = base64.b64decode(answer.body) if answer.base64_encoded else answer.body.encode()
        self._moved_at = time.monotonic()
        if self._reading.pop(paused.request_id, None) is None:
            self._stop(paused)
        elif self._is_kept_out(paused) and is_media_body(body):
            self._keep_out(paused)
        elif not self._has_room(paused, len(body)):
            self.log.answered(paused, self._clock.now(), state=BodyState.TOO_LARGE)
            self._stop(paused)
        else:
            self._hand_on(paused, body)

    def _hand_on(self, paused: RequestPaused, body: bytes) -> None:
        now = self._clock.now()
        self._is_done_with(paused)
        state = BodyState.DECODED if is_whole(paused, len(body)) else BodyState.CUT_OFF
        if self._whole is not None and _is_drawn(paused):
            self.log.answered(paused, now, state=state, stored=self._whole.put(body))
        else:
            self._kept_bytes += len(body)
            self.log.answered(paused, now, body, state)
        if state is BodyState.DECODED:
            self._go_on(paused)
            return
        # Chromium shows nothing of a page that broke off, and never draws it: give it what came.
        fields = [
            {"name": each.name, "value": each.value}
            for each in paused.response_headers
            if each.name.lower() != "content-length"
        ]
        answer = {
            "requestId": paused.request_id,
            "responseCode": paused.response_status_code,
            "responseHeaders": fields,
            "body": base64.b64encode(body).decode("ascii"),
        }
        self._session.send("Fetch.fulfillRequest", answer)

    def _is_kept_out(self, paused: RequestPaused) -> bool:
        """Return whether a picture has to be kept out; as the page itself it always has."""
        is_main = paused.resource_type == "Document" and paused.frame_id == self.main_frame
        return self._whole is None or is_main

    def _has_room(self, paused: RequestPaused, size_bytes: int) -> bool:
        if self._whole is not None and _is_drawn(paused):
            return self._whole.has_room(size_bytes)
        left = self._limits.page_bytes - self._kept_bytes
        return size_bytes <= min(self._limits.body_bytes, left)

    def _is_wanted(self, paused: RequestPaused) -> bool:
        if self._wanted_id is not None:
            return paused.network_id == self._wanted_id
        if paused.resource_type == "Image" and paused.request.url == self._wanted:
            self._wanted_id = paused.network_id
            return True
        return False

    def _keep_out(self, paused: RequestPaused) -> None:
        if paused.resource_type == "Document" and paused.frame_id == self.main_frame:
            self.media_itself_address = paused.request.url
        elif paused.resource_type != "Other":
            self.media.setdefault(paused.request.url, paused.frame_id)
        self._stop(paused)

    def _admit_and_go_on(self, paused: RequestPaused) -> None:
        place = place_of(paused.request.url)
        if place.is_web:
            self._proxy.admit(Endpoint(host=place.host, port=place.port))
            self._go_on(paused)
        else:
            self._stop(paused)

    def _go_on(self, paused: RequestPaused) -> None:
        if paused.is_answer:
            self._ended(paused, str(paused.response_status_code or "no-answer"))
        self._session.send("Fetch.continueRequest", {"requestId": paused.request_id})

    def _stop(self, paused: RequestPaused) -> None:
        self._is_done_with(paused)
        self._ended(paused, "kept-out" if not paused.is_answer else "stopped")
        # An aborted navigation leaves the page as it is; a blocked one puts an error page there.
        reason = "Aborted" if paused.resource_type == "Document" else "BlockedByClient"
        arguments = {"requestId": paused.request_id, "errorReason": reason}
        self._session.send("Fetch.failRequest", arguments)

    def _ended(self, paused: RequestPaused, outcome: str) -> None:
        self.order.end(paused.network_id or paused.request_id, outcome)

    def _is_done_with(self, paused: RequestPaused) -> None:
        # The end of a worker's script is told to the worker, not to the page.
        self._in_flight.discard(paused.network_id or "")

    def _request_sent(self, message: RequestSent) -> None:
        self._moved_at = time.monotonic()
        self.log.begin(message.request_id, message.request.url)
        if message.type == "Prefetch":
            # What speculation rules name passes every gate there is. A preference forbids it; where
            # a browser does it all the same, it is said.
            self.log.unasked(message.request_id)
        if message.type not in _ENDLESS and message.request.url.startswith("http"):
            self._in_flight.add(message.request_id)

    def _response(self, message: ResponseReceived) -> None:
        response = message.response
        self.log.spoke(message.request_id, response.url, response.protocol)
        details = response.security_details
        if details is not None:
            place = place_of(message.response.url)
            self.tls_versions[Endpoint(host=place.host, port=place.port)] = details.protocol

    def _failed(self, message: LoadingFailed) -> None:
        self._moved_at = time.monotonic()
        self._in_flight.discard(message.request_id)
        if message.request_id == self._wanted_id and self.media_answer is None:
            self.media_failure = message.error_text or "unknown"
        self.order.end(message.request_id, message.error_text or "failed")
        self.log.failed(message)

    def _finished(self, message: LoadingFinished) -> None:
        self._moved_at = time.monotonic()
        self._in_flight.discard(message.request_id)


def _is_drawn(paused: RequestPaused) -> bool:
    """Return whether the answer belongs to the media store and not to the texts."""
    return paused.resource_type == "Image" or is_media_answer(paused.answer_field("content-type"))
