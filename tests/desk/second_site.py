"""The pages of the second factor before a real browser, over a vault that is real."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from starlette.responses import PlainTextResponse, Response

from benban.desk.app import Handler, Routes, make_app
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.guard import Place
from benban.desk.main import foreseen
from benban.desk.pages import go_to, show
from benban.desk.routes import all_routes
from benban.desk.server.ports import FactorPage
from benban.desk.server.second import PasskeyOrCode
from benban.model.clock import Clock
from benban.model.people import Person
from benban.outside.desk_server import DeskServer
from benban.testing.clock import FakeClock
from benban.wiring_case import Vault
from benban.wording import Language
from tests.desk.rig import Running
from tests.unit.desk.second.people import Organisation

IN = "/safe"


class Site(Running):
    """A desk that listens, with the clock by which codes are made."""

    def __init__(self, desk: Desk, place: Place, clock: FakeClock) -> None:
        super().__init__(desk, place, threading.Event())
        self.clock = clock


@dataclass(kw_only=True)
class Half:
    """Somebody half entered, shown by the pages of a desk."""

    desk: Desk
    origin: str
    kept: dict[str, object] = field(default_factory=dict)
    is_over: bool = False

    @property
    def vault(self) -> Vault:
        return self.desk.vault

    @property
    def person(self) -> Person:
        person = self.vault.person
        assert person is not None
        return person

    @property
    def language(self) -> Language:
        return self.desk.language

    @property
    def clock(self) -> Clock:
        return self.desk.clock

    def show(self, template: str, *, status: int = 200, **values: object) -> Response:
        return show(self.desk, template, status=status, **values)

    def let_in(self) -> Response:
        return go_to(IN)

    def end(self) -> None:
        self.is_over = True
        self.kept.clear()


def half_routes(desk: Desk, origin: str) -> Routes:
    """Return the pages of those half entered as pages of *desk*."""
    half, routes = Half(desk=desk, origin=origin), Routes()
    factor = PasskeyOrCode(desk.clock)

    def adapted(handler: FactorPage) -> Handler:
        return lambda _desk, asked: handler(half, asked)

    def anew(_desk: Desk, _asked: Asked) -> Response:
        half.kept.clear()
        return PlainTextResponse(factor.begins_at(desk.vault))

    for path, handler in factor.routes.pages.items():
        routes.page(path)(adapted(handler))
    for path, handler in factor.routes.forms.items():
        routes.act(path)(adapted(handler))
    routes.act("/second-begin")(anew)
    return routes


@contextmanager
def second_site(
    folder: Path, *, clock: FakeClock, language: Language = Language.EN
) -> Iterator[Site]:
    """Give Lan's desk under the name ``localhost``, where browsers know passkeys, and enter it."""
    server, people = DeskServer(), Organisation(folder, clock)
    desk = Desk(
        folder=folder,
        language=language,
        clock=clock,
        unforeseen=foreseen,
        leave=server.stop,
    )
    place = Place(authority=server.authority.replace("127.0.0.1", "localhost"))
    factor = PasskeyOrCode(clock).settings(place.origin)
    stations = (*all_routes(), half_routes(desk, place.origin), factor)
    thread = threading.Thread(target=server.run, args=(make_app(desk, lambda: place, stations),))
    thread.start()
    site = Site(desk, place, clock)
    try:
        site.enter()
        desk._take(people.lan)  # noqa: SLF001 - as the desk of a server does
        yield site
    finally:
        site.client.close()
        desk.leave()
        desk.jobs.close()
        thread.join()
        people.shared.close()
