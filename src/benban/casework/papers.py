"""Papers for an office or a lawyer, from chosen facts of the case; police is a choice (HARM 8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from benban.casework.consent import require_consent
from benban.casework.events import event, open_field, sealed_field
from benban.casework.paper_facts import (
    Desk,
    conditions_of,
    desk_of,
    exhibits_of,
    fields_of,
    safe,
    tables_of,
)
from benban.casework.paper_ledgers import (
    days_of,
    ledger_fields,
    ledger_tables,
    limits_of,
    local_day,
)
from benban.casework.view import ViewRequest, build_view
from benban.dossier.paper import render_paper
from benban.dossier.paper_docx import render_paper_docx
from benban.dossier.view import Audience, Edition, OwnAccount
from benban.errors import NothingToConcludeError, PaperAudienceError, PaperNotEditableError
from benban.model.allegation import Allegation
from benban.model.case import Capacity, may_leave_the_vault
from benban.model.catalogue import Catalogue
from benban.model.clock import Clock
from benban.model.consent import ConsentPurpose
from benban.model.custody import EventKind
from benban.model.ids import ExhibitId
from benban.model.paper import Paper, PaperKind
from benban.model.sighting import Sighting
from benban.notices.paper_facts import PaperFacts, Person
from benban.notices.paper_templates import paper_template
from benban.notices.papers import write_paper
from benban.vault import CaseStore
from benban.wording import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRequest:
    """
    What the person chose and typed; none of it is kept.

    Attributes:
        audience: a lawyer or an authority: asked, never assumed.
        addressee: the office or lawyer; empty is filled in by hand.
        exhibits: chosen ones; empty means all that are still kept.
        typed: further fields by name, such as ``story``, in the person's own words; one that is
            not there is filled in by hand.
    """

    kind: PaperKind
    audience: Audience
    addressee: str = ""
    person: Person = field(default_factory=Person)
    exhibits: tuple[ExhibitId, ...] = field(default=())
    typed: Mapping[str, str] = field(default_factory=dict)


def make_paper(
    store: CaseStore,
    request: PaperRequest,
    catalogue: Catalogue,
    clock: Clock,
    *,
    allegations: Sequence[Allegation] = (),
) -> Paper:
    """
    Return the paper, and log which one was made, for whom and of which exhibits.

    Args:
        store: of the case.
        request: what the person chose.
        catalogue: what may not be printed is not in it.
        clock: of the program.
        allegations: opened for the one paper that holds them; no other one reads them.

    Raises:
        PaperAudienceError: BB-650, for nobody who may read accounts of others (promise 10).
        ConsentMissingError: BB-651, somebody else acts and the person did not agree to this.
        NothingToConcludeError: BB-106, no published or threatened sighting (HARM 13).
        ExhibitMissingError: BB-104, a chosen exhibit is not in this case.
    """
    is_own = request.kind.is_own
    if not is_own and not request.audience.may_name_others:
        raise PaperAudienceError
    if not may_leave_the_vault(store.all(Sighting)):
        raise NothingToConcludeError
    if not is_own:
        require_consent(store, ConsentPurpose.PAPERS, request.addressee)
    desk = desk_of(build_view(store, _view(request), clock))
    said = allegations if request.kind is PaperKind.ALLEGATIONS else ()
    tables = tables_of(desk) | ledger_tables(
        desk, store, request.kind, catalogue=catalogue, allegations=said
    )
    facts = replace(
        _facts(desk, request, catalogue),
        tables=tables,
        cited=tuple(rule for one in limits_of(store, catalogue) for rule in one.basis)
        if request.kind is PaperKind.TIME_LIMITS
        else (),
        fields=fields_of(desk) | ledger_fields(desk, store) | _typed(request),
    )
    template = paper_template(request.kind)
    made = write_paper(request.kind, template, facts)
    is_list = any(part.table == "exhibits" for part in template.part)
    named = exhibits_of(desk) if is_list else ()
    store.record(
        event(
            EventKind.PAPER_WRITTEN,
            "",
            open_field("paper", request.kind.value),
            open_field("audience", request.audience.value),
            sealed_field("recipient", request.addressee),
            # Never opened in a dossier; it says later which item was named to whom.
            sealed_field("included", " ".join(one.id for one in named)),
        )
    )
    return made


def paper_pdf(paper: Paper, clock: Clock) -> bytes:
    """Return the paper set as PDF."""
    return render_paper(paper, clock.now())


def paper_document(paper: Paper, clock: Clock) -> bytes:
    """
    Return the paper as a text document that can be edited.

    Raises:
        PaperNotEditableError: BB-655, of this paper there is none.
    """
    if not paper.kind.is_editable:
        raise PaperNotEditableError
    return render_paper_docx(paper, clock.now())


def _view(request: PaperRequest) -> ViewRequest:
    return ViewRequest(
        dossier_id="",
        edition=Edition.READING,
        languages=(Language.VI,),
        exhibits=request.exhibits,
        disclosure=None,
        with_comparison=False,
        own_account=OwnAccount(),
        audience=request.audience,
    )


def _typed(request: PaperRequest) -> dict[str, str]:
    return {name: safe(one) for name, one in request.typed.items() if one}


def _facts(desk: Desk, request: PaperRequest, catalogue: Catalogue) -> PaperFacts:
    days = days_of(desk.view.sightings, desk.view.captures)
    return PaperFacts(
        person=_printable(request.person),
        addressee=safe(request.addressee),
        fields={},
        tables={},
        conditions=conditions_of(desk, is_self=desk.view.case.capacity is Capacity.SELF),
        rules=catalogue.provisions,
        made_on=local_day(desk.view.made_at),
        acts_on=days.acts_on,
        is_demonstration=desk.view.case.is_demonstration,
    )


def _printable(person: Person) -> Person:
    return Person(
        name=safe(person.name),
        born=safe(person.born),
        id_number=safe(person.id_number),
        id_issued=safe(person.id_issued),
        residence=safe(person.residence),
        contact=safe(person.contact),
        represented=safe(person.represented),
    )
