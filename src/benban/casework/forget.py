"""Say what goes with an exhibit before anybody agrees, then destroy it (EVIDENCE 1)."""

from dataclasses import dataclass

from benban.casework.events import event, open_field, sealed_field
from benban.casework.withdraw_hash import recall_unfounded
from benban.errors import ExhibitMissingError
from benban.model.custody import EventKind, Field
from benban.model.exhibit import Exhibit, ExhibitKind
from benban.model.hash_sharing import HashSharing
from benban.model.ids import ExhibitId
from benban.notices.warnings import IrreversibleAct
from benban.vault import CaseStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgetting:
    """
    What goes, all of it or nothing.

    Attributes:
        asked: what the person named.
        exhibits: everything that is destroyed, the named one first: the same bytes kept again, what
            contains it (package, page image, page file), what was made from it.
        fingerprints, comparisons, copies: how many measured or found things go.
        dossiers: ids of dossiers that carried one of them; those files are not reached.
        papers: how many papers name its digest; those files are not reached.
        hand_overs: how often the whole case was handed over with it; those copies are not reached.
        shared: its hashes that exchanges may hold; withdrawn in the case with it at the latest, but
            an exchange has to get the file (``withdraw_hash.withdraw_hashes``), and nobody here
            said that it did.
    """

    asked: ExhibitId
    exhibits: tuple[Exhibit, ...]
    fingerprints: int
    comparisons: int
    copies: int
    dossiers: tuple[str, ...]
    papers: int
    hand_overs: int
    shared: tuple[HashSharing, ...]


def plan_forgetting(store: CaseStore, exhibit_id: ExhibitId) -> Forgetting:
    """
    Return everything that would go with an exhibit; nothing is changed.

    Raises:
        ExhibitMissingError: BB-104.
    """
    if store.maybe(Exhibit, exhibit_id) is None:
        raise ExhibitMissingError
    going = store.would_go((exhibit_id,))
    ids = {one.id for one in going.exhibits}
    events = store.events()
    since = {
        entry.subject: entry.position
        for entry in events
        if entry.kind is EventKind.ADOPTED and entry.subject in ids
    }
    first = min(since.values(), default=0)
    return Forgetting(
        asked=exhibit_id,
        exhibits=tuple(sorted(going.exhibits, key=lambda one: one.id != exhibit_id)),
        fingerprints=len(going.questioned),
        comparisons=len(going.findings),
        copies=len(going.copies),
        dossiers=tuple(
            entry.subject
            for entry in events
            if entry.kind is EventKind.DOSSIER_SEALED
            and entry.position > first
            and _carried(entry.fields, ids)
        ),
        papers=sum(
            entry.kind is EventKind.PAPER_WRITTEN
            and entry.position > first
            and _carried(entry.fields, ids)
            for entry in events
        ),
        hand_overs=sum(
            entry.kind in {EventKind.HANDED_OVER, EventKind.ENTRUSTED} and entry.position > first
            for entry in events
        ),
        shared=tuple(
            one
            for one in store.all(HashSharing)
            if one.exhibit_id in ids and one.handed_in_at is None
        ),
    )


def acts_of(planned: Forgetting) -> tuple[IrreversibleAct, ...]:
    """Return what to warn of before anybody agrees; a chat that goes is a warning of its own."""
    acts = [IrreversibleAct.DESTROY_EXHIBIT]
    if any(one.kind is ExhibitKind.CONVERSATION for one in planned.exhibits):
        acts.append(IrreversibleAct.DELETE_CHAT)
    return tuple(acts)


def forget(store: CaseStore, planned: Forgetting, reason: str) -> tuple[ExhibitId, ...]:
    """
    Destroy what was listed and return it; the leaves of the log stay.

    Hashes of it in shared banks are withdrawn; their files are there for the person to send.
    More may go than was listed only if it was added meanwhile: what contains the item goes with it.

    Raises:
        ExhibitMissingError: BB-104, somebody else destroyed it meanwhile.
    """
    # Neither field names what goes: the record stays readable after it.
    logged = event(
        EventKind.FORGOTTEN,
        planned.asked,
        open_field("exhibits", len(planned.exhibits)),
        sealed_field("reason", reason),
    )
    gone = store.forget((planned.asked,), logged)
    recall_unfounded(store)
    return gone


def _carried(fields: tuple[Field, ...], ids: set[ExhibitId]) -> bool:
    for field in fields:
        if field.name == "included":
            return bool(ids & set(field.value.split(" ")))
    # Older records do not say what a dossier carried; it may have been this.
    return True
