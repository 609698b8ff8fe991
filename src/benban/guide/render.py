"""The files of the guide from its content."""

import base64
import hashlib
from collections.abc import Callable
from functools import cache
from importlib.resources import files

import jinja2
from markupsafe import Markup

from benban.guide.content import GuideContent
from benban.wording import Language, say
from benban.wording.templates import html_templates

_HERE = "benban.guide"


def guide_files(contents: tuple[GuideContent, ...]) -> dict[str, bytes]:
    """
    Return the files of the guide by name, UTF-8, each complete in itself.

    Args:
        contents: one per language; the first is the one named first on ``index.html``.
    """
    made: dict[str, bytes] = {"index.html": _page("index.html.j2", contents[0].language)}
    for content in contents:
        made[page_name(content.language)] = _page(
            "page.html.j2", content.language, content=content, is_minor=False
        )
        made[page_name(content.language, is_minor=True)] = _page(
            "page.html.j2", content.language, content=content, is_minor=True
        )
    return made


def page_name(language: Language, *, is_minor: bool = False) -> str:
    """Return the name of a file; it says nothing of what is in it (HARM 6)."""
    return f"{language.value}-2.html" if is_minor else f"{language.value}.html"


def _page(template: str, language: Language, **values: object) -> bytes:
    style, script = _own_file("style.css"), _own_file("page.js")
    html = (
        _templates()
        .get_template(template)
        .render(
            language=language,
            languages=tuple(Language),
            page_name=page_name,
            say=_sayer(language),
            style=Markup(style),  # noqa: S704 our own file, no text from outside
            script=Markup(script),  # noqa: S704 our own file, no text from outside
            policy=_policy(style, script),
            **values,
        )
    )
    return html.encode("utf-8")


def _sayer(language: Language) -> Callable[..., str]:
    def speak(message_id: str, **params: str | int) -> str:
        return say(language, message_id, **params)

    return speak


def _policy(style: str, script: str) -> str:
    """Return a content policy under which the page can load nothing and send nothing."""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "form-action 'none'; base-uri 'none'"
    )


def _digest(text: str) -> str:
    raw = hashlib.sha256(text.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(raw).decode('ascii')}"


@cache
def _own_file(name: str) -> str:
    return files(_HERE).joinpath(name).read_text(encoding="utf-8")


@cache
def _templates() -> jinja2.Environment:
    return html_templates(jinja2.FunctionLoader(_own_file))
