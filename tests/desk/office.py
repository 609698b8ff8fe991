"""An organisation whose people each sit before their own pages."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import httpx

from benban.desk.app import make_pages
from benban.desk.main import foreseen
from benban.desk.server.persons_desk import PersonsDesk
from benban.desk.server.roles import stations_of
from benban.desk.server.stations import server_routes
from benban.model.clock import Clock
from benban.outside.desk_server import DeskServer
from benban.vault import Vault
from benban.wording import Language
from tests.desk.rig import words_of
from tests.plain_http import NO_ROOTS
from tests.unit.casework.house import House, opened_house, person_of

NOW = datetime(2026, 11, 28, 5, tzinfo=UTC)


class Seat:
    """One person before their pages."""

    def __init__(self, vault: Vault, folder: Path, clock: Clock, language: Language) -> None:
        self.desk = PersonsDesk(
            vault=vault,
            folder=folder,
            language=language,
            clock=clock,
            unforeseen=foreseen,
            leave=lambda: None,
        )
        self.person = person_of(vault)
        stations = stations_of(self.person.role, server_routes())
        pages = make_pages(self.desk, stations)
        self._server = DeskServer()
        self._thread = threading.Thread(target=self._server.run, args=(pages,))
        self._thread.start()
        origin = f"http://{self._server.authority}"
        self.client = httpx.Client(base_url=origin, timeout=30, verify=NO_ROOTS)

    def get(self, path: str) -> httpx.Response:
        """Ask for a page."""
        return self.client.get(path)

    def post(self, path: str, **fields: str | list[str]) -> httpx.Response:
        """Send a form that was just shown."""
        return self.client.post(path, data={"form": self.desk.forms.new(), **fields})

    def leave(self) -> None:
        """Let the keys go and listen no more."""
        self.client.close()
        self.desk.leave()
        self.desk.jobs.close()
        self._server.stop()
        self._thread.join()

    def text(self, path: str) -> str:
        """Return what one reads on a page, in one line."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return words_of(answer.text)


class Office:
    """Everybody's seat."""

    def __init__(self, house: House, folder: Path, clock: Clock, language: Language) -> None:
        self.house = house
        self.clock = clock
        self._folder = folder
        self._language = language
        self.taken: list[Seat] = []

    @cached_property
    def admin(self) -> Seat:
        """An administrator's."""
        return self._seat(self.house.admin)

    @cached_property
    def second(self) -> Seat:
        """Another administrator's."""
        return self._seat(self.house.second)

    @cached_property
    def worker(self) -> Seat:
        """A caseworker's."""
        return self._seat(self.house.worker)

    @cached_property
    def other(self) -> Seat:
        """Another caseworker's."""
        return self._seat(self.house.other)

    @cached_property
    def auditor(self) -> Seat:
        """An auditor's."""
        return self._seat(self.house.auditor)

    def _seat(self, vault: Vault) -> Seat:
        self.taken.append(Seat(vault, self._folder, self.clock, self._language))
        return self.taken[-1]

    def begin(self) -> str:
        """Let the caseworker open a case; return its path."""
        return self.worker.post("/begin").headers["location"].removesuffix("/people?new=1")


@contextmanager
def opened_office(folder: Path, clock: Clock, language: Language = Language.EN) -> Iterator[Office]:
    """Give an organisation over *folder*."""
    with opened_house(folder, clock) as house:
        office = Office(house, folder, clock, language)
        try:
            yield office
        finally:
            for seat in office.taken:
                seat.leave()
