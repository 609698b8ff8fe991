"""
One short request to one address: through the same guard as pages, with an end in time and bytes.

It goes out through a proxy of its own (``outside.proxy``): the name is resolved once, every answer
must be a public address, and the connection goes to exactly the address that was checked. No proxy
of the environment is asked, and no redirect is followed: it would lead to somebody whom neither
the person nor a standing permission named.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from benban.errors import OutsideRequestError
from benban.model.resolver import Resolver
from benban.outside.clock import SystemClock
from benban.outside.proxy import Endpoint, LoopbackProxy, Outcome, ProxyLimits

_PORTS = {"http": 80, "https": 443}
# Of several addresses the first may be dead: the others get their turn.
_CONNECT_S = 10.0


class Reach(Enum):
    """
    Where the address of a request may lie.

    ``PUBLIC``: in the public internet. ``THIS_COMPUTER``: on loopback, for a demonstration.
    ``CHOSEN``: anywhere, because the person typed it as their own service.
    """

    PUBLIC = "public"
    THIS_COMPUTER = "this-computer"
    CHOSEN = "chosen"


class AskFault(Enum):
    """Why no answer came, beside the outcomes of ``outside.proxy``."""

    ADDRESS = "address"
    NOT_REACHED = "not-reached"
    TOO_SLOW = "too-slow"
    TOO_LARGE = "too-large"
    ENCODED = "encoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """
    A request.

    Attributes:
        url: http or https, with a host.
        body: what is posted; None only gets.
        fields: further lines of the head.
    """

    url: str
    body: bytes | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskLimits:
    """
    Where a request ends.

    Attributes:
        total_s: from asking for the name to the last byte, however steadily bytes drip.
        body_bytes: the largest answer.
    """

    body_bytes: int
    total_s: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer; ``media_type`` in lower case without parameters."""

    status: int
    media_type: str
    body: bytes


def ask(
    question: Question, limits: AskLimits, *, resolver: Resolver, reach: Reach = Reach.PUBLIC
) -> Answer:
    """
    Return the whole answer, whatever its status.

    Args:
        question: what is sent, and to whom.
        limits: of this request.
        resolver: asked once for the host.
        reach: where that host may lie.

    Raises:
        OutsideRequestError: BB-430, with an ``Outcome`` or an ``AskFault`` as its reason.
    """
    # Here and below late: most runs of the program ask nobody, and the client takes long to load.
    import httpx

    endpoint = _endpoint(question.url)
    connect_s = min(_CONNECT_S, limits.total_s)
    proxy = LoopbackProxy(
        resolver=resolver,
        clock=SystemClock(),
        allowed=frozenset({endpoint} if reach is Reach.THIS_COMPUTER else ()),
        chosen=frozenset({endpoint} if reach is Reach.CHOSEN else ()),
        limits=ProxyLimits(connect_s=connect_s, idle_s=limits.total_s, total_s=limits.total_s),
    )
    with proxy:
        proxy.admit(endpoint)
        until = time.monotonic() + limits.total_s
        try:
            return _asked(question, limits, proxy.port)
        except httpx.HTTPError as error:
            is_late = time.monotonic() >= until
            raise OutsideRequestError(reason=_why(proxy, is_late=is_late)) from error


def _endpoint(url: str) -> Endpoint:
    import httpx

    try:
        # As the client itself will name it to the proxy: other scripts in their ASCII form.
        parts = httpx.URL(url)
        host, port = parts.raw_host.decode("ascii"), parts.port or _PORTS.get(parts.scheme)
    except (httpx.InvalidURL, ValueError) as error:
        raise OutsideRequestError(reason=AskFault.ADDRESS.value) from error
    if not host or port is None or parts.scheme not in _PORTS:
        raise OutsideRequestError(reason=AskFault.ADDRESS.value)
    return Endpoint(host=host, port=port)


def _asked(question: Question, limits: AskLimits, proxy_port: int) -> Answer:
    import httpx

    # An encoded answer could unpack to more than the limit before it is counted.
    fields = {"Accept-Encoding": "identity", **question.fields}
    method = "GET" if question.body is None else "POST"
    with (
        httpx.Client(
            # Beside the end that the proxy sets to the whole: no single wait is longer.
            timeout=limits.total_s,
            proxy=f"http://127.0.0.1:{proxy_port}",
            trust_env=False,
            follow_redirects=False,
        ) as client,
        client.stream(method, question.url, content=question.body, headers=fields) as answer,
    ):
        if answer.headers.get("Content-Encoding", "identity") != "identity":
            raise OutsideRequestError(reason=AskFault.ENCODED.value)
        body = bytearray()
        for piece in answer.iter_raw():
            body += piece
            if len(body) > limits.body_bytes:
                raise OutsideRequestError(reason=AskFault.TOO_LARGE.value)
        media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return Answer(status=answer.status_code, media_type=media_type, body=bytes(body))


def _why(proxy: LoopbackProxy, *, is_late: bool) -> str:
    for record in proxy.records():
        if record.outcome is not Outcome.CONNECTED:
            return str(record.outcome.value)
    fault = AskFault.TOO_SLOW if is_late else AskFault.NOT_REACHED
    return str(fault.value)
