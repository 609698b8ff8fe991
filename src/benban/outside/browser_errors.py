"""What Chromium and the proxy call a failure, in the words of this program."""

import contextlib
import re
from collections.abc import Iterator, Sequence

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from benban.capture.place import place_of
from benban.errors import (
    AddressRefusedError,
    BenbanError,
    BrowserFailedError,
    CertificateRefusedError,
    EndlessRedirectError,
    NameNotFoundError,
    NoAnswerInTimeError,
    NotConnectedError,
    PageNotReceivedError,
    PortRefusedError,
)
from benban.outside.proxy import Outcome, ProxyRecord

_NET_ERROR = re.compile(r"net::(ERR_[A-Z0-9_]+)")
_GONE = ("Target crashed", "has been closed", "Connection closed", "Browser closed")


def net_error(error: PlaywrightError) -> str:
    """Return Chromium's name for what went wrong, such as ``ERR_CERT_DATE_INVALID``, or nothing."""
    found = _NET_ERROR.search(error.message)
    return found[1] if found else ""


def page_error(error: PlaywrightError, address: str, records: Sequence[ProxyRecord]) -> BenbanError:
    """
    Return why the page at *address* did not come.

    Args:
        error: as Playwright raised it.
        address: that was opened.
        records: of the proxy since then; the last one tells what Chromium cannot know.
    """
    if any(words in error.message for words in _GONE):
        return BrowserFailedError()
    name = "TIMED_OUT" if isinstance(error, PlaywrightTimeoutError) else net_error(error)
    return named_error(name, address, records)


def named_error(name: str, address: str, records: Sequence[ProxyRecord]) -> BenbanError:
    """
    Return what Chromium's *name* says of a navigation to *address*.

    Args:
        name: such as ``ERR_NAME_NOT_RESOLVED``, with or without ``net::``; empty when not told.
        address: where it led.
        records: of the proxy since then.
    """
    place = place_of(address)
    name = name.removeprefix("net::")
    refusal = proxy_error(records)
    if refusal is not None and name in _FROM_THE_PROXY:
        return refusal
    if name.endswith("TIMED_OUT"):
        return NoAnswerInTimeError(host=place.host)
    if name.startswith(("ERR_CERT_", "ERR_SSL_")):
        return CertificateRefusedError(host=place.host, reason=name)
    kind = _BY_NAME.get(name, PageNotReceivedError)
    return kind(host=place.host, port=place.port, reason=name or "unknown")


def proxy_error(records: Sequence[ProxyRecord]) -> BenbanError | None:
    """Return the last refusal in *records* as an error; None when nothing was refused."""
    refusals = [record for record in records if record.outcome in _BY_OUTCOME]
    if not refusals:
        return None
    last = refusals[-1]
    return _BY_OUTCOME[last.outcome](
        host=last.endpoint.host, port=last.endpoint.port, reason=last.outcome.value
    )


@contextlib.contextmanager
def in_our_words() -> Iterator[None]:
    """Turn what Playwright raises for a step of its own into BB-202 or BB-210."""
    try:
        yield
    except PlaywrightError as error:
        if any(words in error.message for words in _GONE):
            raise BrowserFailedError("the tab or the browser ended") from error
        reason = net_error(error) or type(error).__name__
        raise PageNotReceivedError(reason=reason, host="") from error


_BY_OUTCOME: dict[Outcome, type[BenbanError]] = {
    Outcome.PRIVATE_ADDRESS: AddressRefusedError,
    Outcome.PORT: PortRefusedError,
    Outcome.NAME_NOT_FOUND: NameNotFoundError,
    Outcome.NOT_CONNECTED: NotConnectedError,
    Outcome.TOO_MUCH: PageNotReceivedError,
}
_BY_NAME: dict[str, type[BenbanError]] = {
    "ERR_UNSAFE_PORT": PortRefusedError,
    "ERR_TOO_MANY_REDIRECTS": EndlessRedirectError,
}
# What Chromium reports when the proxy gave it no connection.
_FROM_THE_PROXY = frozenset(
    {
        "ERR_EMPTY_RESPONSE",
        "ERR_TUNNEL_CONNECTION_FAILED",
        "ERR_PROXY_CONNECTION_FAILED",
        "ERR_CONNECTION_CLOSED",
        "ERR_CONNECTION_RESET",
    }
)
