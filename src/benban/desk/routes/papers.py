"""Papers for an office or a lawyer, as files; what is typed for one is kept nowhere else."""

from starlette.responses import Response

from benban.casework.allegations import allegations_of
from benban.casework.paper_questions import (
    AUDIENCES,
    asked_for,
    is_unreviewed,
    paper_request,
    warnings_for,
)
from benban.casework.papers import make_paper, paper_document, paper_pdf
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.pages import show
from benban.desk.routes.timeline import given_file
from benban.dossier.view import Audience
from benban.errors import BenbanError, PageMissingError, PaperAudienceError
from benban.model.paper import PaperKind
from benban.wiring_case import catalogue

ROUTES = Routes()
ROUTES.step(90, "desk.papers.step", "papers")
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@ROUTES.page("/c/{case}/papers")
def papers(desk: Desk, asked: Asked) -> Response:
    """List the papers; handing one in is the person's choice and a condition of nothing."""
    with desk.case(asked.parts["case"]) as store:
        return show(desk, "papers.html.j2", case=store.case, kinds=tuple(PaperKind))


@ROUTES.page("/c/{case}/papers/{kind}")
def paper(desk: Desk, asked: Asked) -> Response:
    """Ask for whom a paper is and what to print; a field left empty is filled in by hand."""
    with desk.case(asked.parts["case"]) as store:
        return _paper(desk, store.case.id, asked, None)


@ROUTES.form("/c/{case}/papers/{kind}")
def write_paper(desk: Desk, asked: Asked) -> Response:
    """Give the paper as a file."""
    kind = _kind(asked)
    is_docx = asked.first("docx") == "yes"
    with desk.case(asked.parts["case"]) as store:
        try:
            typed = {name: asked.first(name) for name in asked_for(kind)}
            request = paper_request(kind, _audience(kind, asked), typed, ())
            is_annex = kind is PaperKind.ALLEGATIONS
            said = allegations_of(desk.vault, store) if is_annex else ()
            made = make_paper(store, request, catalogue(), desk.clock, allegations=said)
        except BenbanError as error:
            return _paper(desk, store.case.id, asked, error)
    if is_docx:
        return given_file(paper_document(made, desk.clock), _WORD, "docx")
    return given_file(paper_pdf(made, desk.clock), "application/pdf", "pdf")


def _kind(asked: Asked) -> PaperKind:
    known = {one.value: one for one in PaperKind}
    if asked.parts["kind"] not in known:
        raise PageMissingError
    return known[asked.parts["kind"]]


def _audience(kind: PaperKind, asked: Asked) -> Audience:
    if kind.is_own:
        return Audience.MYSELF
    chosen = {one.value: one for one in AUDIENCES}.get(asked.first("for"))
    if chosen is None:
        raise PaperAudienceError
    return chosen


def _paper(desk: Desk, case_id: str, asked: Asked, error: BenbanError | None) -> Response:
    kind = _kind(asked)
    names = asked_for(kind)
    return show(
        desk,
        "paper.html.j2",
        status=400 if error else 200,
        case_id=case_id,
        kind=kind,
        audiences=() if kind.is_own else AUDIENCES,
        chosen=asked.first("for"),
        fields=[(name, name in {"story", "harm", "remark"}) for name in names],
        typed={name: asked.first(name) for name in names},
        docx=asked.first("docx"),
        warnings=[one.message_id for one in warnings_for(kind)],
        is_unreviewed=is_unreviewed(kind),
        error=error,
    )
