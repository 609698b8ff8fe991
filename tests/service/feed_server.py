"""Something that answers at the address of an exchange's changes, as honest as a test makes it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benban.exchange.feed import Delta, FeedItem, signed_delta
from benban.model.fingerprint import Pdq
from benban.seal.note import key_id, public_key_of
from tests.service.served import served

KEY = bytes(range(7, 39))
PUBLIC = public_key_of(KEY)
MEMBER = "mem-0123456789abcdef"
API_KEY = "bbx_" + "0" * 16 + "_" + "a" * 52
_Answer = Callable[[int, str], bytes | int]


def number(seed: int) -> str:
    """Return the exchange's number of a hash."""
    return f"{seed:02x}" * 16


def item(seed: int, pdq_hex: str | None, *, is_negative: bool = False) -> FeedItem:
    """Return that a hash came, or without one that it went."""
    pdq = None if pdq_hex is None else Pdq(hex=pdq_hex, quality=90)
    return FeedItem(number=number(seed), pdq=pdq, is_negative=is_negative)


def page(
    after: int,
    through: int,
    *items: FeedItem,
    mark: str = "",
    age: timedelta = timedelta(0),
    has_more: bool = False,
    key: bytes = KEY,
    member: str = MEMBER,
) -> bytes:
    """Return a page signed with *key*, made so long ago."""
    delta = Delta(
        exchange=key_id(public_key_of(key)),
        member=member,
        after=after,
        through=through,
        mark=mark or f"{through:032x}",
        made_at=datetime.now(UTC) - age,
        items=items,
        has_more=has_more,
    )
    return signed_delta(delta, key)


@dataclass(kw_only=True)
class Feed:
    """
    What is answered to each question, in turn; the last one again and again.

    Attributes:
        answers: pages, statuses, or what makes one of the number and mark that were sent.
        asked: numbers and marks that were sent.
    """

    answers: list[bytes | int | _Answer]
    asked: list[tuple[int, str]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    address: str = ""

    def then(self, *answers: bytes | int | _Answer) -> None:
        """Answer these from here on."""
        self.answers = list(answers)

    async def changes(self, request: Request) -> Response:
        """Return the next answer."""
        after, mark = int(request.query_params["after"]), request.query_params.get("mark", "")
        self.asked.append((after, mark))
        self.keys.add(request.headers["Authorization"])
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if callable(answer):
            answer = answer(after, mark)
        return Response(status_code=answer) if isinstance(answer, int) else Response(answer)


@contextmanager
def feeding(*answers: bytes | int | _Answer) -> Iterator[Feed]:
    """Return a feed that answers at its ``address``."""
    feed = Feed(answers=list(answers))
    with served(Starlette(routes=[Route("/v1/changes", feed.changes)])) as feed.address:
        yield feed
