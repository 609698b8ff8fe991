"""
A loopback site that has everything a page of today has, with every byte known beforehand.

Forty eager and lazy pictures, ``srcset``, backgrounds, shadow DOM, a frame, workers, two films that
answer by ranges and ask for the page's cookie, an event stream, a WebSocket, a POST, redirects,
repeated fields, gzip, 404s and a feed that grows eight times on scrolling. All are drawn patterns.
"""

import base64
import gzip
import hashlib
import json
import struct
import time
from collections.abc import Mapping
from http.server import ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Self

from benban.testing.films import draw_film
from benban.testing.pictures import draw_feed_picture
from benban.testing.platform_server import Answer, SeenRequest, SiteHandler, jpeg, redirect
from benban.testing.rich_site_pages import (
    CLICK_PAGE,
    FRAME,
    PAGE,
    SHARED_WORKER,
    STYLE,
    WORKER,
    feed_page,
)

PICTURES = 40
FEED_STEPS = 8
POSTS_A_STEP = 2
SMALL_FILM, LARGE_FILM = "/film/nho.webm", "/film/lon.webm"
COOKIE = "phien=abc123"
# RFC 6455 1.3: what a server adds to the key.
_WEBSOCKET_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
EVENTS = ("một", "hai", "ba")
SOCKET_SAYS = "xin chào từ máy chủ"


class RichSite:
    """
    The site, alive while its with-block runs.

    Args:
        large_film_bytes: about how large the larger film is.

    Attributes:
        media: every picture and film by path, as sent.
    """

    host = "127.0.0.1"

    def __init__(self, *, large_film_bytes: int = 68_600_000) -> None:
        self.media: Mapping[str, bytes] = _media(large_film_bytes)
        self._requests: list[SeenRequest] = []
        self._lock = Lock()
        self.is_over = Event()
        known = {"site": self, "answer": staticmethod(self.answer)}
        handler = type("Handler", (_RichHandler,), known)
        self._server = ThreadingHTTPServer((self.host, 0), handler)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def port(self) -> int:
        """The port listened on."""
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        """Listen."""
        self._thread.start()
        return self

    def __exit__(self, *_reason: object) -> None:
        """Stop listening and end the streams."""
        self.is_over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def address(self, path: str = "/") -> str:
        """Return the address of *path* here."""
        return f"http://{self.host}:{self.port}{path}"

    @property
    def requests(self) -> tuple[SeenRequest, ...]:
        """Every request that arrived, in order."""
        with self._lock:
            return tuple(self._requests)

    def forget_requests(self) -> None:
        """Begin the list of requests anew."""
        with self._lock:
            self._requests.clear()

    def media_asked_for(self) -> frozenset[str]:
        """Return the paths of the pictures and films that were asked for."""
        return frozenset(one.path for one in self.requests if one.path in self.media)

    def reachable_media(self) -> dict[str, bytes]:
        """Return what a reader of the whole page receives; the second of each ``srcset`` not."""
        return {path: data for path, data in self.media.items() if not path.startswith("/2x/")}

    def answer(self, request: SeenRequest) -> Answer:
        """Return the answer to a plain request."""
        with self._lock:
            self._requests.append(request)
        path = request.path
        if path in self.media:
            return self._picture_or_film(request)
        if path == "/feed":
            return _feed(request)
        return _PAGES.get(path) or _redirected(path) or _NOT_FOUND

    def _picture_or_film(self, request: SeenRequest) -> Answer:
        data = self.media[request.path]
        if not request.path.startswith("/film/"):
            return jpeg(data)
        sent = [value for name, value in request.fields if name.lower() == "cookie"]
        if not any(COOKIE in value for value in sent):
            return Answer(status=403, body=b"no cookie")
        fields = (("Content-Type", "video/webm"), ("Accept-Ranges", "bytes"))
        return Answer(fields=fields, body=data)


def _media(large_film_bytes: int) -> dict[str, bytes]:
    media = {f"/hinh/{number}.jpg": draw_feed_picture(number) for number in range(PICTURES)}
    media |= {f"/2x/{number}.jpg": draw_feed_picture(200 + number) for number in range(0, 40, 8)}
    media |= {f"/nen/{number}.jpg": draw_feed_picture(100 + number) for number in range(2)}
    media |= {
        f"/bai/{number}.jpg": draw_feed_picture(120 + number)
        for number in range(FEED_STEPS * POSTS_A_STEP)
    }
    others = ("bong", "bong-kin", "khung", "chuyen")
    media |= {f"/{name}.jpg": draw_feed_picture(150 + at) for at, name in enumerate(others)}
    media[SMALL_FILM] = draw_film(frames=13, noise=0)
    one = len(draw_film(frames=1, noise=200, drawn=1))
    media[LARGE_FILM] = draw_film(frames=max(5, round(large_film_bytes / one)), noise=200)
    return media


def _feed(request: SeenRequest) -> Answer:
    step = int(request.query.partition("=")[2] or 0)
    numbers = range(step * POSTS_A_STEP, (step + 1) * POSTS_A_STEP)
    posts = [{"text": f"bài thêm {n}", "picture": f"/bai/{n}.jpg"} for n in numbers]
    body = json.dumps({"posts": posts, "more": step + 1 < FEED_STEPS}).encode()
    return Answer(fields=(("Content-Type", "application/json"),), body=body)


def _redirected(path: str) -> Answer | None:
    targets = {"/di": "/tu-dau", "/tu-dau": "/chuyen.jpg", "/tam": "/du-lieu", "/mo": "/"}
    return redirect(targets[path]) if path in targets else None


def _text(body: str, media_type: str) -> Answer:
    return Answer(fields=(("Content-Type", f"{media_type}; charset=utf-8"),), body=body.encode())


_NOT_FOUND = Answer(status=404, body=b"not here")
_PAGES = {
    "/": Answer(
        fields=(
            ("Content-Type", "text/html; charset=utf-8"),
            ("Set-Cookie", f"{COOKIE}; Path=/"),
            ("set-cookie", "mau=sang; Path=/"),
            ("X-Lap", "mot"),
            ("X-LAP", "hai"),
            ("Content-Encoding", "gzip"),
        ),
        body=gzip.compress(PAGE.encode(), mtime=0),
    ),
    "/kieu.css": Answer(
        fields=(("Content-Type", "text/css"), ("Content-Encoding", "gzip")),
        body=gzip.compress(STYLE.encode(), mtime=0),
    ),
    "/khung": _text(FRAME, "text/html"),
    "/tho.js": _text(WORKER, "text/javascript"),
    "/tho-chung.js": _text(SHARED_WORKER, "text/javascript"),
    "/bam": _text(CLICK_PAGE, "text/html"),
    "/du-lieu": _text('{"ok": true}', "application/json"),
    "/tho-du-lieu": _text('{"tho": true}', "application/json"),
    "/gui": _text('{"nhan": true}', "application/json"),
    "/feed-page": _text(feed_page(3), "text/html"),
    "/tai-ve": Answer(
        fields=(
            ("Content-Type", "application/octet-stream"),
            ("Content-Disposition", 'attachment; filename="tep.bin"'),
        ),
        body=b"tep" * 100,
    ),
}


class _RichHandler(SiteHandler):
    """Adds the two answers that have no end: an event stream and a WebSocket."""

    site: RichSite

    def _serve(self) -> None:
        if self.path == "/tin":
            self._stream_events()
        elif self.path == "/o-cam":
            self._talk()
        else:
            super()._serve()

    def _stream_events(self) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            for number, word in enumerate(EVENTS):
                self.wfile.write(f"id: {number}\nevent: tin\ndata: {word}\n\n".encode())
            while not self.site.is_over.wait(0.2):
                self.wfile.write(b": con day\n\n")
        except OSError:
            return

    def _talk(self) -> None:
        self.close_connection = True
        key = self.headers.get("Sec-WebSocket-Key", "") + _WEBSOCKET_GUID
        # RFC 6455 4.2.2 asks for SHA-1; nothing is protected by it.
        accept = base64.b64encode(hashlib.sha1(key.encode(), usedforsecurity=False).digest())
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", accept.decode())
        self.end_headers()
        try:
            self.wfile.write(_frame(1, SOCKET_SAYS.encode()))
            self.wfile.write(_frame(2, bytes(range(8))))
            # A picture by a way that no gate of requests sees.
            self.wfile.write(_frame(2, draw_feed_picture(160)))
            while not self.site.is_over.is_set() and self.rfile.read1(1024):
                time.sleep(0.01)
        except OSError:
            return


def _frame(opcode: int, payload: bytes) -> bytes:
    size = len(payload)
    if size < 126:  # noqa: PLR2004 - RFC 6455 5.2
        return bytes((0x80 | opcode, size)) + payload
    return bytes((0x80 | opcode, 126)) + struct.pack(">H", size) + payload
