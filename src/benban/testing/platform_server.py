"""How the simulated platform speaks HTTP: fixed answers, byte ranges, slow and broken bodies."""

import gzip
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

_RANGE = re.compile(r"bytes=(\d+)-(\d*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRequest:
    """A request that arrived: its path without query, and its fields as sent."""

    method: str
    path: str
    query: str
    fields: tuple[tuple[str, str], ...]
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """
    What is sent back.

    Attributes:
        fields: sent in this order, repeated names as they are.
        promised_bytes: a Content-Length that is not kept; None sends the true one.
        drip_s: when positive, the body goes out byte by byte with this pause.
        never_ends: after the body, the connection stays open and silent.
    """

    status: int = 200
    fields: tuple[tuple[str, str], ...] = (("Content-Type", "text/plain"),)
    body: bytes = b""
    promised_bytes: int | None = None
    drip_s: float = 0.0
    never_ends: bool = False


def html(text: str) -> Answer:
    """Return a page."""
    fields = (
        ("Content-Type", "text/html; charset=utf-8"),
        ("Set-Cookie", "phien=abc123; Path=/"),
        ("Set-Cookie", "mau=sang; Path=/"),
        ("X-Kenh", "vi-du"),
    )
    return Answer(fields=fields, body=text.encode())


def gzipped(text: str) -> Answer:
    """Return a page that travels compressed."""
    fields = (("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip"))
    return Answer(fields=fields, body=gzip.compress(text.encode()))


def jpeg(data: bytes) -> Answer:
    """Return a picture."""
    return Answer(fields=(("Content-Type", "image/jpeg"),), body=data)


def redirect(target: str) -> Answer:
    """Return a redirect to *target*."""
    return Answer(status=302, fields=(("Location", target),))


class SiteHandler(BaseHTTPRequestHandler):
    """HTTP/1.1, one thread per connection; a subclass says what is answered."""

    protocol_version = "HTTP/1.1"
    answer: Callable[[SeenRequest], Answer]
    now: Callable[[], datetime] | None = None

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Return the date of an answer, by the clock of the test where there is one."""
        now = type(self).now
        return (
            super().date_time_string(timestamp)
            if now is None
            else format_datetime(now(), usegmt=True)
        )

    def do_GET(self) -> None:
        """Answer a GET."""
        self._serve()

    def do_POST(self) -> None:
        """Answer a POST."""
        self._serve()

    def do_HEAD(self) -> None:
        """Answer a HEAD."""
        self._serve()

    def log_message(self, *_arguments: object) -> None:
        """Write nothing: logs carry ids only."""

    def _serve(self) -> None:
        size = int(self.headers.get("Content-Length", "0"))
        target = urlsplit(self.path)
        request = SeenRequest(
            method=self.command,
            path=target.path,
            query=target.query,
            fields=tuple(self.headers.items()),
            body=self.rfile.read(size),
        )
        with suppress(OSError):
            self._send(_ranged(type(self).answer(request), self.headers.get("Range", "")))

    def _send(self, given: Answer) -> None:
        self.send_response(given.status)
        for name, value in given.fields:
            self.send_header(name, value)
        if not given.never_ends:
            promised = given.promised_bytes
            size = len(given.body) if promised is None else promised
            self.send_header("Content-Length", str(size))
        self.end_headers()
        self._send_body(given)
        if given.promised_bytes is not None or given.never_ends:
            self.close_connection = True

    def _send_body(self, given: Answer) -> None:
        if self.command == "HEAD":
            return
        if given.drip_s <= 0:
            self.wfile.write(given.body)
        else:
            for position in range(len(given.body)):
                self.wfile.write(given.body[position : position + 1])
                time.sleep(given.drip_s)
        while given.never_ends:
            # A comment of the event-stream format keeps the connection busy.
            self.wfile.write(b": \n\n")
            time.sleep(0.1)


def handler_class(
    answer: Callable[[SeenRequest], Answer], now: Callable[[], datetime] | None = None
) -> type[SiteHandler]:
    """Return a handler that answers every request by *answer* and dates it by *now*."""
    members: dict[str, object] = {"answer": staticmethod(answer)}
    members["now"] = None if now is None else staticmethod(now)
    return type("Handler", (SiteHandler,), members)


def _ranged(given: Answer, wanted: str) -> Answer:
    match = _RANGE.match(wanted)
    if match is None or given.status != 200:  # noqa: PLR2004 - only whole answers have parts
        return given
    total = len(given.body)
    start, end = int(match[1]), min(int(match[2] or total - 1), total - 1)
    if start > end:
        return Answer(status=416, fields=(("Content-Range", f"bytes */{total}"),))
    fields = (*given.fields, ("Content-Range", f"bytes {start}-{end}/{total}"))
    return Answer(status=206, fields=fields, body=given.body[start : end + 1])
