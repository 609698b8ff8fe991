"""What the person suspects, kept apart: it leaves for a lawyer or an authority only."""

from benban.casework.events import event, open_field
from benban.model.allegation import Allegation, SealedAllegation
from benban.model.clock import Clock
from benban.model.custody import EventKind
from benban.vault import CaseStore, Compartment, Vault


def keep_allegation(vault: Vault, store: CaseStore, text: str, clock: Clock) -> SealedAllegation:
    """
    Keep *text* under a key of its own; the log says that something was kept, and not what.

    Raises:
        ValueError: there are no words; a mistake of the calling code.
        AllegationsUnreadableError: BB-653, there are some that cannot be read here, as in a case
            that was handed over without them; beside them this one could not be read either.
    """
    if not text.strip():
        raise ValueError("there are no words")
    allegations_of(vault, store)
    sealed = Compartment(vault, store.case.id).seal(text.strip(), clock)
    store.record(event(EventKind.ALLEGATION_KEPT, sealed.id), save=[sealed])
    return sealed


def allegations_of(vault: Vault, store: CaseStore) -> tuple[Allegation, ...]:
    """
    Return what was kept, oldest first.

    Raises:
        AllegationsUnreadableError: BB-653, no key, or not what was kept.
    """
    compartment = Compartment(vault, store.case.id)
    return tuple(compartment.open(one) for one in store.all(SealedAllegation))


def destroy_allegations(vault: Vault, store: CaseStore) -> int:
    """
    Destroy all allegations of the case, and return how many there were; the rest stays.

    Backups and copies that were handed over are not reached.
    """
    kept = store.all(SealedAllegation)
    # The key first: whatever breaks off after it leaves noise.
    Compartment(vault, store.case.id).destroy()
    if kept:
        destroyed = event(EventKind.ALLEGATIONS_DESTROYED, "", open_field("allegations", len(kept)))
        store.record(destroyed, remove=kept)
    return len(kept)
