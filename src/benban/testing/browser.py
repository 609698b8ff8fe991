"""A browser out of a table, for tests of what a capture does with what it gets."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from benban.capture.media_store import MediaStore
from benban.capture.ports import (
    BodyState,
    FrameDocument,
    Head,
    IsCrowded,
    Page,
    PageLimits,
    RecordedExchange,
    Screenshot,
    Scrolled,
)
from benban.capture.traffic import Traffic
from benban.errors import BenbanError, WholePageRefusedError
from benban.model.exhibit import BrowserFacts, Connection

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
FACTS = BrowserFacts(
    product="Fake/1", user_agent="Fake", sandbox=True, viewport_px=(1280, 1024), egress="direct"
)


def exchange_of(
    address: str,
    body: bytes = b"",
    *,
    state: BodyState = BodyState.DECODED,
    content_type: str = "text/html",
) -> RecordedExchange:
    """Return a GET of *address* with status 200."""
    return RecordedExchange(
        address=address,
        method="GET",
        status=200,
        resource="Document",
        at=AT,
        request=Head(start_line="GET / HTTP/1.1", fields=(("Accept", "*/*"),), is_raw=False),
        response=Head(
            start_line="HTTP/1.1 200 OK",
            fields=(("Content-Type", content_type), ("Set-Cookie", "phien=bi-mat")),
            is_raw=True,
        ),
        body=body,
        body_state=state,
        remote="203.0.113.7:443",
    )


def page_of(address: str, html: str, *, media: tuple[str, ...] = ()) -> Page:
    """Return a page loaded from *address* that asked for *media*."""
    return Page(
        requested_address=address,
        final_address=address,
        redirects=(),
        status=200,
        title="Trang",
        text="Chữ trên trang",
        documents=(FrameDocument(address=address, html=html),),
        exchanges=(exchange_of(address, html.encode()),),
        media_addresses=media,
    )


@dataclass(slots=True)
class FakeBrowser:
    """
    A :class:`benban.capture.ports.Browser` with one page.

    Attributes:
        page: what every address gives.
        media: what :meth:`FakeTab.fetch_media` finds.
        failures: by the name of a tab's method, or ``open_tab``, what it raises.
        calls: the methods called, in order.
    """

    page: Page
    media: Mapping[str, bytes] = field(default_factory=dict)
    failures: Mapping[str, BenbanError] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    traffic: Traffic = field(default_factory=Traffic)
    shows_pictures: bool = False

    @contextmanager
    def open_tab(self, limits: PageLimits) -> Iterator["FakeTab"]:
        """Return the tab."""
        self.note("open_tab")
        yield FakeTab(self)

    def note(self, name: str) -> None:
        """Keep that *name* was called, and fail if it is to."""
        self.calls.append(name)
        if name in self.failures:
            raise self.failures[name]


@dataclass(slots=True)
class FakeTab:
    """A :class:`benban.capture.ports.Tab`."""

    browser: FakeBrowser

    def facts(self) -> BrowserFacts:
        """Return facts of no real browser."""
        return FACTS

    def connections(self) -> tuple[Connection, ...]:
        """Return one connection."""
        at = "203.0.113.7"
        return (Connection(host="vi-du.test", port=443, resolved=(at,), remote=at, at=AT),)

    def load_without_media(self, address: str) -> Page:
        """Return the page."""
        self.browser.note("load_without_media")
        return self.browser.page

    def load_whole(self, address: str, store: MediaStore, is_crowded: IsCrowded) -> Page:
        """Return the page; each of its exchanges with ``Image`` bytes lies in *store*."""
        self.browser.note("load_whole")
        if is_crowded(self.browser.page.final_address):
            raise WholePageRefusedError("a place with many people")
        exchanges = tuple(
            replace(each, body=b"", stored=store.put(each.body))
            if each.resource == "Image"
            else each
            for each in self.browser.page.exchanges
        )
        scrolled = Scrolled(steps=2, ended="bottom", height_px=900)
        return replace(self.browser.page, exchanges=exchanges, scrolled=scrolled)

    def let_go_of_films(self) -> None:
        """Do as if."""
        self.browser.note("let_go_of_films")

    def traffic(self) -> Traffic:
        """Return what the test put there."""
        return self.browser.traffic

    def grey_out_pictures(self) -> None:
        """Do as if."""
        self.browser.note("grey_out_pictures")

    def screenshot(self, write: Callable[[bytes], object]) -> Screenshot:
        """Hand over something that begins like a PNG."""
        self.browser.note("screenshot")
        write(b"\x89PNG\r\n\x1a\n")
        return Screenshot(page_height_px=900, shown_height_px=900)

    def pdf(self) -> bytes:
        """Return something that begins like a PDF."""
        self.browser.note("pdf")
        return b"%PDF-1.7"

    def mhtml(self) -> bytes:
        """Return a saved page with one inline picture."""
        self.browser.note("mhtml")
        return (
            b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n"
            b'<p>x</p><img src="data:image/gif;base64,R0lGOD">'
        )

    def fetch_media(self, address: str, write: Callable[[bytes], int]) -> RecordedExchange:
        """Hand over the bytes of *address* in two pieces."""
        self.browser.note("fetch_media")
        data = self.browser.media[address]
        write(data[:10])
        write(data[10:])
        return exchange_of(address, state=BodyState.STREAMED, content_type="image/jpeg; q=1")
