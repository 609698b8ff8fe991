"""A window of the real browser that ends in order, wherever its pages were going."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page

# Set by the page itself, in the browser's own time, when nothing of it is seen any more.
WATCH = """() => {
  let leftAt = null;
  window.addEventListener("click", () => { leftAt = performance.now(); }, true);
  window.addEventListener("keydown", () => { leftAt = performance.now(); }, true);
  new MutationObserver(() => {
    if (document.querySelector("main")) return;
    requestAnimationFrame(() => {
      const words = document.documentElement.innerText.trim();
      console.log("blank", performance.now() - leftAt, words.length + document.title.length);
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


def blank_after_ms(leave: Callable[[], None], page: Page) -> float:
    """Leave, and return after how many milliseconds nothing was seen; :data:`WATCH` is on."""
    with page.expect_console_message(lambda said: said.text.startswith("blank")) as said:
        leave()
    _, after_ms, letters = said.value.text.split()
    assert letters == "0"
    return float(after_ms)


def shift_three_times(page: Page) -> None:
    """Leave by the keyboard."""
    for _ in range(3):
        page.keyboard.press("Shift")
