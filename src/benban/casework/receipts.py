"""The receipt: what is handed to somebody else the same day, to be compared later (EVIDENCE 2)."""

from benban.casework.events import event, open_field
from benban.model.clock import Clock
from benban.model.custody import EventKind, Receipt
from benban.vault import CaseStore


def give_receipt(store: CaseStore, clock: Clock) -> Receipt:
    """Log that a receipt is given and return it over the log as it then stands."""
    store.record(event(EventKind.RECEIPT_GIVEN, "", open_field("size", len(store.leaves()) + 1)))
    checkpoint = store.checkpoint()
    return Receipt(
        origin=checkpoint.origin,
        size=checkpoint.size,
        root=checkpoint.root,
        key_id=checkpoint.key_id,
        given_at=clock.now(),
        is_demonstration=store.case.is_demonstration,
    )
