"""Say what goes with a whole case and what stays elsewhere, then destroy it (EVIDENCE 1)."""

from dataclasses import dataclass

from benban.model.contents import CaseContents
from benban.model.custody import EventKind
from benban.model.hash_sharing import HashSharing
from benban.model.ids import CaseId
from benban.model.remedy import Notice, NoticeState
from benban.vault import CaseStore, Vault, contents_of

_SENT = frozenset(NoticeState) - {NoticeState.DRAFT, NoticeState.APPROVED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Destroying:
    """
    What goes for ever, and what this program cannot reach.

    Attributes:
        dossiers, papers, letters, hand_overs: files that were written and may lie anywhere.
        notices_sent: what others received; nobody here is told about their answers afterwards.
        shared_hashes: what an exchange may hold and only this case can take back.
    """

    contents: CaseContents
    dossiers: int
    papers: int
    letters: int
    hand_overs: int
    notices_sent: int
    shared_hashes: tuple[HashSharing, ...]


def case_contents(store: CaseStore) -> CaseContents:
    """Return what a case holds, counted."""
    return contents_of(store, store.case, entries=store.entry_count)


def plan_destroying(store: CaseStore) -> Destroying:
    """Return everything that would go with a case, and what would stay; nothing is changed."""
    kinds = [one.kind for one in store.events()]
    handed = {EventKind.HANDED_OVER, EventKind.ENTRUSTED}
    return Destroying(
        contents=case_contents(store),
        dossiers=kinds.count(EventKind.DOSSIER_SEALED),
        papers=kinds.count(EventKind.PAPER_WRITTEN),
        letters=kinds.count(EventKind.LETTER_WRITTEN),
        hand_overs=sum(one in handed for one in kinds),
        notices_sent=sum(one.state in _SENT for one in store.all(Notice)),
        shared_hashes=tuple(one for one in store.all(HashSharing) if one.handed_in_at is None),
    )


def destroy_case(vault: Vault, case_id: CaseId) -> None:
    """
    Destroy a case, its key, its drafts and what else the vault kept for it.

    Backups, copies that were handed over and remnants on the disk are not reached.

    Raises:
        CaseMissingError: BB-103.
    """
    vault.shred_case(case_id)
