"""What handing over and entrusting share: the key that was named, the questions, the file."""

from dataclasses import dataclass
from pathlib import Path

from benban.casework.destroy_case import case_contents
from benban.casework.hand_over import HandedOver, Recipient, require_may_hand_over
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.target import new_target, usual_folder
from benban.errors import AnswerMissingError, FormUnknownError
from benban.seal.age import voice_code
from benban.wiring_case import CaseStore

QUESTIONS = ("name", "purpose", "legal_basis")
FIELDS = (*QUESTIONS, "allegations", "folder")
# A name that says nothing needs an ending that says nothing either (HARM 6).
ENDING = ".dat"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedKey:
    """
    A recipient's key that was pasted.

    Attributes:
        is_compared: its numbers were heard from the recipient and are the same.
    """

    case_id: str
    key: str
    is_compared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedFile:
    """
    What was written, for the page at the end.

    Attributes:
        path: where it lies; None on a server, where it waits under *waiting*.
    """

    case_id: str
    path: Path | None
    handed: HandedOver
    voice_code: str
    is_compared: bool
    waiting: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """
    All that was answered before a case is sealed.

    Attributes:
        path: where it goes; None on a server.
    """

    to: Recipient
    path: Path | None
    with_allegations: bool
    is_compared: bool

    def done(self, case_id: str, handed: HandedOver, waiting: str = "") -> SealedFile:
        """Return what the page at the end says."""
        return SealedFile(
            case_id=case_id,
            path=self.path,
            handed=handed,
            voice_code=voice_code(self.to.key),
            is_compared=self.is_compared,
            waiting=waiting,
        )


def named_key(desk: Desk, asked: Asked) -> NamedKey:
    """
    Return the key that an earlier page took.

    Raises:
        FormUnknownError: BB-013, it was forgotten meanwhile.
    """
    known = desk.outcomes.get(NamedKey, asked.exact("named"))
    if known is None or known.case_id != asked.parts["case"]:
        raise FormUnknownError
    return known


def read_wish(desk: Desk, store: CaseStore, asked: Asked) -> Wish:
    """
    Return what was answered, after asking whether the case may go there; nothing is written.

    Raises:
        BenbanError: BB-014, BB-053, BB-004, or as :func:`require_may_hand_over`.
    """
    known = named_key(desk, asked)
    name, purpose, basis = (asked.needed(one, f"desk.sealing.{one}") for one in QUESTIONS)
    to = Recipient(name=name, purpose=purpose, legal_basis=basis, key=known.key)
    path = None if desk.on_server else new_target(desk, asked, "desk.dossier.folder", ENDING)
    require_may_hand_over(desk.vault, store, to)
    return Wish(
        to=to,
        path=path,
        with_allegations=asked.first("allegations") == "yes",
        is_compared=known.is_compared,
    )


def require_said(store: CaseStore, asked: Asked) -> None:
    """
    Return if it was said whether the allegations go along, where there are any.

    Raises:
        AnswerMissingError: BB-014.
    """
    if case_contents(store).allegations and asked.first("allegations") not in {"yes", "no"}:
        raise AnswerMissingError("desk.sealing.allegations")


def about_values(desk: Desk, store: CaseStore, asked: Asked, name: str) -> dict[str, object]:
    """Return what a page of questions shows: what was typed, else what was half written."""
    draft = desk.drafts.get(name)
    typed = {one: asked.first(one) or draft.get(one, "") for one in FIELDS}
    return {
        "case": store.case,
        "typed": typed,
        "folder": "" if desk.on_server else str(usual_folder()),
        "has_allegations": bool(case_contents(store).allegations),
        "draft": name,
    }
