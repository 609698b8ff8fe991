"""Ask a time-stamping authority over HTTP (RFC 3161 section 3.4): a hash goes, a token comes."""

from urllib.parse import urlsplit

from benban.errors import (
    OutsideRequestError,
    StampServiceAnswerError,
    StampServiceUnreachableError,
)
from benban.model.resolver import Resolver
from benban.outside.ask import AskFault, AskLimits, Question, Reach, ask
from benban.outside.resolver import SystemResolver

# A token with its certificates takes some kilobytes; anything near this is something else.
_LIMITS = AskLimits(body_bytes=256 * 1024)
_OK = 200
_QUERY = "application/timestamp-query"
_REPLY = "application/timestamp-reply"
_NO_STAMP = frozenset({AskFault.TOO_LARGE.value, AskFault.ENCODED.value})


class HttpAuthority:
    """
    One authority with its pinned roots.

    Args:
        authority_id: short stable name, part of a file name.
        url: where requests are posted.
        roots: DER certificates that its answers must lead to.
        reach: where its address may lie.
        resolver: None asks the operating system.
        limits: of one request.
    """

    def __init__(
        self,
        *,
        authority_id: str,
        url: str,
        roots: tuple[bytes, ...],
        reach: Reach = Reach.PUBLIC,
        resolver: Resolver | None = None,
        limits: AskLimits = _LIMITS,
    ) -> None:
        self._id = authority_id
        self._url = url
        self._roots = roots
        self._reach = reach
        self._resolver = resolver or SystemResolver()
        self._limits = limits

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
            StampServiceUnreachableError: BB-231, not reached, or no whole answer in time.
            StampServiceAnswerError: BB-232, another status, another type, or too long.
        """
        fields = {"Content-Type": _QUERY, "Accept": _REPLY}
        question = Question(url=self._url, body=request, fields=fields)
        try:
            answer = ask(question, self._limits, resolver=self._resolver, reach=self._reach)
        except OutsideRequestError as error:
            if error.params["reason"] in _NO_STAMP:
                raise StampServiceAnswerError(authority=self._id) from error
            raise StampServiceUnreachableError(authority=self._id) from error
        if answer.status != _OK or answer.media_type != _REPLY:
            raise StampServiceAnswerError(authority=self._id)
        return answer.body
