"""Adding: which way, files somebody has, and not having to see any of it."""

from collections.abc import Callable

from starlette.responses import Response

from benban.casework.add_files import add_files
from benban.desk.app import Routes
from benban.desk.arriving import Arriving
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.jobs import Progress
from benban.desk.measuring import measure
from benban.desk.pages import go_to, show
from benban.errors import BenbanError, FileNotChosenError
from benban.model.exhibit import Exhibit
from benban.model.ids import ExhibitId, SightingId
from benban.model.sighting import Answer, Sighting
from benban.wiring_case import CaseStore

ROUTES = Routes()
ROUTES.step(10, "desk.add.step", "add")


@ROUTES.page("/c/{case}/add")
def choose(desk: Desk, asked: Asked) -> Response:
    """Offer the ways to add something; none of them makes anybody look."""
    with desk.case(asked.parts["case"]) as store:
        return show(desk, "add.html.j2", case=store.case)


@ROUTES.page("/c/{case}/add/unseen")
def unseen(desk: Desk, asked: Asked) -> Response:
    """Say how everything goes without seeing it."""
    with desk.case(asked.parts["case"]) as store:
        return show(desk, "add_unseen.html.j2", case=store.case)


@ROUTES.page("/c/{case}/add/file")
def place_of_file(desk: Desk, asked: Asked) -> Response:
    """Ask to which place a file belongs; where there is one, nothing is asked."""
    return _which_place(desk, asked, "file", "files")


@ROUTES.page("/c/{case}/add/export")
def place_of_export(desk: Desk, asked: Asked) -> Response:
    """Ask to which place an export belongs; where there is one, nothing is asked."""
    return _which_place(desk, asked, "export", "export")


@ROUTES.page("/c/{case}/s/{sighting}/files")
def files(desk: Desk, asked: Asked) -> Response:
    """Ask for files, once the answers about age allow any."""
    with desk.case(asked.parts["case"]) as store:
        one = store.get(Sighting, SightingId(asked.parts["sighting"]))
        return _files_page(desk, store, one)


@ROUTES.upload("/c/{case}/s/{sighting}/files")
def keep_files(desk: Desk, asked: Asked, arriving: Arriving) -> Response:
    """Keep each file as it comes, encrypted; what could not be kept is said, the rest stays."""
    case_id, sighting_id = asked.parts["case"], SightingId(asked.parts["sighting"])
    kept_ids, errors = set[str](), list[tuple[str, BenbanError]]()
    with desk.case(case_id) as store:
        for given, broken in arriving.each():
            # Asked anew for each: an answer about age may come while a large file does.
            one = store.get(Sighting, sighting_id)
            try:
                if broken is not None:
                    raise broken
                kept_ids.update(each.id for each in add_files(store, one, [given], desk.clock))
            except BenbanError as error:
                errors.append((given.name, error))
        one = store.get(Sighting, sighting_id)
        kept = sum(store.maybe(Exhibit, ExhibitId(each)) is not None for each in kept_ids)
        if not kept:
            missing: tuple[str, BenbanError] = ("", FileNotChosenError())
            return _files_page(desk, store, one, errors=errors or [missing])
        # Also when something is missing: nobody has to wait for the others.
        job = desk.jobs.start("desk.files.job", _measuring(desk, case_id, one), case_id=case_id)
        if errors:
            return _files_page(desk, store, one, kept=kept, errors=errors)
    return go_to(f"/jobs/{job.id}")


def _which_place(desk: Desk, asked: Asked, here: str, way: str) -> Response:
    with desk.case(asked.parts["case"]) as store:
        places = store.all(Sighting)
        if len(places) == 1:
            return go_to(f"/c/{store.case.id}/s/{places[0].id}/{way}")
        return show(
            desk, "add_file_place.html.j2", case=store.case, places=places, here=here, way=way
        )


def _files_page(
    desk: Desk,
    store: CaseStore,
    one: Sighting,
    *,
    kept: int = 0,
    errors: list[tuple[str, BenbanError]] | None = None,
) -> Response:
    answers = (one.answers.adult_now, one.answers.adult_in_picture, one.answers.nobody_doubts)
    return show(
        desk,
        "files.html.j2",
        status=400 if errors else 200,
        case=store.case,
        sighting=one,
        closed=_closed(store, one),
        is_asked=Answer.NOT_ANSWERED in answers,
        kept=kept,
        errors=errors or [],
    )


def _closed(store: CaseStore, one: Sighting) -> BenbanError | None:
    """Return why no file may be kept here; None when one may."""
    try:
        store.case.storage_permit(one)
    except BenbanError as error:
        return error
    return None


def _measuring(desk: Desk, case_id: str, one: Sighting) -> Callable[[Progress], str]:
    def work(progress: Progress) -> str:
        with desk.case(case_id) as store:
            measure(store, progress)
        return f"/c/{case_id}/s/{one.id}"

    return work
