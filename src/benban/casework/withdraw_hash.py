"""Take shared hashes back: by the person's word, or because the picture's ground is gone."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from benban.casework.events import event, sealed_field
from benban.casework.near_own_photo import is_near_own_photo
from benban.errors import DiskFailedError, DiskFullError
from benban.errors.sharing import NothingSharedError
from benban.exchange.withdrawal import withdrawal_bytes
from benban.model.consent import Consent, ConsentPurpose
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit
from benban.model.fingerprint import QuestionedFingerprint
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
    Withdraw every shared hash whose ground is gone: see :func:`_stands`.

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


def way_back(store: CaseStore, sharing: HashSharing) -> bytes:
    """
    Return the file that takes a hash back; nothing is withdrawn or recorded by making it.

    The same bytes as :func:`withdraw_hashes` gives later.
    """
    (signed,) = _signed(store, [sharing])
    return signed.withdrawal.encode()


def is_of_this_key(store: CaseStore, sharing: HashSharing) -> bool:
    """Return whether the log's key of today is the one under which was agreed."""
    anew = replace(sharing, withdrawal="")
    return not sharing.withdrawal or way_back(store, anew).decode() == sharing.withdrawal


def agreed_position(store: CaseStore, sharing: HashSharing) -> int:
    """Return where in the log the yes to a sharing stands."""
    return next(
        entry.position
        for entry in store.events()
        if entry.kind is EventKind.SHARING_AGREED and entry.subject == sharing.id
    )


def hand_in(store: CaseStore, sharings: Iterable[HashSharing]) -> tuple[HashSharing, ...]:
    """
    Return the sharings with somebody's word that the exchange has their withdrawals.

    Nothing here can see whether that is so. What is said to be handed in is withdrawn, too: its
    file was there from the yes on. It is named no more when a ground goes.
    """
    return tuple(
        _handed_in(store, one) if one.handed_in_at is None else one
        for one in _withdrawn(store, sharings)
    )


def said_withdrawn(
    store: CaseStore, exhibit_id: ExhibitId | None = None
) -> tuple[HashSharing, ...]:
    """
    Return what :func:`hand_in` is about: of an item everything, else what was withdrawn.

    Raises:
        NothingSharedError: BB-973.
    """
    found = tuple(
        one
        for one in store.all(HashSharing)
        if one.exhibit_id == exhibit_id or (exhibit_id is None and one.withdrawn_at is not None)
    )
    if not found:
        raise NothingSharedError
    return found


def watched_sharings(store: CaseStore) -> frozenset[SharingId]:
    """
    Return the ids of what may lose its ground: what stands, and what was withdrawn with ground.

    Whoever made the withdrawal may never have handed it in. So it counts until its ground is gone,
    and the person is told then like of any other.
    """
    known = [one for one in store.all(HashSharing) if one.handed_in_at is None]
    unfounded = {one.id for one in _unfounded(store, known)}
    return frozenset(one.id for one in known if one.withdrawn_at is None or one.id not in unfounded)


def recalled_of(store: CaseStore, among: Collection[SharingId]) -> tuple[HashSharing, ...]:
    """
    Return what of *among* lost its ground and is not said to be handed in.

    What an end of the program left over is withdrawn first, so that it is named as well; on a full
    disk it is named all the same, and withdrawn the next time.
    """
    with suppress(DiskFullError, DiskFailedError):
        recall_unfounded(store)
    waiting = [one for one in store.all(HashSharing) if one.id in among and not one.handed_in_at]
    return _unfounded(store, waiting)


def all_recalled(store: CaseStore) -> tuple[HashSharing, ...]:
    """Return every such hash, however long ago that was: until somebody says it is handed in."""
    return recalled_of(store, {one.id for one in store.all(HashSharing)})


def _unfounded(store: CaseStore, sharings: Collection[HashSharing]) -> tuple[HashSharing, ...]:
    if not sharings:
        return ()
    open_places = {one.id for one in store.all(Sighting) if one.answers.all_yes}
    return tuple(
        one for one in sharings if one.sighting_id not in open_places or not _stands(store, one)
    )


def _stands(store: CaseStore, sharing: HashSharing) -> bool:
    """Return whether the picture is there, is near to no own photo, and its yes was not ended."""
    if store.maybe(Exhibit, sharing.exhibit_id) is None or _is_yes_ended(store, sharing):
        return False
    measured = store.maybe(QuestionedFingerprint, sharing.exhibit_id)
    return measured is None or not is_near_own_photo(store, measured.picture.pdq)


def _is_yes_ended(store: CaseStore, sharing: HashSharing) -> bool:
    """
    Return whether the consent that was relied on was taken back, and none stands for it.

    A case without such a consent is the person's own, or was when they agreed: what they shared
    themselves does not end because somebody else has the case now.
    """
    asked = (ConsentPurpose.SHARE_HASH, sharing.exchange_name)
    consents = store.all(Consent)
    if any(one.covers(*asked) for one in consents):
        return False
    return any(
        one.withdrawn_at is not None
        and one.given_at <= sharing.agreed_at <= one.withdrawn_at
        and replace(one, withdrawn_at=None).covers(*asked)
        for one in consents
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


def _handed_in(store: CaseStore, sharing: HashSharing) -> HashSharing:
    said = replace(sharing, handed_in_at=store.now())
    logged = event(EventKind.WITHDRAWAL_HANDED_IN, said.id, sealed_field("exchange", said.exchange))
    store.record(logged, save=[said])
    return said


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
