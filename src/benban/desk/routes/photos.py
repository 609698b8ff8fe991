"""The person's own photos: optional, declared, the whole burst if there was one (HARM 11)."""

from collections.abc import Callable, Sequence

from starlette.responses import Response

from benban.casework.originals import (
    SpooledOriginal,
    declare_originals,
    has_declared_originals,
    in_other_cases,
    keep_original,
    require_answers,
    spool_original,
)
from benban.desk.app import Routes
from benban.desk.arriving import Arriving
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.jobs import Progress
from benban.desk.pages import go_to, show
from benban.errors import BenbanError, FileNotChosenError
from benban.model.exhibit import Original
from benban.wiring_case import CaseStore, opened_fence
from benban.wording import say

ROUTES = Routes()
ROUTES.step(50, "cli.original.short", "photos")


@ROUTES.page("/c/{case}/photos")
def photos(desk: Desk, asked: Asked) -> Response:
    """Ask for photos; what they are for stands before the question."""
    with desk.case(asked.parts["case"]) as store:
        return _page(desk, store)


@ROUTES.upload("/c/{case}/photos")
def keep_photos(desk: Desk, asked: Asked, arriving: Arriving) -> Response:
    """Take the photos in, encrypted; measuring them goes on when the page is closed."""
    case_id = asked.parts["case"]
    with desk.case(case_id) as store:
        try:
            require_answers(store)
            if not has_declared_originals(store):
                expected = say(desk.language, "cli.original.declaration")
                declare_originals(store, asked.first("declaration"), expected)
            spooled = [spool_original(store, given) for given in arriving.files()]
            if not spooled:
                raise FileNotChosenError
        except BenbanError as error:
            return _page(desk, store, error, asked.first("declaration"))
    job = desk.jobs.start("desk.photos.job", _keeping(desk, case_id, spooled), case_id=case_id)
    return go_to(f"/jobs/{job.id}")


def _page(
    desk: Desk, store: CaseStore, error: BenbanError | None = None, typed: str = ""
) -> Response:
    closed: BenbanError | None = None
    try:
        require_answers(store)
    except BenbanError as refused:
        closed = refused
    return show(
        desk,
        "photos.html.j2",
        status=400 if error else 200,
        case=store.case,
        originals=store.all(Original),
        is_declared=has_declared_originals(store),
        closed=closed,
        typed=typed,
        error=None if closed else error,
    )


def _keeping(
    desk: Desk, case_id: str, spooled: Sequence[SpooledOriginal]
) -> Callable[[Progress], str]:
    left = list(spooled)

    def work(progress: Progress) -> str:
        total = len(spooled)
        with desk.case(case_id) as store, opened_fence() as fence:
            is_in_other_case = in_other_cases(desk.vault, store)
            while left:
                progress.say("desk.photos.keeping", done=total - len(left), total=total)
                # One that cannot be kept is said and does not come again when the work goes on.
                one = left.pop(0)
                keep_original(store, one, fence, desk.clock, is_in_other_case=is_in_other_case)
        return f"/c/{case_id}/photos"

    return work
