"""The page on which a person takes a hash back: a form, no account, no script, nothing kept."""

import base64
import hashlib
from collections.abc import Callable
from enum import Enum
from functools import cache, partial

import jinja2
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from benban.errors import BenbanError
from benban.errors.exchange import RequestMalformedError, WithdrawalRefusedError
from benban.exchange.withdrawal import MAX_WITHDRAWAL_BYTES
from benban.service.door import address_of
from benban.service.node import Node
from benban.service.refusals import refusal_of
from benban.service.shapes import bounded_body
from benban.wording import Language, say

_FORM = b"multipart/form-data"
# The file, and what a browser writes around it.
_MOST_BYTES = MAX_WITHDRAWAL_BYTES + 2_048
_HERE = "benban.service"
_STATUS = {"ask": 200, "done": 200, "gone": 200, "kept": 202, "unreadable": 422}


class Became(Enum):
    """What became of a withdrawal that can be read."""

    DONE = "done"
    GONE = "gone"
    KEPT = "kept"


async def show(_request: Request, _node: Node) -> Response:
    """Return the page with the form, the same for everybody and in both languages."""
    return _page("ask")


def is_form(request: Request) -> bool:
    """Return whether a browser's form is sent, and not the bare file of a program."""
    kind, _ = parse_options_header(request.headers.get("content-type", ""))
    return kind == _FORM


async def take_back(request: Request, node: Node, withdraw: Callable[[bytes], Became]) -> Response:
    """
    Return a page that says what became of the file; nothing of the file stands in it.

    Args:
        request: of a browser, not read yet.
        node: whose limits hold here as well.
        withdraw: does what the file says.
    """
    try:
        node.limiter.withdrawal(address_of(request))
        body = await bounded_body(request, most=_MOST_BYTES)
        file = _only_file(request.headers.get("content-type", ""), body)
        became = await run_in_threadpool(withdraw, file)
    except (RequestMalformedError, WithdrawalRefusedError):
        return _page("unreadable")
    except BenbanError as error:
        return _later(error)
    return _page(became.value)


def _only_file(content_type: str, body: bytes) -> bytes:
    _, options = parse_options_header(content_type)
    parts: list[bytearray] = []
    ended: list[bool] = []

    def begin() -> None:
        parts.append(bytearray())

    def data(piece: bytes, start: int, end: int) -> None:
        parts[-1] += piece[start:end]

    def over() -> None:
        ended.append(True)

    try:
        parser = MultipartParser(
            options.get(b"boundary", b""),
            {"on_part_begin": begin, "on_part_data": data, "on_end": over},
        )
        parser.write(body)
        parser.finalize()
    except (FormParserError, ValueError) as error:
        raise WithdrawalRefusedError("not a form") from error
    if len(parts) != 1 or not ended:
        raise WithdrawalRefusedError("not one file")
    return bytes(parts[0])


def _page(state: str) -> Response:
    return HTMLResponse(_text(state), status_code=_STATUS[state], headers=_headers())


def _later(error: BenbanError) -> Response:
    refusal = refusal_of(error)
    again = {} if refusal.retry_after_s is None else {"Retry-After": str(refusal.retry_after_s)}
    return HTMLResponse(_text("later"), status_code=refusal.status, headers=_headers() | again)


@cache
def _text(state: str) -> str:
    # Vietnamese first; both, so that nobody has to find a switch.
    said = [(one.value, partial(_say, one)) for one in (Language.VI, Language.EN)]
    return _environment().get_template("way_back.html.j2").render(state=state, said=said)


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader(_HERE, "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )


def _say(language: Language, name: str) -> str:
    return say(language, f"way-back.{name}")


@cache
def _headers() -> dict[str, str]:
    # Exactly what the page includes.
    style = _environment().get_template("way_back.css").render()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return {
        "Cache-Control": "no-store",
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"
        ),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
    }
