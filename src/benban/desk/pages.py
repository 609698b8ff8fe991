"""The one way from values to HTML: escaped, in the person's language, with exit and help on it."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files

import jinja2
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

from benban.desk.desk import Desk
from benban.desk.once import FIELD
from benban.errors import BenbanError
from benban.wording import Language, message_ids
from benban.wording.templates import Spoken, html_templates
from benban.wording.unseen import show_unseen

_HERE = "benban.desk"
_MEGABYTE = 1_000_000


def show(desk: Desk, template: str, *, status: int = 200, **values: object) -> Response:
    """
    Return a page.

    Args:
        desk: whose language and forms are used.
        template: name in ``templates/``.
        status: of HTTP.
        values: what the template names.
    """
    return HTMLResponse(render(desk, template, **values), status_code=status)


def show_lines(desk: Desk, name: str, *links: tuple[str, str]) -> Response:
    """
    Return a page of words: ``desk.<name>.heading``, the lines of ``desk.<name>.text``, and ways on.

    Args:
        desk: whose language is used.
        name: of the page; it stands at ``/<name>``.
        links: path and message id of each way on, the likeliest first.
    """
    return show(
        desk,
        "lines.html.j2",
        here=f"/{name}",
        heading=f"desk.{name}.heading",
        text=f"desk.{name}.text",
        links=links,
    )


def render(desk: Desk, template: str, **values: object) -> str:
    """Return the HTML of a template; a missing value is a mistake of ours and raises."""
    words = Words(desk.language)
    return (
        _environment()
        .get_template(template)
        .render(
            t=words,
            language=desk.language.value,
            is_open=desk.is_open,
            on_server=desk.on_server,
            rests=desk.holds_something,
            locks=desk.locks,
            idle_s=int(desk.idle.total_seconds()),
            form_number=lambda: _form_number(desk),
            **values,
        )
    )


def go_to(location: str) -> Response:
    """Return what sends the browser to another page of ours after a form."""
    if not location.startswith("/") or location.startswith("//"):
        raise ValueError("a path of ours is wanted")
    return RedirectResponse(location, status_code=303)


def show_error(desk: Desk, error: BenbanError, *, back: str = "/") -> Response:
    """Return a page that says what happened, what is safe and what to do next."""
    return show(desk, "error.html.j2", status=400, error=error, back=back)


def left_page(desk: Desk) -> Response:
    """Return the empty page after leaving; it tells the browser to forget what it was given."""
    return empty_page(desk.language)


def empty_page(language: Language) -> Response:
    """Return a page on which nothing stands; it tells the browser to forget what it was given."""
    response = HTMLResponse(render_before(language, "left.html.j2"))
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def render_before(language: Language, template: str, **values: object) -> str:
    """Return the HTML of a template for somebody of whom nothing is known, and nothing is kept."""
    return (
        _environment()
        .get_template(template)
        .render(
            t=Words(language),
            language=language.value,
            is_open=False,
            on_server=True,
            rests=False,
            locks=0,
            idle_s=0,
            form_number=lambda: "",
            **values,
        )
    )


class Words(Spoken):
    """Messages in one language, and what only the desk's pages say."""

    def has(self, message_id: str) -> bool:
        """Return whether there is such a message."""
        return message_id in message_ids(self.language)

    def known(self, *families_and_id: str) -> str:
        """Return our words for a stable id (the last one), or the id where no family has any."""
        *families, identifier = families_and_id
        for family in families:
            if self.has(message_id := f"{family}.{identifier.replace(' ', '-')}"):
                return self(message_id)
        return identifier

    def lines(self, message_id: str, **params: str | int) -> tuple[str, ...]:
        """Return the lines of a message: points or paragraphs."""
        return tuple(self(message_id, **params).split("\n"))

    def error(self, error: BenbanError) -> Mapping[str, str]:
        """Return what an error says: ``what``, ``next`` and ``code``."""
        return {
            "what": self(error.code, **error.params),
            "next": self(error.next_step, **error.params),
            "code": error.code,
        }


def not_found_page(language: Language) -> bytes:
    """Return the page for everybody who did not come in; the same bytes each time."""
    # One language: which one a person reads is nobody else's business, and it holds two words.
    text = _environment().get_template("entry.html.j2").render(language=language.value)
    return text.encode()


def nothing_page() -> bytes:
    """Return the page of a server where there is nothing; the same bytes for everybody."""
    return _environment().get_template("nothing.html.j2").render().encode()


def static_file(name: str) -> bytes:
    """Return one of our own files."""
    return files(_HERE).joinpath("static", name).read_bytes()


def _form_number(desk: Desk) -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, desk.forms.new())


def local_day(value: date) -> str:
    """Return a day as it is read on screen: dd/mm/yyyy."""
    return f"{value:%d/%m/%Y}"


def local_time(value: datetime) -> str:
    """Return a time of this computer's zone with the zone: dd/mm/yyyy hh:mm (+07:00)."""
    here = value.astimezone()
    zone = f"{here:%z}"
    return f"{here:%d/%m/%Y %H:%M} ({zone[:3]}:{zone[3:5]})"


def readable_size(count: int) -> str:
    """Return a number of bytes as one reads it: kB below a million, MB above."""
    if count >= _MEGABYTE:
        return f"{count / _MEGABYTE:.0f} MB"
    return f"{max(1, round(count / 1000))} kB"


@cache
def _environment() -> jinja2.Environment:
    environment = html_templates(jinja2.PackageLoader(_HERE, "templates"))
    environment.filters["day"] = local_day
    environment.filters["time"] = local_time
    environment.filters["size"] = readable_size
    environment.filters["unseen"] = show_unseen
    return environment
