"""A second origin for kept pages: no cookie goes there, nothing on it can ask for anything."""

import secrets
import threading
from collections import OrderedDict

from starlette.types import ASGIApp, Receive, Scope, Send

_WAITING = 8
# Everything that a page may do is refused; only its own style, which we wrote, is applied.
POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors {desk}"
)


class Frames:
    """Pages that wait to be fetched by their frame, each once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: OrderedDict[str, tuple[str, bytes]] = OrderedDict()

    def offer(self, case_id: str, page: str) -> str:
        """Return the path at which the frame finds *page* of a case, once; nobody guesses it."""
        path = f"/{secrets.token_urlsafe(32)}"
        with self._lock:
            self._waiting[path] = (case_id, page.encode())
            while len(self._waiting) > _WAITING:
                self._waiting.popitem(last=False)
        return path

    def take(self, untrusted_path: str) -> bytes | None:
        """Return the page of a path and forget it; None where there is none."""
        with self._lock:
            return self._waiting.pop(untrusted_path, ("", None))[1]

    def forget_of(self, case_id: str) -> None:
        """Let none of a case be fetched any more."""
        with self._lock:
            for path in [key for key, one in self._waiting.items() if one[0] == case_id]:
                del self._waiting[path]

    def forget(self) -> None:
        """Let none of them be fetched any more."""
        with self._lock:
            self._waiting.clear()


class FrameSite:
    """Stands before the desk: what comes by the frames' own port never reaches the desk."""

    def __init__(self, desk: ASGIApp, frames: Frames, *, authority: str, desk_origin: str) -> None:
        """
        Answer frames at *authority* and leave the rest to *desk*.

        Args:
            desk: answers what comes by any other port.
            frames: what may be fetched.
            authority: host and port of the second origin.
            desk_origin: whose pages may hold a frame.
        """
        self._desk = desk
        self._frames = frames
        self._authority = authority
        self._policy = POLICY.format(desk=desk_origin)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        port = int(self._authority.rpartition(":")[2])
        if scope["type"] != "http" or scope["server"][1] != port:
            await self._desk(scope, receive, send)
            return
        page = self._frames.take(scope["path"]) if self._is_from_a_frame(scope) else None
        body = b"" if page is None else page
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            (b"content-security-policy", self._policy.encode()),
            (b"cache-control", b"no-store, max-age=0"),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
            (b"x-dns-prefetch-control", b"off"),
            (b"x-robots-tag", b"noindex"),
        ]
        status = 404 if page is None else 200
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _is_from_a_frame(self, scope: Scope) -> bool:
        def all_of(wanted: bytes) -> list[bytes]:
            return [value for name, value in scope["headers"] if name.lower() == wanted]

        return (
            scope["method"] == "GET"
            and all_of(b"host") == [self._authority.encode()]
            and all_of(b"sec-fetch-dest") == [b"iframe"]
        )
