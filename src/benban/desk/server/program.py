"""The program before the pages: it finds out who asks, and hands on, leads in or shows nothing."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from benban.desk.asked import Asked, read_request
from benban.desk.guard import (
    Place,
    cookies_of,
    drain,
    is_sound,
    path_of,
    refuse,
    security_headers,
    with_headers,
)
from benban.desk.pages import go_to, nothing_page, static_file
from benban.desk.server.duty import DutyBoard
from benban.desk.server.entering import COOKIE, Entering, Page, error_before
from benban.desk.server.half import Half
from benban.desk.server.sessions import Session, Sessions
from benban.errors import BenbanError, FormUnknownError
from benban.model.people import Role

T = TypeVar("T")
# The answer of a passkey is the largest form before entering.
_MOST_BYTES = 64 * 1024
_WITHIN_S = 10.0
# More than may wait for a passphrase to be tried, so that a page is never behind them.
_THREADS = 64
_STATIC = {
    "/static/desk.css": ("desk.css", "text/css; charset=utf-8"),
    "/static/desk.js": ("desk.js", "text/javascript; charset=utf-8"),
}


class Program:
    """Answers everybody: those who are in by their own pages, the others by those before."""

    def __init__(
        self,
        *,
        place: Place,
        sessions: Sessions,
        entering: Entering,
        duty: DutyBoard,
        scripts: tuple[str, ...],
        unforeseen: Callable[[Callable[[], None]], BenbanError | None],
    ) -> None:
        """
        Stand before the pages.

        Args:
            place: the public origin; nothing else is believed about where a request comes from.
            sessions: who is in.
            entering: the pages before.
            duty: the organisation's text at the door.
            scripts: names in ``static/`` that the pages before may load.
            unforeseen: runs a body and returns what went wrong as an error with a code.
        """
        self._place = place
        self._sessions = sessions
        self._entering = entering
        self._duty = duty
        self._unforeseen = unforeseen
        script = "text/javascript; charset=utf-8"
        self._static = _STATIC | {f"/static/{one}": (one, script) for one in scripts}
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="entering")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        cookies = cookies_of(scope, COOKIE) if is_sound(scope, self._place) else None
        session = None
        if cookies is not None:
            session = await self._in_thread(lambda: self._sessions.find(cookies))
        # Whoever is not in reads the same headers everywhere.
        path = scope["path"] if session is not None else ""
        send = with_headers(send, security_headers(self._place, path))
        if session is not None:
            await self._inside(session, scope, receive, send)
        elif cookies is not None:
            await self._before(cookies, scope, receive, send)
        else:
            await _refused(scope, receive, send)

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _inside(self, session: Session, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await session.pages(scope, receive, send)
        finally:
            is_act = scope["method"] == "POST"
            await self._in_thread(lambda: self._after(session, is_act=is_act))

    def _after(self, session: Session, *, is_act: bool) -> None:
        self._sessions.drop_if_over(session)
        if is_act and session.person.role is Role.ADMINISTRATOR:
            # It may have ended somebody's access, or changed the text at the door: both hold now.
            self._sessions.sweep()
            self._unforeseen(lambda: self._post(session))

    def _post(self, session: Session) -> None:
        if not session.is_over:
            self._duty.post(session.desk.vault)

    async def _before(self, cookies: list[str], scope: Scope, receive: Receive, send: Send) -> None:
        path = path_of(scope).decode("ascii")
        half = self._sessions.find_half(cookies)
        page = self._entering.page(scope["method"], path, half)
        if path in self._static and scope["method"] != "POST":
            name, media_type = self._static[path]
            response: Response = Response(static_file(name), media_type=media_type)
        elif page is not None:
            response = await self._answered(Request(scope, receive), page, half)
        elif cookies and half is None:
            # Whichever page it was: a session ended, and this browser does not know it yet.
            await drain(receive)
            response = go_to("/")
        else:
            await _refused(scope, receive, send)
            return
        await response(scope, receive, send)

    async def _answered(self, request: Request, page: Page, half: Half | None) -> Response:
        try:
            async with asyncio.timeout(_WITHIN_S):
                asked = await read_request(request, most_bytes=_MOST_BYTES)
        except (BenbanError, TimeoutError) as error:
            known = error if isinstance(error, BenbanError) else FormUnknownError()
            visitor = self._entering.visitor(half, Asked(path=request.url.path))
            return error_before(visitor.language, known)
        return await self._in_thread(lambda: self._work(page, half, asked))

    def _work(self, page: Page, half: Half | None, asked: Asked) -> Response:
        visitor, kept = self._entering.visitor(half, asked), list[Response]()
        error = self._unforeseen(lambda: kept.append(page(visitor, asked)))
        return error_before(visitor.language, error) if error is not None else kept[0]

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


async def _refused(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["method"] == "POST":
        # A connection closed with a body unread is reset, and the answer with it.
        await drain(receive)
    await refuse(send, nothing_page())
