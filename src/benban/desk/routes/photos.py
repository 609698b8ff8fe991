"""The person's own photos: optional, declared, the whole burst if there was one (HARM 11)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from starlette.responses import Response

from benban.casework.make_plan import make_plan
from benban.casework.mark_minor import mark_minor_photo
from benban.casework.originals import (
    GivenFile,
    SpooledOriginal,
    declare_originals,
    digest_only_originals,
    has_declared_originals,
    in_other_cases,
    keep_original,
    present_original,
    require_answers,
    spool_original,
)
from benban.casework.photo_ages import answer_for_photos, asks_photo_ages
from benban.casework.withdraw_hash import all_recalled
from benban.desk.app import Routes
from benban.desk.arriving import Arriving
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.jobs import Progress
from benban.desk.pages import go_to, show
from benban.desk.routes.first import QUESTIONS, answers_of
from benban.errors import (
    BenbanError,
    DeclarationMissingError,
    FileNotChosenError,
    OriginalLimitError,
    OriginalOfOtherCaseError,
    OriginalUnknownError,
    PermitRefusedError,
    PictureError,
    SightingNeededError,
)
from benban.fingerprint.ports import Decoder
from benban.model.exhibit import Original
from benban.model.ids import OriginalId
from benban.wiring_case import CaseStore, catalogue, opened_fence
from benban.wording import say

ROUTES = Routes()
# What is wrong with one photo without being wrong with the others.
_OF_ONE_PHOTO = (
    PictureError,
    OriginalLimitError,
    OriginalOfOtherCaseError,
    OriginalUnknownError,
)
_OF_ALL = (PermitRefusedError, SightingNeededError, DeclarationMissingError, FileNotChosenError)
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
    taking = _Taking(case_id=case_id, is_exact=asked.first("exact") == "yes")
    with desk.case(case_id) as store:
        try:
            # The answers stand before the files in the form: no byte of a photo was read yet.
            if asks_photo_ages(store):
                answer_for_photos(store, answers_of(asked), desk.clock)
            require_answers(store)
            for given, broken in arriving.each():
                # After the first file came: a sentence without photos is not signed.
                if broken is None and not has_declared_originals(store):
                    expected = say(desk.language, "cli.original.declaration")
                    declare_originals(store, asked.first("declaration"), expected)
                _take(store, taking, given, broken)
            if not taking.left and not taking.lost:
                raise FileNotChosenError
        except _OF_ALL as error:
            return _page(desk, store, error, asked)
    job = desk.jobs.start("desk.photos.job", _keeping(desk, case_id, taking), case_id=case_id)
    return go_to(f"/jobs/{job.id}")


@ROUTES.page("/c/{case}/photos/done/{photos}")
def done(desk: Desk, asked: Asked) -> Response:
    """Say which photos could not be kept, and why."""
    with desk.case(asked.parts["case"]) as store:
        taken = desk.outcomes.get(_Taking, asked.parts["photos"])
        if taken is None or taken.case_id != store.case.id:
            return go_to(f"/c/{store.case.id}/photos")
        return _page(desk, store, lost=taken.lost)


@ROUTES.form("/c/{case}/photos/{photo}/minor")
def minor(desk: Desk, asked: Asked) -> Response:
    """Destroy a photo in which somebody may be under 18, with all that may show them (HARM 2)."""
    # Nothing that is being written may carry away what goes now.
    desk.stop_work_on(asked.parts["case"])
    with desk.case(asked.parts["case"]) as store:
        marked = mark_minor_photo(store, OriginalId(asked.parts["photo"]), desk.clock)
        desk.forget_shown(store.case.id)
        for sighting in marked.sightings:
            make_plan(store, sighting, catalogue(), desk.clock)
        if marked.sightings:
            return go_to(f"/c/{store.case.id}/s/{marked.sightings[0].id}/closed")
        return go_to(f"/c/{store.case.id}/photos/closed")


@ROUTES.page("/c/{case}/photos/closed")
def photos_closed(desk: Desk, asked: Asked) -> Response:
    """Say what became unreadable, what stays, and that all help is open."""
    with desk.case(asked.parts["case"]) as store:
        path = f"/c/{store.case.id}"
        if store.all(Original):
            # Other photos stand on answers of their own; the page would not be true.
            return go_to(f"{path}/photos")
        return show(desk, "photos_closed.html.j2", path=path)


@dataclass(slots=True)
class _Taking:
    """
    Photos on their way in.

    Attributes:
        case_id: whose they are.
        is_exact: they are the files of which digests are kept, and no others.
        left: received and not yet kept.
        lost: names of those that could not be kept, and why.
    """

    case_id: str
    is_exact: bool = False
    left: list[SpooledOriginal] = field(default_factory=list)
    lost: list[tuple[str, BenbanError]] = field(default_factory=list)


def _take(store: CaseStore, taking: _Taking, given: GivenFile, broken: BenbanError | None) -> None:
    try:
        if broken is not None:
            raise broken
        taking.left.append(spool_original(store, given))
    except PermitRefusedError:
        raise
    except BenbanError as error:
        taking.lost.append((given.name, error))


def _page(
    desk: Desk,
    store: CaseStore,
    error: BenbanError | None = None,
    asked: Asked | None = None,
    lost: Sequence[tuple[str, BenbanError]] = (),
) -> Response:
    closed: BenbanError | None = None
    is_age_asked = asks_photo_ages(store)
    try:
        if not is_age_asked:
            require_answers(store)
    except BenbanError as refused:
        closed = refused
    return show(
        desk,
        "photos.html.j2",
        status=400 if error else 200,
        case=store.case,
        originals=store.all(Original),
        by_digest=digest_only_originals(store),
        recalled=all_recalled(store),
        is_declared=has_declared_originals(store),
        closed=closed,
        typed=asked.first("declaration") if asked else "",
        is_age_asked=is_age_asked,
        # Nothing is chosen beforehand; what was chosen in this form stays (HARM 2).
        chosen={name: asked.first(name) if asked else "" for name in QUESTIONS},
        lost=lost,
        error=None if closed else error,
    )


def _keeping(desk: Desk, case_id: str, taking: _Taking) -> Callable[[Progress], str]:
    total = len(taking.left)

    def work(progress: Progress) -> str:
        with desk.case(case_id) as store, opened_fence() as fence:
            keep = _keeper(desk, store, fence, is_exact=taking.is_exact)
            while taking.left:
                progress.say("desk.photos.keeping", done=total - len(taking.left), total=total)
                one = taking.left[0]
                try:
                    keep(one)
                except _OF_ONE_PHOTO as error:
                    taking.lost.append((one.name, error))
                # Only now: what the disk or a stop kept from being kept is tried again.
                taking.left.pop(0)
        if taking.lost:
            return f"/c/{case_id}/photos/done/{desk.outcomes.keep(taking)}"
        return f"/c/{case_id}/photos"

    return work


def _keeper(
    desk: Desk, store: CaseStore, fence: Decoder, *, is_exact: bool
) -> Callable[[SpooledOriginal], Original]:
    if is_exact:
        # What is not one of those files is named and left out, never added as another photo.
        return lambda one: present_original(store, one, fence)
    elsewhere = in_other_cases(desk.vault, store)
    return lambda one: keep_original(store, one, fence, desk.clock, is_in_other_case=elsewhere)
