"""The cases, one case, and the person's own words."""

from starlette.responses import Response

from benban.casework.organisation import duty_text, retention_days
from benban.casework.sharing import begin_sharing, is_only_holder
from benban.casework.take_in import SightingReport, take_in
from benban.casework.withdraw_hash import all_recalled
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk, Intake
from benban.desk.pages import go_to, show
from benban.model.case import Capacity, Case
from benban.model.exhibit import Exhibit, Original
from benban.model.ids import new_case_id
from benban.model.remedy import Notice
from benban.model.sighting import Sighting
from benban.wording import say

ROUTES = Routes()


@ROUTES.page("/begin")
def begin(desk: Desk, _asked: Asked) -> Response:
    """Offer to open a case from what was answered so far."""
    is_shared = desk.is_open and desk.vault.person is not None
    return show(
        desk,
        "begin.html.j2",
        has_answers=desk.intake != Intake(),
        # Before any question of a case (HARM 18).
        duty=duty_text(desk.vault) if is_shared else None,
        speech=desk.language,
        days=retention_days(desk.vault) if is_shared else None,
    )


@ROUTES.form("/begin")
def open_first(desk: Desk, _asked: Asked) -> Response:
    """Open a case and take in what was answered before there was a place to keep it."""
    case = Case(
        id=new_case_id(),
        title=say(desk.language, "desk.case.untitled"),
        language=desk.language,
        # Whoever works for an organisation is never the person of the case.
        capacity=Capacity.SELF if desk.vault.person is None else Capacity.ORGANISATION,
        opened_at=desk.clock.now(),
    )
    desk.vault.create_case(case).close()
    intake, desk.intake = desk.intake, Intake()
    if intake.kind is not None:
        report = SightingReport(
            address=None, kind=intake.kind, answers=intake.answers, text=intake.story
        )
        with desk.case(case.id) as store:
            take_in(store, report, desk.clock)
    if desk.vault.person is None:
        return go_to(f"/c/{case.id}")
    with desk.case(case.id) as store:
        begin_sharing(desk.vault, store)
    # Before anything is in it: letting a colleague in is offered, and can be skipped.
    return go_to(f"/c/{case.id}/people?new=1")


@ROUTES.page("/cases")
def cases(desk: Desk, _asked: Asked) -> Response:
    """Lead to the only case, or list them."""
    known = desk.vault.cases()
    if len(known) == 1:
        return go_to(f"/c/{known[0].id}")
    if not known:
        return go_to("/begin")
    return show(desk, "cases.html.j2", cases=known)


@ROUTES.page("/c/{case}")
def overview(desk: Desk, asked: Asked) -> Response:
    """Show where the person is: what is kept, what can be done next, nothing chosen for them."""
    with desk.case(asked.parts["case"]) as store:
        return show(
            desk,
            "case.html.j2",
            case=store.case,
            recalled=all_recalled(store),
            is_alone=is_only_holder(desk.vault, store.case.id),
            steps=desk.steps,
            sightings=store.all(Sighting),
            exhibits=len(store.all(Exhibit)),
            originals=len(store.all(Original)),
            notices=store.all(Notice),
            jobs=[job for job in desk.jobs.of_case(store.case.id) if not job.state.is_over],
        )
