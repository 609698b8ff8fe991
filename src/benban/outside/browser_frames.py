"""Runs our own small scripts in every frame of the tab, out of the page's reach."""

from dataclasses import dataclass

import msgspec
from playwright.sync_api import CDPSession
from playwright.sync_api import Error as PlaywrightError

from benban.outside.cdp_events import Evaluated, FrameTree, FrameTreeAnswer, World

_WORLD = "benban"
# One script of ours in one frame; the watchdog stands behind it for a page that hangs.
_SCRIPT_MS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FramePlace:
    """A frame and its address."""

    id: str
    url: str


class FrameScripts:
    """The frames of one tab; the main frame comes first."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session

    def all(self) -> list[FramePlace]:
        """Return every frame there is now."""
        tree = msgspec.convert(self._session.send("Page.getFrameTree"), FrameTreeAnswer)
        found: list[FramePlace] = []
        _collect(tree.frame_tree, found)
        return found

    def run(self, frame_id: str, script: str) -> str | float | bool | None:
        """
        Return what *script* gives back in a fresh world of our own in one frame.

        A frame that has gone meanwhile gives None.
        """
        try:
            world = msgspec.convert(
                self._session.send(
                    "Page.createIsolatedWorld", {"frameId": frame_id, "worldName": _WORLD}
                ),
                World,
            )
            raw = self._session.send(
                "Runtime.evaluate",
                {
                    "expression": script,
                    "contextId": world.execution_context_id,
                    "returnByValue": True,
                    "timeout": _SCRIPT_MS,
                },
            )
        except PlaywrightError as error:
            if "No frame" in error.message or "Cannot find context" in error.message:
                return None
            raise
        return msgspec.convert(raw, Evaluated).result.value


def _collect(tree: FrameTree, found: list[FramePlace]) -> None:
    if not (found and tree.frame.url.startswith("chrome-error:")):
        found.append(FramePlace(id=tree.frame.id, url=tree.frame.url))
    for child in tree.child_frames:
        _collect(child, found)
