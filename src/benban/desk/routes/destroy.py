"""Destroy one case: what goes for ever, what stays elsewhere, a short word, then it is gone."""

from starlette.responses import Response

from benban.casework.destroy_case import destroy_case, plan_destroying
from benban.casework.spoken import recordings_of
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.pages import go_to, show
from benban.desk.word import require_word
from benban.errors import BenbanError
from benban.model.ids import CaseId
from benban.wiring_case import CaseStore

ROUTES = Routes()
ROUTES.step(98, "desk.destroy.step", "destroy")


@ROUTES.page("/c/{case}/destroy")
def ask(desk: Desk, asked: Asked) -> Response:
    """Say what goes and what stays; nothing is destroyed by looking."""
    with desk.case(asked.parts["case"]) as store:
        return _page(desk, store, None)


@ROUTES.form("/c/{case}/destroy")
def destroy(desk: Desk, asked: Asked) -> Response:
    """Destroy the case, its drafts, and what the pages remember of it."""
    case_id = asked.parts["case"]
    with desk.case(case_id) as store:
        try:
            require_word(asked)
            desk.bring_to_rest(case_id)
        except BenbanError as error:
            return _page(desk, store, error)
    desk.let_go(case_id)
    destroy_case(desk.vault, CaseId(case_id))
    desk.forget_case(case_id)
    return go_to("/destroyed")


@ROUTES.page("/destroyed")
def destroyed(desk: Desk, _asked: Asked) -> Response:
    """Say that it is gone, and what nobody here can reach."""
    _ = desk.vault
    return show(desk, "destroyed.html.j2")


def _page(desk: Desk, store: CaseStore, error: BenbanError | None) -> Response:
    return show(
        desk,
        "destroy.html.j2",
        status=400 if error else 200,
        case=store.case,
        spoken=len(recordings_of(desk.vault, store.case.id)),
        planned=plan_destroying(store),
        error=error,
    )
