"""Visit the address of a sighting and keep what is there, each part as soon as it is whole."""

from collections.abc import Callable

from benban.capture.failure import failure_of
from benban.capture.ports import Browser, Part
from benban.capture.visit import CaptureRequest, ChooseMedia, capture_address
from benban.casework.events import event, open_field, sealed_field
from benban.casework.retraction import presence_of
from benban.casework.whole_page import WholePageWish, check_whole_page, crowded_places
from benban.errors import (
    BenbanError,
    KindNotCapturedError,
    NotAnAddressError,
    OwnBrowserRefusedError,
    PermitRefusedError,
)
from benban.model.case import StoragePermit
from benban.model.clock import Clock
from benban.model.custody import EventDraft, EventKind
from benban.model.exhibit import Capture, CaptureStep, Exhibit
from benban.model.sighting import Address, Sighting
from benban.seal.visit_record import visit_record_sha256
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
) -> Capture:
    """
    Return what one visit kept, missed and withheld; it stands in the log whatever became of it.

    Without a permit only text is kept and no picture is asked for (HARM 2). The pictures of others
    are kept only where somebody asked for the whole page and said why (HARM 1).

    Raises:
        WholePageRefusedError: BB-215.
        WholePageReasonError: BB-216.
        OwnBrowserRefusedError: BB-220, a window with pictures and no permit; nothing was opened.
        NotAnAddressError: BB-102, the sighting has no address.
        BenbanError: BB-2xx, no page came; the attempt, its steps and the reason are kept.
    """
    if sighting.address is None:
        raise NotAnAddressError
    permit = _permit(store, sighting)
    if permit is None and browser.shows_pictures:
        raise OwnBrowserRefusedError
    if whole_page is not None:
        check_whole_page(whole_page, sighting, permit)
    act = _act(has_permit=permit is not None, is_whole=whole_page is not None)
    store.record(_attempt(sighting, sighting.address.raw, act, whole_page))

    def keep(part: Part[SpooledPart]) -> Exhibit:
        return store.adopt(part.spooled, part.exhibit, permit)

    request = CaptureRequest(
        sighting=sighting,
        address=_opened(sighting.address),
        choose_media=choose_media,
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
        store.record(_broken_off(sighting, error.code))
        raise
    failure = failure_of(capture)
    store.record(_captured(capture, is_failed=failure is not None), save=[capture])
    if failure is not None:
        raise failure
    return capture


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


def _broken_off(sighting: Sighting, code: str) -> EventDraft:
    return event(
        EventKind.ATTEMPT_FAILED,
        sighting.id,
        open_field("act", "visit"),
        open_field("reason", code),
    )


def _login(capture: Capture) -> str:
    is_attended = capture.browser is not None and capture.browser.profile == "person"
    return "possible" if is_attended else "none"


def _captured(capture: Capture, *, is_failed: bool) -> EventDraft:
    return event(
        EventKind.ATTEMPT_FAILED if is_failed else EventKind.CAPTURED,
        capture.id,
        open_field("status", capture.status if capture.status is not None else "none"),
        open_field("exhibits", len(capture.exhibits)),
        open_field("presence", presence_of(capture)[0].value),
        open_field("missing", len(capture.missing)),
        open_field("withheld", sum(one.count for one in capture.withheld)),
        # Hidden and with an empty profile nobody is logged in; in a window somebody may have been.
        open_field("login", _login(capture)),
        open_field("egress", capture.browser.egress if capture.browser else "not known"),
        sealed_field("address", capture.requested_address),
        sealed_field("final_address", capture.final_address),
        sealed_field("record_sha256", visit_record_sha256(capture).hex),
    )
