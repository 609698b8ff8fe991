"""Sorting one's own photos: one at a time, one key each; the picture only when it is asked for."""

from dataclasses import replace
from urllib.parse import quote

from starlette.responses import Response

from benban.casework.audit import sort_photo
from benban.casework.show_own import grant_own_photos, is_own_grant_live, own_picture
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.audit_pages import act, audit_of, form, page, path_of
from benban.desk.audits import Audit
from benban.desk.desk import Desk
from benban.desk.pages import go_to, show
from benban.errors import BenbanError, PageMissingError
from benban.exposure.order import sorting_of
from benban.model.own_photo import OwnPhotoId, Sorting
from benban.model.sighting import Answer
from benban.wiring_case import CaseStore
from benban.wording import say

ROUTES = Routes()
# What script fetches while somebody looks at the one before.
_AHEAD = 3
_UNDO = "undo"


@page(ROUTES, "/sort")
def sort_page(desk: Desk, asked: Asked) -> Response:
    """Show the next photo, or its name alone, with a button for each answer."""
    return _page(desk, asked, None)


@act(ROUTES, "/sort")
def sort(desk: Desk, asked: Asked) -> Response:
    """Note the answer for one photo, or take the last one back; the same the second time."""
    path = path_of(asked)
    photo_id, wish = OwnPhotoId(asked.first("photo")), asked.first("as")
    with audit_of(desk, asked) as (audit, keeper, _):
        if audit is None or keeper is None:
            return go_to(path)
        if wish == "again":
            audit.takes_later = True
            return go_to(f"{path}/sort")
        line = audit.line_of(keeper, photo_id)
        kinds = {one.value: one for one in Sorting}
        if not line or (wish != _UNDO and wish not in kinds):
            raise PageMissingError
        sorting, alike = kinds.get(wish), [one.id for one in line if one.id != photo_id]
        sort_photo(keeper, photo_id, sorting, alike=alike)
        _note(audit, photo_id, is_undone=wish == _UNDO)
        audit.noted(*(replace(one, sorting=sorting) for one in line))
    return go_to(f"{path}/sort")


@form(ROUTES, "/show")
def show_photos(desk: Desk, asked: Asked) -> Response:
    """Let one's own photos be seen for a while; that it was asked for stands in the log."""
    path = path_of(asked)
    with audit_of(desk, asked) as (audit, keeper, store):
        if audit is None or keeper is None:
            return go_to(path)
        if store is None or not _may_be_seen(audit, store):
            raise PageMissingError
        own = say(desk.language, "desk.audit.show.reason")
        reason = asked.first("reason") if desk.is_work else own
        try:
            audit.grant = grant_own_photos(store, audit.adult, reason)
        except BenbanError as error:
            return _page(desk, asked, error)
    return go_to(f"{path}/sort")


@act(ROUTES, "/hide")
def hide_photos(desk: Desk, asked: Asked) -> Response:
    """Show names alone from now on."""
    with audit_of(desk, asked) as (audit, _, _):
        if audit is not None:
            audit.grant = None
    return go_to(f"{path_of(asked)}/sort")


@act(ROUTES, "/keys")
def switch_keys(desk: Desk, asked: Asked) -> Response:
    """Let single keys sort, or not: somebody may dictate, or touch keys by chance."""
    with audit_of(desk, asked) as (audit, _, _):
        if audit is not None:
            audit.has_keys = asked.first("keys") == "on"
    return go_to(f"{path_of(asked)}/sort")


@ROUTES.page("/c/{case}/audit/picture/{photo}")
def picture(desk: Desk, asked: Asked) -> Response:
    """Give one photo of one's own, small; without live leave there is nothing."""
    with audit_of(desk, asked) as (audit, keeper, store):
        if audit is None or keeper is None or store is None or not _is_seen(desk, audit, store):
            raise PageMissingError
        photo = audit.photos(keeper).get(OwnPhotoId(asked.parts["photo"]))
        grant = audit.grant
        if photo is None or photo.is_others or grant is None:
            raise PageMissingError
        opened = audit.opener(photo)
        with audit.decoder() as fence:
            shown = own_picture(store, photo, grant, opened, decoder=fence, clock=desk.clock)
        # Taken back, or marked as under 18, while it was being made.
        if audit.grant is not grant or desk.audits.get(audit.case_id) is not audit:
            raise PageMissingError
    return Response(shown.png, media_type="image/png")


def _page(desk: Desk, asked: Asked, error: BenbanError | None) -> Response:
    path = path_of(asked)
    with audit_of(desk, asked) as (audit, keeper, store):
        if audit is None or keeper is None:
            return go_to(path)
        every, waiting = audit.lines(keeper), audit.waiting(keeper)
        is_seen = _is_seen(desk, audit, store)
        photos = [line[0] for line in waiting[: 1 + _AHEAD]]
        last = audit.sorted_last[-1] if audit.sorted_last else OwnPhotoId("")
        return show(
            desk,
            "audit_sort.html.j2",
            status=400 if error else 200,
            path=path,
            case_id=audit.case_id,
            total=len(every),
            number=len(every) - len(waiting) + 1,
            photo=photos[0] if photos else None,
            alike=len(waiting[0]) - 1 if waiting else 0,
            later=sum(sorting_of(line) is Sorting.LATER for line in every),
            last=audit.photos(keeper).get(last),
            is_seen=is_seen,
            may_be_seen=store is not None and _may_be_seen(audit, store),
            has_paths=bool(audit.paths),
            is_adult=audit.adult is Answer.YES,
            is_work=desk.is_open and desk.is_work,
            has_keys=audit.has_keys,
            ahead=[_picture_path(path, one.id) for one in photos[1:] if is_seen],
            source=_picture_path(path, photos[0].id) if photos else "",
            error=error,
        )


def _picture_path(path: str, photo_id: OwnPhotoId) -> str:
    return f"{path}/picture/{quote(photo_id, safe='')}"


def _may_be_seen(audit: Audit, store: CaseStore | None) -> bool:
    # Where nothing is kept there is no log in which leave could stand; so there is none.
    return store is not None and audit.keeper is None and audit.adult is Answer.YES


def _is_seen(desk: Desk, audit: Audit, store: CaseStore | None) -> bool:
    if store is None or audit.grant is None or not _may_be_seen(audit, store):
        return False
    return bool(audit.paths) and is_own_grant_live(store, audit.grant, desk.clock)


def _note(audit: Audit, photo_id: OwnPhotoId, *, is_undone: bool) -> None:
    if photo_id in audit.sorted_last:
        audit.sorted_last.remove(photo_id)
    if not is_undone:
        audit.sorted_last.append(photo_id)
