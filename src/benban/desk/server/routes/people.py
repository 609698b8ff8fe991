"""Who may come in: for administrators, who let people in and out and see no case."""

from dataclasses import dataclass

from starlette.responses import Response

from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.pages import go_to, show
from benban.desk.server.second import is_let_set_up_anew, let_set_up_anew
from benban.errors import BenbanError, PageMissingError
from benban.model.people import Person, PersonState, Role
from benban.wiring_case import RecoveryCode

ROUTES = Routes()
# Nobody is invited as the person of a vault of their own.
_ROLES = (Role.CASEWORKER, Role.ADMINISTRATOR, Role.AUDITOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """A code that was made for somebody, until it was passed on."""

    name: str
    role: Role
    code: RecoveryCode


@ROUTES.page("/people")
def people(desk: Desk, _asked: Asked) -> Response:
    """List who may come in, and how many cases would be closed to all without them."""
    every = desk.vault.people()
    alone = desk.vault.cases_alone()
    return show(
        desk,
        "server_people.html.j2",
        people=[(one, alone.get(one.user_id, 0)) for one in _in_order(every)],
    )


@ROUTES.page("/people/invite")
def invite(desk: Desk, asked: Asked) -> Response:
    """Ask for a name and a role; nothing is chosen beforehand."""
    return _invite_page(desk, asked, None)


@ROUTES.form("/people/invite")
def make_code(desk: Desk, asked: Asked) -> Response:
    """Make a code with which somebody comes in once."""
    roles = {one.value: one for one in _ROLES}
    try:
        name = asked.needed("name", "desk.people.name")
        role = roles.get(asked.needed("role", "desk.people.role"))
        if role is None:
            raise PageMissingError
        code = desk.vault.invite(name, role)
    except PageMissingError:
        raise
    except BenbanError as error:
        return _invite_page(desk, asked, error)
    number = desk.outcomes.keep(Invited(name=name, role=role, code=code))
    return go_to(f"/people/invited/{number}")


@ROUTES.page("/people/invited/{number}")
def invited(desk: Desk, asked: Asked) -> Response:
    """Show a code until it was passed on."""
    known = desk.outcomes.get(Invited, asked.parts["number"])
    if known is None:
        return go_to("/people")
    number = asked.parts["number"]
    return show(desk, "server_invited.html.j2", invited=known, number=number)


@ROUTES.form("/people/invited/{number}")
def passed_on(desk: Desk, asked: Asked) -> Response:
    """Forget a code that was told or printed."""
    desk.outcomes.drop(asked.parts["number"])
    return go_to("/people")


@ROUTES.page("/people/{person}")
def one(desk: Desk, asked: Asked) -> Response:
    """Show one person and what can be done."""
    return _one_page(desk, _asked_for(desk, asked), None)


@ROUTES.form("/people/{person}/end")
def end(desk: Desk, asked: Asked) -> Response:
    """End somebody's access; refused while they alone hold cases."""
    person = _asked_for(desk, asked)
    try:
        desk.vault.end_access(person.user_id)
    except BenbanError as error:
        return _one_page(desk, person, error)
    return go_to("/people")


@ROUTES.form("/people/{person}/second")
def second_anew(desk: Desk, asked: Asked) -> Response:
    """Let somebody set up the second factor anew at their next entry."""
    person = _asked_for(desk, asked)
    try:
        let_set_up_anew(desk.vault, person.user_id, desk.clock)
    except BenbanError as error:
        return _one_page(desk, person, error)
    return go_to("/people")


def _asked_for(desk: Desk, asked: Asked) -> Person:
    wanted = asked.parts["person"]
    found = next((one for one in desk.vault.people() if one.user_id == wanted), None)
    if found is None:
        raise PageMissingError
    return found


def _in_order(people: tuple[Person, ...]) -> list[Person]:
    return sorted(people, key=lambda one: (one.state is PersonState.ENDED, one.name.casefold()))


def _one_page(desk: Desk, person: Person, error: BenbanError | None) -> Response:
    me = desk.vault.person
    return show(
        desk,
        "server_person.html.j2",
        status=400 if error else 200,
        person=person,
        alone=desk.vault.cases_alone().get(person.user_id, 0),
        is_me=me is not None and me.user_id == person.user_id,
        second=_second(desk, person),
        error=error,
    )


def _second(desk: Desk, person: Person) -> str:
    if person.state is not PersonState.ACTIVE:
        return "none" if person.state is PersonState.INVITED else "ended"
    # Nobody is in without one: it is set up at the first entry.
    is_anew = is_let_set_up_anew(desk.vault, person.user_id, desk.clock.now())
    return "anew" if is_anew else "set"


def _invite_page(desk: Desk, asked: Asked, error: BenbanError | None) -> Response:
    return show(
        desk,
        "server_invite.html.j2",
        status=400 if error else 200,
        roles=tuple(one.value for one in _ROLES),
        typed={name: asked.first(name) for name in ("name", "role")},
        error=error,
    )
