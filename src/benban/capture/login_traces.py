"""
Cookies and keys of a person's login are taken out of what a tab of their own is kept as (HARM 16).

They open the account to whoever holds them, for months, and prove nothing. The fields stay where
they stood, with their names; only the values are replaced.
"""

import re
from dataclasses import replace

from benban.capture.ports import Head, RecordedExchange
from benban.capture.traffic import Message

MARK = "withheld by benban"
_NAMES = (
    r"(?:set-)?cookie2?|(?:proxy-)?authorization"
    r"|(?:[a-z0-9-]*-)?(?:csrf|xsrf|auth|token|session)(?:-[a-z0-9-]*)?"
)
_NAME = re.compile(_NAMES, re.IGNORECASE)
_LINE = re.compile(rf"(?im)^((?:{_NAMES})[ \t]*:[ \t]*)[^\r\n]*")
_HANDSHAKE = "handshake"


def without_login(exchange: RecordedExchange) -> RecordedExchange:
    """Return *exchange* without the values of fields that carry a login."""
    return replace(exchange, request=_head(exchange.request), response=_head(exchange.response))


def message_without_login(message: Message) -> Message:
    """Return *message*, the head of a WebSocket without what carries a login."""
    if message.kind != _HANDSHAKE:
        return message
    text = message.data.decode("utf-8", "surrogatepass")
    return replace(message, data=_LINE.sub(rf"\g<1>{MARK}", text).encode("utf-8", "surrogatepass"))


def _head(head: Head) -> Head:
    fields = tuple((name, MARK if _NAME.fullmatch(name) else value) for name, value in head.fields)
    return replace(head, fields=fields)
