"""What can be done about one place: the steps in words, in a case or with nothing kept."""

from dataclasses import replace

from starlette.responses import Response

from benban.casework.make_plan import plan_of
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.pages import go_to, show
from benban.errors import BenbanError
from benban.model.case import Capacity, Case
from benban.model.ids import SightingId, new_case_id, new_sighting_id
from benban.model.remedy import Plan
from benban.model.sighting import Sighting, SightingKind
from benban.remedies import parse_address
from benban.remedies.describe import StepText, describe_step
from benban.remedies.plan import plan_removal
from benban.wiring_case import catalogue

ROUTES = Routes()
ROUTES.step(20, "desk.plan.step", "plan")


@ROUTES.page("/c/{case}/plan")
def which_place(desk: Desk, asked: Asked) -> Response:
    """Lead to the plan of the only place, or let one be chosen."""
    with desk.case(asked.parts["case"]) as store:
        places = store.all(Sighting)
        if len(places) == 1:
            return go_to(f"/c/{store.case.id}/s/{places[0].id}/plan")
        return show(desk, "plan_places.html.j2", case=store.case, sightings=places)


@ROUTES.page("/c/{case}/s/{sighting}/plan")
def plan(desk: Desk, asked: Asked) -> Response:
    """Show the steps for one place; the same with and without a comparison."""
    with desk.case(asked.parts["case"]) as store:
        one = store.get(Sighting, SightingId(asked.parts["sighting"]))
        made = plan_of(store, one, catalogue(), desk.clock)
        path = f"/c/{store.case.id}/s/{one.id}"
        return show(
            desk,
            "plan.html.j2",
            here=f"{path}/plan",
            path=path,
            case_id=store.case.id,
            sighting=one,
            plan=made,
            steps=_in_words(desk, made),
            is_kept=True,
        )


@ROUTES.page("/paper")
def paper(desk: Desk, _asked: Asked) -> Response:
    """Show the steps for what was answered, with nothing kept anywhere."""
    return _paper(desk, None)


@ROUTES.form("/paper")
def paper_address(desk: Desk, asked: Asked) -> Response:
    """Take an address for the plan in memory; it ends with the program."""
    text = asked.first("address")
    try:
        if text:
            parse_address(text, catalogue())
    except BenbanError as error:
        return _paper(desk, error, typed=text)
    desk.intake = replace(desk.intake, address=text)
    return go_to("/paper")


def _paper(desk: Desk, error: BenbanError | None, *, typed: str = "") -> Response:
    one = _unkept(desk)
    case = Case(
        id=new_case_id(),
        title="",
        language=desk.language,
        capacity=Capacity.SELF,
        opened_at=desk.clock.now(),
    )
    made = plan_removal(one, case, catalogue(), desk.clock.now())
    return show(
        desk,
        "plan.html.j2",
        status=400 if error else 200,
        here="/paper",
        path="",
        sighting=one,
        plan=made,
        steps=_in_words(desk, made),
        is_kept=False,
        typed=typed or desk.intake.address,
        error=error,
    )


def _unkept(desk: Desk) -> Sighting:
    intake = desk.intake
    return Sighting(
        id=new_sighting_id(),
        kind=intake.kind or SightingKind.PUBLISHED,
        address=parse_address(intake.address, catalogue()) if intake.address else None,
        text="",
        answers=intake.answers,
        reported_at=desk.clock.now(),
    )


def _in_words(desk: Desk, made: Plan) -> tuple[StepText, ...]:
    return tuple(describe_step(step, catalogue(), desk.language) for step in made.steps)
