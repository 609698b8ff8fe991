"""All pages joined: one way from a route to a handler, from an error to words."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from benban.desk.arriving import Arriving
from benban.desk.asked import Asked, asked_of, read_request
from benban.desk.chunks import Chunks
from benban.desk.desk import Desk, Step
from benban.desk.frames import FrameSite
from benban.desk.guard import Guard, Place
from benban.desk.once import FIELD
from benban.desk.pages import go_to, left_page, not_found_page, show_error, static_file
from benban.errors import (
    BenbanError,
    CaseMissingError,
    DeskLockedError,
    JobMissingError,
    PageMissingError,
)
from benban.wording import Language

Handler: TypeAlias = Callable[[Desk, Asked], Response]
FileHandler: TypeAlias = Callable[[Desk, Asked, Arriving], Response]
# Another's case, job or page is answered like one that never was.
_NOT_FOUND = (PageMissingError, CaseMissingError, JobMissingError)
# In the query of what a page asks by itself.
QUIET = "quiet"
_Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]
_STATIC = {
    "desk.css": "text/css; charset=utf-8",
    "desk.js": "text/javascript; charset=utf-8",
    "audit.js": "text/javascript; charset=utf-8",
    "spoken.js": "text/javascript; charset=utf-8",
    "passkey.js": "text/javascript; charset=utf-8",
}


class Routes:
    """The pages of one station of the story; each file of ``routes/`` fills one."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.pages: list[tuple[str, Handler]] = []
        self.forms: list[tuple[str, Handler]] = []
        self.acts: list[tuple[str, Handler]] = []
        self.uploads: list[tuple[str, FileHandler]] = []

    def step(self, order: int, label: str, path: str) -> None:
        """
        Name a step on the page of a case.

        Args:
            order: where it stands among the others; tens leave room between.
            label: message id of what it is called.
            path: behind ``/c/<case>/``.
        """
        self.steps.append(Step(order=order, label=label, path=path))

    def page(self, path: str) -> Callable[[Handler], Handler]:
        """Show something; it changes nothing."""

        def register(handler: Handler) -> Handler:
            self.pages.append((path, handler))
            return handler

        return register

    def form(self, path: str) -> Callable[[Handler], Handler]:
        """Do something, once for each form that was shown."""

        def register(handler: Handler) -> Handler:
            self.forms.append((path, handler))
            return handler

        return register

    def upload(self, path: str) -> Callable[[FileHandler], FileHandler]:
        """Take files in, once for each form that was shown; the handler reads them as they come."""

        def register(handler: FileHandler) -> FileHandler:
            self.uploads.append((path, handler))
            return handler

        return register

    def act(self, path: str) -> Callable[[Handler], Handler]:
        """Do something that is the same the second time, without a number: leave, lock, draft."""

        def register(handler: Handler) -> Handler:
            self.acts.append((path, handler))
            return handler

        return register


def make_app(
    desk: Desk,
    place: Callable[[], Place],
    stations: Sequence[Routes],
    *,
    again: Callable[[str, str], str | None] = lambda _nonce, _proof: None,
) -> Guard:
    """Return the whole desk: the guard, and behind it the pages of all *stations*."""
    return Guard(
        make_pages(desk, stations),
        door=desk.door,
        place=place,
        not_found=lambda: not_found_page(Language.EN),
        entry_file=lambda: static_file("entry.js"),
        again=again,
    )


def make_pages(desk: Desk, stations: Sequence[Routes]) -> ASGIApp:
    """Return the pages of all *stations*, for whoever may see them."""
    desk.steps = tuple(
        sorted((one for each in stations for one in each.steps), key=lambda one: one.order)
    )
    routes = [Route(f"/static/{name}", _static(name), methods=["GET"]) for name in _STATIC]
    for station in stations:
        for path, handler in station.pages:
            routes.append(Route(path, _page(desk, path, handler), methods=["GET"]))
        for path, handler in station.acts:
            routes.append(Route(path, _act(desk, path, handler), methods=["POST"]))
        for path, handler in station.forms:
            routes.append(Route(path, _form(desk, path, handler), methods=["POST"]))
        for path, taker in station.uploads:
            routes.append(Route(path, _upload(desk, path, taker), methods=["POST"]))

    async def failed(request: Request, error: Exception) -> Response:
        return await run_in_threadpool(_explain, desk, request, _known(error, desk))

    async def missing(request: Request, _error: Exception) -> Response:
        return await run_in_threadpool(_explain, desk, request, PageMissingError())

    app = Starlette(
        routes=routes,
        exception_handlers={BenbanError: failed, 404: missing, 405: missing},
    )
    app.router.redirect_slashes = False
    return app


def with_frames(desk: Desk, app: ASGIApp, place: Place) -> ASGIApp:
    """Return *app* with the second origin of *place* before it; pages may offer frames then."""
    desk.frame_origin = place.frame_origin
    authority = place.frame_origin.partition("://")[2]
    return FrameSite(app, desk.frames, authority=authority, desk_origin=place.origin)


def _page(desk: Desk, pattern: str, handler: Handler) -> _Endpoint:
    async def endpoint(request: Request) -> Response:
        # What a page asks by itself, on and on, is nobody being here.
        if QUIET not in request.query_params:
            desk.note_request()
        asked = await read_request(request)
        return await run_in_threadpool(
            _answered, desk, request, pattern, lambda: handler(desk, asked)
        )

    return endpoint


def _act(desk: Desk, pattern: str, handler: Handler) -> _Endpoint:
    async def endpoint(request: Request) -> Response:
        desk.note_request()
        asked = await read_request(request)
        # Threads of their own: leaving never waits until a page that hangs lets go of one.
        return await asyncio.to_thread(
            _answered, desk, request, pattern, lambda: handler(desk, asked)
        )

    return endpoint


def _form(desk: Desk, pattern: str, handler: Handler) -> _Endpoint:
    async def endpoint(request: Request) -> Response:
        desk.note_request()
        asked = await read_request(request)
        return await run_in_threadpool(
            _answered, desk, request, pattern, lambda: _once(desk, handler, asked)
        )

    return endpoint


def _upload(desk: Desk, pattern: str, handler: FileHandler) -> _Endpoint:
    async def endpoint(request: Request) -> Response:
        desk.note_request()
        chunks = Chunks(request, desk)
        return await run_in_threadpool(
            _answered, desk, request, pattern, lambda: _taken(desk, handler, request, chunks)
        )

    return endpoint


def _taken(desk: Desk, handler: FileHandler, request: Request, chunks: Chunks) -> Response:
    arriving = Arriving(request.headers.get("content-type", ""), chunks.next)
    try:
        asked = asked_of(request, arriving.fields())
        return _once(desk, lambda desk, asked: handler(desk, asked, arriving), asked)
    finally:
        if not desk.has_left:
            arriving.pass_over()


def _answered(desk: Desk, request: Request, pattern: str, work: Callable[[], Response]) -> Response:
    """Return what *work* answers, or words; nothing of a vault that was closed meanwhile."""
    locks, was_open, kept = desk.locks, desk.is_open, list[Response]()
    error: BenbanError | None = None
    try:
        # First: what cannot be noted is neither done nor shown.
        desk.note_asked(pattern, request.path_params)
        kept.append(work())
    except Exception as raised:  # noqa: BLE001 - the end of a request: said in words as well
        is_of_the_closing = was_open and desk.locks != locks
        error = DeskLockedError() if is_of_the_closing else _known(raised, desk)
    if desk.has_left:
        return left_page(desk)
    if error is not None:
        return _explain(desk, request, error)
    response = kept[0]
    if was_open and desk.locks != locks and "location" not in response.headers:
        return _explain(desk, request, DeskLockedError())
    return response


def _known(error: Exception, desk: Desk) -> BenbanError:
    def again() -> None:
        raise error

    return desk.unforeseen(again) or BenbanError()


def _once(desk: Desk, handler: Handler, asked: Asked) -> Response:
    number = asked.exact(FIELD)
    led_to = desk.forms.take(number)
    if led_to is not None:
        return go_to(led_to)
    try:
        response = handler(desk, asked)
    except BaseException:
        desk.forms.give_back(number)
        raise
    location = response.headers.get("location", "")
    if location:
        desk.forms.settle(number, location)
    else:
        # The page came back with something to mend.
        desk.forms.give_back(number)
    return response


def _static(name: str) -> _Endpoint:
    async def endpoint(_request: Request) -> Response:
        return Response(static_file(name), media_type=_STATIC[name])

    return endpoint


def _explain(desk: Desk, request: Request, error: BenbanError) -> Response:
    if isinstance(error, DeskLockedError):
        return go_to("/unlock" if desk.has_vault else "/")
    response = show_error(desk, error, back=_back(request))
    if isinstance(error, _NOT_FOUND):
        response.status_code = 404
    return response


def _back(request: Request) -> str:
    # Our own pages only: the guard let nothing else in. Never the page that just failed.
    referer = request.headers.get("referer", "")
    path = "/" + referer.partition("://")[2].partition("/")[2]
    is_same = request.method == "GET" and path.partition("?")[0] == request.url.path
    return "/" if "//" in path or is_same else path
