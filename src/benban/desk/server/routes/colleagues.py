"""Who works on a case: those who hold its key, a colleague let in or taken out, who leads it."""

from starlette.responses import Response

from benban.casework.sharing import (
    could_be_let_in,
    give_lead,
    is_only_holder,
    lead_of,
    let_in,
    take_out,
)
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.pages import go_to, show
from benban.errors import BenbanError, PageMissingError
from benban.model.people import Person
from benban.wiring_case import CaseStore

ROUTES = Routes()
ROUTES.step(96, "desk.colleagues.step", "people")


@ROUTES.page("/c/{case}/people")
def colleagues(desk: Desk, asked: Asked) -> Response:
    """Show who can open the case, and who leads it."""
    with desk.case(asked.parts["case"]) as store:
        me = desk.vault.person
        return show(
            desk,
            "server_colleagues.html.j2",
            case=store.case,
            holders=desk.vault.holders(store.case.id),
            lead=lead_of(desk.vault, store.case.id),
            my_id=me.user_id if me is not None else "",
            is_alone=is_only_holder(desk.vault, store.case.id),
            is_new="new" in asked.query,
        )


@ROUTES.page("/c/{case}/people/new")
def whom(desk: Desk, asked: Asked) -> Response:
    """List the colleagues who could be let in."""
    with desk.case(asked.parts["case"]) as store:
        others = could_be_let_in(desk.vault, store.case.id)
        return show(desk, "server_colleague_new.html.j2", case=store.case, others=others)


@ROUTES.page("/c/{case}/people/{person}")
def before(desk: Desk, asked: Asked) -> Response:
    """Say who it is, the numbers of their key and why they matter, and what they will see."""
    with desk.case(asked.parts["case"]) as store:
        return _let_in_page(desk, store, _other(desk, store, asked), None)


@ROUTES.form("/c/{case}/people/{person}")
def share(desk: Desk, asked: Asked) -> Response:
    """Let a colleague in."""
    with desk.case(asked.parts["case"]) as store:
        colleague = _other(desk, store, asked)
        try:
            if not desk.vault.is_key_confirmed(colleague.user_id):
                asked.needed("compared", "desk.let-in.compared")
                # The numbers that stood on the page, not what the disk gives now.
                desk.vault.confirm_key(colleague.user_id, asked.first("numbers"))
            let_in(desk.vault, store, colleague)
        except BenbanError as error:
            return _let_in_page(desk, store, colleague, error)
        return go_to(f"/c/{store.case.id}/people")


@ROUTES.page("/c/{case}/people/{person}/out")
def before_out(desk: Desk, asked: Asked) -> Response:
    """Say what stays with who is taken out."""
    with desk.case(asked.parts["case"]) as store:
        return _out_page(desk, store, _holder(desk, store, asked), None)


@ROUTES.form("/c/{case}/people/{person}/out")
def out(desk: Desk, asked: Asked) -> Response:
    """Take a colleague or oneself out; the last one cannot go."""
    with desk.case(asked.parts["case"]) as store:
        case_id, colleague = store.case.id, _holder(desk, store, asked)
        is_me = _is_me(desk, colleague)
        try:
            if is_me:
                # Nothing long goes on without the key.
                desk.bring_to_rest(case_id)
            take_out(desk.vault, store, colleague)
        except BenbanError as error:
            return _out_page(desk, store, colleague, error)
    if is_me:
        desk.forget_case(case_id)
        return go_to("/queue")
    return go_to(f"/c/{case_id}/people")


@ROUTES.form("/c/{case}/people/{person}/lead")
def lead(desk: Desk, asked: Asked) -> Response:
    """Let somebody who has the key lead the case."""
    with desk.case(asked.parts["case"]) as store:
        give_lead(desk.vault, store, _holder(desk, store, asked))
        return go_to(f"/c/{store.case.id}/people")


def _is_me(desk: Desk, person: Person) -> bool:
    me = desk.vault.person
    return me is not None and me.user_id == person.user_id


def _other(desk: Desk, store: CaseStore, asked: Asked) -> Person:
    return _named(could_be_let_in(desk.vault, store.case.id), asked)


def _holder(desk: Desk, store: CaseStore, asked: Asked) -> Person:
    return _named(desk.vault.holders(store.case.id), asked)


def _named(people: tuple[Person, ...], asked: Asked) -> Person:
    found = next((one for one in people if one.user_id == asked.parts["person"]), None)
    if found is None:
        raise PageMissingError
    return found


def _let_in_page(
    desk: Desk, store: CaseStore, colleague: Person, error: BenbanError | None
) -> Response:
    return show(
        desk,
        "server_let_in.html.j2",
        status=400 if error else 200,
        case=store.case,
        colleague=colleague,
        numbers=desk.vault.key_numbers(colleague.user_id),
        is_compared=desk.vault.is_key_confirmed(colleague.user_id),
        error=error,
    )


def _out_page(
    desk: Desk, store: CaseStore, colleague: Person, error: BenbanError | None
) -> Response:
    return show(
        desk,
        "server_take_out.html.j2",
        status=400 if error else 200,
        case=store.case,
        colleague=colleague,
        is_me=_is_me(desk, colleague),
        is_last=len(desk.vault.holders(store.case.id)) == 1,
        error=error,
    )
