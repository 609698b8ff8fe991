"""Open the desk: listen on this computer, say where, open a private window, wait until left."""

import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path

from benban.desk.app import make_app, with_frames
from benban.desk.desk import Desk
from benban.desk.guard import Place
from benban.desk.routes import all_routes
from benban.errors import BenbanError
from benban.outside.desk_place import DeskPlace
from benban.outside.desk_server import DeskServer
from benban.outside.ending import end_within
from benban.outside.private_window import PrivateWindow
from benban.wiring_case import system_clock
from benban.wording import Language, say

_LOOK_EVERY_S = 5.0
# Longer than a job takes that comes to a place where it can stop, short enough for who left.
_ENDED_WITHIN_S = 10.0


def run_desk(folder: Path, language: Language, *, opens_window: bool = True) -> int:
    """
    Run the desk until the person leaves.

    Args:
        folder: where the vault is or would be.
        language: until the person chooses another.
        opens_window: False only prints where to go.

    Raises:
        PortTakenError: BB-017.
    """
    own = DeskPlace(folder)
    window = PrivateWindow()
    if _is_running(own, language, opens_window=opens_window):
        return 0
    server = DeskServer()
    desk = Desk(
        folder=folder,
        language=language,
        clock=system_clock(),
        unforeseen=foreseen,
        leave=lambda: _end(server),
    )
    place = Place(authority=server.authority, frame_origin=server.frame_origin)
    address = f"{place.origin}/"

    def way_in(wants_window: bool) -> tuple[bool, str]:
        return _another_way_in(desk, window, address, wants_window=wants_window)

    pages = make_app(
        desk,
        lambda: place,
        all_routes(),
        again=lambda nonce, given: None if desk.has_left else own.answer(nonce, given, way_in),
    )
    app = with_frames(desk, pages, place)
    resting = threading.Event()
    watcher = threading.Thread(target=_watch, args=(desk, resting), daemon=True)
    watcher.start()
    desk.door.on_entry = window.close
    code = desk.door.new_code()
    own.tell(server.authority)
    try:
        has_window = opens_window and window.open(address, desk.door.new_token())
        said = "desk.main.opened" if has_window else "desk.main.open-yourself"
        sys.stdout.write(say(language, said, address=address, code=code) + "\n")
        sys.stdout.flush()
        server.run(app)
    finally:
        own.untell()
        resting.set()
        window.close()
        desk.lock()
        desk.jobs.close()
    return 0


def _end(server: DeskServer) -> None:
    end_within(_ENDED_WITHIN_S)
    server.stop()


def _is_running(own: DeskPlace, language: Language, *, opens_window: bool) -> bool:
    found = own.find(wants_window=opens_window)
    if found is None:
        return False
    said = "desk.main.again" if found.has_window else "desk.main.again-yourself"
    sys.stdout.write(say(language, said, address=found.address, code=found.code) + "\n")
    return True


def _another_way_in(
    desk: Desk, window: PrivateWindow, address: str, *, wants_window: bool
) -> tuple[bool, str]:
    # Who starts the program once more has shown no passphrase: what is open is locked first.
    if desk.holds_something:
        desk.lock()
    code = desk.door.new_code()
    return wants_window and window.open(address, desk.door.new_token()), code


def foreseen(work: Callable[[], None]) -> BenbanError | None:
    """Run *work* and return what went wrong, as an error that has words; None if nothing did."""
    try:
        work()
    except BenbanError as error:
        return error
    except Exception as error:  # noqa: BLE001 - the end of a thread: said in words as well
        place = traceback.extract_tb(error.__traceback__)[-1:]
        where = [f"{Path(one.filename).name}:{one.lineno}" for one in place]
        # Never the error's own words: they may hold a path, a name or an address.
        sys.stderr.write(" ".join((type(error).__name__, *where)) + "\n")
        return BenbanError()
    return None


def _watch(desk: Desk, resting: threading.Event) -> None:
    while not resting.wait(_LOOK_EVERY_S):
        desk.lock_if_idle()
