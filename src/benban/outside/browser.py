"""A real Chromium, headless, behind our own proxy, with an empty profile in a folder passed in."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from threading import Lock
from typing import ClassVar

import msgspec
from playwright.sync_api import Browser as PlaywrightBrowser
from playwright.sync_api import BrowserContext, Playwright, Route, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page as PlaywrightPage

from benban.capture.ports import PageLimits
from benban.errors import BrowserFailedError
from benban.model.clock import Clock
from benban.model.exhibit import BrowserFacts
from benban.model.resolver import Resolver
from benban.outside.browser_flags import LEFT_OUT, PREFERENCES, VIEWPORT_PX, browser_flags
from benban.outside.browser_tab import ChromiumTab, TabParts
from benban.outside.cdp_events import Processes, Version
from benban.outside.platforms import resident_bytes, runs_as_superuser
from benban.outside.proxy import Endpoint, LoopbackProxy
from benban.outside.watchdog import Watchdog

_START_MS = 30_000
# The browser's own process takes some 300 MB with a page of 64 MB under way; a compressed body
# that unpacks into gigabytes gathers there.
_MOST_BYTES = 1 << 30
_TEMP_VARIABLES = ("TMPDIR", "TEMP", "TMP")
_SHORT_FOLDER = "/tmp"  # noqa: S108 - a private folder with a random name is made in it
_WAY_PREFIX, _WAY = "run-", "b"
_environment = Lock()


class ChromiumBrowser:
    """
    A :class:`benban.capture.ports.Browser`; each tab is a browser of its own, ended with it.

    Args:
        program: the browser's program file, see ``browser_find``.
        temp_folder: inside the vault's temporary folder; profiles lie there while a tab is open.
        resolver: for the proxy.
        clock: dates what is received.
        allowed: loopback endpoints of the demonstration and of tests.
    """

    shows_pictures: ClassVar[bool] = False
    _profile: ClassVar[str] = "empty"
    _tab_kind: ClassVar[type[ChromiumTab]] = ChromiumTab
    # Programs that this process, as root, has seen fail with their sandbox; not tried each time.
    _without_sandbox: ClassVar[set[Path]] = set()

    def __init__(
        self,
        *,
        program: Path,
        temp_folder: Path,
        resolver: Resolver,
        clock: Clock,
        allowed: frozenset[Endpoint] = frozenset(),
    ) -> None:
        self._program = program
        # The browser does not run in our folder: a relative one would lead elsewhere.
        self._temp_folder = temp_folder.absolute()
        self._resolver = resolver
        self._clock = clock
        self._allowed = allowed
        self._is_headless = True
        self._admits_all = False

    @contextlib.contextmanager
    def open_tab(self, limits: PageLimits) -> Iterator[ChromiumTab]:
        """
        Return a tab in a browser started for it; leaving the with-block ends the browser.

        Raises:
            BrowserFailedError: BB-202.
        """
        proxy = LoopbackProxy(
            resolver=self._resolver,
            clock=self._clock,
            allowed=self._allowed,
            admits_all=self._admits_all,
        )
        with (
            _short_way_to(self._temp_folder) as tmp,
            proxy,
            _playwright_in(tmp) as playwright,
            self._started(playwright, browser_flags(proxy.port), tmp) as browser,
        ):
            yield self._tab(browser, proxy, limits)

    @contextlib.contextmanager
    def _started(
        self, playwright: Playwright, flags: list[str], tmp: str
    ) -> Iterator[PlaywrightBrowser]:
        whole = self._launch(playwright, flags, tmp)
        try:
            if whole.browser is None:
                raise BrowserFailedError("a browser without contexts of their own")
            yield whole.browser
        finally:
            with contextlib.suppress(PlaywrightError):
                whole.close()

    def _launch(self, playwright: Playwright, flags: list[str], tmp: str) -> BrowserContext:
        """Start with the sandbox; only where that fails and we are root, without (DESIGN 4)."""
        profile = _new_profile(tmp)
        try:
            return self._launch_once(playwright, flags, profile, sandbox=self._has_sandbox)
        except PlaywrightError as error:
            if not self._has_sandbox or not runs_as_superuser():
                raise BrowserFailedError(error.message.splitlines()[0]) from error
        self._without_sandbox.add(self._program)
        try:
            return self._launch_once(playwright, flags, _new_profile(tmp), sandbox=False)
        except PlaywrightError as error:
            raise BrowserFailedError(error.message.splitlines()[0]) from error

    @property
    def _has_sandbox(self) -> bool:
        return self._program not in self._without_sandbox

    def _launch_once(
        self, playwright: Playwright, flags: list[str], profile: Path, *, sandbox: bool
    ) -> BrowserContext:
        # The context that belongs to the profile stays empty; it is started for its preferences.
        return playwright.chromium.launch_persistent_context(
            profile,
            executable_path=self._program,
            headless=self._is_headless,
            chromium_sandbox=sandbox,
            args=flags,
            ignore_default_args=list(LEFT_OUT),
            timeout=_START_MS,
        )

    def _tab(
        self, browser: PlaywrightBrowser, proxy: LoopbackProxy, limits: PageLimits
    ) -> ChromiumTab:
        try:
            whole = browser.new_browser_cdp_session()
            version = msgspec.convert(whole.send("Browser.getVersion"), Version)
            processes = msgspec.convert(whole.send("SystemInfo.getProcessInfo"), Processes)
            context = _empty_context(browser)
            page = self._page_of(context, proxy)
            parts = TabParts(
                page=page,
                session=context.new_cdp_session(page),
                proxy=proxy,
                clock=self._clock,
                facts=BrowserFacts(
                    product=version.product,
                    user_agent=version.user_agent,
                    sandbox=self._has_sandbox,
                    viewport_px=VIEWPORT_PX,
                    egress="direct",
                    profile=self._profile,
                ),
                watchdog=Watchdog(
                    processes.browser_id, memory_of=resident_bytes, most_bytes=_MOST_BYTES
                ),
            )
            return self._tab_kind(parts, limits)
        except PlaywrightError as error:
            raise BrowserFailedError(error.message.splitlines()[0]) from error

    def _page_of(self, context: BrowserContext, _proxy: LoopbackProxy) -> PlaywrightPage:
        """Return the one page that is kept; any other window gets nothing."""
        page = context.new_page()
        self._close_the_rest(context, page)
        return page

    @staticmethod
    def _close_the_rest(context: BrowserContext, page: PlaywrightPage) -> None:
        _close_the_rest(context, page)


def _empty_context(browser: PlaywrightBrowser) -> BrowserContext:
    # A context of its own is off the record: cookies, cache and history stay in memory.
    return browser.new_context(
        viewport={"width": VIEWPORT_PX[0], "height": VIEWPORT_PX[1]},
        accept_downloads=False,
        service_workers="block",
        permissions=[],
    )


def _close_the_rest(context: BrowserContext, page: PlaywrightPage) -> None:
    """Leave only *page*: any other window gets nothing and is closed, dialogs are dismissed."""

    def only_ours(route: Route) -> None:
        # The gate of the tab sees one window; this one sees every other as well.
        try:
            is_ours = route.request.frame.page == page
        except PlaywrightError:
            is_ours = False
        with contextlib.suppress(PlaywrightError):
            if is_ours:
                route.continue_()
            else:
                route.abort("blockedbyclient")

    page.on("dialog", lambda dialog: dialog.dismiss())
    context.route("**/*", only_ours)
    context.on("page", lambda other: other.close())


def _new_profile(folder: str) -> Path:
    """Return a profile that holds preferences and nothing else."""
    profile = Path(mkdtemp(dir=folder, prefix="p"))
    own = profile / "Default"
    own.mkdir()
    (own / "Preferences").write_bytes(PREFERENCES)
    return profile


@contextlib.contextmanager
def _short_way_to(folder: Path) -> Iterator[str]:
    """
    Give a path to a fresh folder inside *folder* that is short enough for a socket below it.

    Chromium binds a socket in its temporary folder, and such a path may have 108 bytes, 104 on
    macOS; a vault's folder is often longer. The files lie in *folder* all the same.
    """
    with TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as own:
        if os.name == "nt":
            yield own
            return
        _sweep_ways()
        with TemporaryDirectory(dir=_SHORT_FOLDER, prefix=_WAY_PREFIX) as private:
            way = Path(private, _WAY)
            way.symlink_to(own, target_is_directory=True)
            yield str(way)


def _sweep_ways() -> None:
    """Remove the ways that a killed program left; the vault has swept what they led to."""
    for private in Path(_SHORT_FOLDER).glob(f"{_WAY_PREFIX}*"):
        way = private / _WAY
        # Another user's, or another program's with the same name: left alone.
        with contextlib.suppress(OSError):
            if way.is_symlink() and not way.exists():
                way.unlink()
                private.rmdir()


@contextlib.contextmanager
def _playwright_in(folder: str) -> Iterator[Playwright]:
    """Start Playwright so that it and the browser put their temporary files into *folder*."""
    with _environment:
        before = {name: os.environ.get(name) for name in _TEMP_VARIABLES}
        os.environ.update(dict.fromkeys(_TEMP_VARIABLES, folder))
        try:
            playwright = sync_playwright().start()
        except PlaywrightError as error:
            # Two tabs in one thread, or a thread that runs an event loop of its own.
            raise BrowserFailedError("no place for a tab in this thread") from error
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
    try:
        yield playwright
    finally:
        playwright.stop()
