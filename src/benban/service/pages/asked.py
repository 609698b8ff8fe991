"""What every page is given: the process, who asks, in which language, and what they sent."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

from benban.errors.exchange import RequestMalformedError
from benban.errors.exchange_pages import NotTheirRoleError
from benban.exchange.audit import AuditEntry
from benban.exchange.entry import OPERATORS, Role
from benban.exchange.ports import Part, Transaction, Who
from benban.exchange.process import Process
from benban.outside.identity_provider import IdentityProvider
from benban.service.pages.door import Door, Visitor
from benban.service.pages.show import page
from benban.service.shapes import bounded_body
from benban.wording import Language

_MOST_BYTES, _MOST_FIELDS = 8_192, 12
_OPERATOR = Who(part=Part.OPERATOR)
# Address, status of the answer, how often in this process.
Counts = Callable[[], Sequence[tuple[str, str, int]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """
    What the pages of one process work with.

    Attributes:
        counts: of the requests of members' programs.
    """

    process: Process
    door: Door
    provider: IdentityProvider
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """
    One request for a page.

    Attributes:
        visitor: None before somebody came in.
        said: of the form, or else of the address.
    """

    pages: Pages
    request: Request
    visitor: Visitor | None
    language: Language
    said: Mapping[str, str]

    @property
    def process(self) -> Process:
        """The process that answers."""
        return self.pages.process

    def person(self) -> str:
        """
        Return the name of the operator who asks.

        Raises:
            NotTheirRoleError: BB-997.
        """
        if self.visitor is None or self.visitor.role is not Role.OPERATOR:
            raise NotTheirRoleError
        return self.visitor.person

    def show(self, template: str, **values: object) -> Response:
        """Return a page for whoever asks."""
        return page(template, self.language, self.visitor, values=values)

    @contextmanager
    def work(self) -> Iterator[Transaction]:
        """Return the operator's transaction; this node knows of it before it is told as done."""
        with self.process.store.within(_OPERATOR) as work:
            yield work
            total = work.heads().total
        self.process.counter.raise_to(total)

    def line(self, deed: str, *, by: str, subject: str = "", reason: str = "") -> AuditEntry:
        """Return a line of the audit on what somebody did by the pages."""
        return AuditEntry(
            member=OPERATORS,
            at=self.process.clock.now(),
            actor=by,
            deed=deed,
            subject=subject,
            reason=reason,
        )


View = Callable[[Asked], Response]


async def fields_of(request: Request) -> Mapping[str, str]:
    """
    Return the fields of a form, or of the address; of two of a name the last one.

    Raises:
        RequestMalformedError: BB-967, too long, or no form.
    """
    said = await _said(request)
    if any("\x00" in one for one in (*said, *said.values())):
        # NUL is no letter, and PostgreSQL looks for none.
        raise RequestMalformedError("not a form")
    return said


async def _said(request: Request) -> Mapping[str, str]:
    if request.method != "POST":
        return dict(request.query_params)
    body = await bounded_body(request, most=_MOST_BYTES)
    try:
        found = parse_qs(body.decode("ascii"), max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError as error:
        raise RequestMalformedError("not a form") from error
    return {name: values[-1].strip() for name, values in found.items()}
