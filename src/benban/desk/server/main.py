"""Run the server: hold the shared vault, listen behind the proxy, end cleanly when told to."""

import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from starlette.types import ASGIApp

from benban.desk.app import make_pages
from benban.desk.guard import Place
from benban.desk.main import foreseen
from benban.desk.server.duty import DutyBoard
from benban.desk.server.entering import Entering, Shared
from benban.desk.server.half import Half
from benban.desk.server.persons_desk import PersonsDesk
from benban.desk.server.ports import DutyText, SecondFactor
from benban.desk.server.program import Program
from benban.desk.server.roles import stations_of
from benban.desk.server.routes.copies import copies_in
from benban.desk.server.sessions import Sessions
from benban.desk.server.stations import server_routes
from benban.desk.stamping import ask_again_where_permitted
from benban.errors import OriginRefusedError
from benban.model.clock import Clock
from benban.model.people import Person, Role
from benban.outside.desk_server import FixedServer
from benban.outside.ending import end_within
from benban.wiring_case import Vault, system_clock
from benban.wording import Language, say

_LOOK_EVERY_S = 5.0
# Longer than a job takes that comes to a place where it can stop.
_ENDED_WITHIN_S = 20.0
_LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_ORIGIN = re.compile(rf"https://({_LABEL}(?:\.{_LABEL})*(?::[0-9]{{1,5}})?)")


def run_server(
    shared: Shared,
    folder: Path,
    language: Language,
    *,
    place: Place,
    port: int,
    backups: Path | None,
    factor: SecondFactor,
    duty: Callable[[Vault], DutyText | None],
) -> int:
    """
    Answer the people of a shared vault until the program is told to end.

    Args:
        shared: held; closed by the caller.
        folder: where it lies.
        language: until somebody chooses.
        place: the public origin.
        port: on 127.0.0.1, which the proxy asks.
        backups: folder for copies; None where none are made by pages.
        factor: asks for the second factor.
        duty: reads the organisation's text in force from an open vault.

    Raises:
        PortTakenError: BB-017.
    """
    listening = FixedServer(port)
    server = Server(
        shared=shared,
        folder=folder,
        place=place,
        language=language,
        factor=factor,
        duty=duty,
        clock=system_clock(),
        backups=backups,
    )
    try:
        said = say(language, "desk.server.main.opened", origin=place.origin, port=port)
        sys.stdout.write(f"{said}\n")
        sys.stdout.flush()
        with _told_to_end():
            listening.run(server.program)
    finally:
        server.close()
    return 0


@contextmanager
def _told_to_end() -> Iterator[None]:
    """Give a block that a signal ends through the server, and that goes on behind it."""

    def told(_number: int, _frame: FrameType | None) -> None:
        end_within(_ENDED_WITHIN_S)

    # The server of HTTP passes a signal on when it is done: what comes after it must happen.
    before = {one: signal.signal(one, told) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def place_of(origin: str) -> Place:
    """
    Return the public origin of a server.

    Raises:
        OriginRefusedError: BB-028, a browser could not be there over TLS.
    """
    found = _ORIGIN.fullmatch(origin.strip().lower().removesuffix("/"))
    if found is None:
        raise OriginRefusedError(origin=origin)
    # A browser leaves the usual port out, and so does what it sends.
    return Place(authority=found[1].removesuffix(":443"), scheme="https")


class Server:
    """All parts of a server over one shared vault; listening is done by whoever runs it."""

    def __init__(
        self,
        *,
        shared: Shared,
        folder: Path,
        place: Place,
        language: Language,
        factor: SecondFactor,
        duty: Callable[[Vault], DutyText | None],
        clock: Clock,
        backups: Path | None = None,
    ) -> None:
        """
        Join the parts.

        Args:
            shared: the vault, held.
            folder: where it lies.
            place: the public origin.
            language: until somebody chooses.
            factor: asks for the second factor.
            duty: reads the organisation's text in force from an open vault.
            clock: of the program.
            backups: folder for copies; None where none are made by pages.
        """
        self._backups = backups
        self._factor = factor
        self._folder = folder
        self._clock = clock
        self.sessions = Sessions(clock, self._desk_of, foreseen)
        board = DutyBoard(folder, duty)
        entering = Entering(
            shared=shared,
            sessions=self.sessions,
            factor=factor,
            duty=board,
            origin=place.origin,
            language=language,
            clock=clock,
        )
        self.program = Program(
            place=place,
            sessions=self.sessions,
            entering=entering,
            duty=board,
            scripts=factor.scripts,
            unforeseen=foreseen,
        )
        self._over = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def close(self) -> None:
        """Let everybody's keys go; jobs are told to stop."""
        self._over.set()
        self.sessions.end_all()
        self.program.close()

    def _desk_of(self, vault: Vault, person: Person, half: Half) -> tuple[PersonsDesk, ASGIApp]:
        desk = PersonsDesk(
            vault=vault,
            folder=self._folder,
            language=half.language,
            clock=self._clock,
            unforeseen=foreseen,
            leave=lambda: None,
        )
        desk.everywhere = self.sessions.desks
        desk.end_elsewhere = lambda: self.sessions.end_others(desk, person.user_id)
        every = (*server_routes(), self._factor.settings(half.origin))
        stations = stations_of(person.role, every)
        if person.role is Role.ADMINISTRATOR and self._backups is not None:
            stations = (*stations, copies_in(self._backups))
            desk.makes_copies = True
        pages = make_pages(desk, stations)
        ask_again_where_permitted(desk)
        return desk, pages

    def _watch(self) -> None:
        while not self._over.wait(_LOOK_EVERY_S):
            foreseen(self.sessions.sweep)
