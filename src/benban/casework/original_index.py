"""
The index of a case's originals: one encrypted part for each, measured once.

A part that is missing, damaged, or not of this program's form or of this very original is measured
anew before anything is searched; what was measured before an interruption stands.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benban.casework.events import event, open_field
from benban.casework.originals import declared_photos
from benban.errors import (
    BenbanError,
    ContentDamagedError,
    FenceUnavailableError,
    NotStoredError,
    PictureError,
)
from benban.fingerprint.ports import Decoder
from benban.model.custody import EventDraft, EventKind
from benban.model.exhibit import Original
from benban.model.ids import OriginalId
from benban.vault import CaseStore

if TYPE_CHECKING:
    from benban.compare.index import OriginIndex
    from benban.compare.packed import PackedPoints

Progress = Callable[[int, int], None]

_DERIVED_KIND = "descriptors"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CaseIndex:
    """
    The index in memory; nothing of it lies in the clear on the disk.

    Attributes:
        originals: by their number in the index.
        unread: originals that cannot be read; they are in no list.
    """

    index: "OriginIndex"
    originals: tuple[Original, ...]
    unread: tuple[OriginalId, ...]


def open_case_index(store: CaseStore, decoder: Decoder, tell: Progress) -> CaseIndex:
    """
    Return the index of all originals of a case; what has no sound part yet is measured now.

    Args:
        store: of the case.
        decoder: the fence.
        tell: told before each original, and at the end, how many of how many are done; may raise
            to stop.

    Raises:
        FenceUnavailableError: BB-306, nothing can be measured on this computer now.
        DiskFullError: BB-410; what was measured before stands.
    """
    # Late: the first page does not wait for the libraries that handle numbers.
    from benban.compare.index import IndexBuilder

    originals = declared_photos(store)
    builder = IndexBuilder()
    read: list[Original] = []
    unread: list[OriginalId] = []
    for done, original in enumerate(originals):
        tell(done, len(originals))
        try:
            kept = _kept(store, original)
            points = _measured(store, original, decoder) if kept is None else kept
        except (PictureError, ContentDamagedError) as error:
            unread.append(original.id)
            store.record(_failed(original, error))
            continue
        builder.add(points)
        read.append(original)
    tell(len(originals), len(originals))
    return CaseIndex(index=builder.finish(), originals=tuple(read), unread=tuple(unread))


def _kept(store: CaseStore, original: Original) -> "PackedPoints | None":
    """Return the part of this original; None where it has none that is sound."""
    from benban.compare.packed import read_packed

    try:
        stored = store.get_derived(original.id, _DERIVED_KIND)
    except (NotStoredError, ContentDamagedError):
        return None
    # A part begins with the digest of the very photograph that it was measured from.
    digest = bytes.fromhex(original.sha256.hex)
    if not stored.startswith(digest):
        return None
    return read_packed(stored[len(digest) :])


def _measured(store: CaseStore, original: Original, decoder: Decoder) -> "PackedPoints":
    from benban.compare.packed import read_packed

    with store.open_original(original.id) as picture:
        packed = decoder.describe_original(picture)
    points = read_packed(packed)
    if points is None:
        raise FenceUnavailableError("implausible points")
    store.put_derived(original.id, _DERIVED_KIND, bytes.fromhex(original.sha256.hex) + packed)
    return points


def _failed(original: Original, error: BenbanError) -> EventDraft:
    return event(
        EventKind.ATTEMPT_FAILED,
        original.id,
        open_field("act", "describe original"),
        open_field("reason", error.code),
    )
