"""An export or a saved page: where it lies, which messages; what is not ticked stays there."""

from collections.abc import Iterator
from pathlib import Path

from starlette.responses import Response

from benban.casework.import_reading import MOST_TICKED
from benban.casework.saved_kind import SavedKind, saved_kind
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.fold import folded
from benban.desk.importing import importing
from benban.desk.pages import go_to, show
from benban.desk.readings import Reading
from benban.errors import (
    BenbanError,
    DeskLockedError,
    FileUnreadableError,
    ImportUnknownError,
    NothingTickedError,
    TooManyTickedError,
)
from benban.model.ids import SightingId
from benban.model.sighting import Sighting
from benban.outside.usual_folders import telegram_exports
from benban.unpack.parts import Message, Part

ROUTES = Routes()
_MOST_DIGITS = 9


@ROUTES.page("/c/{case}/s/{sighting}/export")
def where(desk: Desk, asked: Asked) -> Response:
    """Ask where the export lies; those in the usual place are offered."""
    with desk.case(asked.parts["case"]) as store:
        one = store.get(Sighting, SightingId(asked.parts["sighting"]))
        return _where_page(desk, store.case.id, one, "", None)


@ROUTES.form("/c/{case}/s/{sighting}/export")
def begin(desk: Desk, asked: Asked) -> Response:
    """Begin to read it; nothing of it is kept before something was ticked."""
    case_id = asked.parts["case"]
    with desk.case(case_id) as store:
        one = store.get(Sighting, SightingId(asked.parts["sighting"]))
        try:
            path, kind = _path(asked)
            desk.jobs.require_room_to_wait()
        except BenbanError as error:
            return _where_page(desk, case_id, one, asked.exact("where"), error)
    work = importing(desk, case_id, one, path, kind)
    job = desk.jobs.start("desk.export.job", work, case_id=case_id, waits=True)
    return go_to(f"/jobs/{job.id}")


@ROUTES.page("/c/{case}/reading/{reading}")
def messages(desk: Desk, asked: Asked) -> Response:
    """Show a page of the conversation with boxes to tick, or ask which conversation."""
    reading = _open(desk, asked)
    if reading is None:
        return go_to(f"/jobs/{asked.parts['reading']}")
    if reading.chat is None:
        return show(desk, "export_chats.html.j2", path=asked.path, chats=reading.chats)
    return _messages_page(desk, reading, None)


@ROUTES.act("/c/{case}/reading/{reading}/chat")
def choose_chat(desk: Desk, asked: Asked) -> Response:
    """Read this conversation from now on."""
    path = asked.path.removesuffix("/chat")
    reading = _open(desk, asked)
    if reading is not None and asked.first("chat").isdecimal():
        reading.choose(int(asked.first("chat")))
    return go_to(path)


@ROUTES.act("/c/{case}/reading/{reading}/others")
def other_chats(desk: Desk, asked: Asked) -> Response:
    """Ask once more which conversation; what was ticked stays until another one is chosen."""
    reading = _open(desk, asked)
    if reading is not None and len(reading.chats) > 1:
        reading.chat = None
    return go_to(asked.path.removesuffix("/others"))


@ROUTES.act("/c/{case}/reading/{reading}/turn")
def turn(desk: Desk, asked: Asked) -> Response:
    """Take over the ticks of a page and show another one; a word may be looked for."""
    path = asked.path.removesuffix("/turn")
    reading = _open(desk, asked)
    if reading is None:
        return go_to(path)
    _tick(reading, asked)
    wish, wanted = asked.first("wish"), folded(asked.first("wanted"))
    if wish == "look" or wanted != reading.wanted:
        reading.wanted, reading.start = wanted, 0
    elif wish in {"replies", "fold"}:
        reading.shows_replies = wish == "replies"
    elif wish == "first":
        reading.start = 0
    elif wish.isdecimal() and len(wish) <= _MOST_DIGITS:
        reading.start = int(wish)
    return go_to(path)


@ROUTES.form("/c/{case}/reading/{reading}/keep")
def keep(desk: Desk, asked: Asked) -> Response:
    """Let the work go on with what is ticked."""
    reading = _open(desk, asked)
    if reading is not None:
        _tick(reading, asked)
        if not reading.ticked:
            return _messages_page(desk, reading, NothingTickedError())
        if len(reading.ticked) > MOST_TICKED:
            return _messages_page(desk, reading, TooManyTickedError(most=MOST_TICKED))
        desk.jobs.answer(reading.job_id, ())
    return go_to(f"/jobs/{asked.parts['reading']}")


def _path(asked: Asked) -> tuple[Path, SavedKind]:
    chosen = asked.first("found")
    offered = {str(one) for one in telegram_exports()}
    path = Path(chosen) if chosen in offered else asked.folder("where", "desk.export.path")
    if not path.exists():
        # Before anything is begun for a path that was mistyped.
        raise FileUnreadableError(name=path.name)
    kind = saved_kind(path)
    if kind is SavedKind.PICTURE:
        raise ImportUnknownError
    return path, kind


def _where_page(
    desk: Desk, case_id: str, one: Sighting, typed: str, error: BenbanError | None
) -> Response:
    return show(
        desk,
        "export.html.j2",
        status=400 if error else 200,
        path=f"/c/{case_id}/s/{one.id}",
        found=telegram_exports(),
        typed=typed,
        error=error,
    )


def _messages_page(desk: Desk, reading: Reading, error: BenbanError | None) -> Response:
    leaf = reading.leaf()
    return show(
        desk,
        "export_messages.html.j2",
        status=400 if error else 200,
        path=f"/c/{reading.case_id}/reading/{reading.job_id}",
        rows=tuple(_rows(leaf.parts)),
        leaf=leaf,
        ticked=frozenset(reading.ticked),
        chat=reading.chat,
        has_others=len(reading.chats) > 1,
        wanted=reading.wanted,
        shows_replies=reading.shows_replies,
        has_replies=any(
            # In a forum every message refers to its topic; that answers nobody.
            isinstance(one, Message) and one.reply_to and not one.topic
            for one in leaf.parts
        ),
        is_text_only=reading.doing.is_text_only,
        error=error,
    )


def _rows(parts: tuple[Part, ...]) -> Iterator[tuple[Part, Message | None]]:
    for part in parts:
        yield part, part if isinstance(part, Message) else None


def _open(desk: Desk, asked: Asked) -> Reading | None:
    """Return the export that lies open; None when it is closed. A locked desk has none."""
    if not desk.is_open:
        raise DeskLockedError
    reading = desk.readings.get(asked.parts["reading"])
    if reading is None or reading.case_id != asked.parts["case"]:
        return None
    return reading


def _tick(reading: Reading, asked: Asked) -> None:
    # A page of another conversation that still lay open says nothing about this one.
    if asked.first("chat") == str(reading.chat):
        reading.tick(_numbers(asked, "shown"), _numbers(asked, "tick"))


def _numbers(asked: Asked, name: str) -> tuple[int, ...]:
    return tuple(
        int(one) for one in asked.every(name) if one.isdecimal() and len(one) <= _MOST_DIGITS
    )
