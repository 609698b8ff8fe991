"""Reads a page down to its end as a reader would, within stated limits."""

from collections.abc import Callable

from playwright.sync_api import Page as PlaywrightPage

from benban.capture.ports import PageLimits, Scrolled
from benban.outside import browser_scripts as scripts
from benban.outside.browser_frames import FrameScripts

_POLL_MS = 50
# At the end a page may still be fetching what comes next: it is at its end when it stays there.
_STAYS = 2


class Scroller:
    """
    Scrolls one tab.

    Args:
        page: waited on.
        frames: runs the scripts.
        limits: how many steps, and how long.
        now: seconds that only grow.
    """

    def __init__(
        self,
        page: PlaywrightPage,
        frames: FrameScripts,
        limits: PageLimits,
        now: Callable[[], float],
    ) -> None:
        self._page = page
        self._frames = frames
        self._limits = limits
        self._now = now

    def to_the_end(self, frame_id: str, has_been_quiet: Callable[[float], bool]) -> Scrolled:
        """
        Return how far it went and why it stopped.

        Args:
            frame_id: the main frame.
            has_been_quiet: whether nothing moved for so many seconds and nothing is under way.
        """
        until = self._now() + self._limits.scroll_s
        steps, stayed, ended = 0, 0, ""
        before = (-1.0, -1.0)
        while not ended:
            place = self._step(frame_id)
            steps += 1
            # Higher or further than before: something came, or there was more.
            stayed = stayed + 1 if place == before else 0
            quiet_s = self._limits.quiet_s if stayed else self._limits.scroll_quiet_s
            self._rest(has_been_quiet, quiet_s)
            before = place
            if stayed >= _STAYS:
                ended = "bottom"
            elif steps >= self._limits.scroll_steps:
                ended = "steps"
            elif self._now() >= until:
                ended = "time"
        return Scrolled(steps=steps, ended=ended, height_px=int(before[1]))

    def _step(self, frame_id: str) -> tuple[float, float]:
        told = str(self._frames.run(frame_id, scripts.SCROLL_ON) or "0 0")
        place, height = told.split(" ")
        return float(place), float(height)

    def _rest(self, has_been_quiet: Callable[[float], bool], quiet_s: float) -> None:
        until = self._now() + self._limits.scroll_rest_s
        # One frame first: what scrolling starts is not under way yet.
        self._page.wait_for_timeout(_POLL_MS)
        while self._now() < until and not has_been_quiet(quiet_s):
            self._page.wait_for_timeout(_POLL_MS)
