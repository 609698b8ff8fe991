"""A month of rest from what only offers something, and going on before it is over."""

from starlette.responses import Response

from benban.casework.rest import go_on, rest_for_a_month
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.pages import go_to

ROUTES = Routes()
_BACK = ("timeline", "watch/wishes")


@ROUTES.form("/c/{case}/rest")
def rest(desk: Desk, asked: Asked) -> Response:
    """Rest for a month, or go on; one click either way."""
    with desk.case(asked.parts["case"]) as store:
        if asked.first("wish") == "rest":
            rest_for_a_month(desk.vault, store.case.id, desk.clock)
        elif asked.first("wish") == "go-on":
            go_on(desk.vault, store.case.id)
        back = asked.first("back")
        return go_to(f"/c/{store.case.id}/{back if back in _BACK else _BACK[0]}")
