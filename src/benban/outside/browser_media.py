"""The second pass: one picture or video, asked for as the page would, read as it comes."""

import base64
import json
from collections.abc import Callable, Sequence

import msgspec
from playwright.sync_api import CDPSession

from benban.capture.place import place_of
from benban.capture.ports import PageLimits
from benban.errors import PageNotReceivedError
from benban.outside import browser_scripts as scripts
from benban.outside.browser_errors import proxy_error
from benban.outside.browser_frames import FrameScripts
from benban.outside.browser_network import TabNetwork
from benban.outside.cdp_events import RequestPaused, Stream, StreamChunk, is_whole
from benban.outside.proxy import ProxyRecord

_CHUNK_BYTES = 2 << 20
_OK = 200


class MediaStream:
    """One request for one address, from asking to the last byte."""

    def __init__(
        self,
        session: CDPSession,
        network: TabNetwork,
        frames: FrameScripts,
        limits: PageLimits,
    ) -> None:
        self._session = session
        self._network = network
        self._frames = frames
        self._limits = limits

    @property
    def is_answered(self) -> bool:
        """Whether the head of an answer, or the news that none comes, is there."""
        return self._network.media_answer is not None or bool(self._network.media_failure)

    def ask(self, address: str, frame_id: str) -> None:
        """Let *frame_id* ask for *address* as for a picture of its own."""
        absolute = self._frames.run(frame_id, scripts.resolve(json.dumps(address)))
        if absolute is None:
            # The frame has gone meanwhile.
            frame_id = self._network.main_frame
        self._network.want(str(absolute or address))
        self._frames.run(frame_id, scripts.ask_for_picture(json.dumps(address)))

    def read(
        self, address: str, write: Callable[[bytes], int], records: Sequence[ProxyRecord]
    ) -> None:
        """
        Hand every byte of the answer to *write*.

        Raises:
            BenbanError: BB-203 to BB-206, BB-210: refused, not found, too large or cut off.
        """
        paused = self._network.media_answer
        host = place_of(address).host
        if paused is None:
            raise proxy_error(records) or PageNotReceivedError(
                host=host, reason=self._network.media_failure
            )
        try:
            self._copy(paused, host, write)
        finally:
            self._session.send(
                "Fetch.failRequest", {"requestId": paused.request_id, "errorReason": "Aborted"}
            )

    def _copy(self, paused: RequestPaused, host: str, write: Callable[[bytes], int]) -> None:
        status = paused.response_status_code
        if status != _OK:
            raise PageNotReceivedError(host=host, reason=f"status {status}")
        raw = self._session.send("Fetch.takeResponseBodyAsStream", {"requestId": paused.request_id})
        handle = msgspec.convert(raw, Stream).stream
        received = 0
        while True:
            raw = self._session.send("IO.read", {"handle": handle, "size": _CHUNK_BYTES})
            chunk = msgspec.convert(raw, StreamChunk)
            is_binary = chunk.base64_encoded
            data = base64.b64decode(chunk.data) if is_binary else chunk.data.encode()
            received += len(data)
            if received > self._limits.media_bytes:
                raise PageNotReceivedError(host=host, reason="too large")
            if data:
                write(data)
            if chunk.eof:
                break
        self._session.send("IO.close", {"handle": handle})
        _check_whole(paused, received, host)


def _check_whole(paused: RequestPaused, received: int, host: str) -> None:
    if not is_whole(paused, received):
        promised = paused.answer_field("content-length")
        raise PageNotReceivedError(host=host, reason=f"{received} of {promised} bytes")
    if received == 0:
        raise PageNotReceivedError(host=host, reason="no bytes")
