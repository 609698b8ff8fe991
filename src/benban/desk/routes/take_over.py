"""Take a case over: my key for whoever gives it, the file, what came in, then a yes or a no."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from starlette.responses import Response

from benban.casework.hand_over import key_in
from benban.casework.take_over import (
    GivenCase,
    known_recipient,
    look_into,
    own_identity,
    own_recipient,
    take_over,
)
from benban.desk.app import Routes
from benban.desk.asked import Asked, as_path
from benban.desk.desk import Desk
from benban.desk.jobs import Progress
from benban.desk.pages import go_to, show
from benban.errors import AnswerMissingError, BenbanError, FileUnreadableError
from benban.model.case import Capacity
from benban.seal.age import voice_code
from benban.seal.note import key_id

ROUTES = Routes()
# A key file holds one line and some comments.
_MOST_KEY_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """
    A sealed case that was looked into, and is not kept yet.

    Attributes:
        identity: path of a key file; None for the key of this vault.
    """

    path: Path
    identity: Path | None
    given: GivenCase


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A case that was taken over, for the page at the end."""

    case_id: str
    key_id: str


@ROUTES.page("/take-over")
def my_key(desk: Desk, _asked: Asked) -> Response:
    """Show the key that others seal a case for, if it was made already."""
    key = known_recipient(desk.vault)
    return show(desk, "take_over.html.j2", key=key, code=voice_code(key) if key else "")


@ROUTES.form("/take-over/key")
def make_key(desk: Desk, _asked: Asked) -> Response:
    """Make the key, once for all cases to come."""
    own_recipient(desk.vault)
    return go_to("/take-over")


@ROUTES.page("/take-over/file")
def which(desk: Desk, asked: Asked) -> Response:
    """Ask where the sealed file lies."""
    _ = desk.vault
    return _file_page(desk, asked, None)


@ROUTES.form("/take-over/look")
def look(desk: Desk, asked: Asked) -> Response:
    """Begin to open and verify it; nothing of it is kept."""
    try:
        path = _path(asked.needed("file", "desk.take-over.file"))
        identity = _path(asked.first("identity")) if asked.first("identity") else None
        _opened(path).close()
        _identity(desk, identity)
    except BenbanError as error:
        return _file_page(desk, asked, error)
    job = desk.jobs.start("desk.take-over.look-job", _looking(desk, path, identity))
    return go_to(f"/jobs/{job.id}")


@ROUTES.page("/take-over/look/{incoming}")
def looked(desk: Desk, asked: Asked) -> Response:
    """Say what came in, before anybody accepts it."""
    _ = desk.vault
    return _incoming_page(desk, asked.parts["incoming"], "", None)


@ROUTES.form("/take-over/accept")
def accept(desk: Desk, asked: Asked) -> Response:
    """Begin to take in what was looked at, and nothing else."""
    number = asked.exact("incoming")
    came = desk.outcomes.get(Incoming, number)
    if came is None:
        return go_to("/take-over/file")
    capacities = {one.value: one for one in Capacity}
    capacity = capacities.get(asked.first("capacity"))
    if capacity is None:
        missing = AnswerMissingError("cli.take-over.ask-capacity")
        return _incoming_page(desk, number, asked.first("capacity"), missing)
    work = _taking(desk, number, came, capacity)
    return go_to(f"/jobs/{desk.jobs.start('desk.take-over.job', work).id}")


@ROUTES.form("/take-over/refuse")
def refuse(desk: Desk, asked: Asked) -> Response:
    """Forget what was looked at; the file stays where it lies."""
    desk.outcomes.drop(asked.exact("incoming"))
    return go_to("/take-over")


@ROUTES.page("/take-over/done/{taken}")
def done(desk: Desk, asked: Asked) -> Response:
    """Say that the case is here, and whose key signs its log from now on."""
    _ = desk.vault
    taken = desk.outcomes.get(Taken, asked.parts["taken"])
    if taken is None:
        return go_to("/cases")
    return show(desk, "take_over_done.html.j2", taken=taken, number=asked.parts["taken"])


def _file_page(desk: Desk, asked: Asked, error: BenbanError | None) -> Response:
    return show(
        desk,
        "take_over_file.html.j2",
        status=400 if error else 200,
        typed={name: asked.first(name) for name in ("file", "identity")},
        error=error,
    )


def _incoming_page(desk: Desk, number: str, chosen: str, error: BenbanError | None) -> Response:
    came = desk.outcomes.get(Incoming, number)
    if came is None:
        return go_to("/take-over/file")
    return show(
        desk,
        "take_over_look.html.j2",
        status=400 if error else 200,
        number=number,
        came=came,
        given=came.given,
        contents=came.given.contents,
        capacities=tuple(Capacity),
        chosen=chosen,
        error=error,
    )


def _path(typed: str) -> Path:
    if "\0" in typed:
        raise FileUnreadableError(name=typed.replace("\0", ""))
    return Path(as_path(typed)).absolute()


def _opened(path: Path) -> BinaryIO:
    try:
        if not path.is_file():
            # A pipe or a device would be waited for.
            raise FileUnreadableError(name=path.name)
        return path.open("rb")
    except OSError as error:
        raise FileUnreadableError(name=path.name) from error


def _identity(desk: Desk, path: Path | None) -> str:
    """Return the private key: this vault's own, or the one in a file."""
    if path is None:
        return own_identity(desk.vault)
    try:
        with _opened(path) as stream:
            return key_in(stream.read(_MOST_KEY_BYTES).decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadableError(name=path.name) from error


def _looking(desk: Desk, path: Path, identity: Path | None) -> Callable[[Progress], str]:
    def work(progress: Progress) -> str:
        def tell(done: int, total: int) -> None:
            progress.say("desk.take-over.looking", done, total)

        tell(0, 0)
        with _opened(path) as sealed:
            given = look_into(desk.vault, sealed, _identity(desk, identity), tell)
        came = Incoming(path=path, identity=identity, given=given)
        return f"/take-over/look/{desk.outcomes.keep(came)}"

    return work


def _taking(
    desk: Desk, number: str, came: Incoming, capacity: Capacity
) -> Callable[[Progress], str]:
    def work(progress: Progress) -> str:
        def tell(done: int, total: int) -> None:
            progress.say("desk.take-over.taking", done, total)

        tell(0, 0)
        identity = _identity(desk, came.identity)
        opened = _opened(came.path)
        with (
            opened as sealed,
            take_over(
                desk.vault, sealed, identity, capacity, looked_at=came.given, watch=tell
            ) as store,
        ):
            taken = Taken(case_id=store.case.id, key_id=key_id(store.public_key))
        desk.outcomes.drop(number)
        return f"/take-over/done/{desk.outcomes.keep(taken)}"

    return work
