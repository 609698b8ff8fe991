"""What is answered at all, before any page is asked: one rule for every request."""

import asyncio
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from benban.desk.door import Door

COOKIE = "k"
ENTER = "/enter"
AGAIN = "/again"
# What the two pages before the cookie may load; the same for everybody.
_ENTRY_FILES = frozenset({"/entry.js"})
_METHODS = frozenset({"GET", "HEAD", "POST"})
# Our own paths are plain; whatever else is asked for is somebody trying.
_PATH = re.compile(rb"/[A-Za-z0-9._/-]*")
# The one page that may ask for the microphone, and the one that plays what was said.
_SPEAKS = re.compile(r"/c/case-[0-9a-f]+/spoken")
_PLAYS = re.compile(r"/c/case-[0-9a-f]+/spoken/spoken-[0-9a-f]+")
_MAX_HEADERS = 64
_MAX_ENTRY_BODY = 512
_DRAIN_S = 2.0
# A code is a few bytes; who sends it slower holds a place for nothing.
_ENTRY_WITHIN_S = 10.0


class Verdict(Enum):
    """What becomes of a request."""

    ANSWER = "answer"
    ENTRY = "entry"
    ENTRY_FILE = "entry file"
    AGAIN = "again"
    NOT_FOUND = "not found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """
    Where the desk listens.

    Attributes:
        authority: host and port as they must stand in ``Host``, e.g. ``127.0.0.1:49152``.
        frame_origin: origin of the frame for captured pages; empty when there is none.
        scheme: of the origin, ``https`` where something before us speaks TLS.
    """

    authority: str
    frame_origin: str = ""
    scheme: str = "http"

    @property
    def origin(self) -> str:
        """The origin of our own pages."""
        return f"{self.scheme}://{self.authority}"


def headers_of(scope: Scope) -> list[tuple[bytes, bytes]]:
    """Return the headers of a request, names in small letters."""
    return [(name.lower(), value) for name, value in scope["headers"]]


def path_of(scope: Scope) -> bytes:
    """Return the path of a request as it came."""
    raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw_path.partition(b"?")[0]


def is_sound(scope: Scope, place: Place) -> bool:
    """Return whether a request is one that a page of *place* makes, by all that comes with it."""
    headers, path = headers_of(scope), path_of(scope)
    return (
        scope["method"] in _METHODS
        and len(headers) <= _MAX_HEADERS
        and _PATH.fullmatch(path) is not None
        and b".." not in path
        and b"//" not in path
        and _all(headers, b"host") == [place.authority.encode()]
        and _is_from_here(scope["method"], headers, place)
    )


def judge(scope: Scope, place: Place, door: Door) -> Verdict:
    """Return what becomes of a request; only a cookie that :class:`Door` gave opens a page."""
    path = path_of(scope)
    if not is_sound(scope, place):
        return Verdict.NOT_FOUND
    if scope["method"] == "POST" and path == ENTER.encode():
        return Verdict.ENTRY
    if scope["method"] == "POST" and path == AGAIN.encode():
        return Verdict.AGAIN
    if path.decode() in _ENTRY_FILES:
        return Verdict.ENTRY_FILE
    if any(door.is_known(cookie) for cookie in cookies_of(scope, COOKIE)):
        return Verdict.ANSWER
    return Verdict.NOT_FOUND


def _is_from_here(method: str, headers: list[tuple[bytes, bytes]], place: Place) -> bool:
    origins, sites = _all(headers, b"origin"), _all(headers, b"sec-fetch-site")
    # A browser's own start ("none") is how a person comes; another site is never how.
    if any(site not in {b"same-origin", b"none"} for site in sites):
        return False
    if method == "POST":
        return origins == [place.origin.encode()]
    return origins in ([], [place.origin.encode()])


def _all(headers: Iterable[tuple[bytes, bytes]], wanted: bytes) -> list[bytes]:
    return [value for name, value in headers if name == wanted]


def cookies_of(scope: Scope, wanted: str) -> list[str]:
    """Return every value of a cookie."""
    # Every value of the name: another program of this computer may have set one beside ours, and
    # crumbs of its own that a stricter reader would stumble over.
    pairs = [
        piece.strip().partition(b"=")
        for raw in _all(headers_of(scope), b"cookie")
        for piece in raw.split(b";")
    ]
    return [value.decode("latin-1") for name, _, value in pairs if name == wanted.encode()]


class Guard:
    """Stands before the pages and gives every answer its headers."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        door: Door,
        place: Callable[[], Place],
        not_found: Callable[[], bytes],
        entry_file: Callable[[], bytes],
        again: Callable[[str, str], str | None] = lambda _nonce, _proof: None,
    ) -> None:
        """
        Guard *app*.

        Args:
            app: answers who came in.
            door: knows who did.
            place: where we listen; asked at each request, for the port is known late.
            not_found: the one page for everybody else.
            entry_file: its script.
            again: what a second start of the program is told, None when it is none.
        """
        self._app = app
        self._door = door
        self._place = place
        self._not_found = not_found
        self._entry_file = entry_file
        self._again = again

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        place = self._place()
        verdict = judge(scope, place, self._door)
        # Whoever did not come in reads the same headers everywhere, too.
        path = scope["path"] if verdict is Verdict.ANSWER else ""
        send = with_headers(send, security_headers(place, path))
        if verdict is Verdict.ANSWER:
            await self._app(scope, receive, send)
        elif verdict is Verdict.ENTRY:
            await self._enter(receive, send)
        elif verdict is Verdict.AGAIN:
            await self._tell_again(receive, send)
        elif verdict is Verdict.ENTRY_FILE:
            await _answer(send, 200, b"text/javascript; charset=utf-8", self._entry_file())
        else:
            if scope["method"] == "POST":
                # A connection closed with a body unread is reset, and the answer with it.
                await drain(receive)
            await self._refuse(send)

    async def _enter(self, receive: Receive, send: Send) -> None:
        body = await _small_body(receive)
        cookie = None if body is None else self._door.enter(_field_of(body, "code"))
        if cookie is None:
            await self._refuse(send)
            return
        crumb = f"{COOKIE}={cookie}; HttpOnly; SameSite=Strict; Path=/".encode()
        headers = [(b"location", b"/"), (b"set-cookie", crumb), (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 303, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async def _tell_again(self, receive: Receive, send: Send) -> None:
        body = await _small_body(receive) or b""
        nonce, proof = _field_of(body, "nonce"), _field_of(body, "proof")
        # In a thread: the vault may be locked for it.
        told = await asyncio.to_thread(self._again, nonce, proof)
        if told is None:
            await self._refuse(send)
        else:
            await _answer(send, 200, b"text/plain; charset=utf-8", told.encode())

    async def _refuse(self, send: Send) -> None:
        await refuse(send, self._not_found())


async def refuse(send: Send, page: bytes) -> None:
    """Answer that there is nothing."""
    # Closing: whatever else comes on this connection is not waited for.
    closing = ((b"connection", b"close"),)
    await _answer(send, 404, b"text/html; charset=utf-8", page, closing)


async def drain(receive: Receive) -> None:
    """Let a small body that nobody wants arrive."""
    await _small_body(receive, _DRAIN_S)


async def _answer(
    send: Send,
    status: int,
    media_type: bytes,
    body: bytes,
    more: Iterable[tuple[bytes, bytes]] = (),
) -> None:
    headers = [(b"content-type", media_type), (b"content-length", str(len(body)).encode()), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _small_body(receive: Receive, within_s: float = _ENTRY_WITHIN_S) -> bytes | None:
    try:
        async with asyncio.timeout(within_s):
            return await _whole_body(receive)
    except TimeoutError:
        return None


async def _whole_body(receive: Receive) -> bytes | None:
    body = b""
    while len(body) <= _MAX_ENTRY_BODY:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return body if len(body) <= _MAX_ENTRY_BODY else None
    return None


def _field_of(body: bytes, name: str) -> str:
    try:
        fields = parse_qs(body.decode("ascii"), max_num_fields=4, strict_parsing=True)
    except ValueError:
        return ""
    return fields.get(name, [""])[0]


def permissions_policy(*, microphone: str = "()", passkeys: str = "()") -> str:
    """Return what a page may ask the browser for."""
    return (
        f"camera=(), geolocation=(), microphone={microphone}, clipboard-read=(), "
        f"publickey-credentials-create={passkeys}, publickey-credentials-get={passkeys}"
    )


# What a page says of itself that asks for a passkey; before entering there are such pages, too.
PASSKEYS_HERE = permissions_policy(passkeys="(self)").encode()


def security_headers(place: Place, path: str = "") -> dict[bytes, bytes]:
    """Return what every answer says about itself; *path* of who came in, empty for all others."""
    frame = place.frame_origin or "'none'"
    media = "media-src 'self'; " if _PLAYS.fullmatch(path) else ""
    microphone = "(self)" if _SPEAKS.fullmatch(path) else "()"
    policy = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"{media}"
        f"frame-src {frame}"
    )
    headers = {
        b"cache-control": b"no-store, max-age=0",
        b"content-security-policy": policy.encode(),
        b"x-content-type-options": b"nosniff",
        b"x-frame-options": b"DENY",
        # "no-referrer" would make browsers send "Origin: null" with our own forms.
        b"referrer-policy": b"same-origin",
        b"cross-origin-opener-policy": b"same-origin",
        b"cross-origin-resource-policy": b"same-origin",
        b"permissions-policy": permissions_policy(microphone=microphone).encode(),
        b"x-robots-tag": b"noindex",
    }
    if place.scheme == "https":
        headers[b"strict-transport-security"] = b"max-age=63072000; includeSubDomains"
    return headers


def with_headers(send: Send, ours: dict[bytes, bytes]) -> Send:
    """Return what sends each answer with *ours* on it."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            said = [(name.lower(), value) for name, value in message["headers"]]
            own = [(name, value) for name, value in said if name not in ours]
            policy = (b"permissions-policy", PASSKEYS_HERE)
            wider = dict([policy] if policy in said else [])
            message = {**message, "headers": [*own, *{**ours, **wider}.items()]}
        await send(message)

    return sent
