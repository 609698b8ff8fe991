"""Pictures of a page as high as it is: in one piece, or in strips that are joined."""

import base64
from collections.abc import Callable

import msgspec
from playwright.sync_api import CDPSession
from playwright.sync_api import Page as PlaywrightPage

from benban.capture.png_strips import StripJoiner
from benban.capture.ports import Screenshot
from benban.outside.cdp_events import Snapshot

# Chromium draws at most 16,384 pixels in one piece; a strip has to find room in memory as well.
_ONE_PIECE_PX = 8_000
_STRIP_PX = 6_000


class Camera:
    """
    Takes pictures of one tab.

    Args:
        page, session: of the tab.
        width_px: of its viewport.
        most_px: the highest picture.
        timeout_s: for one piece.
    """

    def __init__(
        self,
        page: PlaywrightPage,
        session: CDPSession,
        *,
        width_px: int,
        most_px: int,
        timeout_s: float,
    ) -> None:
        self._page = page
        self._session = session
        self._width_px = width_px
        self._most_px = most_px
        self._timeout_s = timeout_s

    def pieces(self, height_px: int) -> int:
        """Return in how many pieces a page of that height is drawn."""
        return 1 + min(height_px, self._most_px) // _STRIP_PX

    def shoot(self, height_px: int, write: Callable[[bytes], object]) -> Screenshot:
        """
        Hand a picture of the page to *write* and return how much of it is there.

        Raises:
            PictureStripsError: BB-214.
        """
        shown = max(1, min(height_px, self._most_px))
        if shown <= _ONE_PIECE_PX:
            write(self._piece(shown))
        else:
            self._strips(shown, write)
        return Screenshot(page_height_px=height_px, shown_height_px=shown)

    def _piece(self, height_px: int) -> bytes:
        return self._page.screenshot(
            full_page=True,
            clip={"x": 0, "y": 0, "width": self._width_px, "height": height_px},
            animations="disabled",
            timeout=1000 * self._timeout_s,
        )

    def _strips(self, height_px: int, write: Callable[[bytes], object]) -> None:
        joiner = StripJoiner(write, height_px)
        for top in range(0, height_px, _STRIP_PX):
            joiner.add(self._strip(top, min(_STRIP_PX, height_px - top)))
        joiner.finish()

    def _strip(self, top: int, height: int) -> bytes:
        clip = {"x": 0, "y": top, "width": self._width_px, "height": height, "scale": 1}
        asked = {
            "format": "png",
            "captureBeyondViewport": True,
            "clip": clip,
            # The rows are packed again anyway.
            "optimizeForSpeed": True,
        }
        raw = self._session.send("Page.captureScreenshot", asked)
        return base64.b64decode(msgspec.convert(raw, Snapshot).data)
