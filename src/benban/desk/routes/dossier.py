"""The dossier: what goes in, for whom, what is held back; then written where the person says."""

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from starlette.responses import Response

from benban.casework.conclude import DossierRequest, conclude, require_may_conclude
from benban.casework.receipts import give_receipt
from benban.casework.view import ViewRequest, build_view
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.jobs import Progress
from benban.desk.leaving_file import leaving_file
from benban.desk.pages import go_to, show
from benban.desk.paging import slice_of
from benban.desk.target import usual_folder
from benban.dossier.report import draw_pages
from benban.dossier.view import Audience, Disclosure, DossierView, Edition
from benban.errors import (
    AnswerMissingError,
    BenbanError,
    DisclosureMissingError,
    StoppedError,
    VerifierMissingError,
)
from benban.model.case import Capacity
from benban.model.exhibit import Exhibit
from benban.model.finding import CommonOrigin
from benban.model.ids import ExhibitId
from benban.outside.new_file import require_outside
from benban.outside.revocation import HttpRevocationSource
from benban.outside.verifier import VerifierReport, verifier_report
from benban.seal.receipt import receipt_text
from benban.wiring_case import CaseStore, authorities
from benban.wording import Language

ROUTES = Routes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """
    The pages of a dossier as they would be.

    Attributes:
        numbers: of its pages, under which they can be seen.
        fields: what was answered; the same are sent to make it.
    """

    case_id: str
    numbers: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What the independent verifier said of a file that was just written; None: not asked."""

    case_id: str
    name: str
    report: VerifierReport | None


ROUTES.step(70, "desk.dossier.step", "dossier")
_ENDING = ".zip"
_FIELDS = (
    *("for", "languages", "which", "comparison", "stamp", "folder"),
    *("recipient", "purpose", "legal_basis", "recipient_key"),
)


@ROUTES.page("/c/{case}/dossier")
def choose(desk: Desk, asked: Asked) -> Response:
    """Ask what goes in and for whom; nothing is chosen beforehand."""
    with desk.case(asked.parts["case"]) as store:
        return _page(desk, store, asked, None)


@ROUTES.form("/c/{case}/dossier/preview")
def preview(desk: Desk, asked: Asked) -> Response:
    """Show what will be in it and what is held back, before anything is sealed."""
    with desk.case(asked.parts["case"]) as store:
        try:
            request = _request(desk, store, asked)
            require_may_conclude(store, request, vault=desk.vault)
            path = _target(desk, asked)
        except BenbanError as error:
            return _page(desk, store, asked, error)
        view = _view(desk, store, request)
        kept = {one.exhibit.id for one in view.exhibits}
        return show(
            desk,
            "dossier_preview.html.j2",
            case=store.case,
            view=view,
            names_others=request.edition is Edition.AUTHORITY or request.audience.may_name_others,
            left_out=[one for one in store.all(Exhibit) if one.id not in kept],
            folder=path.parent if path is not None else None,
            hosts=[one.host for one in authorities(desk.vault)]
            if asked.first("stamp") == "yes"
            else [],
            fields=[(name, value) for name, value in asked.fields if name != "form"],
        )


@ROUTES.form("/c/{case}/dossier/pages")
def draw(desk: Desk, asked: Asked) -> Response:
    """Draw the pages as they would be, without sealing, logging or writing anything."""
    with desk.case(asked.parts["case"]) as store:
        try:
            request = _request(desk, store, asked)
            require_may_conclude(store, request, vault=desk.vault)
            view = _view(desk, store, request)
            pages = [page for one in request.languages for page in draw_pages(view, one)]
        except BenbanError as error:
            return _page(desk, store, asked, error)
        drawn = Drawn(
            case_id=store.case.id,
            numbers=desk.show_pages(store.case.id, pages),
            fields=tuple((name, value) for name, value in asked.fields if name != "form"),
        )
        return go_to(f"/c/{store.case.id}/dossier/pages/{desk.outcomes.keep(drawn)}")


@ROUTES.page("/c/{case}/dossier/pages/{drawn}")
def pages(desk: Desk, asked: Asked) -> Response:
    """Show one page of what would be made, and ways to the others."""
    with desk.case(asked.parts["case"]) as store:
        drawn = desk.outcomes.get(Drawn, asked.parts["drawn"])
        if drawn is None or drawn.case_id != store.case.id:
            return go_to(f"/c/{store.case.id}/dossier")
        return show(
            desk,
            "dossier_pages.html.j2",
            case=store.case,
            at=slice_of(drawn.numbers, asked, size=1),
            path=asked.path,
            fields=drawn.fields,
        )


@ROUTES.form("/c/{case}/dossier/make")
def make(desk: Desk, asked: Asked) -> Response:
    """Begin to write it; it goes on when the page is closed."""
    case_id = asked.parts["case"]
    with desk.case(case_id) as store:
        try:
            request = _request(desk, store, asked)
            require_may_conclude(store, request, vault=desk.vault)
            path = _target(desk, asked)
        except BenbanError as error:
            return _page(desk, store, asked, error)
    work = _writing(desk, case_id, request, path, is_stamped=asked.first("stamp") == "yes")
    job = desk.jobs.start("desk.dossier.job", work, case_id=case_id)
    return go_to(f"/jobs/{job.id}")


@ROUTES.page("/c/{case}/dossier/done/{name}")
def done(desk: Desk, asked: Asked) -> Response:
    """Say where the file lies and how a stranger checks it."""
    with desk.case(asked.parts["case"]) as store:
        name = asked.parts["name"]
        checked = desk.outcomes.get(Verified, asked.query.get("checked", ""))
        if checked is not None and (checked.case_id, checked.name) != (store.case.id, name):
            checked = None
        return show(
            desk,
            "dossier_done.html.j2",
            case=store.case,
            name=name,
            key=store.verifier_key,
            checked=checked,
            waits=desk.outgoing.is_there(name, store.case.id),
        )


@ROUTES.page("/c/{case}/receipt")
def receipt(desk: Desk, asked: Asked) -> Response:
    """Say what a receipt is for."""
    with desk.case(asked.parts["case"]) as store:
        return show(desk, "receipt.html.j2", case=store.case, text="")


@ROUTES.form("/c/{case}/receipt")
def make_receipt(desk: Desk, asked: Asked) -> Response:
    """Show the receipt of how the log stands now, to be copied or printed."""
    with desk.case(asked.parts["case"]) as store:
        text = receipt_text(give_receipt(store, desk.clock))
        return show(desk, "receipt.html.j2", case=store.case, text=text)


def _view(desk: Desk, store: CaseStore, request: DossierRequest) -> DossierView:
    return build_view(
        store,
        ViewRequest(
            dossier_id="preview",
            edition=request.edition,
            languages=request.languages,
            exhibits=request.exhibits,
            disclosure=request.disclosure,
            with_comparison=request.with_comparison,
            own_account=request.own_account,
            audience=request.audience,
        ),
        desk.clock,
    )


def _page(desk: Desk, store: CaseStore, asked: Asked, error: BenbanError | None) -> Response:
    return show(
        desk,
        "dossier.html.j2",
        status=400 if error else 200,
        case=store.case,
        exhibits=store.all(Exhibit),
        audiences=tuple(Audience),
        languages=("vi", "en", "both"),
        is_self=store.case.capacity is Capacity.SELF,
        has_comparison=bool(store.all(CommonOrigin)),
        hosts=", ".join(one.host for one in authorities(desk.vault)),
        folder="" if desk.on_server else str(usual_folder()),
        typed={name: asked.first(name) for name in _FIELDS},
        ticked=asked.every("exhibit"),
        error=error,
    )


def _request(desk: Desk, store: CaseStore, asked: Asked) -> DossierRequest:
    audiences = {one.value: one for one in Audience}
    audience = audiences.get(asked.needed("for", "desk.dossier.for"), Audience.MYSELF)
    # Few offices have a key to seal unveiled pictures for; without one they get what can be read.
    is_sealed = audience is Audience.AUTHORITY and bool(asked.first("recipient_key"))
    edition = Edition.AUTHORITY if is_sealed else Edition.READING
    which = asked.needed("which", "desk.dossier.which")
    known = {one.id for one in store.all(Exhibit)}
    chosen = tuple(ExhibitId(one) for one in asked.every("exhibit") if one in known)
    if which == "some" and not chosen:
        raise AnswerMissingError("desk.dossier.which")
    said = asked.needed("languages", "desk.dossier.languages")
    languages = tuple(Language) if said == "both" else (Language(said),)
    return DossierRequest(
        edition=edition,
        languages=tuple(sorted(languages, key=lambda one: one is not desk.language)),
        exhibits=chosen if which == "some" else (),
        disclosure=_disclosure(asked) if edition is Edition.AUTHORITY else None,
        with_comparison=asked.first("comparison") == "yes",
        audience=audience,
        recipient=asked.first("recipient"),
    )


def _disclosure(asked: Asked) -> Disclosure:
    if not all(asked.first(name) for name in ("recipient", "purpose", "legal_basis")):
        raise DisclosureMissingError
    return Disclosure(
        recipient=asked.first("recipient"),
        purpose=asked.first("purpose"),
        legal_basis=asked.first("legal_basis"),
        recipient_key=asked.first("recipient_key"),
    )


def _target(desk: Desk, asked: Asked) -> Path | None:
    """Return a new file with a name that says nothing, in the folder that was typed (HARM 6)."""
    if desk.on_server:
        return None
    name = f"tai-lieu-{secrets.token_hex(2)}{_ENDING}"
    path = asked.folder("folder", "desk.dossier.folder") / name
    require_outside(desk.folder, path)
    return path


def _writing(
    desk: Desk, case_id: str, request: DossierRequest, path: Path | None, *, is_stamped: bool
) -> Callable[[Progress], str]:
    def work(progress: Progress) -> str:
        progress.say("desk.dossier.writing")
        enabled = authorities(desk.vault) if is_stamped else ()
        leaving = leaving_file(desk, path, case_id=case_id, ending=_ENDING, is_sealed=False)
        with desk.case(case_id) as store, leaving as out:
            conclude(
                store,
                request,
                enabled,
                out_file=out.file,
                clock=desk.clock,
                vault=desk.vault,
                lists=HttpRevocationSource() if is_stamped else None,
            )
        # Sealed in the log by now: a stop that comes late changes nothing any more.
        if path is None:
            # On a server it waits for the person's browser; they check the file that they have.
            return f"/c/{case_id}/dossier/done/{out.name}"
        with suppress(StoppedError):
            progress.say("desk.dossier.checking")
        checked = Verified(case_id=case_id, name=out.name, report=_verified(desk, path))
        return f"/c/{case_id}/dossier/done/{out.name}?checked={desk.outcomes.keep(checked)}"

    return work


def _verified(desk: Desk, path: Path) -> VerifierReport | None:
    """Return what a program that shares no code with this one says of the file on the disk."""
    try:
        # Without the key: a key from here would let the maker vouch for itself. Who made it is
        # "not done" until the receiver compares a key that came to them another way.
        return verifier_report(path, language=desk.language.value)
    except (VerifierMissingError, OSError, TimeoutError):
        # The file is there and sealed: that it was not checked is said instead.
        return None
