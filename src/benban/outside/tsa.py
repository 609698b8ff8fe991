"""Ask a time-stamping authority over HTTP (RFC 3161 section 3.4): a hash goes, a token comes."""

from urllib.parse import urlsplit

import httpx

from benban.errors import StampServiceAnswerError, StampServiceUnreachableError

_WAIT_S = 20.0
# A token with its certificates takes some kilobytes; anything near this is something else.
_ANSWER_BYTES = 256 * 1024
_QUERY = "application/timestamp-query"
_REPLY = "application/timestamp-reply"


class HttpAuthority:
    """
    One authority with its pinned roots.

    Args:
        authority_id: short stable name, part of a file name.
        url: where requests are posted.
        roots: DER certificates that its answers must lead to.
        is_loopback: a demonstration's authority; no system proxy is asked then.
    """

    def __init__(
        self,
        *,
        authority_id: str,
        url: str,
        roots: tuple[bytes, ...],
        is_loopback: bool = False,
    ) -> None:
        self._id = authority_id
        self._url = url
        self._roots = roots
        self._is_loopback = is_loopback

    @property
    def id(self) -> str:
        """The authority's short name."""
        return self._id

    @property
    def host(self) -> str:
        """What the person is told about where the request goes."""
        return urlsplit(self._url).hostname or ""

    @property
    def roots(self) -> tuple[bytes, ...]:
        """DER certificates that its answers must lead to."""
        return self._roots

    def stamp(self, request: bytes) -> bytes:
        """
        Return the DER answer to a DER TimeStampReq; what it says is checked by ``seal.tsp``.

        Raises:
            StampServiceUnreachableError: BB-231.
            StampServiceAnswerError: BB-232, another status, another type, or too long.
        """
        headers = {"Content-Type": _QUERY, "Accept": _REPLY}
        try:
            with (
                httpx.Client(timeout=_WAIT_S, trust_env=not self._is_loopback) as client,
                client.stream("POST", self._url, content=request, headers=headers) as answer,
            ):
                return self._body(answer)
        except httpx.HTTPError as error:
            raise StampServiceUnreachableError(authority=self._id) from error

    def _body(self, answer: httpx.Response) -> bytes:
        media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if answer.status_code != httpx.codes.OK or media_type != _REPLY:
            raise StampServiceAnswerError(authority=self._id)
        body = b""
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > _ANSWER_BYTES:
                raise StampServiceAnswerError(authority=self._id)
        return body
