"""A window of the real browser that ends in order, wherever its pages were going."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page

# Told by the page itself: during which event it went, before anything else could happen (what is
# watched is told while that event is still the one at work), and how much of it the next picture of
# the screen shows. How many milliseconds that takes is measured by `./run bench desk`.
WATCH = """() => {
  new MutationObserver(() => {
    if (document.querySelector("main")) return;
    const during = window.event ? window.event.type : "nothing";
    requestAnimationFrame(() => {
      const words = document.documentElement.innerText.trim();
      console.log("blank", during, words.length + document.title.length);
    });
  }).observe(document, { childList: true, subtree: true });
}"""

TOO_WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


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


def require_blank_at_once(leave: Callable[[], None], event: str, page: Page) -> None:
    """Leave, and see that the page goes while *event* is at work; :data:`WATCH` is on."""
    with page.expect_console_message(lambda said: said.text.startswith("blank")) as said:
        leave()
    _, during, letters = said.value.text.split()
    assert during == event, during
    assert letters == "0"


def shift_three_times(page: Page) -> None:
    """Leave by the keyboard."""
    for _ in range(3):
        page.keyboard.press("Shift")
