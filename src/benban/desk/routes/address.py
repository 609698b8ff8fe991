"""Adding an address, the person's words and answers about it, and the visit that keeps proof."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from starlette.responses import Response

from benban.casework.preserve import preserve_address
from benban.casework.take_in import SightingReport, add_words, answer_ages, take_in
from benban.casework.withdraw_hash import recalled_of, watched_sharings
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.jobs import Progress
from benban.desk.measuring import measure
from benban.desk.pages import go_to, show
from benban.desk.paging import slice_of
from benban.desk.queue import other_cases
from benban.desk.routes.first import QUESTIONS, answers_of, is_young
from benban.errors import BenbanError, SeenAtError
from benban.model.exhibit import Capture, CaptureStep, Exhibit
from benban.model.ids import SightingId
from benban.model.sighting import NO_ANSWERS, Sighting, SightingKind
from benban.remedies import parse_address
from benban.remedies.mixed import is_never_captured
from benban.wiring_case import catalogue, opened_browser

ROUTES = Routes()
_STEPS = 6


@ROUTES.page("/c/{case}/add/link")
def add_link(desk: Desk, asked: Asked) -> Response:
    """Ask for an address, or for where it was seen when there is none."""
    with desk.case(asked.parts["case"]) as store:
        draft = desk.drafts.get(_draft(store.case.id))
        return _link_page(desk, store.case.id, draft, None)


@ROUTES.form("/c/{case}/add/link")
def keep_link(desk: Desk, asked: Asked) -> Response:
    """Record the place; what is typed stays on the page when something has to be mended."""
    case_id = asked.parts["case"]
    with desk.case(case_id) as store:
        try:
            report = _report(asked)
        except BenbanError as error:
            return _link_page(desk, case_id, dict(asked.fields), error)
        sighting = take_in(store, report, desk.clock).sighting
    desk.drafts.drop(_draft(case_id))
    return go_to(f"/c/{case_id}/s/{sighting.id}/age")


@ROUTES.page("/c/{case}/s/{sighting}")
def sighting(desk: Desk, asked: Asked) -> Response:
    """Show one place: what was said of it, what was kept there, what can be done."""
    with desk.case(asked.parts["case"]) as store:
        one = store.get(Sighting, SightingId(asked.parts["sighting"]))
        return show(
            desk,
            "sighting.html.j2",
            case=store.case,
            sighting=one,
            questions=QUESTIONS,
            captures=[seen for seen in store.all(Capture) if seen.sighting_id == one.id],
            exhibits=slice_of(
                [kept for kept in store.all(Exhibit) if kept.sighting_id == one.id], asked
            ),
            words=desk.drafts.get(_words_draft(store.case.id, one.id)).get("text", ""),
            draft_name=_words_draft(store.case.id, one.id),
            # For who works on many cases; a person has one, and no use for the count.
            elsewhere=other_cases(desk, store.case.id, one.id) if desk.is_work else 0,
        )


@ROUTES.form("/c/{case}/s/{sighting}/words")
def keep_words(desk: Desk, asked: Asked) -> Response:
    """Add to the person's own words about a place."""
    case_id, sighting_id = asked.parts["case"], SightingId(asked.parts["sighting"])
    with desk.case(case_id) as store:
        if text := asked.first("text"):
            add_words(store, sighting_id, text)
    desk.drafts.drop(_words_draft(case_id, sighting_id))
    return go_to(f"/c/{case_id}/s/{sighting_id}")


@ROUTES.page("/c/{case}/s/{sighting}/age")
def age(desk: Desk, asked: Asked) -> Response:
    """Ask the three age questions about this place; none is carried over from another one."""
    with desk.case(asked.parts["case"]) as store:
        one = store.get(Sighting, SightingId(asked.parts["sighting"]))
        path = f"/c/{store.case.id}/s/{one.id}"
        chosen = {name: getattr(one.answers, name).value for name in QUESTIONS}
        return show(
            desk,
            "age.html.j2",
            here=f"{path}/age",
            action=f"{path}/age",
            skip=path,
            chosen=chosen,
        )


@ROUTES.form("/c/{case}/s/{sighting}/age")
def keep_age(desk: Desk, asked: Asked) -> Response:
    """Record the answers; three times yes opens the visit, anything else the way without one."""
    answers = answers_of(asked)
    if not answers.all_yes:
        # Nothing that is being written may carry away what goes now.
        desk.stop_work_on(asked.parts["case"])
    with desk.case(asked.parts["case"]) as store:
        shared = watched_sharings(store)
        answered = answer_ages(store, SightingId(asked.parts["sighting"]), answers)
        is_recalled = bool(recalled_of(store, shared))
        path = f"/c/{store.case.id}/s/{answered.id}"
    if not answered.answers.all_yes:
        # What lies open was destroyed with that.
        desk.forget_shown(asked.parts["case"])
    if is_recalled and not answered.answers.all_yes:
        # It says which, and where their files go; the plan is one click from there.
        return go_to(f"{path}/closed")
    if is_young(answered.answers):
        return go_to(f"{path}/plan")
    return go_to(f"{path}/visit" if answered.address is not None else path)


@ROUTES.page("/c/{case}/s/{sighting}/visit")
def visit(desk: Desk, asked: Asked) -> Response:
    """Say what the owner of the site may see, before anything is asked of it (HARM 7)."""
    with desk.case(asked.parts["case"]) as store:
        one = store.get(Sighting, SightingId(asked.parts["sighting"]))
        is_closed = one.address is None or is_never_captured(one.address, catalogue())
        return show(desk, "visit.html.j2", case=store.case, sighting=one, is_closed=is_closed)


@ROUTES.form("/c/{case}/s/{sighting}/visit")
def begin_visit(desk: Desk, asked: Asked) -> Response:
    """Begin the visit that was agreed to, or only note the address."""
    case_id, sighting_id = asked.parts["case"], SightingId(asked.parts["sighting"])
    path = f"/c/{case_id}/s/{sighting_id}"
    if asked.needed("visit", "desk.visit.heading") != "now":
        return go_to(path)
    job = desk.jobs.start("desk.visit.job", _visiting(desk, case_id, sighting_id), case_id=case_id)
    return go_to(f"/jobs/{job.id}")


def _visiting(desk: Desk, case_id: str, sighting_id: SightingId) -> Callable[[Progress], str]:
    def work(progress: Progress) -> str:
        done: list[CaptureStep] = []

        def step_done(step: CaptureStep) -> None:
            done.append(step)
            progress.say("desk.visit.step", done=min(len(done), _STEPS), total=_STEPS)

        with desk.case(case_id) as store:
            one = store.get(Sighting, sighting_id)
            progress.say("desk.visit.opening", host=one.address.host if one.address else "")
            with opened_browser(desk.vault) as browser:
                preserve_address(
                    store,
                    one,
                    browser,
                    clock=desk.clock,
                    choose_media=progress.ask,
                    on_step=step_done,
                    catalogue=catalogue(),
                )
            if one.answers.all_yes:
                measure(store, progress)
        return f"/c/{case_id}/s/{sighting_id}"

    return work


def _report(asked: Asked) -> SightingReport:
    text = asked.first("address")
    kind = asked.needed("kind", "desk.what.heading")
    seen_at, seen_at_local, act_on = _seen(asked.first("day"), asked.first("time"))
    return SightingReport(
        address=parse_address(text, catalogue()) if text else None,
        kind=SightingKind(kind),
        answers=NO_ANSWERS,
        seen_at=seen_at,
        seen_at_local=seen_at_local,
        seen_on=asked.first("seen_on"),
        act_on=act_on,
    )


def _seen(day: str, hour: str) -> tuple[datetime | None, str, date | None]:
    """Return when it was seen: the moment, as typed with the zone, and the day."""
    if not day:
        return None, "", None
    try:
        on = date.fromisoformat(day)
        if not hour:
            return None, f"{on:%d/%m/%Y}", on
        local = datetime.fromisoformat(f"{day}T{hour}").astimezone()
    except (ValueError, OverflowError) as error:
        raise SeenAtError from error
    return local.astimezone(UTC), local.isoformat(timespec="minutes"), on


def _link_page(
    desk: Desk, case_id: str, typed: dict[str, str], error: BenbanError | None
) -> Response:
    return show(
        desk,
        "add_link.html.j2",
        status=400 if error else 200,
        case_id=case_id,
        kinds=tuple(SightingKind),
        typed=typed,
        error=error,
        draft_name=_draft(case_id),
    )


def _draft(case_id: str) -> str:
    return f"case.{case_id}.link"


def _words_draft(case_id: str, sighting_id: str) -> str:
    return f"case.{case_id}.words.{sighting_id}"
