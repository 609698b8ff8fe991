"""What is asked before a paper is made, and what is read with it; the same at every face."""

from benban.casework.papers import PaperRequest
from benban.dossier.view import Audience
from benban.model.ids import ExhibitId
from benban.model.paper import PaperKind
from benban.notices.paper_facts import Person
from benban.notices.paper_templates import fields_of, paper_template
from benban.notices.warnings import IrreversibleAct

AUDIENCES = (Audience.AUTHORITY, Audience.LAWYER)
_PERSON = ("name", "born", "id_number", "id_issued", "residence", "contact", "represented")
# Everything that is typed, in the order of asking.
TYPED = ("addressee", *_PERSON, "story", "harm", "remark", "witness", "medium")
# What cannot be taken back once it is handed in, or said aloud.
_WARNINGS = {
    PaperKind.PROSECUTION_REQUEST: (IrreversibleAct.WITHDRAW_REQUEST,),
    PaperKind.CRIME_REPORT: (IrreversibleAct.DELETE_CHAT, IrreversibleAct.ACCUSE_IN_PUBLIC),
    PaperKind.ALLEGATIONS: (IrreversibleAct.ACCUSE_IN_PUBLIC,),
}


def asked_for(kind: PaperKind) -> tuple[str, ...]:
    """Return the fields that a paper prints, in the order of asking."""
    used = fields_of(paper_template(kind))
    return tuple(name for name in TYPED if name in used)


def warnings_for(kind: PaperKind) -> tuple[IrreversibleAct, ...]:
    """Return what is read with a paper."""
    return _WARNINGS.get(kind, ())


def is_unreviewed(kind: PaperKind) -> bool:
    """Return whether no lawyer has read the template of a paper."""
    return paper_template(kind).reviewed_on is None


def paper_request(
    kind: PaperKind, audience: Audience, typed: dict[str, str], exhibits: tuple[ExhibitId, ...]
) -> PaperRequest:
    """Return the request for what was typed by field."""
    others = {name: one for name, one in typed.items() if name not in {"addressee", *_PERSON}}
    return PaperRequest(
        kind=kind,
        audience=audience,
        addressee=typed.get("addressee", ""),
        person=Person(**{name: typed.get(name, "") for name in _PERSON}),
        exhibits=exhibits,
        typed=others,
    )
