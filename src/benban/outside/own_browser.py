"""
The person's own browser program with a window they see and use: they log in, then one tab is kept.

A browser that already runs takes no orders over a pipe, and a port would let every program of the
computer give them (HARM 16). So benban starts the installed browser itself, over a pipe, with an
empty profile that is removed afterwards (docs/adr/0008).
"""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import ClassVar

from playwright.sync_api import BrowserContext
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page as PlaywrightPage

from benban.capture.attended import Attended
from benban.capture.login_traces import message_without_login, without_login
from benban.capture.place import place_of
from benban.capture.ports import Page, PageLimits, RecordedExchange
from benban.capture.private_places import is_private_place
from benban.capture.traffic import Traffic
from benban.errors import AttachNotConfirmedError, AttachRefusedError, NoScreenError
from benban.outside.browser import ChromiumBrowser
from benban.outside.browser_find import find_browser
from benban.outside.browser_tab import ChromiumTab
from benban.outside.clock import SystemClock
from benban.outside.proxy import Endpoint, LoopbackProxy
from benban.outside.resolver import SystemResolver

_POLL_MS = 200


class OwnTab(ChromiumTab):
    """The confirmed tab: what is kept is the page that was confirmed, and no other."""

    confirmed_address = ""
    hosts: frozenset[str] = frozenset()

    def _load(self, _address: str) -> Page:
        # Not what stands there by now: a tab goes on living after somebody looked at it.
        page = super()._load(self.confirmed_address)
        # With its fragment; where the tab is a picture, it has been emptied meanwhile.
        shown = page.final_address if page.is_media_itself else self._parts.page.url
        check_tab(shown, page.title, self.hosts)
        return page

    def traffic(self) -> Traffic:
        """Return what passed beside the exchanges up to now, without cookies."""
        traffic = super().traffic()
        return replace(traffic, messages=tuple(map(message_without_login, traffic.messages)))

    def fetch_media(self, address: str, write: Callable[[bytes], int]) -> RecordedExchange:
        """
        Fetch one picture or video with the login, and return the exchange without it.

        Raises:
            BenbanError: BB-202 to BB-210: it did not come whole.
        """
        return without_login(super().fetch_media(address, write))

    def _exchanges(self) -> tuple[RecordedExchange, ...]:
        return tuple(map(without_login, super()._exchanges()))


class OwnBrowser(ChromiumBrowser):
    """A :class:`benban.capture.ports.Browser` whose tab was brought to the front by a person."""

    shows_pictures: ClassVar[bool] = True
    _profile: ClassVar[str] = "person"
    _tab_kind: ClassVar[type[ChromiumTab]] = OwnTab
    attended: Attended
    _confirmed_address = ""

    def attend(self, attended: Attended) -> None:
        """Tell this browser whom to ask."""
        self.attended = attended
        self._is_headless = not attended.is_shown
        # Nobody logs in through a gate that knows only one page.
        self._admits_all = True

    @contextlib.contextmanager
    def open_tab(self, limits: PageLimits) -> Iterator[ChromiumTab]:
        """
        Return the confirmed tab; leaving the with-block ends the browser and its profile.

        Raises:
            NoScreenError: BB-219.
            AttachNotConfirmedError: BB-218.
            AttachRefusedError: BB-217.
            BrowserFailedError: BB-202.
        """
        if self.attended.is_shown and not _has_screen():
            raise NoScreenError
        with super().open_tab(limits) as tab:
            if isinstance(tab, OwnTab):
                tab.confirmed_address, tab.hosts = self._confirmed_address, self.attended.hosts
            yield tab

    def _page_of(self, context: BrowserContext, proxy: LoopbackProxy) -> PlaywrightPage:
        try:
            page = self._confirmed(context)
        except PlaywrightError as error:
            # The window was closed.
            raise AttachNotConfirmedError("the window is gone") from error
        for other in context.pages:
            if other != page:
                other.close()
        proxy.begin_anew()
        self._close_the_rest(context, page)
        return page

    def _confirmed(self, context: BrowserContext) -> PlaywrightPage:
        first = context.new_page()
        first.goto(self.attended.address, wait_until="commit")
        if not self._wait(context):
            raise AttachNotConfirmedError("called off")
        page = _in_front(context.pages)
        page.bring_to_front()
        title, address = page.title(), page.url
        check_tab(address, title, self.attended.hosts)
        if not self.attended.attendant.confirm(title, place_of(address).host):
            raise AttachNotConfirmedError("not confirmed")
        self._confirmed_address = address
        return page

    def _wait(self, context: BrowserContext) -> bool:
        """Keep the window alive while somebody types; the answer comes from another thread."""
        answers: list[bool] = []

        def ask() -> None:
            answers.append(self.attended.attendant.wait_until_ready())

        asking = Thread(target=ask, daemon=True)
        asking.start()
        while asking.is_alive():
            if not context.pages:
                raise AttachNotConfirmedError("the window is gone")
            context.pages[0].wait_for_timeout(_POLL_MS)
        return answers == [True]


def check_tab(address: str, title: str, hosts: frozenset[str]) -> None:
    """
    Return if a tab may be kept.

    Raises:
        AttachNotConfirmedError: BB-218, it stands on another host.
        AttachRefusedError: BB-217, it shows something private.
    """
    if place_of(address).host not in hosts:
        raise AttachNotConfirmedError("another host")
    if is_private_place(address, title):
        raise AttachRefusedError


def make_browser(
    folder: Path, allowed: frozenset[Endpoint], attended: Attended | None
) -> ChromiumBrowser:
    """
    Return a browser of this computer: hidden, or with a window for the one in *attended*.

    Args:
        folder: for its profile; removed by whoever made it.
        allowed: loopback places of a demonstration.
        attended: None opens a page with nobody before it.

    Raises:
        BrowserMissingError: BB-201.
    """
    kind = ChromiumBrowser if attended is None else OwnBrowser
    browser = kind(
        program=find_browser(),
        temp_folder=folder,
        resolver=SystemResolver(),
        clock=SystemClock(),
        allowed=allowed,
    )
    if isinstance(browser, OwnBrowser) and attended is not None:
        browser.attend(attended)
    return browser


def _in_front(pages: Sequence[PlaywrightPage]) -> PlaywrightPage:
    shown = [page for page in pages if page.evaluate("document.visibilityState === 'visible'")]
    focused = [page for page in shown if page.evaluate("document.hasFocus()")]
    candidates = focused if len(focused) == 1 else shown
    if len(candidates) != 1:
        raise AttachNotConfirmedError("more than one tab is in front")
    return candidates[0]


def _has_screen() -> bool:
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
