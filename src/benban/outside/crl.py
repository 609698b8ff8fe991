"""Fetch a list of withdrawn certificates from where a verified certificate says that it lies."""

from urllib.parse import urlsplit

import httpx

from benban.errors import NameNotFoundError, RevocationServiceError
from benban.outside.public_address import is_public_address
from benban.outside.resolver import SystemResolver
from benban.seal.revocation import LARGEST_LIST_BYTES

_WAIT_S = 20.0


class HttpCrlSource:
    """
    Fetches over HTTP; the list is signed, so plain HTTP is common and no risk.

    Args:
        is_loopback: a demonstration's authority on this computer.
    """

    def __init__(self, *, is_loopback: bool = False) -> None:
        self._is_loopback = is_loopback

    def fetch(self, url: str) -> bytes:
        """
        Return the bytes behind *url*; no redirect is followed.

        Raises:
            RevocationServiceError: BB-541, not reached, not public, another status, too large.
        """
        self._require_public(url)
        try:
            with (
                httpx.Client(
                    timeout=_WAIT_S, trust_env=not self._is_loopback, follow_redirects=False
                ) as client,
                client.stream("GET", url) as answer,
            ):
                if answer.status_code != httpx.codes.OK:
                    raise RevocationServiceError("another status")
                body = b""
                for piece in answer.iter_bytes():
                    body += piece
                    if len(body) > LARGEST_LIST_BYTES:
                        raise RevocationServiceError("too large")
                return body
        except httpx.HTTPError as error:
            raise RevocationServiceError("not reached") from error

    def _require_public(self, url: str) -> None:
        # The address stands in a certificate that a pinned root vouches for; still no certificate
        # may send us to the router or to another program on this computer.
        host = urlsplit(url).hostname or ""
        if self._is_loopback and host == "127.0.0.1":
            return
        try:
            answers = SystemResolver().addresses(host)
        except NameNotFoundError as error:
            raise RevocationServiceError("the name is not known") from error
        if not answers or not all(map(is_public_address, answers)):
            raise RevocationServiceError("not a public address")
