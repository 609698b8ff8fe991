"""The pages as one application, mounted at /office beside what members' programs ask."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from benban.errors import BenbanError
from benban.errors.exchange_pages import FromElsewhereError
from benban.exchange.entry import Role
from benban.service.pages import changing, entering, reading
from benban.service.pages.asked import Asked, Pages, View, fields_of
from benban.service.pages.door import Visitor
from benban.service.pages.show import error_page, go_to, style_sheet, with_headers

_EVERYBODY = frozenset[Role]()
_READERS = frozenset(Role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """
    A page, and who may ask for it.

    Attributes:
        roles: of who came in; empty for everybody.
    """

    method: str
    path: str
    view: View
    roles: frozenset[Role]


def _page(method: str, path: str, view: View, roles: frozenset[Role] = _READERS) -> Page:
    return Page(method=method, path=path, view=view, roles=roles)


# What only an operator may do, the views ask for themselves (``Asked.person``).
PAGES = (
    _page("GET", "/enter", entering.enter, _EVERYBODY),
    _page("GET", "/start", entering.start, _EVERYBODY),
    _page("GET", "/entered", entering.entered, _EVERYBODY),
    _page("POST", "/leave", entering.leave, _EVERYBODY),
    _page("POST", "/language", entering.choose_language, _EVERYBODY),
    _page("GET", "/", reading.overview),
    _page("GET", "/banks", reading.banks),
    _page("GET", "/members", reading.members),
    _page("GET", "/keys", reading.keys),
    _page("POST", "/keys", changing.revoke_key),
    _page("GET", "/disputes", reading.disputes),
    _page("GET", "/held", reading.held),
    _page("GET", "/proposals", reading.proposals),
    _page("POST", "/proposals", changing.propose_act),
    _page("POST", "/proposals/agree", changing.agree_to),
    _page("GET", "/planted", reading.planted),
    _page("POST", "/planted", changing.try_matching),
    _page("GET", "/audit", reading.audit),
    _page("POST", "/audit", changing.check_chain),
    _page("GET", "/load", reading.load),
)


def pages_app(pages: Pages) -> Starlette:
    """Return the application; whoever did not come in is sent to the page before."""
    routes = [Route(one.path, _handler(pages, one), methods=[one.method]) for one in PAGES]
    style = Route("/office.css", _style(pages), methods=["GET"])
    app = Starlette(routes=[*routes, style])
    # As beside it: what somebody wrote into an address is not sent back.
    app.router.redirect_slashes = False
    return app


def _handler(pages: Pages, page: Page) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        try:
            pages.door.require_from_here(request)
        except FromElsewhereError as error:
            # In plain words: a page of another host's name would be its own.
            refused = PlainTextResponse(error.code, status_code=403)
            return with_headers(refused, pages.door.settings)
        language = pages.door.language_of(request)
        visitor = await run_in_threadpool(_visitor, pages, request)
        try:
            said = await fields_of(request)
            asked = Asked(
                pages=pages, request=request, visitor=visitor, language=language, said=said
            )
            response = await run_in_threadpool(_answered, page, asked)
        except BenbanError as error:
            response = error_page(error, language, visitor)
        return with_headers(response, pages.door.settings)

    return handle


def _visitor(pages: Pages, request: Request) -> Visitor | None:
    try:
        return pages.door.visitor(request)
    except BenbanError:
        # Where the list of people cannot be read nobody is one of them.
        return None


def _answered(page: Page, asked: Asked) -> Response:
    if page.roles and (asked.visitor is None or asked.visitor.role not in page.roles):
        return go_to("/enter")
    return page.view(asked)


def _style(pages: Pages) -> Callable[[Request], Awaitable[Response]]:
    async def style(_request: Request) -> Response:
        return with_headers(style_sheet(), pages.door.settings)

    return style
