"""From values to HTML: escaped, in the reader's language, without a script."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

import jinja2
from starlette.responses import HTMLResponse, RedirectResponse, Response

from benban.errors import BenbanError
from benban.exchange.entry import PageSettings
from benban.exchange.fit import without_hashes
from benban.service.pages.door import Visitor
from benban.service.refusals import refusal_of
from benban.wording import Language
from benban.wording.templates import Spoken, html_templates
from benban.wording.unseen import show_unseen

_HERE = "benban.service.pages"
_STATUS = {"BB-994": 403, "BB-995": 502, "BB-996": 403, "BB-997": 403, "BB-998": 403}
# What a page of ours may load and where its forms may go: nothing but this host, and no script.
_POLICY = (
    "default-src 'none'; style-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    # "no-referrer" would make browsers send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), clipboard-read=()",
    "X-Robots-Tag": "noindex",
}


def page(
    template: str,
    language: Language,
    visitor: Visitor | None,
    *,
    values: Mapping[str, object],
    status: int = 200,
) -> Response:
    """
    Return a page.

    Args:
        template: name in ``templates/``, without its ending.
        language: of the reader.
        visitor: who reads it; None before they came in.
        values: what the template names; a missing one is a mistake of ours and raises.
        status: of HTTP.
    """
    text = (
        _environment()
        .get_template(f"{template}.html.j2")
        .render(
            t=Spoken(language), language=language.value, visitor=visitor, here=template, **values
        )
    )
    return HTMLResponse(text, status_code=status)


def error_page(error: BenbanError, language: Language, visitor: Visitor | None) -> Response:
    """Return a page that says what happened, what to do next, and the code."""
    status = _STATUS.get(error.code, refusal_of(error).status)
    said = {name: plain(str(value)) for name, value in error.params.items()}
    words = Spoken(language)
    return page(
        "error",
        language,
        visitor,
        status=status,
        values={
            "what": words(error.code, **said),
            "next_step": words(error.next_step, **said),
            "code": error.code,
        },
    )


def go_to(path: str) -> Response:
    """Return what sends the browser to another page of ours."""
    return RedirectResponse(f"/office{path}", status_code=303)


def with_headers(response: Response, settings: PageSettings) -> Response:
    """Return the answer with what every answer says about itself."""
    response.headers.update(_HEADERS)
    if settings.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=63072000"
    return response


def style_sheet() -> Response:
    """Return the one style sheet."""
    text = files(_HERE).joinpath("static", "office.css").read_bytes()
    return Response(text, media_type="text/css")


def plain(untrusted: str) -> str:
    """Return what somebody typed as one line, without a hash in it and with nothing hidden."""
    return show_unseen(without_hashes(untrusted))


def time_text(at: datetime) -> str:
    """Return a time as it is read: dd/mm/yyyy hh:mm UTC."""
    return f"{at.astimezone(UTC):%d/%m/%Y %H:%M} UTC"


@cache
def _environment() -> jinja2.Environment:
    environment = html_templates(jinja2.PackageLoader(_HERE, "templates"))
    environment.filters["plain"] = plain
    environment.filters["time"] = time_text
    return environment
