"""A question to another organisation's service that an operator named, with its key."""

import ipaddress
from urllib.parse import urlsplit

from benban.errors import OutsideRequestError
from benban.errors.exchange import PeerUnreachableError
from benban.outside.ask import AskLimits, Question, Reach, ask
from benban.outside.resolver import SystemResolver

_TAKEN = frozenset({200, 201, 202, 204})


def ask_peer(question: Question, limits: AskLimits) -> bytes:
    """
    Return the body of a good answer; no redirect is followed, nothing is asked twice.

    Args:
        question: to an address of the operator's choice. Keys are carried in its fields, so it
            must be https, or on this computer.
        limits: in time and bytes.

    Raises:
        PeerUnreachableError: BB-978; ``reason`` is why nothing came, or the status that came.
    """
    if not _is_confidential(question.url):
        raise PeerUnreachableError(reason="address")
    try:
        answer = ask(question, limits, resolver=SystemResolver(), reach=Reach.CHOSEN)
    except OutsideRequestError as error:
        raise PeerUnreachableError(reason=error.params["reason"]) from error
    if answer.status not in _TAKEN:
        raise PeerUnreachableError(reason=answer.status)
    return answer.body


def _is_confidential(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    # Said in the address, they would stand in logs on the way.
    if parts.username is not None or parts.password is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_here(host))


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
