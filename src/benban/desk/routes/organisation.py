"""Data-protection drafts of an organisation; what is typed for one is kept nowhere else."""

from starlette.responses import Response

from benban.casework.organisation_papers import (
    OrganisationPaperRequest,
    Surroundings,
    make_organisation_paper,
    may_name_holder,
    organisation_document,
    organisation_pdf,
    require_may_ask,
)
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.pages import show
from benban.desk.routes.timeline import given_file
from benban.errors import BenbanError, PageMissingError
from benban.model.organisation_paper import MeasureState, OrganisationPaperKind, StampHost
from benban.notices.organisation_papers import FIELDS, LONG_FIELDS
from benban.outside.authorities import SETTING, all_authorities
from benban.wiring_case import catalogue
from benban.wording import Language

ROUTES = Routes()
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@ROUTES.page("/settings/organisation")
def papers(desk: Desk, _asked: Asked) -> Response:
    """List the drafts."""
    require_may_ask(desk.vault)
    return show(desk, "organisation.html.j2", kinds=tuple(OrganisationPaperKind))


@ROUTES.page("/settings/organisation/{paper}")
def paper(desk: Desk, asked: Asked) -> Response:
    """Ask what to print; a field left empty is filled in by hand."""
    require_may_ask(desk.vault)
    return _page(desk, asked, None)


@ROUTES.form("/settings/organisation/{paper}")
def write_paper(desk: Desk, asked: Asked) -> Response:
    """Give the draft as a file."""
    kind = _kind(asked)
    request = OrganisationPaperRequest(
        kind=kind,
        language=Language(_language(desk, asked)),
        typed={name: asked.first(name) for name in FIELDS[kind]},
        lists_cases=asked.first("cases") == "yes",
        holder=asked.first("holder"),
    )
    try:
        made = make_organisation_paper(desk.vault, request, _around(desk), catalogue(), desk.clock)
    except BenbanError as error:
        return _page(desk, asked, error)
    if asked.first("docx") == "yes":
        return given_file(organisation_document(made, desk.clock), _WORD, "docx")
    return given_file(organisation_pdf(made, desk.clock), "application/pdf", "pdf")


def _around(desk: Desk) -> Surroundings:
    found = all_authorities(desk.vault.setting(SETTING))
    # A server shows no page before the second factor: whoever reads this has given it.
    is_server = getattr(desk, "on_server", False)
    return Surroundings(
        second_factor=MeasureState.ON if is_server else None,
        rest_minutes=int(desk.idle.total_seconds() // 60),
        stamp_hosts=tuple(
            StampHost(name=one.name, host=one.host) for one in found if one.is_enabled
        ),
    )


def _kind(asked: Asked) -> OrganisationPaperKind:
    known = {one.value: one for one in OrganisationPaperKind}
    if asked.parts["paper"] not in known:
        raise PageMissingError
    return known[asked.parts["paper"]]


def _language(desk: Desk, asked: Asked) -> str:
    chosen = asked.first("paper_language")
    return chosen if chosen in {one.value for one in Language} else desk.language.value


def _page(desk: Desk, asked: Asked, error: BenbanError | None) -> Response:
    kind = _kind(asked)
    names = FIELDS[kind]
    return show(
        desk,
        "organisation_paper.html.j2",
        status=400 if error else 200,
        kind=kind,
        fields=[(name, name in LONG_FIELDS) for name in names],
        typed={name: asked.first(name) for name in (*names, "holder")},
        languages=tuple(Language),
        chosen_language=_language(desk, asked),
        has_annex=kind is OrganisationPaperKind.BREACH_FORM,
        names_holder=may_name_holder(desk.vault),
        cases=asked.first("cases"),
        docx=asked.first("docx"),
        error=error,
    )
