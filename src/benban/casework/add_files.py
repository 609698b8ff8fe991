"""Take in files the person has: a saved picture, a screenshot, a page they kept."""

from collections.abc import Sequence
from contextlib import suppress

from benban.capture.files import take_file
from benban.casework.events import event, open_field
from benban.casework.originals import GivenFile
from benban.errors import (
    BenbanError,
    DiskFailedError,
    DiskFullError,
    KindNotCapturedError,
    PermitRefusedError,
)
from benban.model.case import StoragePermit
from benban.model.clock import Clock
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit, ExhibitKind
from benban.model.ids import new_exhibit_id
from benban.model.sighting import Sighting
from benban.vault import CaseStore

_ACT = "take in a file"


def add_files(
    store: CaseStore, sighting: Sighting, files: Sequence[GivenFile], clock: Clock
) -> tuple[Exhibit, ...]:
    """
    Keep files byte-exact as exhibits of *sighting*; the same bytes are not kept twice.

    Raises:
        PermitRefusedError: BB-101; nothing was read or stored, the log counts the files.
        KindNotCapturedError: BB-105; the same.
        FileUnreadableError: BB-002; files before it are kept, it is not.
        EmptyFileError: BB-211; files before it are kept.
    """
    try:
        permit = store.case.storage_permit(sighting)
    except (PermitRefusedError, KindNotCapturedError) as error:
        store.record(
            event(
                EventKind.ATTEMPT_FAILED,
                sighting.id,
                open_field("act", _ACT),
                open_field("reason", error.code),
                open_field("files", len(files)),
            )
        )
        raise
    return tuple(_add_one(store, sighting, given, clock, permit) for given in files)


def _add_one(
    store: CaseStore, sighting: Sighting, given: GivenFile, clock: Clock, permit: StoragePermit
) -> Exhibit:
    act = open_field("act", _ACT)
    store.record(event(EventKind.ATTEMPT, sighting.id, act))
    try:
        return _keep(store, sighting, given, clock, permit)
    except BenbanError as error:
        failed = event(EventKind.ATTEMPT_FAILED, sighting.id, act, open_field("reason", error.code))
        # On a full disk there may be no room for this either; the attempt stands alone then.
        with suppress(DiskFullError, DiskFailedError):
            store.record(failed)
        raise


def _keep(
    store: CaseStore, sighting: Sighting, given: GivenFile, clock: Clock, permit: StoragePermit
) -> Exhibit:
    taken = take_file(given.stream, given.name, store.spool("file"))
    for known in store.all(Exhibit):
        if known.sha256 == taken.part.sha256 and known.sighting_id == sighting.id:
            return known
    exhibit = Exhibit(
        id=new_exhibit_id(),
        kind=ExhibitKind.SUPPLIED_FILE,
        sighting_id=sighting.id,
        media_type=taken.media_type,
        claimed_media_type=taken.claimed_media_type,
        size_bytes=taken.part.size_bytes,
        sha256=taken.part.sha256,
        sha512=taken.part.sha512,
        taken_in_at=clock.now(),
        original_name=given.kept_name,
        contains_media=True,
    )
    return store.adopt(taken.part, exhibit, permit)
