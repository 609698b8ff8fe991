"""One thing that was kept: facts in words, a veiled picture on demand, and letting it go."""

from collections.abc import Callable

from starlette.responses import Response

from benban.casework.forget import acts_of, forget, plan_forgetting
from benban.casework.show import grant_unveiling, picture
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.pages import go_to, show
from benban.errors import BenbanError, CaseMissingError, ExhibitMissingError, PageMissingError
from benban.model.exhibit import Exhibit
from benban.model.finding import CommonOrigin
from benban.model.fingerprint import QuestionedFingerprint
from benban.model.ids import ComparisonId, ExhibitId
from benban.notices.warnings import warning_text
from benban.wiring_case import CaseStore, opened_fence

ROUTES = Routes()
_SEEN = ("image/", "video/")
_READ = ("dom-text", "mhtml")


@ROUTES.page("/c/{case}/e/{exhibit}")
def exhibit(desk: Desk, asked: Asked) -> Response:
    """Show what is known of it; no picture, a grey card."""
    with desk.case(asked.parts["case"]) as store:
        return _page(desk, store, _wanted(store, asked), None)


@ROUTES.form("/c/{case}/e/{exhibit}/veiled")
def look_veiled(desk: Desk, asked: Asked) -> Response:
    """Make the veiled picture; that it was made stands in the log."""
    return _look(desk, asked, reason="")


@ROUTES.form("/c/{case}/e/{exhibit}/unveiled")
def look_unveiled(desk: Desk, asked: Asked) -> Response:
    """Let it be seen once for the reason that was typed and logged."""
    return _look(desk, asked, reason=asked.first("reason"), is_unveiled=True)


@ROUTES.page("/c/{case}/e/{exhibit}/look/{look}")
def look(desk: Desk, asked: Asked) -> Response:
    """Show the picture that was asked for; when its time is over, what is known in words."""
    with desk.case(asked.parts["case"]) as store:
        one = _wanted(store, asked)
        is_veiled = desk.looks.is_veiled(asked.parts["look"], store.case.id, one.id)
        path = f"/c/{store.case.id}/e/{one.id}"
        if is_veiled is None:
            return go_to(path)
        return show(
            desk,
            "look.html.j2",
            case=store.case,
            path=path,
            exhibit=one,
            look=asked.parts["look"],
            is_veiled=is_veiled,
            # Without script nobody can hold: the picture stands on the page that was asked for.
            is_plain="open" in asked.query,
            is_work=desk.is_work,
        )


@ROUTES.page("/look/{look}")
def pixels(desk: Desk, asked: Asked) -> Response:
    """Give the picture itself; whoever has not asked for it has no number."""
    return _pixels(desk, asked.parts["look"], desk.looks.take)


@ROUTES.page("/look/{pair}/{beside}")
def pixels_beside(desk: Desk, asked: Asked) -> Response:
    """Give what goes with a picture that was asked for, such as the map of a comparison."""
    name = asked.parts["beside"]
    return _pixels(desk, asked.parts["pair"], lambda one: desk.looks.take_beside(one, name))


@ROUTES.page("/c/{case}/e/{exhibit}/forget")
def ask_forget(desk: Desk, asked: Asked) -> Response:
    """Say what would go with it, for ever, and what is not reached."""
    with desk.case(asked.parts["case"]) as store:
        one = _wanted(store, asked)
        planned = plan_forgetting(store, one.id)
        return show(
            desk,
            "forget.html.j2",
            case=store.case,
            exhibit=one,
            planned=planned,
            warnings=[warning_text(act, desk.language) for act in acts_of(planned)],
        )


@ROUTES.form("/c/{case}/e/{exhibit}/forget")
def let_go(desk: Desk, asked: Asked) -> Response:
    """Destroy what was listed."""
    # Nothing that is being written may carry away what goes now.
    desk.stop_work_on(asked.parts["case"])
    with desk.case(asked.parts["case"]) as store:
        one = _wanted(store, asked)
        forget(store, plan_forgetting(store, one.id), asked.first("reason"))
        desk.forget_shown(store.case.id)
        return go_to(f"/c/{store.case.id}/s/{one.sighting_id}")


def _look(desk: Desk, asked: Asked, *, reason: str, is_unveiled: bool = False) -> Response:
    with desk.case(asked.parts["case"]) as store:
        one = _wanted(store, asked)
        try:
            with opened_fence() as fence:
                grant = grant_unveiling(store, one.id, reason) if is_unveiled else None
                shown = picture(store, one.id, grant, decoder=fence, clock=desk.clock)
        except BenbanError as error:
            return _page(desk, store, one, error)
        number = desk.look_at(store.case.id, one.id, shown)
        if store.maybe(Exhibit, one.id) is None:
            # Destroyed while it was being made: nothing of it may be seen.
            desk.looks.forget_of(store.case.id)
            raise ExhibitMissingError
    return go_to(f"/c/{asked.parts['case']}/e/{one.id}/look/{number}")


def _pixels(desk: Desk, number: str, take: Callable[[str], bytes | None]) -> Response:
    """Return a picture, if what it shows is still there and the case still this person's."""
    shows = desk.looks.shows(number)
    if shows is None:
        raise PageMissingError
    case_id, of = shows
    try:
        with desk.case(case_id) as store:
            png = take(number) if not of or _is_kept(store, of) else None
    except CaseMissingError as error:
        raise PageMissingError from error
    if png is None:
        # Destroyed, or gone meanwhile: the answer is that of a number that nobody was given.
        raise PageMissingError
    return Response(png, media_type="image/png")


def _is_kept(store: CaseStore, of: str) -> bool:
    if store.maybe(Exhibit, ExhibitId(of)) is not None:
        return True
    return store.maybe(CommonOrigin, ComparisonId(of)) is not None


def _page(desk: Desk, store: CaseStore, one: Exhibit, error: BenbanError | None) -> Response:
    return show(
        desk,
        "exhibit.html.j2",
        status=400 if error else 200,
        case=store.case,
        exhibit=one,
        has_picture=one.media_type.startswith(_SEEN),
        is_text=one.kind.value in _READ,
        is_measured=store.maybe(QuestionedFingerprint, one.id) is not None,
        error=error,
    )


def _wanted(store: CaseStore, asked: Asked) -> Exhibit:
    return store.get(Exhibit, ExhibitId(asked.parts["exhibit"]))
