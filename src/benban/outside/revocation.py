"""Fetch whether a certificate was withdrawn, from where a verified one says that it is told."""

from urllib.parse import urlsplit

from benban.errors import OutsideRequestError, RevocationServiceError
from benban.model.resolver import Resolver
from benban.outside.ask import Answer, AskLimits, Question, Reach, ask
from benban.outside.resolver import SystemResolver
from benban.seal.ocsp import LARGEST_ANSWER_BYTES
from benban.seal.revocation import LARGEST_LIST_BYTES

_OK = 200
_TOTAL_S = 30.0
# RFC 6960 appendix A.1 and A.2.
_REQUEST = "application/ocsp-request"
_RESPONSE = "application/ocsp-response"


class HttpRevocationSource:
    """
    Asks over HTTP; lists and answers are signed, so plain HTTP is common and no risk.

    No certificate may send us to the router or to another program on this computer: see
    ``outside.ask``.

    Args:
        is_loopback: a demonstration's authority on this computer.
        resolver: None asks the operating system.
        total_s: of one request.
    """

    def __init__(
        self,
        *,
        is_loopback: bool = False,
        resolver: Resolver | None = None,
        total_s: float = _TOTAL_S,
    ) -> None:
        self._is_loopback = is_loopback
        self._resolver = resolver or SystemResolver()
        self._total_s = total_s

    def fetch(self, url: str) -> bytes:
        """
        Return the list of withdrawn certificates behind *url*; no redirect is followed.

        Raises:
            RevocationServiceError: BB-541, not reached, not public, another status, too large.
        """
        return self._answer(Question(url=url), LARGEST_LIST_BYTES).body

    def ask(self, url: str, request: bytes) -> bytes:
        """
        Return the DER answer to a DER OCSPRequest; what it says is checked by ``seal.ocsp``.

        Raises:
            RevocationServiceError: BB-541, as for a list, or an answer of another type.
        """
        fields = {"Content-Type": _REQUEST, "Accept": _RESPONSE}
        question = Question(url=url, body=request, fields=fields)
        answer = self._answer(question, LARGEST_ANSWER_BYTES)
        if answer.media_type != _RESPONSE:
            raise RevocationServiceError("another type")
        return answer.body

    def _answer(self, question: Question, most_bytes: int) -> Answer:
        limits = AskLimits(body_bytes=most_bytes, total_s=self._total_s)
        try:
            answer = ask(question, limits, resolver=self._resolver, reach=self._reach(question))
        except OutsideRequestError as error:
            raise RevocationServiceError(str(error.params["reason"])) from error
        if answer.status != _OK:
            raise RevocationServiceError("another status")
        return answer

    def _reach(self, question: Question) -> Reach:
        is_here = self._is_loopback and urlsplit(question.url).hostname == "127.0.0.1"
        return Reach.THIS_COMPUTER if is_here else Reach.PUBLIC
