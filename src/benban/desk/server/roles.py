"""Which pages there are for whom: what is not for a role does not exist for it."""

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from starlette.responses import Response

from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.pages import go_to, show
from benban.desk.routes.settings import IDLE_CHOICES
from benban.desk.server.routes import colleagues, keys, people, texts, views
from benban.model.people import Role

T = TypeVar("T")
# What everybody has: help, leaving, their own language, rest, passphrase and sheet.
_OWN = frozenset(
    (
        *("/help-now", "/language", "/exit", "/lock", "/here", "/rest"),
        *("/settings/rest", "/settings/passphrase", "/passphrase-changed"),
        *("/settings/sheet", "/settings/sheet/{fresh}", "/sheet-changed"),
    )
)
# The organisation's: whoever changes it, changes it for all.
_OF_THE_ORGANISATION = frozenset(("/settings/stamps",))


def stations_of(role: Role, every: Sequence[Routes]) -> tuple[Routes, ...]:
    """
    Return the pages of a role.

    A caseworker has the desk. Administrators let people in and out and set what is said; they have
    no page of a case, and none that tells who works on which. Auditors read who saw what. Both
    draft the papers on data protection.

    Args:
        role: of somebody who is in.
        every: the pages of the desk that a server has.
    """
    if role is Role.CASEWORKER:
        desk = _kept(every, lambda path: path not in _OF_THE_ORGANISATION and not _is_paper(path))
        return (*desk, colleagues.ROUTES, keys.READING, texts.READING)
    if role is Role.ADMINISTRATOR:
        its = _kept(every, lambda path: path in _OF_THE_ORGANISATION or _is_paper(path))
        own = (*_kept(every, _is_own), *its)
        # Half a text waits as a draft; they can have none of a case.
        drafts = _kept(every, lambda path: path == "/draft/{name}")
        pages = (people.ROUTES, texts.ROUTES, texts.READING, keys.ROUTES)
        return (*own, *drafts, _first("/people", has_stamps=True), *pages)
    if role is Role.AUDITOR:
        own = _kept(every, lambda path: _is_own(path) or _is_paper(path))
        return (*own, _first("/views", has_stamps=False), views.ROUTES, texts.READING)
    return ()


def _is_own(path: str) -> bool:
    return path in _OWN or path.startswith("/settings/second")


def _is_paper(path: str) -> bool:
    # Drafts on data protection: made without opening a case, by whoever answers for all of them.
    return path.startswith("/settings/organisation")


def _first(path: str, *, has_stamps: bool) -> Routes:
    """Return where somebody without cases comes in, and what they can set."""
    routes = Routes()

    @routes.page("/")
    def start(_desk: Desk, _asked: Asked) -> Response:
        """Lead to what this role is for."""
        return go_to(path)

    @routes.page("/settings")
    def settings(desk: Desk, _asked: Asked) -> Response:
        """Show what somebody without cases can set."""
        return show(
            desk,
            "server_settings.html.j2",
            choices=IDLE_CHOICES,
            minutes=int(desk.idle.total_seconds() // 60),
            first=path,
            has_stamps=has_stamps,
            has_copies=getattr(desk, "makes_copies", False),
        )

    return routes


def _kept(every: Sequence[Routes], is_kept: Callable[[str], bool]) -> tuple[Routes, ...]:
    return tuple(_of(one, is_kept) for one in every)


def _of(station: Routes, is_kept: Callable[[str], bool]) -> Routes:
    left = Routes()
    left.steps = list(station.steps)
    left.pages = _those(station.pages, is_kept)
    left.forms = _those(station.forms, is_kept)
    left.acts = _those(station.acts, is_kept)
    left.uploads = _those(station.uploads, is_kept)
    return left


def _those(
    routes: Collection[tuple[str, T]], is_kept: Callable[[str], bool]
) -> list[tuple[str, T]]:
    return [one for one in routes if is_kept(one[0])]
