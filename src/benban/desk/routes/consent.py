"""Who agreed to what, for which recipient and when; giving and taking back."""

from datetime import date

from starlette.responses import Response

from benban.casework.consent import (
    consent_text,
    give_consent,
    record_capacity,
    withdraw_consent,
)
from benban.casework.withdraw_hash import all_recalled
from benban.desk.app import Routes
from benban.desk.arriving import Arriving
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.pages import go_to, show
from benban.errors import (
    AnswerMissingError,
    BenbanError,
    ConsentNotReadError,
    FileNotChosenError,
    SeenAtError,
)
from benban.model.case import Capacity
from benban.model.consent import CapacityDocument, CapacityPaper, Consent, ConsentPurpose
from benban.model.ids import ConsentId
from benban.model.remedy import Notice
from benban.wiring_case import CaseStore
from benban.wording import Language

ROUTES = Routes()
ROUTES.step(94, "desk.consent.step", "consent")


@ROUTES.page("/c/{case}/consent")
def consents(desk: Desk, asked: Asked) -> Response:
    """Show what stands and what was taken back, and ask what a new yes would be for."""
    with desk.case(asked.parts["case"]) as store:
        return _record(desk, store, asked, None)


@ROUTES.form("/c/{case}/consent/read")
def read_first(desk: Desk, asked: Asked) -> Response:
    """Show the words to be read before a yes; nothing is recorded yet."""
    with desk.case(asked.parts["case"]) as store:
        try:
            purpose = _purpose(asked)
            recipient = asked.needed("recipient", "desk.consent.recipient")
        except BenbanError as error:
            return _record(desk, store, asked, error)
        return show(
            desk,
            "consent_read.html.j2",
            case=store.case,
            purpose=purpose,
            recipient=recipient,
            text=consent_text(purpose, recipient, desk.language),
            is_self=store.case.capacity is Capacity.SELF,
        )


@ROUTES.form("/c/{case}/consent/give")
def give(desk: Desk, asked: Asked) -> Response:
    """Record the yes with the words that were read, in the language in which they were."""
    languages = {one.value: one for one in Language}
    with desk.case(asked.parts["case"]) as store:
        try:
            if asked.first("language") not in languages:
                raise ConsentNotReadError
            give_consent(
                store,
                _purpose(asked),
                asked.first("recipient"),
                language=languages[asked.first("language")],
                is_agreed=asked.first("agree") == "yes",
                clock=desk.clock,
            )
        except BenbanError as error:
            return _record(desk, store, asked, error)
        return go_to(f"/c/{store.case.id}/consent")


@ROUTES.page("/c/{case}/consent/capacity")
def capacity(desk: Desk, asked: Asked) -> Response:
    """Ask for a document that shows that somebody may act; of the file only a digest stays."""
    with desk.case(asked.parts["case"]) as store:
        return _capacity(desk, store.case.id, asked, None)


@ROUTES.upload("/c/{case}/consent/capacity")
def keep_capacity(desk: Desk, asked: Asked, arriving: Arriving) -> Response:
    """Record the document by its digest; the bytes pass by and are kept nowhere."""
    kinds = {one.value: one for one in CapacityPaper}
    with desk.case(asked.parts["case"]) as store:
        try:
            kind = kinds.get(asked.first("kind"))
            if kind is None:
                raise AnswerMissingError("desk.consent.capacity.kind")
            until = _day(asked.first("until"))
            file = next(arriving.files(), None)
            if file is None:
                raise FileNotChosenError
            record_capacity(store, kind, file.stream, valid_until=until, clock=desk.clock)
        except BenbanError as error:
            return _capacity(desk, store.case.id, asked, error)
        return go_to(f"/c/{store.case.id}/consent")


@ROUTES.form("/c/{case}/consent/{consent}/withdraw")
def withdraw(desk: Desk, asked: Asked) -> Response:
    """Take a yes back: one click, nothing is asked."""
    with desk.case(asked.parts["case"]) as store:
        withdraw_consent(store, ConsentId(asked.parts["consent"]), desk.clock)
        return go_to(f"/c/{store.case.id}/consent")


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError as error:
        raise SeenAtError from error


def _capacity(desk: Desk, case_id: str, asked: Asked, error: BenbanError | None) -> Response:
    return show(
        desk,
        "consent_capacity.html.j2",
        status=400 if error else 200,
        case_id=case_id,
        kinds=tuple(CapacityPaper),
        typed={name: asked.first(name) for name in ("kind", "until")},
        error=error,
    )


def _purpose(asked: Asked) -> ConsentPurpose:
    known = {one.value: one for one in ConsentPurpose}
    purpose = known.get(asked.first("purpose"))
    if purpose is None:
        raise AnswerMissingError("desk.consent.what-for")
    return purpose


def _record(desk: Desk, store: CaseStore, asked: Asked, error: BenbanError | None) -> Response:
    given = sorted(store.all(Consent), key=lambda one: one.given_at, reverse=True)
    return show(
        desk,
        "consent.html.j2",
        status=400 if error else 200,
        case=store.case,
        recalled=all_recalled(store),
        standing=[one for one in given if one.withdrawn_at is None],
        over=[one for one in given if one.withdrawn_at is not None],
        documents=store.all(CapacityDocument),
        # The last day counts whole, where the person is.
        today=desk.clock.now().astimezone().date(),
        is_self=store.case.capacity is Capacity.SELF,
        purposes=tuple(ConsentPurpose),
        known=tuple(dict.fromkeys(one.recipient for one in store.all(Notice))),
        typed={name: asked.first(name) for name in ("purpose", "recipient")},
        error=error,
    )
