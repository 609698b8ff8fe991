"""Take shared hashes back: by the person's word, or because the picture's ground is gone."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import partial

from benban.casework.events import event, sealed_field
from benban.errors.sharing import NothingSharedError
from benban.exchange.withdrawal import withdrawal_bytes
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit
from benban.model.hash_sharing import HashSharing
from benban.model.ids import ExhibitId, SharingId
from benban.model.sighting import Sighting
from benban.seal.purpose import LogKeyUse
from benban.vault import CaseStore


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedWithdrawal:
    """
    A hash that is taken back here; the exchange knows it once it has the file.

    Attributes:
        file: what goes to the address of the exchange; it names no hash, and may be sent twice.
    """

    sharing: HashSharing
    file: bytes


def withdraw_hashes(
    store: CaseStore, exhibit_id: ExhibitId | None = None
) -> tuple[SignedWithdrawal, ...]:
    """
    Return the file for each hash that was shared, and record each that was not withdrawn yet.

    Nothing is asked of the case: this works whatever was forgotten, changed or handed over.

    Args:
        store: of the case.
        exhibit_id: of the one item, also where it is gone; None for all of the case.

    Raises:
        NothingSharedError: BB-973.
    """
    found = [one for one in store.all(HashSharing) if exhibit_id in {None, one.exhibit_id}]
    if not found:
        raise NothingSharedError
    return tuple(
        SignedWithdrawal(sharing=one, file=one.withdrawal.encode())
        for one in _withdrawn(store, found)
    )


def recall_unfounded(store: CaseStore) -> tuple[HashSharing, ...]:
    """
    Withdraw every shared hash whose picture is gone or whose age answers are not all yes now.

    It looks at the case as it stands and not at what was just done, so that what an end of the
    program left over goes with the next one.

    Returns:
        Those that were withdrawn by this call; the person is told where their files go.
    """
    live = [one for one in store.all(HashSharing) if one.withdrawn_at is None]
    return _withdrawn(store, _unfounded(store, live))


def with_withdrawals(store: CaseStore) -> tuple[HashSharing, ...]:
    """
    Return the consents that have no withdrawal yet, each with one, to be kept before a hand-over.

    The case gets another key where it arrives; an exchange takes a withdrawal only with the key
    under which was consented, so that one signs now, while it is here.
    """
    return _signed(store, [one for one in store.all(HashSharing) if not one.withdrawal])


def live_sharings(store: CaseStore) -> frozenset[SharingId]:
    """Return the ids of what is shared and was not withdrawn."""
    return frozenset(one.id for one in store.all(HashSharing) if one.withdrawn_at is None)


def recalled_of(store: CaseStore, among: Collection[SharingId]) -> tuple[HashSharing, ...]:
    """Return what of *among* was withdrawn since, and has no ground any more in the case."""
    ended = [one for one in store.all(HashSharing) if one.id in among and one.withdrawn_at]
    return _unfounded(store, ended)


def _unfounded(store: CaseStore, sharings: Collection[HashSharing]) -> tuple[HashSharing, ...]:
    if not sharings:
        return ()
    open_places = {one.id for one in store.all(Sighting) if one.answers.all_yes}
    return tuple(
        one
        for one in sharings
        if one.sighting_id not in open_places or store.maybe(Exhibit, one.exhibit_id) is None
    )


def _withdrawn(store: CaseStore, wanted: Iterable[HashSharing]) -> tuple[HashSharing, ...]:
    done = []
    for one in _signed(store, wanted):
        if one.withdrawn_at is None:
            ended = replace(one, withdrawn_at=store.now())
            logged = event(
                EventKind.SHARING_WITHDRAWN, one.id, sealed_field("exchange", one.exchange)
            )
            store.record(logged, save=[ended])
            done.append(ended)
        else:
            done.append(one)
    return tuple(done)


def _signed(store: CaseStore, wanted: Iterable[HashSharing]) -> tuple[HashSharing, ...]:
    sharings = tuple(wanted)
    if all(one.withdrawal for one in sharings):
        return sharings
    leaves = {
        entry.subject: entry.leaf_sha256.hex
        for entry in store.events()
        if entry.kind is EventKind.SHARING_AGREED
    }
    sign = partial(store.sign, LogKeyUse.WITHDRAW_SHARED_HASH)
    return tuple(
        one
        if one.withdrawal
        else replace(one, withdrawal=withdrawal_bytes(leaves[one.id], one.exchange, sign).decode())
        for one in sharings
    )
