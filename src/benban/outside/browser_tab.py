"""One tab: load without media, look at what is there, fetch the one thing pointed at."""

import base64
import contextlib
import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import msgspec
from playwright.sync_api import CDPSession
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page as PlaywrightPage

from benban.capture.place import place_of, without_fragment
from benban.capture.ports import (
    FailedRequest,
    FrameDocument,
    Page,
    PageLimits,
    RecordedExchange,
    Screenshot,
)
from benban.errors import (
    BrowserFailedError,
    NoAnswerInTimeError,
    PageNotReceivedError,
    SchemeRefusedError,
)
from benban.model.clock import Clock
from benban.model.exhibit import BrowserFacts, Connection
from benban.model.ids import Digest, DigestAlgorithm
from benban.outside import browser_scripts as scripts
from benban.outside.browser_errors import in_our_words, page_error
from benban.outside.browser_frames import FramePlace, FrameScripts
from benban.outside.browser_media import MediaStream
from benban.outside.browser_network import TabNetwork
from benban.outside.browser_record import with_remote
from benban.outside.cdp_events import Certificates, Snapshot
from benban.outside.proxy import Endpoint, LoopbackProxy, Outcome, ProxyRecord
from benban.outside.watchdog import Bite, Watchdog

# Chromium draws at most 16,384 pixels in one piece.
_HIGHEST_SHOT_PX = 16_000
_POLL_MS = 50


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
        self._certificates: dict[str, tuple[Digest, ...]] = {}
        self._visited: list[str] = []
        self._unread = 0
        self._network.start()
        self._network.main_frame = self._frames.all()[0].id
        parts.page.on("framenavigated", self._note_visit)

    def facts(self) -> BrowserFacts:
        """Return the true facts of this browser."""
        return self._parts.facts

    def connections(self) -> tuple[Connection, ...]:
        """Return every connection made up to now, each host and remote address once."""
        made = [each for each in self._parts.proxy.records() if each.remote]
        first = {(each.endpoint, each.remote): each for each in reversed(made)}
        return tuple(self._connection(each) for each in reversed(first.values()))

    def load_without_media(self, address: str) -> Page:
        """
        Open *address* with every picture and media request blocked.

        Raises:
            BenbanError: BB-202 to BB-210, BB-212: no page came, and why.
        """
        if not place_of(address).is_web:
            raise SchemeRefusedError
        before = len(self._parts.proxy.records())
        allowed_s = self._limits.answer_s + self._limits.settle_s
        with self._guarded(allowed_s + self._limits.look_s):
            try:
                self._parts.page.goto(
                    address, wait_until="commit", timeout=1000 * self._limits.answer_s
                )
            except PlaywrightError as error:
                if not self._network.media_itself_address:
                    records = self._parts.proxy.records()[before:]
                    raise page_error(error, address, records) from error
                self._parts.page.goto("about:blank")
                return self._media_page(address)
            if not any(each.remote for each in self._parts.proxy.records()):
                # A rule set by whoever runs this computer comes before our flag.
                raise BrowserFailedError("the browser goes past its proxy")
            unsettled = self._settle()
            return self._page(address, unsettled)

    def grey_out_pictures(self) -> None:
        """Paint grey over whatever could still show a picture (inline data, canvas, video)."""
        with self._guarded(self._limits.look_s), in_our_words():
            for frame in self._frames.all():
                self._frames.run(frame.id, f"({scripts.GREY_OUT})(document)")
            self._frames.run_in_closed_shadows(scripts.GREY_OUT)

    def screenshot(self) -> Screenshot:
        """Return the whole page as PNG, cut where no browser can draw it in one piece."""
        with self._guarded(self._limits.look_s), in_our_words():
            page = self._parts.page
            width = self._parts.facts.viewport_px[0]
            height = int(self._frames.run(self._network.main_frame, scripts.HEIGHT) or 0)
            shown = max(1, min(height, _HIGHEST_SHOT_PX))
            png = page.screenshot(
                full_page=True,
                clip={"x": 0, "y": 0, "width": width, "height": shown},
                animations="disabled",
                timeout=1000 * self._limits.look_s,
            )
            return Screenshot(png=png, page_height_px=height, shown_height_px=shown)

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
        frame = self._network.media.get(address, "") or self._network.main_frame
        stream = MediaStream(self._parts.session, self._network, self._frames, self._limits)
        with self._guarded(self._limits.media_s), in_our_words():
            stream.ask(address, frame)
            until = time.monotonic() + self._limits.answer_s
            while not stream.is_answered:
                self._parts.page.wait_for_timeout(_POLL_MS)
                if not self._network.is_wanted_seen and time.monotonic() > until:
                    # A rule of the page forbids it (Content-Security-Policy, for one).
                    raise PageNotReceivedError(host=place_of(address).host, reason="not asked for")
            stream.read(address, write, self._parts.proxy.records()[before:])
        return with_remote(self._network.media_exchange(), self._remotes())

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
            if self._network.is_quiet:
                return ""
        return "never-quiet"

    def _page(self, address: str, unsettled: str) -> Page:
        with in_our_words():
            frames = self._frames.all()
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
            media_addresses=tuple(self._network.media),
            failed=self._failed(),
            unsettled=unsettled,
            unread=self._unread,
            clock_offset_s=_clock_offset_s(last),
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
        remotes = self._remotes()
        return tuple(with_remote(each, remotes) for each in self._network.log.exchanges())

    def _remotes(self) -> dict[Endpoint, str]:
        """Return where each host and port was reached; not where two addresses answered for it."""
        found: dict[Endpoint, set[str]] = {}
        for each in self._parts.proxy.records():
            if each.remote:
                found.setdefault(each.endpoint, set()).add(each.remote)
        # Which of two connections brought an answer cannot be told from outside the tunnel.
        return {endpoint: remotes.pop() for endpoint, remotes in found.items() if len(remotes) == 1}

    def _connection(self, record: ProxyRecord) -> Connection:
        host, port = record.endpoint.host, record.endpoint.port
        version = self._network.tls_versions.get(record.endpoint, "")
        return Connection(
            host=host,
            port=port,
            resolved=record.resolved,
            remote=record.remote,
            at=record.at,
            tls_version=version,
            tls_chain_sha256=self._chain(host, port) if version else (),
        )

    def _chain(self, host: str, port: int) -> tuple[Digest, ...]:
        origin = f"https://{host}" + ("" if port == 443 else f":{port}")  # noqa: PLR2004 - https
        if origin not in self._certificates:
            chain: tuple[Digest, ...] = ()
            with contextlib.suppress(PlaywrightError):
                raw = self._parts.session.send("Network.getCertificate", {"origin": origin})
                names = msgspec.convert(raw, Certificates).table_names
                chain = tuple(_sha256(base64.b64decode(name)) for name in names)
            self._certificates[origin] = chain
        return self._certificates[origin]

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


def _sha256(der: bytes) -> Digest:
    return Digest(algorithm=DigestAlgorithm.SHA256, hex=hashlib.sha256(der).hexdigest())
