"""What stands between a passphrase and the pages: the second factor, built elsewhere."""

from collections.abc import Callable
from datetime import date
from typing import Protocol, TypeAlias

from starlette.responses import Response

from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.model.clock import Clock
from benban.model.people import Person
from benban.wiring_case import Vault
from benban.wording import Language


class DutyText(Protocol):
    """The organisation's own text on its duty to report, shown before any question (HARM 18)."""

    @property
    def day(self) -> date:
        """Since when it holds."""
        ...

    def words(self, language: Language) -> tuple[str, ...]:
        """Return its lines."""
        ...


class HalfEntered(Protocol):
    """
    Somebody whose passphrase opened their vault, and who sees no page of the desk yet.

    It is forgotten after some minutes, and its vault closed.
    """

    @property
    def vault(self) -> Vault:
        """The person's vault: the second factor is kept in its settings."""
        ...

    @property
    def person(self) -> Person:
        """Who it is said to be; the passphrase was right."""
        ...

    @property
    def language(self) -> Language:
        """In which the pages speak."""
        ...

    @property
    def origin(self) -> str:
        """Where the browser is, e.g. ``https://desk.example.org``: what a passkey is bound to."""
        ...

    @property
    def clock(self) -> Clock:
        """Of the program."""
        ...

    @property
    def kept(self) -> dict[str, object]:
        """What the pages of the second factor keep between two of them; it is never written."""
        ...

    def show(self, template: str, *, status: int = 200, **values: object) -> Response:
        """Return a page of ``templates/``; it extends ``server_base.html.j2``."""
        ...

    def let_in(self) -> Response:
        """Return what leads to the desk: the second factor was set up or shown, it is full now."""
        ...

    def end(self) -> None:
        """Let the keys go: whoever it was begins with the passphrase again."""
        ...


FactorPage: TypeAlias = Callable[[HalfEntered, Asked], Response]


class FactorRoutes:
    """Pages for those half entered; each path begins with ``/second/``, and no other is asked."""

    def __init__(self) -> None:
        self.pages: dict[str, FactorPage] = {}
        self.forms: dict[str, FactorPage] = {}

    def page(self, path: str) -> Callable[[FactorPage], FactorPage]:
        """Show something; it changes nothing."""

        def register(handler: FactorPage) -> FactorPage:
            self.pages[path] = handler
            return handler

        return register

    def form(self, path: str) -> Callable[[FactorPage], FactorPage]:
        """Do something; a form is small, urlencoded, and needs no number."""

        def register(handler: FactorPage) -> FactorPage:
            self.forms[path] = handler
            return handler

        return register


class SecondFactor(Protocol):
    """How somebody shows that they also hold what belongs to them."""

    @property
    def routes(self) -> FactorRoutes:
        """Its pages: setting up at the first entry, asking at each later one."""
        ...

    @property
    def scripts(self) -> tuple[str, ...]:
        """Names in ``static/`` that its pages load from ``/static/<name>``."""
        ...

    def settings(self, origin: str) -> Routes:
        """Return its pages among the settings of a desk whose browser is at *origin*."""
        ...

    def is_set(self, vault: Vault) -> bool:
        """Return whether this person set one up."""
        ...

    def begins_at(self, vault: Vault) -> str:
        """Return the path of the first page: of setting up where none is set, else of asking."""
        ...
