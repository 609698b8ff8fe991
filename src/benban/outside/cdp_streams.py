"""
Messages of the Chrome DevTools Protocol about connections that stay open, typed.

Source: Chrome DevTools Protocol, domain Network, version 1.3.
"""

import msgspec


class _Message(msgspec.Struct, rename="camel", kw_only=True):
    """Fields that are not named here are skipped."""


class SocketCreated(_Message):
    """``webSocketCreated``."""

    request_id: str
    url: str


class FrameContent(_Message):
    """A frame; binary ones in base64."""

    opcode: float
    payload_data: str


class SocketFrame(_Message):
    """``webSocketFrameReceived`` and ``webSocketFrameSent``."""

    request_id: str
    response: FrameContent


class EventMessage(_Message):
    """``eventSourceMessageReceived``."""

    request_id: str
    event_name: str = ""
    event_id: str = ""
    data: str = ""


class HandshakeSide(_Message):
    """The head of one side of the handshake; ``headers_text`` is as on the wire."""

    headers: dict[str, str] = {}
    headers_text: str | None = None


class Handshake(_Message):
    """``webSocketWillSendHandshakeRequest`` and ``webSocketHandshakeResponseReceived``."""

    request_id: str
    request: HandshakeSide | None = None
    response: HandshakeSide | None = None
