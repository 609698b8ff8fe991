"""Check what is public: who asks, where the photos are, the list, and letting go of it."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from starlette.responses import Response

from benban.casework.audit import forget_audit, tick_step
from benban.casework.audit_keepers import CaseKeeper, MemoryKeeper
from benban.desk.app import Routes
from benban.desk.asked import Asked, as_path
from benban.desk.audit_looking import look_at_all
from benban.desk.audit_pages import (
    act,
    audit_of,
    case_id_of,
    form,
    opened,
    page,
    path_of,
    store_of,
)
from benban.desk.audit_rows import changed_ticks, notes_of, rows_of
from benban.desk.audits import Audit
from benban.desk.desk import Desk
from benban.desk.jobs import Progress
from benban.desk.pages import Words, go_to, show
from benban.desk.paging import slice_of
from benban.desk.routes.timeline import given_file
from benban.errors import (
    AnswerMissingError,
    BenbanError,
    FileUnreadableError,
    ImportTooLargeError,
    PageMissingError,
    TargetUnwritableError,
)
from benban.exposure.checklist import Checklist, checklist_page
from benban.model.own_photo import OwnPhotoId
from benban.model.sighting import Answer
from benban.unpack.parts import Reason

ROUTES = Routes()
ROUTES.step(75, "desk.audit.step", "audit")
# Parts of one archive; each is a file that lies open.
_MOST_PATHS = 200
# A checklist that is longer is worked through from the screen.
_MOST_PRINTED = 200


@page(ROUTES, "")
def begin(desk: Desk, asked: Asked) -> Response:
    """Say first that no photo was a mistake; then ask for the age, or lead to what lies open."""
    with store_of(desk, asked) as store:
        audit = opened(desk, asked, store)
        return show(
            desk,
            "audit.html.j2",
            path=path_of(asked),
            case_id=case_id_of(asked),
            audit=audit,
            is_under_way=_is_under_way(desk, audit),
        )


@form(ROUTES, "/age")
def say_age(desk: Desk, asked: Asked) -> Response:
    """Take the answer; only yes allows that something is kept or hashed."""
    known = {one.value: one for one in Answer}
    adult = known.get(asked.first("adult_now"), Answer.NOT_ANSWERED)
    is_adult, wants_kept = adult is Answer.YES, asked.first("keep") == "yes"
    _stop(desk, desk.audits.get(case_id_of(asked)))
    with store_of(desk, asked) as store:
        # Who wants nothing kept in a case is not measured either, as with --no-store.
        is_in_memory = store is None or not (is_adult and wants_kept)
        is_hashed = is_adult and (store is None or wants_kept)
        keeper = MemoryKeeper(is_hashed=is_hashed) if is_in_memory else None
        desk.audits.begin(Audit(case_id=case_id_of(asked), adult=adult, keeper=keeper))
        if store is not None and not is_adult:
            # What was kept under another answer goes with it, and nobody keeps more: first what
            # lies open ends, here and on other desks, so that no work that is under way adds to it.
            _end_elsewhere(desk, asked)
            forget_audit(CaseKeeper(store))
    return go_to(f"{path_of(asked)}/{'where' if is_adult else 'young'}")


@page(ROUTES, "/young")
def young(desk: Desk, asked: Asked) -> Response:
    """Say that nothing was done wrong, and that nothing is kept or hashed."""
    path, case_id = path_of(asked), case_id_of(asked)
    with store_of(desk, asked):
        return show(desk, "audit_young.html.j2", path=path, case_id=case_id)


@page(ROUTES, "/where")
def where(desk: Desk, asked: Asked) -> Response:
    """Ask where the photos lie on this computer."""
    with audit_of(desk, asked) as (audit, _, _):
        if audit is None:
            return go_to(path_of(asked))
        typed = "\n".join(str(one) for one in audit.paths)
        return _where_page(desk, asked, audit, typed, None)


@form(ROUTES, "/where")
def begin_look(desk: Desk, asked: Asked) -> Response:
    """Begin to look at the photos; the page may be closed meanwhile."""
    with audit_of(desk, asked) as (audit, _, _):
        if audit is None:
            return go_to(path_of(asked))
        try:
            paths = _paths(asked)
        except BenbanError as error:
            return _where_page(desk, asked, audit, asked.exact("where"), error)
    _stop(desk, audit)
    audit.moved_to(paths)
    job = desk.jobs.start("desk.audit.job", _looking(desk, asked, audit), case_id=audit.case_id)
    audit.job_id = job.id
    return go_to(f"/jobs/{job.id}")


@page(ROUTES, "/list")
def listed(desk: Desk, asked: Asked) -> Response:
    """Show what to look at first, why, and the steps, folded."""
    with audit_of(desk, asked) as (audit, keeper, _):
        if audit is None or keeper is None:
            return go_to(path_of(asked))
        found = audit.result(keeper)
        at = slice_of(found.lines, asked)
        return show(
            desk,
            "audit_list.html.j2",
            path=path_of(asked),
            case_id=audit.case_id,
            at=at,
            rows=rows_of(at.rows, desk.language, is_adult=_is_adult(audit)),
            notes=notes_of(found, audit.runs, Words(desk.language)),
            page=asked.query.get("page", ""),
            waiting=len(audit.waiting(keeper)),
            is_kept=found.is_kept,
            is_hashed=found.is_hashed,
            open_id=asked.query.get("open", ""),
        )


@act(ROUTES, "/tick")
def tick(desk: Desk, asked: Asked) -> Response:
    """Keep which steps of one photo are done."""
    photo_id, done = OwnPhotoId(asked.first("photo")), frozenset(asked.every("done"))
    with audit_of(desk, asked) as (audit, keeper, _):
        if audit is None or keeper is None:
            return go_to(path_of(asked))
        line = audit.listed_line_of(keeper, photo_id)
        if not line:
            raise PageMissingError
        for photo, step_id, is_done in changed_ticks(line, done, is_adult=_is_adult(audit)):
            audit.noted(tick_step(keeper, photo.id, step_id, is_done=is_done))
    number = asked.first("page")
    page_number = f"page={number}&" if number.isdecimal() else ""
    return go_to(f"{path_of(asked)}/list?{page_number}open={quote(photo_id, safe='')}")


@page(ROUTES, "/print")
def printable(desk: Desk, asked: Asked) -> Response:
    """Show the checklist for paper: words and boxes, no picture."""
    with audit_of(desk, asked) as (audit, keeper, _):
        if audit is None or keeper is None:
            return go_to(path_of(asked))
        lines = audit.result(keeper).lines
        return show(
            desk,
            "audit_print.html.j2",
            path=path_of(asked),
            rows=rows_of(lines[:_MOST_PRINTED], desk.language, is_adult=_is_adult(audit)),
            more=max(0, len(lines) - _MOST_PRINTED),
            today=desk.clock.now().astimezone(),
        )


@form(ROUTES, "/paper")
def paper(desk: Desk, asked: Asked) -> Response:
    """Give the whole checklist as a file: words and boxes, no picture; nobody else fetches it."""
    with audit_of(desk, asked) as (audit, keeper, _):
        if audit is None or keeper is None:
            return go_to(path_of(asked))
        found = audit.result(keeper)
        checklist = Checklist(
            lines=found.lines,
            made_on=desk.clock.now().astimezone().date(),
            is_adult=_is_adult(audit),
            left_out=found.left_out,
        )
        content = checklist_page(desk.language, checklist)
    return given_file(content, "text/html; charset=utf-8", "html")


@form(ROUTES, "/forget")
def forget(desk: Desk, asked: Asked) -> Response:
    """Destroy the whole list, kept or not; the photos themselves stay where they are."""
    _stop(desk, desk.audits.get(case_id_of(asked)))
    with store_of(desk, asked) as store:
        # First what lies open: no work that is under way keeps anything more.
        desk.audits.forget_of(case_id_of(asked))
        if store is not None:
            _end_elsewhere(desk, asked)
            forget_audit(CaseKeeper(store))
            # A page that was asked for meanwhile may have taken it up again.
            desk.audits.forget_of(case_id_of(asked))
    return go_to(f"{path_of(asked)}/forgotten")


@page(ROUTES, "/forgotten")
def forgotten(desk: Desk, asked: Asked) -> Response:
    """Say that nothing of it is left here."""
    path, case_id = path_of(asked), case_id_of(asked)
    with store_of(desk, asked):
        return show(desk, "audit_forgotten.html.j2", path=path, case_id=case_id)


def _where_page(
    desk: Desk, asked: Asked, audit: Audit, typed: str, error: BenbanError | None
) -> Response:
    return show(
        desk,
        "audit_where.html.j2",
        status=400 if error else 200,
        path=path_of(asked),
        case_id=audit.case_id,
        is_kept=audit.keeper is None,
        is_adult=_is_adult(audit),
        typed=typed,
        error=error,
    )


def _paths(asked: Asked) -> tuple[Path, ...]:
    typed = [one for one in asked.exact("where").splitlines() if one.strip()]
    if not typed:
        raise AnswerMissingError("desk.audit.where")
    if len(typed) > _MOST_PATHS:
        # Left out silently, photos would seem to be nowhere.
        raise ImportTooLargeError(reason=Reason.TOO_MANY.value)
    found: dict[Path, None] = {}
    for one in typed:
        if "\0" in one:
            raise TargetUnwritableError(name=one.replace("\0", ""))
        path = Path(as_path(one)).absolute()
        if not path.exists():
            # Before anything is begun for a path that was mistyped.
            raise FileUnreadableError(name=path.name or str(path))
        found[path] = None
    return tuple(found)


def _looking(desk: Desk, asked: Asked, audit: Audit) -> Callable[[Progress], str]:
    path = path_of(asked)

    def work(progress: Progress) -> str:
        progress.say("desk.audit.looking")

        def say(done: int, total: int) -> None:
            progress.say("desk.audit.looking.count", done=done, total=total, count=done)

        with audit_of(desk, asked) as (lies_open, keeper, _store):
            # Let go of, or begun anew with another answer, since this was asked for.
            if keeper is None or lies_open is not audit:
                raise PageMissingError
            try:
                audit.runs = look_at_all(audit, keeper, say)
            finally:
                audit.looked()
        return f"{path}/sort"

    return work


def _is_adult(audit: Audit) -> bool:
    return audit.adult is Answer.YES


def _is_under_way(desk: Desk, audit: Audit | None) -> bool:
    running = {one.id for one in desk.jobs.running()}
    return audit is not None and audit.job_id in running


def _end_elsewhere(desk: Desk, asked: Asked) -> None:
    for one in desk.everywhere():
        if one is not desk:
            one.audits.forget_of(case_id_of(asked))


def _stop(desk: Desk, audit: Audit | None) -> None:
    if audit is not None and _is_under_way(desk, audit):
        desk.jobs.stop(audit.job_id)
