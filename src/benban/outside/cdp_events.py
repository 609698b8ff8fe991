"""
The few messages of the Chrome DevTools Protocol that are read, typed.

Source: Chrome DevTools Protocol, domains Fetch and Network, version 1.3.
"""

import re

import msgspec

# More digits than any file has bytes; Python refuses to read some thousands of them.
_LENGTH = re.compile(r"[0-9]{1,18}")


class _Message(msgspec.Struct, rename="camel", kw_only=True):
    """Fields that are not named here are skipped."""


class HeaderEntry(_Message):
    """One header field."""

    name: str
    value: str


class Request(_Message):
    """What is asked for; ``url`` has no fragment."""

    url: str
    method: str
    headers: dict[str, str] = {}
    post_data_entries: list["PostedPiece"] = []


class PostedPiece(_Message):
    """A piece of what a request carries, in base64; without bytes where it is a file."""

    bytes: str | None = None


class RequestPaused(_Message):
    """A request before it is sent, or its answer before the body is read."""

    request_id: str
    request: Request
    frame_id: str = ""
    resource_type: str = ""
    network_id: str | None = None
    response_status_code: int | None = None
    response_status_text: str = ""
    response_error_reason: str | None = None
    response_headers: list[HeaderEntry] = []

    @property
    def is_answer(self) -> bool:
        """Whether an answer or a failure is there already."""
        return self.response_status_code is not None or self.response_error_reason is not None

    def answer_field(self, name: str) -> str:
        """Return the first header field of the answer called *name*, in any case, or nothing."""
        lower = name.lower()
        return next(
            (each.value for each in self.response_headers if each.name.lower() == lower), ""
        )


class RequestSent(_Message):
    """``requestWillBeSent``: a request begins, or goes on after a redirect."""

    request_id: str
    request: Request
    type: str = ""


class RequestSentExtra(_Message):
    """``requestWillBeSentExtraInfo``: the fields really sent."""

    request_id: str
    headers: dict[str, str]


class ResponseExtra(_Message):
    """``responseReceivedExtraInfo``: the head as it came over the wire, where that is text."""

    request_id: str
    status_code: int
    headers_text: str | None = None


class SecurityDetails(_Message):
    """What is known of the TLS connection."""

    protocol: str = ""


class Response(_Message):
    """An answer."""

    url: str
    status: int
    protocol: str = ""
    security_details: SecurityDetails | None = None


class ResponseReceived(_Message):
    """``responseReceived``."""

    request_id: str
    response: Response


class LoadingFailed(_Message):
    """``loadingFailed``: nothing more comes."""

    request_id: str
    error_text: str = ""
    blocked_reason: str = ""


class LoadingFinished(_Message):
    """``loadingFinished``: all has come."""

    request_id: str


class WebSocketCreated(_Message):
    """``webSocketCreated``."""

    url: str


class Body(_Message):
    """A body; base64 when it is not text."""

    body: str
    base64_encoded: bool = False


class Stream(_Message):
    """A handle to read a body from."""

    stream: str


class StreamChunk(_Message):
    """The next piece of a stream."""

    data: str
    base64_encoded: bool = False
    eof: bool = False


class Certificates(_Message):
    """DER certificates in base64, leaf first."""

    table_names: list[str] = []


class Evaluated(_Message):
    """What a script gave back; ``value`` only for strings and numbers."""

    class Result(_Message):
        """The value by copy."""

        value: str | int | float | bool | None = None

    result: Result
    exception_details: dict[str, object] | None = None


class World(_Message):
    """A script world of our own in a frame."""

    execution_context_id: int


class DomNode(_Message):
    """A node with what is inside it."""

    backend_node_id: int
    shadow_root_type: str = ""
    frame_id: str = ""
    children: list["DomNode"] = []
    shadow_roots: list["DomNode"] = []
    content_document: "DomNode | None" = None


class DomAnswer(_Message):
    """``DOM.getDocument``."""

    root: DomNode


class RemoteObject(_Message):
    """Something that stays in the browser."""

    object_id: str


class Resolved(_Message):
    """``DOM.resolveNode``."""

    object: RemoteObject


class Version(_Message):
    """What the browser says it is."""

    product: str
    user_agent: str


class Snapshot(_Message):
    """A page as MHTML."""

    data: str


class FrameInfo(_Message):
    """A frame; where nothing came, it shows the browser's own words under another address."""

    id: str
    url: str
    unreachable_url: str = ""


class FrameTree(_Message):
    """A frame and those inside it."""

    frame: FrameInfo
    child_frames: list["FrameTree"] = []


class FrameTreeAnswer(_Message):
    """``Page.getFrameTree``."""

    frame_tree: FrameTree


class ProcessInfo(_Message):
    """One process of the browser."""

    type: str
    id: int


class Processes(_Message):
    """``SystemInfo.getProcessInfo``."""

    process_info: list[ProcessInfo]

    @property
    def browser_id(self) -> int:
        """The process id of the browser itself."""
        return next(each.id for each in self.process_info if each.type == "browser")


def is_whole(paused: RequestPaused, received_bytes: int) -> bool:
    """Return whether *received_bytes* is what the answer promised, where that can be told."""
    return not has_length(paused) or promised_bytes(paused) == received_bytes


def has_length(paused: RequestPaused) -> bool:
    """Return whether an answer says how many bytes its body has once it is read."""
    is_plain = paused.answer_field("content-encoding").lower() in {"", "identity"}
    return is_plain and promised_bytes(paused) is not None


def promised_bytes(paused: RequestPaused) -> int | None:
    """Return the Content-Length of an answer; None when it has none that means anything."""
    promised = paused.answer_field("content-length")
    return int(promised) if _LENGTH.fullmatch(promised) else None
