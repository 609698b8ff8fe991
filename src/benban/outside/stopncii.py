"""
A member's client of StopNCII: fetches what people asked for, honours withdrawals, gives feedback.

No address is built in: the operator gives the base address and the keys that StopNCII gave them.
It is joined to no bank and to no exchange: what is fetched under StopNCII's terms stays with the
member, and what is sent needs the consent of the person to exactly that.
Source: python-threatexchange, exchanges/clients/stopncii/api.py (2026).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import urlencode

import msgspec

from benban.errors.exchange import HashRefusedError, PeerAnswerError, PeerUnreachableError
from benban.exchange.fit import required_hash
from benban.model.clock import Clock
from benban.model.fingerprint import Pdq
from benban.outside.ask import AskLimits, Question
from benban.outside.clock import SystemClock
from benban.outside.peer import ask_peer
from benban.outside.stopncii_records import FeedbackValue, Page, SignalType, is_pdq, read_page

# As many records as the service gives at a time, and what they take at most.
PAGE_SIZE = 800
_LIMITS = AskLimits(body_bytes=16 << 20, total_s=60.0)
MOST_AT_ONCE = 800
# Where a first fetch begins, as StopNCII's other clients do.
BEGINNING = 10


class Endpoint(Enum):
    """Each has a key of its own."""

    FETCH_HASHES = "FetchHashes"
    SUBMIT_HASHES = "SubmitHashes"
    SUBMIT_FEEDBACK = "SubmitFeedback"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """
    What StopNCII gave a member; never printed.

    Attributes:
        subscription: for every request.
        functions: for each endpoint that may be used.
    """

    subscription: str = field(repr=False)
    functions: Mapping[Endpoint, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a member says of a hash, in StopNCII's words."""

    value: FeedbackValue
    tags: tuple[str, ...] = ()


class StopNcii:
    """
    Asks one StopNCII service.

    Args:
        base_url: with its version, such as ``https://HOST/v1``; https, or on this computer.
        keys: of the member.
        clock: the machine's, unless another one is given.
    """

    def __init__(self, base_url: str, keys: Keys, *, clock: Clock | None = None) -> None:
        self._base_url, self._keys = base_url.rstrip("/"), keys
        self._clock = clock or SystemClock()

    def pages(self, since: int = BEGINNING) -> Iterator[Page]:
        """
        Return what changed, page by page, oldest first.

        Take each page over as it comes: ``removed`` goes at once. Keep ``next_since`` of the last
        page only, after it was taken over; if a page fails, begin with the old one again.

        Args:
            since: ``next_since`` of the last time.

        Raises:
            PeerAnswerError: BB-979; nothing of that page may be taken over.
            PeerUnreachableError: BB-978.
        """
        token, seen = "", set[str]()
        while True:
            page = self._page(since, token)
            if page.next_token in seen:
                raise PeerAnswerError("the same page again", why="paging")
            yield page
            if not page.has_more:
                return
            token = page.next_token
            seen.add(token)

    def submit(self, hashes: Sequence[tuple[Pdq, Opinion]]) -> None:
        """
        Return once hashes were handed in.

        Args:
            hashes: 1 .. 800, each of a questioned picture with the person's consent to StopNCII.

        Raises:
            HashRefusedError: BB-951, quality below 50 or a picture without content.
            PeerUnreachableError: BB-978; whether they were taken is not known.
            ValueError: none, or too many.
        """
        now_s = self._now_s()
        records = [
            {
                "lastModtimestamp": now_s,
                # The value, not the member's name in the code: "SignalType.IMAGE_PDQ" is nothing.
                "signalType": SignalType.IMAGE_PDQ.value,
                "hashValue": required_hash(pdq.hex, pdq.quality).hex,
                "CSPFeedbacks": [_written(opinion)],
            }
            for pdq, opinion in hashes
        ]
        self._post(Endpoint.SUBMIT_HASHES, "hashRecords", records)

    def give_feedback(self, hashes: Sequence[tuple[str, Opinion]]) -> None:
        """
        Return once it was said what a person saw when they looked at matches.

        Args:
            hashes: 1 .. 800, 64 hexadecimal digits each, as they were fetched.

        Raises:
            HashRefusedError: BB-951, one of them is no hash.
            PeerUnreachableError: BB-978; whether it was taken is not known.
            ValueError: none, or too many.
        """
        if not all(is_pdq(pdq) for pdq, _ in hashes):
            raise HashRefusedError("not 64 hexadecimal digits", why="form")
        said = [{**_written(opinion), "hashValue": pdq} for pdq, opinion in hashes]
        self._post(Endpoint.SUBMIT_FEEDBACK, "hashFeedbacks", said)

    def _page(self, since: int, token: str) -> Page:
        asked: dict[str, str | int] = {"startTimestamp": since, "pageSize": PAGE_SIZE}
        if token:
            asked["nextPageToken"] = token
        url = f"{self._base_url}/{Endpoint.FETCH_HASHES.value}?{urlencode(asked)}"
        question = Question(url=url, fields=self._fields(Endpoint.FETCH_HASHES))
        return read_page(ask_peer(question, _LIMITS), self._now_s())

    def _post(self, endpoint: Endpoint, name: str, said: Sequence[Mapping[str, object]]) -> None:
        if not 1 <= len(said) <= MOST_AT_ONCE:
            message = "1 to 800 hashes at once"
            raise ValueError(message)
        fields = {**self._fields(endpoint), "Content-Type": "application/json"}
        body = msgspec.json.encode({"count": len(said), name: said})
        url = f"{self._base_url}/{endpoint.value}"
        ask_peer(Question(url=url, body=body, fields=fields), _LIMITS)

    def _fields(self, endpoint: Endpoint) -> dict[str, str]:
        key = self._keys.functions.get(endpoint, "")
        if not key:
            raise PeerUnreachableError(reason="no key")
        return {
            "Accept": "application/json",
            "x-functions-key": key,
            "Ocp-Apim-Subscription-Key": self._keys.subscription,
        }

    def _now_s(self) -> int:
        return int(self._clock.now().timestamp())


def _written(opinion: Opinion) -> dict[str, object]:
    return {"tags": list(opinion.tags), "feedbackValue": opinion.value.value}
