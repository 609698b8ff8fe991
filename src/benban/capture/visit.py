"""
One address becomes artefacts and a statement of what is missing (DESIGN 3, HARM 1).

First the page with every picture and media request blocked, then only the media of the item
pointed at. Without a permit nothing but text is kept and no picture is asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Generic

from benban.capture.failure import OPEN_BROWSER, OPEN_PAGE, OPEN_WHOLE
from benban.capture.inline_media import withhold_from_mhtml
from benban.capture.keeping import Draft, Keeper, media_type_of
from benban.capture.layouts import (
    POST_NOT_FOUND,
    Item,
    find_item,
    is_known_service,
    preferred_address,
    says_not_found,
)
from benban.capture.media_types import UNKNOWN, is_picture_or_media, media_type_of_address
from benban.capture.package import Beside, FetchedMedia, PageRecord, page_record, spool_wacz
from benban.capture.page_text import page_as_text
from benban.capture.place import place_of
from benban.capture.ports import (
    BodyState,
    Browser,
    IsCrowded,
    Page,
    PageLimits,
    Part,
    PartT,
    RecordedExchange,
    Screenshot,
    Spool,
    SpoolPart,
    Tab,
    nowhere_is_crowded,
)
from benban.capture.posts import read_post
from benban.capture.steps import StepListener, StepLog
from benban.capture.traffic import Traffic, addresses_not_told_apart
from benban.capture.unfinished import failures_of, require_page, under_way, undone_steps
from benban.capture.whole_page import WholeRecorder, what_was_not_reached
from benban.errors import (
    BenbanError,
    OwnBrowserRefusedError,
    PageNotReceivedError,
    PermitRefusedError,
    SchemeRefusedError,
    WholePageRefusedError,
)
from benban.model.case import StoragePermit
from benban.model.clock import Clock
from benban.model.exhibit import (
    BrowserFacts,
    Capture,
    CaptureStep,
    Connection,
    Counter,
    Exhibit,
    ExhibitKind,
    Missing,
    StepOutcome,
    Withheld,
)
from benban.model.ids import new_capture_id
from benban.model.post import Post
from benban.model.sighting import Sighting

OTHER_PEOPLE = "other-people"
INLINE_PICTURES = "inline-pictures"
NO_PERMIT = "no-permit"

ChooseMedia = Callable[[tuple[str, ...]], tuple[str, ...]]


def choose_nothing(_addresses: tuple[str, ...]) -> tuple[str, ...]:
    """Return no address: what is done when nobody can be asked."""
    return ()


def _nobody_listens(_step: object) -> None:
    """Take note of nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRequest:
    """
    What is to be captured.

    Attributes:
        address: as the person gave it.
        choose_media: asked on a page of no known layout, with the media addresses and without
            previews; answers with those that are about this person.
        on_progress: keeps how far the visit has come, as the visit begins and as each step ends.
        on_step: told of each step as it ends, when that is kept.
        is_whole_page: pictures of others are kept too (HARM 1); the caller has logged why.
        is_crowded: says of an address reached on the way to a whole page, and of a frame in it,
            that it shows many people: it is not opened then.
    """

    sighting: Sighting
    address: str
    limits: PageLimits = field(default_factory=PageLimits)
    choose_media: ChooseMedia = choose_nothing
    on_progress: Callable[[Capture], None] = _nobody_listens
    on_step: StepListener = _nobody_listens
    is_whole_page: bool = False
    is_crowded: IsCrowded = nowhere_is_crowded


def capture_address(
    request: CaptureRequest,
    *,
    browser: Browser,
    clock: Clock,
    spool: Spool[PartT],
    on_part: Callable[[Part[PartT]], Exhibit],
    permit: StoragePermit | None,
) -> Capture:
    """
    Return what one visit to an address received, kept, missed and withheld.

    A page that did not come is a capture too: ``failure_of`` gives the error to show for it.

    Args:
        request: what and how far.
        browser: a real one, or a fake of the port.
        clock: dates everything.
        spool: encrypted room for artefacts.
        on_part: keeps a finished part as an exhibit; called as soon as each is read back.
        permit: None keeps text only: no picture is asked for, no page image is made.

    Raises:
        PermitRefusedError: BB-101, the permit is for another sighting.
        WholePageRefusedError: BB-215, a whole page without a permit.
        OwnBrowserRefusedError: BB-220, a window that shows pictures without a permit.
        BenbanError: of ``on_part`` and the spool (BB-1xx, BB-4xx).
    """
    if permit is not None and permit.sighting_id != request.sighting.id:
        raise PermitRefusedError("a permit for something else")
    if permit is None and request.is_whole_page:
        raise WholePageRefusedError
    if permit is None and browser.shows_pictures:
        raise OwnBrowserRefusedError
    return _Visit(
        request, clock=clock, spool=spool, on_part=on_part, has_permit=permit is not None
    ).run(browser)


class _Visit(Generic[PartT]):
    """The state of one capture while it runs."""

    def __init__(
        self,
        request: CaptureRequest,
        *,
        clock: Clock,
        spool: Spool[PartT],
        on_part: Callable[[Part[PartT]], Exhibit],
        has_permit: bool,
    ) -> None:
        self._request = request
        self._clock = clock
        self._has_permit = has_permit
        self._id = new_capture_id()
        self._steps = StepLog(clock, self._step_ended)
        self._keeper = Keeper(
            spool=spool,
            on_part=on_part,
            sighting_id=request.sighting.id,
            capture_id=self._id,
        )
        self._started_at = clock.now()
        self._started_ns = clock.monotonic_ns()
        self._opened_address = preferred_address(request.address)
        self._page: Page | None = None
        self._facts: BrowserFacts | None = None
        self._connections: tuple[Connection, ...] = ()
        self._missing: list[Missing] = []
        self._withheld: list[Withheld] = []
        self._counters: tuple[Counter, ...] = ()
        self._post: Post | None = None
        self._whole: WholeRecorder[PartT] | None = None

    def run(self, browser: Browser) -> Capture:
        if not place_of(self._opened_address).is_web:
            self._steps.failed(OPEN_PAGE, SchemeRefusedError())
            return self._capture()
        self._request.on_progress(self._so_far())
        try:
            with browser.open_tab(self._request.limits) as tab:
                self._steps.done(OPEN_BROWSER)
                self._facts = tab.facts()
                self._look(tab)
                self._connections = tab.connections()
                self._missing.extend(addresses_not_told_apart(self._connections))
        except BenbanError as error:
            if self._steps.outcome_of(OPEN_BROWSER) is not None:
                raise
            self._steps.failed(OPEN_BROWSER, error)
        return self._capture()

    def _look(self, tab: Tab) -> None:
        if not self._has_permit and is_picture_or_media(
            media_type_of_address(self._opened_address)
        ):
            # The address names a picture: without a permit it is not even asked for.
            self._steps.not_done(OPEN_PAGE, NO_PERMIT)
            return
        if self._request.is_whole_page:
            recorder = WholeRecorder(
                self._keeper, self._steps, clock=self._clock, rest_s=self._request.limits.rest_s
            )
            with recorder as self._whole:
                with self._steps.step(OPEN_WHOLE):
                    self._page = self._whole.load(
                        tab, self._opened_address, self._request.is_crowded
                    )
                    require_page(self._page)
                if self._page is not None:
                    self._keep(tab, self._page)
            return
        with self._steps.step(OPEN_PAGE):
            self._page = tab.load_without_media(self._opened_address)
            require_page(self._page)
        if self._page is not None:
            self._keep(tab, self._page)

    def _keep(self, tab: Tab, page: Page) -> None:
        self._connections = tab.connections()
        self._missing.extend(failures_of(page))
        is_looked_at = not page.is_media_itself and page.dead_end is None
        if is_looked_at:
            self._keep_text(page)
        if not self._has_permit:
            self._withhold(NO_PERMIT, len(page.media_addresses) + page.is_media_itself)
            self._steps.not_done("item-media", NO_PERMIT)
            return
        record = page_record(page, is_whole=self._whole is not None)
        self._withhold(INLINE_PICTURES, record.inline_withheld)
        if is_looked_at:
            self._keep_images_of_page(tab)
        media = [] if page.dead_end else self._fetch_item(tab, page)
        if self._whole is not None:
            self._missing.extend(self._whole.fetch_the_rest(tab, page, media))
        self._keep_package(page, record, media, tab.traffic())

    def _keep_text(self, page: Page) -> None:
        with self._steps.step("dom-text"):
            text = page_as_text(page, self._request.address, self._started_at).encode()
            self._keeper.keep_bytes(text, self._draft(ExhibitKind.DOM_TEXT, "text/plain"))
        with self._steps.step("counters"):
            addresses = (self._opened_address, page.final_address)
            read = read_post(addresses, page.documents, self._clock.now())
            self._counters, self._post = read.counters, read.post
        if self._post is not None:
            self._steps.done("post", self._post.layout)
        elif any(map(is_known_service, addresses)):
            self._steps.not_done("post", "layout not recognised")

    def _keep_images_of_page(self, tab: Tab) -> None:
        if self._whole is not None:
            self._keep_looks(tab)
            return
        with self._steps.step("grey-out"):
            tab.grey_out_pictures()
        if self._steps.outcome_of("grey-out") is not StepOutcome.DONE:
            for name in ("screenshot", "page-pdf", "mhtml"):
                self._steps.not_done(name, "pictures could not be covered")
            return
        self._keep_looks(tab)

    def _keep_looks(self, tab: Tab) -> None:
        with self._steps.step("screenshot"):
            shots: list[Screenshot] = []

            def shoot(part: SpoolPart[PartT]) -> None:
                shots.append(tab.screenshot(part.write))

            spooled = self._keeper.spool(shoot)
            self._keeper.adopt(spooled, self._draft(ExhibitKind.SCREENSHOT, "image/png"))
            (shot,) = shots
            if shot.shown_height_px < shot.page_height_px:
                size = f"pixels: {shot.shown_height_px}/{shot.page_height_px}"
                self._missing.append(Missing(what="lower part of the screenshot", reason=size))
        with self._steps.step("page-pdf"):
            pdf = tab.pdf()
            self._keeper.keep_bytes(pdf, self._draft(ExhibitKind.PAGE_PDF, "application/pdf"))
        with self._steps.step("mhtml"):
            raw = tab.mhtml()
            mhtml = raw if self._whole is not None else withhold_from_mhtml(raw)[0]
            self._keeper.keep_bytes(mhtml, self._draft(ExhibitKind.MHTML, "multipart/related"))

    def _fetch_item(self, tab: Tab, page: Page) -> list[FetchedMedia[PartT]]:
        addresses = self._media_of_item(page)
        fetched: list[FetchedMedia[PartT]] = []
        for address in addresses:
            with self._steps.step("item-media"):
                fetched.append(self._fetch_one(tab, address))
        others = [each for each in page.media_addresses if each not in addresses]
        if self._whole is None:
            self._withhold(OTHER_PEOPLE, len(others))
        return fetched

    def _media_of_item(self, page: Page) -> tuple[str, ...]:
        if page.is_media_itself:
            self._steps.done("item", "the address itself")
            return (page.final_address,)
        for address in (self._opened_address, page.final_address):
            item = find_item(address, page.documents)
            if item is not None:
                return self._media_of_known(item)
        if says_not_found(self._opened_address, page.documents):
            self._steps.done("item", POST_NOT_FOUND)
            return ()
        if self._whole is not None:
            self._steps.done("item", "the whole page")
            return ()
        if not page.media_addresses:
            self._steps.done("item", "no media on the page")
            return ()
        answer = self._request.choose_media(page.media_addresses)
        chosen = tuple(each for each in page.media_addresses if each in answer)
        if chosen:
            self._steps.done("item", "chosen from the list of addresses")
        else:
            self._steps.not_done("item", "nothing chosen from the list of addresses")
        return chosen

    def _media_of_known(self, item: Item) -> tuple[str, ...]:
        self._steps.done("item", item.layout)
        if item.unreachable:
            reason = f"no address of its own: {item.unreachable}"
            self._missing.append(Missing(what="video of the item", reason=reason))
        elif not item.media:
            self._missing.append(Missing(what="media of the item", reason="the item has none"))
        return item.media

    def _fetch_one(self, tab: Tab, address: str) -> FetchedMedia[PartT]:
        answers: list[RecordedExchange] = []

        def write(part: SpoolPart[PartT]) -> None:
            answers.append(tab.fetch_media(address, part.write))

        spooled = self._keeper.spool(write)
        exchange = answers[0]
        claimed = exchange.response.value("content-type").split(";")[0].strip().lower()
        found = media_type_of(spooled.open())
        if not (is_picture_or_media(found) or (found == UNKNOWN and is_picture_or_media(claimed))):
            raise PageNotReceivedError(host="", reason=f"not a picture or video: {found}")
        draft = self._draft(ExhibitKind.MEDIA, found, address)
        exhibit = self._keeper.adopt(
            spooled, replace(draft, claimed_media_type=claimed, contains_media=True)
        )
        if exchange.body_state is BodyState.END_NOT_KNOWN:
            reason = exchange.body_state.value
            self._missing.append(Missing(what="proof that the media is whole", reason=reason))
        return FetchedMedia(exchange=exchange, spooled=spooled, exhibit_id=exhibit.id)

    def _keep_package(
        self,
        page: Page,
        record: PageRecord,
        media: list[FetchedMedia[PartT]],
        traffic: Traffic,
    ) -> None:
        self._withhold(INLINE_PICTURES, traffic.messages_withheld)
        self._missing.extend(what_was_not_reached(page, traffic))
        if self._facts is not None and self._facts.profile == "person":
            self._missing.append(Missing(what="cookies of the login", reason="never-kept"))
        if traffic.dialogs:
            self._steps.done("dialogs", f"closed: {len(traffic.dialogs)}")
        if not record.exchanges and not media:
            self._steps.not_done("wacz", "nothing was received")
            return
        with self._steps.step("wacz"):
            whole = self._whole.finish() if self._whole is not None else None
            beside = Beside(media=media, traffic=traffic, whole=whole)
            spooled = spool_wacz(self._keeper, page, record, beside, self._clock.now())
            draft = self._draft(ExhibitKind.WACZ, "application/wacz")
            self._keeper.adopt(
                spooled,
                replace(
                    draft,
                    derived_from=tuple(each.exhibit_id for each in media),
                    contains_media=bool(media) or self._whole is not None,
                ),
            )

    def _draft(self, kind: ExhibitKind, media_type: str, address: str = "") -> Draft:
        final = self._page.final_address if self._page else self._opened_address
        return Draft(
            kind=kind,
            media_type=media_type,
            source_address=address or final,
            made_at=self._clock.now(),
            contains_media=self._whole is not None and kind is not ExhibitKind.DOM_TEXT,
        )

    def _withhold(self, reason: str, count: int) -> None:
        if count:
            self._withheld.append(Withheld(reason=reason, count=count))

    def _step_ended(self, step: CaptureStep) -> None:
        self._request.on_progress(self._so_far())
        self._request.on_step(step)

    def _so_far(self) -> Capture:
        """Return the record of the visit as it is to stand if nothing more comes of it."""
        return under_way(
            self._capture(),
            opening=OPEN_WHOLE if self._request.is_whole_page else OPEN_PAGE,
            has_permit=self._has_permit,
            is_media_itself=self._page is not None and self._page.is_media_itself,
        )

    def _capture(self) -> Capture:
        page = self._page
        offset = page.clock_offset_s if page else None
        return Capture(
            id=self._id,
            sighting_id=self._request.sighting.id,
            requested_address=self._request.address,
            final_address=page.final_address if page else self._opened_address,
            redirects=page.redirects if page else (),
            status=page.status if page else None,
            title=page.title if page else "",
            started_at=self._started_at,
            ended_at=self._clock.now(),
            started_monotonic_ns=self._started_ns,
            ended_monotonic_ns=self._clock.monotonic_ns(),
            local_utc_offset_s=self._clock.local_utc_offset_s(),
            browser=replace(self._facts, clock_offset_s=offset) if self._facts else None,
            connections=self._connections,
            steps=self._steps.steps,
            missing=(*undone_steps(self._steps.steps), *self._missing),
            withheld=tuple(self._withheld),
            counters=self._counters,
            exhibits=tuple(self._keeper.adopted),
            post=self._post,
        )
