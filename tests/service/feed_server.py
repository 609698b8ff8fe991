"""Something that answers at the address of an exchange's changes, as honest as a test makes it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.service.served import served

_Answer = Callable[[int, str], bytes | int]


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
