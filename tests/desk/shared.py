"""A hash that was shared with an exchange, as a page finds it."""

from benban.casework.events import event
from benban.model.clock import Clock
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit
from benban.model.hash_sharing import HashSharing
from benban.model.ids import new_sharing_id
from benban.vault import CaseStore


def share(store: CaseStore, exhibit: Exhibit, clock: Clock) -> HashSharing:
    """Return that a hash of the drawing was shared, kept as ``casework.share_hash`` does."""
    sharing = HashSharing(
        id=new_sharing_id(),
        sighting_id=exhibit.sighting_id,
        exhibit_id=exhibit.id,
        exchange="here-here-here-here-here-here-here-here",
        exchange_name="Kho thử",
        withdraw_at="https://kho.example/rut",
        agreed_at=clock.now(),
    )
    store.record(event(EventKind.SHARING_AGREED, sharing.id), save=[sharing])
    return sharing
