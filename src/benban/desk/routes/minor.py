"""Somebody here may be under 18: one act, nothing is asked back (HARM 2)."""

from starlette.responses import Response

from benban.casework.make_plan import make_plan
from benban.casework.mark_minor import mark_minor
from benban.casework.withdraw_hash import all_recalled
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.pages import go_to, show
from benban.model.ids import ExhibitId, SightingId
from benban.model.sighting import Sighting
from benban.wiring_case import catalogue

ROUTES = Routes()


@ROUTES.form("/c/{case}/e/{exhibit}/minor")
def mark(desk: Desk, asked: Asked) -> Response:
    """Destroy what was kept of pictures, make the plans anew, and say what stays."""
    # Nothing that is being written may carry away what goes now.
    desk.stop_work_on(asked.parts["case"])
    with desk.case(asked.parts["case"]) as store:
        marked = mark_minor(store, ExhibitId(asked.parts["exhibit"]))
        desk.forget_shown(store.case.id)
        for sighting in marked.sightings:
            make_plan(store, sighting, catalogue(), desk.clock)
        return go_to(f"/c/{store.case.id}/s/{marked.sightings[0].id}/closed")


@ROUTES.page("/c/{case}/s/{sighting}/closed")
def closed(desk: Desk, asked: Asked) -> Response:
    """Say what became unreadable, what stays, and that all help is open."""
    with desk.case(asked.parts["case"]) as store:
        one = store.get(Sighting, SightingId(asked.parts["sighting"]))
        path = f"/c/{store.case.id}/s/{one.id}"
        if one.answers.all_yes:
            # Nobody said so of this place; the page would not be true.
            return go_to(path)
        return show(
            desk,
            "closed.html.j2",
            path=path,
            recalled=all_recalled(store),
            sighting_id=one.id,
            case_id=store.case.id,
        )
