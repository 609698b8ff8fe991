"""Visit the address of a sighting and keep what is there, each part as soon as it is whole."""

from collections.abc import Callable, Sequence

from benban.capture.failure import failure_of
from benban.capture.ports import Browser, Part
from benban.capture.visit import CaptureRequest, ChooseMedia, capture_address
from benban.casework.events import event, open_field, sealed_field
from benban.casework.retraction import presence_of
from benban.casework.whole_page import WholePageWish, check_whole_page, crowded_places
from benban.errors import (
    BenbanError,
    KindNotCapturedError,
    NeverCapturedError,
    NotAnAddressError,
    OwnBrowserRefusedError,
    PermitRefusedError,
)
from benban.model.case import StoragePermit
from benban.model.catalogue import Catalogue
from benban.model.clock import Clock
from benban.model.custody import EventDraft, EventKind, Field
from benban.model.exhibit import Capture, CaptureStep, Exhibit, interrupted
from benban.model.sighting import Address, Sighting
from benban.remedies.mixed import is_never_captured
from benban.seal.visit_record import visit_fields
from benban.vault import CaseStore, SpooledPart


def preserve_address(
    store: CaseStore,
    sighting: Sighting,
    browser: Browser,
    *,
    clock: Clock,
    choose_media: ChooseMedia,
    on_step: Callable[[CaptureStep], None] = lambda _step: None,
    whole_page: WholePageWish | None = None,
    catalogue: Catalogue | None = None,
) -> Capture:
    """
    Return what one visit kept, missed and withheld; it stands in the log whatever became of it.

    How far it has come is kept as each step ends: of a visit that is killed, the next opening of
    the case makes the record of one that was broken off.

    Without a permit only text is kept and no picture is asked for (HARM 2). The pictures of others
    are kept only where somebody asked for the whole page and said why (HARM 1).

    Args:
        store: of the case.
        sighting: whose address is opened.
        browser: the recorder.
        clock: of the computer.
        choose_media: asked where the item cannot be told from the rest of the page.
        on_step: told of each step as it ends.
        whole_page: somebody wishes the pictures of others to be kept as well.
        catalogue: marks the places that are never opened.

    Raises:
        NeverCapturedError: BB-620, the catalogue marks the place so; nothing was opened.
        WholePageRefusedError: BB-215.
        WholePageReasonError: BB-216.
        OwnBrowserRefusedError: BB-220, a window with pictures and no permit; nothing was opened.
        NotAnAddressError: BB-102, the sighting has no address.
        BenbanError: BB-2xx, no page came; the attempt, its steps and the reason are kept.
    """
    place = _place(sighting, catalogue)
    permit = _permit(store, sighting)
    if permit is None and browser.shows_pictures:
        raise OwnBrowserRefusedError
    if whole_page is not None:
        check_whole_page(whole_page, sighting, permit)
    act = _act(has_permit=permit is not None, is_whole=whole_page is not None)
    store.record(_attempt(sighting, place.raw, act, whole_page))

    def keep(part: Part[SpooledPart]) -> Exhibit:
        return store.adopt(part.spooled, part.exhibit, permit)

    noted: list[Capture] = []

    def note(capture: Capture) -> None:
        store.note_visit(capture)
        noted[:] = [capture]

    request = CaptureRequest(
        sighting=sighting,
        address=_opened(place),
        choose_media=choose_media,
        on_progress=note,
        on_step=on_step,
        is_whole_page=whole_page is not None,
        is_crowded=crowded_places(whole_page),
    )
    try:
        capture = capture_address(
            request,
            browser=browser,
            clock=clock,
            spool=store.spool("capture"),
            on_part=keep,
            permit=permit,
        )
    except BenbanError as error:
        _log_broken_off(store, sighting, noted, error.code)
        raise
    failure = failure_of(capture)
    store.record(_captured(capture, is_failed=failure is not None), save=[capture])
    if failure is not None:
        raise failure
    return capture


def _place(sighting: Sighting, catalogue: Catalogue | None) -> Address:
    if sighting.address is None:
        raise NotAnAddressError
    if catalogue is not None and is_never_captured(sighting.address, catalogue):
        raise NeverCapturedError
    return sighting.address


def _opened(address: Address) -> str:
    # People write "t.me/kenh/5"; the raw address stays as they wrote it.
    return address.raw if "://" in address.raw else f"https://{address.raw}"


def _permit(store: CaseStore, sighting: Sighting) -> StoragePermit | None:
    try:
        return store.case.storage_permit(sighting)
    except (PermitRefusedError, KindNotCapturedError):
        return None


def _act(*, has_permit: bool, is_whole: bool) -> str:
    if is_whole:
        return "visit to the whole page"
    return "visit" if has_permit else "visit for text only"


def _attempt(
    sighting: Sighting, address: str, act: str, whole_page: WholePageWish | None
) -> EventDraft:
    why = (sealed_field("reason", whole_page.reason.strip()),) if whole_page else ()
    return event(
        EventKind.ATTEMPT,
        sighting.id,
        open_field("act", act),
        sealed_field("address", address),
        *why,
    )


def _log_broken_off(
    store: CaseStore, sighting: Sighting, noted: Sequence[Capture], code: str
) -> None:
    reason = (open_field("act", "visit"), open_field("reason", code))
    if not noted:
        store.record(event(EventKind.ATTEMPT_FAILED, sighting.id, *reason))
        return
    capture = interrupted(noted[-1], store.all(Exhibit))
    store.record(_captured(capture, *reason, is_failed=True), save=[capture])


def _captured(capture: Capture, *more: Field, is_failed: bool) -> EventDraft:
    return event(
        EventKind.ATTEMPT_FAILED if is_failed else EventKind.CAPTURED,
        capture.id,
        open_field("presence", presence_of(capture)[0].value),
        *visit_fields(capture),
        *more,
    )
