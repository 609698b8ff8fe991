"""Messages of WebSockets and event streams, dialogs and downloads: what no request shows."""

import base64
import binascii

from benban.capture.inline_media import withhold_inline
from benban.capture.media_types import has_picture_inside, is_picture_or_media, sniff_media_type
from benban.capture.place import place_of
from benban.capture.traffic import Dialog, Message
from benban.model.clock import Clock
from benban.outside.cdp_streams import (
    EventMessage,
    Handshake,
    HandshakeSide,
    SocketCreated,
    SocketFrame,
)

# A chat or a ticker may go on for ever; beyond this its messages are counted only.
MOST_BYTES = 8 << 20
# What a message takes beside its data: a million empty ones are a flood too.
_MESSAGE_BYTES = 512
# A name, an id or a box that nobody reads to its end.
_LABEL_CHARACTERS = 1024
_BOX_CHARACTERS = 10_000
_MOST_BOXES = 200
_TEXT, _BINARY = 1, 2
_WITHHELD = "picture"
_OPAQUE = "binary"


class StreamLog:
    """
    Keeps what comes over connections that stay open.

    Args:
        clock: dates each message.

    Attributes:
        keeps_pictures: a message that carries a picture is kept too (``--whole-page``); otherwise
            binary ones are told by their size only: the second piece of a picture has no mark.
        cut: messages beyond what is kept.
        downloads: hosts that offered a file.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.keeps_pictures = False
        self._addresses: dict[str, str] = {}
        self._messages: list[Message] = []
        self._kept_bytes = 0
        self.cut = 0
        self.dialogs: list[Dialog] = []
        self.downloads: list[str] = []

    def messages(self) -> tuple[Message, ...]:
        """Return every message in the order received."""
        return tuple(self._messages)

    def opened(self, created: SocketCreated) -> None:
        """Note where a WebSocket leads."""
        self._addresses[created.request_id] = created.url

    def stream_begins(self, request_id: str, address: str) -> None:
        """Note where an event stream comes from."""
        self._addresses[request_id] = address

    def asked(self, handshake: Handshake) -> None:
        """Keep the fields with which a WebSocket was asked for."""
        self._shook(handshake.request_id, handshake.request, is_sent=True)

    def agreed(self, handshake: Handshake) -> None:
        """Keep the answer that opened a WebSocket."""
        self._shook(handshake.request_id, handshake.response, is_sent=False)

    def received(self, frame: SocketFrame) -> None:
        """Keep a frame from the server."""
        self._socket(frame, is_sent=False)

    def sent(self, frame: SocketFrame) -> None:
        """Keep a frame to the server."""
        self._socket(frame, is_sent=True)

    def event(self, message: EventMessage) -> None:
        """Keep an event of a stream."""
        self._keep(
            self._addresses.get(message.request_id, ""),
            protocol="event-stream",
            is_sent=False,
            kind=self._label(message.event_name, _LABEL_CHARACTERS),
            data=message.data.encode("utf-8", "surrogatepass"),
            is_text=True,
            event_id=self._label(message.event_id, _LABEL_CHARACTERS),
        )

    def dialog(self, kind: str, text: str) -> None:
        """Keep that the page opened a box."""
        if len(self.dialogs) < _MOST_BOXES:
            said = self._label(text, _BOX_CHARACTERS)
            self.dialogs.append(Dialog(kind=kind, text=said, at=self._clock.now()))

    def download(self, address: str) -> None:
        """Keep that a file was offered and not taken."""
        host = place_of(address).host
        if host not in self.downloads and len(self.downloads) < _MOST_BOXES:
            self.downloads.append(host)

    def _shook(self, request_id: str, side: HandshakeSide | None, *, is_sent: bool) -> None:
        if side is None:
            return
        fields = "".join(f"{name}: {value}\r\n" for name, value in side.headers.items())
        self._keep(
            self._addresses.get(request_id, ""),
            protocol="websocket",
            is_sent=is_sent,
            kind="handshake",
            data=(side.headers_text or fields).encode("utf-8", "surrogatepass"),
            is_text=True,
        )

    def _socket(self, frame: SocketFrame, *, is_sent: bool) -> None:
        payload, opcode = frame.response.payload_data, round(frame.response.opcode)
        is_text = opcode == _TEXT
        try:
            data = payload.encode("utf-8", "surrogatepass") if is_text else _decoded(payload)
        except binascii.Error:
            data = payload.encode("utf-8", "surrogatepass")
        self._keep(
            self._addresses.get(frame.request_id, ""),
            protocol="websocket",
            is_sent=is_sent,
            kind={_TEXT: "text", _BINARY: "binary"}.get(opcode, f"opcode-{opcode}"),
            data=data,
            is_text=is_text,
        )

    def _keep(
        self,
        address: str,
        *,
        protocol: str,
        is_sent: bool,
        kind: str,
        data: bytes,
        is_text: bool,
        event_id: str = "",
    ) -> None:
        if not address:
            return
        withheld = "" if self.keeps_pictures else _why_withheld(data, is_text=is_text)
        kept = b"" if withheld else data
        taken = len(kept) + _MESSAGE_BYTES
        if self._kept_bytes + taken > MOST_BYTES:
            self.cut += 1
            return
        self._kept_bytes += taken
        self._messages.append(
            Message(
                address=address,
                protocol=protocol,
                is_sent=is_sent,
                kind=kind,
                id=event_id,
                at=self._clock.now(),
                monotonic_ns=self._clock.monotonic_ns(),
                data=kept,
                size_bytes=len(data),
                is_text=is_text,
                withheld=withheld,
            )
        )

    def _label(self, text: str, most: int) -> str:
        """Return a text of the page beside a message, without a picture written into it."""
        if self.keeps_pictures:
            return text[:most]
        return withhold_inline(text.encode("utf-8", "surrogatepass"))[0].decode(
            "utf-8", "surrogatepass"
        )[:most]


def _why_withheld(data: bytes, *, is_text: bool) -> str:
    if _shows_something(data):
        return _WITHHELD
    return "" if is_text else _OPAQUE


def _decoded(payload: str) -> bytes:
    return base64.b64decode(payload, validate=True)


def _shows_something(data: bytes) -> bool:
    """Return whether a picture or media stand in *data*, whole or inside something else."""
    return (
        is_picture_or_media(sniff_media_type(data[:512]))
        or has_picture_inside(data)
        or withhold_inline(data)[1] > 0
    )
