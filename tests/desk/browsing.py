"""A window of the real browser that ends in order, wherever its pages were going."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error


@contextmanager
def browsing(browser: Browser, **wishes: Any) -> Iterator[BrowserContext]:  # noqa: ANN401 - what Playwright takes
    """
    Give a window with cookies of its own.

    Chromium never answers when it is told to drop a window whose page is just arriving somewhere
    (at ``/exit``, say): every page is led away first.
    """
    context = browser.new_context(**wishes)
    try:
        yield context
    finally:
        context.unroute_all(behavior="ignoreErrors")
        for page in context.pages:
            page.unroute_all(behavior="ignoreErrors")
            with suppress(Error):
                page.goto("about:blank")
        context.close()
