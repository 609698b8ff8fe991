"""Data-protection drafts of an organisation, from the open vault; no case is opened."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import benban
from benban.casework.paper_facts import safe
from benban.casework.paper_ledgers import local_day
from benban.casework.send_notice import SETTING as MAIL_SETTING
from benban.casework.statistics import shown
from benban.dossier.paper import render_paper
from benban.dossier.paper_docx import render_paper_docx
from benban.errors import (
    CatalogueError,
    EndedLawTypedError,
    HolderMissingError,
    OrganisationPaperRoleError,
)
from benban.model.catalogue import Catalogue
from benban.model.clock import Clock
from benban.model.organisation_paper import (
    MeasureState,
    OrganisationPaperKind,
    ProgramState,
    StampHost,
)
from benban.model.paper import Paper
from benban.model.people import Person, Role
from benban.notices.organisation_lines import OrganisationFacts
from benban.notices.organisation_papers import FIELDS, write_organisation_paper
from benban.vault import Vault, keys_held, measures_of
from benban.wording import Language

_MAY_ASK = frozenset({Role.PERSON, Role.ADMINISTRATOR, Role.AUDITOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """
    What the face knows and the vault does not.

    Attributes:
        rest_minutes: without a click until the keys go; 0 where there is no such rest.
        second_factor: of a server; a vault of one's own has none.
        stamp_hosts: time-stamping authorities that are asked.
    """

    rest_minutes: int = 0
    second_factor: MeasureState | None = None
    stamp_hosts: tuple[StampHost, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationPaperRequest:
    """
    What was chosen and typed; none of it is kept.

    Attributes:
        typed: by field of :data:`FIELDS`; what is not there is a blank.
        lists_cases: the breach form gets its annex of case numbers.
        holder: whose keys the annex lists, by name; empty for the whole vault.
    """

    kind: OrganisationPaperKind
    language: Language
    typed: Mapping[str, str] = field(default_factory=dict)
    lists_cases: bool = False
    holder: str = ""


def program_state(
    vault: Vault, around: Surroundings, catalogue: Catalogue, clock: Clock
) -> ProgramState:
    """Return what can be seen of the program now; no case is opened and no name is read."""
    seen, is_shared = measures_of(vault), person_of(vault) is not None
    return ProgramState(
        looked_at=clock.now(),
        version=benban.__version__,
        catalogue_version=catalogue.version,
        is_shared=is_shared,
        cases=shown(seen.cases),
        encryption=_on(seen.is_encrypted),
        # Of no case nothing can be said.
        case_keys=_on(seen.keyed == seen.cases) if seen.cases else MeasureState.UNKNOWN,
        second_factor=_second_factor(around, is_shared=is_shared),
        audit=_on(getattr(vault, "audit", None) is not None),
        # In a shared vault an account is each person's own, and no administrator sees it.
        mail=MeasureState.UNKNOWN if is_shared else _on(bool(vault.setting(MAIL_SETTING))),
        memory_kib=seen.memory_kib,
        passes=seen.passes,
        is_dear=seen.is_dear,
        backup_on=local_day(seen.backed_up_at) if seen.backed_up_at else None,
        rest_minutes=around.rest_minutes,
        wrong_tries=seen.wrong_tries,
        stamp_hosts=around.stamp_hosts,
    )


def make_organisation_paper(
    vault: Vault,
    request: OrganisationPaperRequest,
    around: Surroundings,
    catalogue: Catalogue,
    clock: Clock,
) -> Paper:
    """
    Return the draft; nothing is written in any case's log, for none is opened.

    Raises:
        CatalogueError: BB-601, the lists of ended law or of words that blame cannot be read.
        OrganisationPaperRoleError: BB-044, a caseworker of a shared vault, or somebody other than
            an auditor who asks whose keys open which cases.
        EndedLawTypedError: BB-042, what was typed cites law that has ended.
        HolderMissingError: BB-043, nobody of that name is in the vault.
    """
    require_may_ask(vault)
    # In a vault of one's own there is nobody to name, which BB-043 says.
    if request.holder.strip() and person_of(vault) and not may_name_holder(vault):
        raise OrganisationPaperRoleError
    fault = catalogue.closed_by
    if fault is not None:
        raise CatalogueError(file=fault.file, line=fault.line)
    fields = FIELDS[request.kind]
    typed = {name: safe(one.strip()) for name, one in request.typed.items() if name in fields}
    _refuse_ended_law(typed.values(), catalogue)
    state = program_state(vault, around, catalogue, clock)
    lists = request.lists_cases and request.kind is OrganisationPaperKind.BREACH_FORM
    case_ids = _cases_of(vault, request.holder) if lists else None
    audit = getattr(vault, "audit", None)
    if audit is not None:
        # Before it is given: what was given has been noted.
        audit.note("organisation/cases-listed" if lists else "organisation/paper")
    return write_organisation_paper(
        OrganisationFacts(
            kind=request.kind,
            language=request.language,
            state=state,
            catalogue=catalogue,
            made_on=local_day(state.looked_at),
            typed=typed,
            case_ids=case_ids,
            holder=safe(request.holder.strip()),
        )
    )


def organisation_pdf(paper: Paper, clock: Clock) -> bytes:
    """Return the draft set as PDF."""
    return render_paper(paper, clock.now())


def organisation_document(paper: Paper, clock: Clock) -> bytes:
    """Return the draft as a text document to go on writing in."""
    return render_paper_docx(paper, clock.now())


def person_of(vault: Vault) -> Person | None:
    """Return who is in a shared vault; None in a vault of one's own."""
    person: Person | None = getattr(vault, "person", None)
    return person


def require_may_ask(vault: Vault) -> None:
    """
    Return if whoever is in may make papers of the organisation.

    Raises:
        OrganisationPaperRoleError: BB-044.
    """
    person = person_of(vault)
    if person is not None and person.role not in _MAY_ASK:
        raise OrganisationPaperRoleError


def may_name_holder(vault: Vault) -> bool:
    """
    Return whether whoever is in may ask whose keys open which cases.

    Who runs the server is not told who works on what; who oversees it may be.
    """
    person = person_of(vault)
    return person is not None and person.role is Role.AUDITOR


def _cases_of(vault: Vault, holder: str) -> tuple[str, ...]:
    held = keys_held(vault)
    name = holder.strip().casefold()
    if name:
        people: tuple[Person, ...] = vault.people() if hasattr(vault, "people") else ()
        found = {one.user_id for one in people if one.name.casefold() == name}
        if not found:
            raise HolderMissingError
        held = tuple(one for one in held if one[0] in found)
    return tuple(sorted({case_id for _, case_id in held}))


def _refuse_ended_law(texts: Iterable[str], catalogue: Catalogue) -> None:
    for text in texts:
        for rule in catalogue.repealed:
            if said := rule.cited_in(text):
                raise EndedLawTypedError(said=said, instead=rule.replaced_by)


def _on(is_there: bool) -> MeasureState:
    return MeasureState.ON if is_there else MeasureState.OFF


def _second_factor(around: Surroundings, *, is_shared: bool) -> MeasureState:
    if around.second_factor is not None:
        return around.second_factor
    return MeasureState.UNKNOWN if is_shared else MeasureState.OFF
