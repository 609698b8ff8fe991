"""One tab: load without media, look at what is there, fetch the one thing pointed at."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from threading import Event, Thread

import msgspec
from playwright.sync_api import CDPSession
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page as PlaywrightPage

from benban.capture.media_store import MediaStore
from benban.capture.place import place_of, without_fragment
from benban.capture.ports import (
    FailedRequest,
    FrameDocument,
    IsCrowded,
    Page,
    PageLimits,
    RecordedExchange,
    Screenshot,
    Scrolled,
)
from benban.capture.traffic import Traffic
from benban.errors import (
    BenbanError,
    BrowserFailedError,
    NoAnswerInTimeError,
    PageNotReceivedError,
    SchemeRefusedError,
    WholePageRefusedError,
)
from benban.model.clock import Clock
from benban.model.exhibit import BrowserFacts, Connection
from benban.outside import browser_scripts as scripts
from benban.outside.browser_camera import Camera
from benban.outside.browser_errors import in_our_words, named_error, page_error
from benban.outside.browser_frames import FramePlace, FrameScripts
from benban.outside.browser_links import Links
from benban.outside.browser_media import MediaStream
from benban.outside.browser_network import TabNetwork
from benban.outside.browser_record import with_remote
from benban.outside.browser_scroll import Scroller
from benban.outside.browser_whole import WholePage
from benban.outside.cdp_events import Snapshot
from benban.outside.proxy import LoopbackProxy, Outcome
from benban.outside.watchdog import Bite, Watchdog

_POLL_MS = 50
_BREAK_AGAIN_S = 0.5
# The reason of what did not come to its end in time.
TOO_SLOW = "too slow"
# What the browser shows where nothing came: its own words, and no page.
_ERROR_PAGE = "chrome-error:"


@dataclass(frozen=True, slots=True, kw_only=True)
class TabParts:
    """What a tab is made of; :class:`benban.outside.browser.ChromiumBrowser` puts it together."""

    page: PlaywrightPage
    session: CDPSession
    proxy: LoopbackProxy
    clock: Clock
    facts: BrowserFacts
    watchdog: Watchdog


class ChromiumTab:
    """A :class:`benban.capture.ports.Tab` over the DevTools protocol."""

    def __init__(self, parts: TabParts, limits: PageLimits) -> None:
        self._parts = parts
        self._limits = limits
        self._frames = FrameScripts(parts.session)
        self._network = TabNetwork(
            parts.session, proxy=parts.proxy, clock=parts.clock, limits=limits
        )
        self._links = Links(parts.session, parts.proxy, self._network.tls_versions)
        self._whole: WholePage | None = None
        self._visited: list[str] = []
        self._unread = 0
        self._network.start()
        self._network.main_frame = self._frames.all()[0].id
        parts.page.on("framenavigated", self._note_visit)
        streams = self._network.streams
        parts.page.on("dialog", lambda dialog: streams.dialog(dialog.type, dialog.message))
        parts.page.on("download", lambda download: streams.download(download.url))

    def facts(self) -> BrowserFacts:
        """Return the true facts of this browser."""
        return self._parts.facts

    def connections(self) -> tuple[Connection, ...]:
        """Return every connection made up to now, each host and remote address once."""
        return self._links.connections()

    def traffic(self) -> Traffic:
        """Return what passed beside the exchanges up to now."""
        streams = self._network.streams
        return Traffic(
            messages=streams.messages(),
            passages=self._network.order.passages(),
            chains=self._links.chains(),
            dials=self._links.dials(),
            dialogs=tuple(streams.dialogs),
            downloads=tuple(streams.downloads),
            messages_cut=streams.cut,
        )

    def load_without_media(self, address: str) -> Page:
        """
        Open *address* with every picture and media request blocked.

        Raises:
            BenbanError: BB-202 to BB-210, BB-212: no page came, and why.
        """
        with self._guarded(self._limits.answer_s + self._limits.settle_s + self._limits.look_s):
            return self._load(address)

    def load_whole(self, address: str, store: MediaStore, is_crowded: IsCrowded) -> Page:
        """
        Open *address* with its pictures, read it down to the end, and keep what is drawn.

        Raises:
            WholePageRefusedError: BB-215, the way leads to a place with many people.
            BenbanError: BB-202 to BB-210, BB-212: no page came, and why.
        """
        self._whole = WholePage(store, self._limits, is_crowded)
        self._network.keep_pictures(self._whole)
        allowed_s = self._limits.answer_s + 2 * self._limits.settle_s + self._limits.scroll_s
        with self._guarded(allowed_s + self._limits.look_s):
            return self._load(address)

    def grey_out_pictures(self) -> None:
        """Paint grey over whatever could still show a picture (inline data, canvas, video)."""
        with self._guarded(self._limits.look_s), in_our_words():
            for frame in self._frames.all():
                self._frames.run(frame.id, f"({scripts.GREY_OUT})(document)")
            self._frames.run_in_closed_shadows(scripts.GREY_OUT)

    def screenshot(self, write: Callable[[bytes], object]) -> Screenshot:
        """
        Hand the whole page as PNG to *write*; cut only where ``PageLimits.shot_px`` is.

        Raises:
            BenbanError: BB-202, BB-208, BB-210, BB-214.
        """
        camera = Camera(
            self._parts.page,
            self._parts.session,
            width_px=self._parts.facts.viewport_px[0],
            most_px=self._limits.shot_px,
            timeout_s=self._limits.look_s,
        )
        with self._guarded(self._limits.look_s), in_our_words():
            for frame in self._frames.all():
                self._frames.run(frame.id, scripts.STAND_STILL)
            height = int(self._frames.run(self._network.main_frame, scripts.HEIGHT) or 0)
        # A very tall page is drawn in many strips; each may take its time.
        with self._guarded(self._limits.look_s * camera.pieces(height)), in_our_words():
            return camera.shoot(height, write)

    def pdf(self) -> bytes:
        """Return the page as PDF."""
        with self._guarded(self._limits.look_s), in_our_words():
            return self._parts.page.pdf(format="A4", print_background=True)

    def mhtml(self) -> bytes:
        """Return the page as MHTML."""
        with self._guarded(self._limits.look_s), in_our_words():
            raw = self._parts.session.send("Page.captureSnapshot", {"format": "mhtml"})
            return msgspec.convert(raw, Snapshot).data.encode()

    def fetch_media(self, address: str, write: Callable[[bytes], int]) -> RecordedExchange:
        """
        Fetch one picture or video as the page would, handing its bytes to *write* as they come.

        Raises:
            BenbanError: BB-202 to BB-210: it did not come whole.
        """
        before = len(self._parts.proxy.records())
        apart = self._whole.apart if self._whole else self._network.media
        frame = apart.get(address, "") or self._network.main_frame
        stream = MediaStream(self._parts.session, self._network, self._frames, self._limits)
        # The stream is ended first: the browser, with all that is still to be kept of the page,
        # only where that does not help.
        allowed_s = self._limits.media_s + self._limits.answer_s
        with self._guarded(allowed_s), self._ended_after(self._limits.media_s), in_our_words():
            stream.ask(address, frame)
            until = time.monotonic() + self._limits.answer_s
            while not stream.is_answered:
                self._parts.page.wait_for_timeout(_POLL_MS)
                if not self._network.is_wanted_seen and time.monotonic() > until:
                    # A rule of the page forbids it (Content-Security-Policy, for one).
                    raise PageNotReceivedError(host=place_of(address).host, reason="not asked for")
            stream.read(address, write, self._parts.proxy.records()[before:])
        return with_remote(self._network.media_exchange(), self._links.remotes())

    def _load(self, address: str) -> Page:
        if not place_of(address).is_web:
            raise SchemeRefusedError
        before = len(self._parts.proxy.records())
        try:
            self._parts.page.goto(
                address, wait_until="commit", timeout=1000 * self._limits.answer_s
            )
        except PlaywrightError as error:
            if self._whole is not None and self._whole.is_refused:
                raise WholePageRefusedError("a place with many people") from error
            if not self._network.media_itself_address:
                records = self._parts.proxy.records()[before:]
                raise page_error(error, address, records) from error
            self._parts.page.goto("about:blank")
            return self._media_page(address)
        if not any(each.remote for each in self._parts.proxy.records()):
            # A rule set by whoever runs this computer comes before our flag.
            raise BrowserFailedError("the browser goes past its proxy")
        scrolled = self._read_down() if self._whole else None
        unsettled = self._settle()
        return replace(self._page(address, unsettled), scrolled=scrolled)

    def _read_down(self) -> Scrolled:
        with in_our_words():
            self._wait_until_quiet()
            scroller = Scroller(self._parts.page, self._frames, self._limits, time.monotonic)
            scrolled = scroller.to_the_end(self._network.main_frame, self._network.has_been_quiet)
            self._frames.run(self._network.main_frame, scripts.SCROLL_BACK)
        return scrolled

    def let_go_of_films(self) -> None:
        """Stop every film of the page, so that its connections are free for what is fetched."""
        with self._guarded(self._limits.look_s), in_our_words():
            for frame in self._frames.all():
                self._frames.run(frame.id, scripts.LET_GO_OF_FILMS)

    def _settle(self) -> str:
        """Wait until nothing moves, then stop what is still on its way; return why if so."""
        with in_our_words():
            unsettled = self._wait_until_quiet()
            self._network.stop_reading()
            # From here on the page stands still: nothing is put back that was covered, and the
            # item does not have to wait behind what a busy page keeps asking for.
            self._parts.session.send("Emulation.setScriptExecutionDisabled", {"value": True})
            self._parts.session.send("Page.stopLoading")
        return unsettled

    def _wait_until_quiet(self) -> str:
        until = time.monotonic() + self._limits.settle_s
        while time.monotonic() < until:
            self._parts.page.wait_for_timeout(_POLL_MS)
            if self._network.has_been_quiet(self._limits.quiet_s):
                return ""
        return "never-quiet"

    def _page(self, address: str, unsettled: str) -> Page:
        with in_our_words():
            frames = self._frames.all()
            if frames[0].url.startswith(_ERROR_PAGE):
                return self._dead_end(address, frames[0].wanted)
            texts = [self._told(frame, scripts.TEXT) for frame in frames]
            documents = tuple(
                FrameDocument(address=frame.url, html=self._told(frame, scripts.HTML))
                for frame in frames
            )
            title = self._told(frames[0], scripts.TITLE)
        exchanges = self._exchanges()
        main = [each for each in exchanges if each.resource == "Document"]
        visited = self._way(main, frames[0].url)
        last = next((each for each in main if each.address == without_fragment(visited[-1])), None)
        return Page(
            requested_address=address,
            final_address=visited[-1],
            redirects=tuple(visited[:-1]),
            status=last.status if last else None,
            title=title,
            text="\n".join(text for text in texts if text.strip()),
            documents=documents,
            exchanges=exchanges,
            media_addresses=tuple(self._whole.apart if self._whole else self._network.media),
            failed=self._failed(),
            unsettled=unsettled,
            unread=self._unread,
            clock_offset_s=_clock_offset_s(last),
        )

    def _dead_end(self, address: str, wanted: str) -> Page:
        """Return what came before the page led on to where nothing came from."""
        host = place_of(wanted).host
        names = [each.reason for each in self._network.log.failures() if each.host == host]
        records = [each for each in self._parts.proxy.records() if each.endpoint.host == host]
        exchanges = self._exchanges()
        main = [each for each in exchanges if each.resource == "Document"]
        way = self._way(main, wanted)
        return Page(
            requested_address=address,
            final_address=wanted,
            redirects=tuple(way[:-1]),
            status=None,
            title="",
            text="",
            documents=(),
            exchanges=exchanges,
            media_addresses=(),
            failed=self._failed(),
            dead_end=named_error(names[-1] if names else "", wanted, records),
        )

    def _told(self, frame: FramePlace, script: str) -> str:
        """Return the text that *script* finds in a frame; count it when that broke off."""
        try:
            return str(self._frames.run(frame.id, script) or "")
        except PageNotReceivedError:
            self._unread += 1
            return ""

    def _media_page(self, address: str) -> Page:
        exchanges = self._exchanges()
        return Page(
            requested_address=address,
            final_address=self._network.media_itself_address,
            redirects=tuple(each.address for each in exchanges),
            status=None,
            title="",
            text="",
            documents=(),
            exchanges=exchanges,
            media_addresses=(),
            is_media_itself=True,
        )

    def _failed(self) -> tuple[FailedRequest, ...]:
        refused = {
            each.endpoint.host: FailedRequest(host=each.endpoint.host, reason=each.outcome.value)
            for each in self._parts.proxy.records()
            if each.outcome not in {Outcome.CONNECTED, Outcome.NOT_ASKED_FOR}
        }
        others = [each for each in self._network.log.failures() if each.host not in refused]
        return (*refused.values(), *others)

    def _way(self, documents: list[RecordedExchange], final: str) -> list[str]:
        """Return every address passed by the main frame, by redirect or by script, then *final*."""
        way: list[str] = []
        redirecting = [each.address for each in documents if each.response.value("location")]
        for address in (*redirecting, *self._visited, final):
            if address not in way and address != final and address.startswith("http"):
                way.append(address)
        return [*way, final]

    def _note_visit(self, frame: object) -> None:
        if frame == self._parts.page.main_frame:
            self._visited.append(self._parts.page.url)

    def _exchanges(self) -> tuple[RecordedExchange, ...]:
        remotes = self._links.remotes()
        return tuple(with_remote(each, remotes) for each in self._network.log.exchanges())

    @contextlib.contextmanager
    def _ended_after(self, seconds: float) -> Iterator[None]:
        """Break the connections off if the block takes longer, however steadily bytes drip."""
        is_done, is_late = Event(), Event()

        def guard() -> None:
            wait_s = seconds
            # Again and again: Chromium may ask a second time for what was cut.
            while not is_done.wait(wait_s):
                is_late.set()
                self._parts.proxy.break_off()
                wait_s = _BREAK_AGAIN_S

        thread = Thread(target=guard, daemon=True)
        thread.start()
        try:
            yield
        except BenbanError as error:
            if is_late.is_set() and not isinstance(error, BrowserFailedError):
                raise PageNotReceivedError(host="", reason=TOO_SLOW) from error
            raise
        finally:
            is_done.set()
            thread.join()
        # A body without a length ends with its connection: what was cut would pass for whole.
        if is_late.is_set():
            raise PageNotReceivedError(host="", reason=TOO_SLOW)

    @contextlib.contextmanager
    def _guarded(self, seconds: float) -> Iterator[None]:
        """End the browser if the block takes longer: a page can keep its own tab busy for ever."""
        with self._parts.watchdog.after(seconds) as watch:
            try:
                yield
            except Exception as error:
                if watch.bite is Bite.TIME:
                    raise NoAnswerInTimeError(host="") from error
                if watch.bite is Bite.MEMORY:
                    raise PageNotReceivedError(host="", reason="memory") from error
                raise


def _clock_offset_s(exchange: RecordedExchange | None) -> float | None:
    if exchange is None:
        return None
    try:
        server = parsedate_to_datetime(exchange.response.value("date"))
    except (ValueError, TypeError, OverflowError):
        return None
    return (exchange.at - server).total_seconds() if server.tzinfo else None
