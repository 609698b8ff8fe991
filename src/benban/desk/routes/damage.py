"""What it cost: a ledger that stays in the vault until the person makes a paper of it."""

from datetime import date

from starlette.responses import Response

from benban.casework.damage import (
    DamageEntry,
    amount_of,
    ledger,
    money,
    record_damage,
    remove_damage,
    total_vnd,
)
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.pages import go_to, show
from benban.errors import AnswerMissingError, BenbanError, DamageEntryError
from benban.model.damage import DamageKind
from benban.model.exhibit import Exhibit
from benban.model.ids import DamageId, ExhibitId
from benban.wiring_case import CaseStore

ROUTES = Routes()
ROUTES.step(92, "desk.damage.step", "damage")
_FIELDS = ("on", "what", "amount", "kind", "receipt")


@ROUTES.page("/c/{case}/damage")
def damage(desk: Desk, asked: Asked) -> Response:
    """Show what was written down with its sum, and ask for the next entry."""
    with desk.case(asked.parts["case"]) as store:
        return _page(desk, store, desk.drafts.get(_draft(store.case.id)), None)


@ROUTES.form("/c/{case}/damage")
def keep_damage(desk: Desk, asked: Asked) -> Response:
    """Keep an entry; what is typed stays on the page when something has to be mended."""
    with desk.case(asked.parts["case"]) as store:
        try:
            record_damage(store, _entry(asked), desk.clock)
        except BenbanError as error:
            return _page(desk, store, dict(asked.fields), error)
        desk.drafts.drop(_draft(store.case.id))
        return go_to(f"/c/{store.case.id}/damage")


@ROUTES.form("/c/{case}/damage/{entry}/remove")
def take_out(desk: Desk, asked: Asked) -> Response:
    """Take out an entry that was written by mistake; the log keeps that it was there."""
    with desk.case(asked.parts["case"]) as store:
        remove_damage(store, DamageId(asked.parts["entry"]))
        return go_to(f"/c/{store.case.id}/damage")


def _entry(asked: Asked) -> DamageEntry:
    kinds = {one.value: one for one in DamageKind}
    kind = kinds.get(asked.first("kind"))
    if kind is None:
        raise AnswerMissingError("desk.damage.kind")
    try:
        on = date.fromisoformat(asked.needed("on", "desk.damage.on"))
    except ValueError as error:
        raise DamageEntryError from error
    receipt = asked.first("receipt")
    return DamageEntry(
        on=on,
        kind=kind,
        what=asked.needed("what", "desk.damage.what"),
        amount_vnd=amount_of(asked.needed("amount", "desk.damage.amount")),
        receipt=ExhibitId(receipt) if receipt else None,
    )


def _page(
    desk: Desk, store: CaseStore, typed: dict[str, str], error: BenbanError | None
) -> Response:
    entries = ledger(store)
    kept = store.all(Exhibit)
    return show(
        desk,
        "damage.html.j2",
        status=400 if error else 200,
        case=store.case,
        entries=[(one, money(one.amount_vnd)) for one in entries],
        total=money(total_vnd(entries)),
        kinds=tuple(DamageKind),
        exhibits=kept,
        of={one.id: one for one in kept},
        typed={name: typed.get(name, "") for name in _FIELDS},
        draft_name=_draft(store.case.id),
        error=error,
    )


def _draft(case_id: str) -> str:
    return f"case.{case_id}.damage"
