"""Runs our own small scripts in every frame of the tab, out of the page's reach."""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from playwright.sync_api import CDPSession
from playwright.sync_api import Error as PlaywrightError

from benban.errors import PageNotReceivedError
from benban.outside.cdp_events import (
    DomAnswer,
    DomNode,
    Evaluated,
    FrameTree,
    FrameTreeAnswer,
    Resolved,
    World,
)
from benban.seal.exchange import without_surrogates

_WORLD = "benban"
# One script of ours in one frame; the watchdog stands behind it for a page that hangs.
_SCRIPT_MS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FramePlace:
    """
    A frame and its address.

    Attributes:
        wanted: where it was to lead, when nothing came from there; empty otherwise.
    """

    id: str
    url: str
    wanted: str = ""


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

        Raises:
            PageNotReceivedError: BB-210, the script broke off or took too long.
        """
        try:
            raw = self._session.send(
                "Runtime.evaluate",
                {
                    "expression": script,
                    "contextId": self._world(frame_id),
                    "returnByValue": True,
                    "timeout": _SCRIPT_MS,
                },
            )
        except PlaywrightError as error:
            if "No frame" in error.message or "Cannot find context" in error.message:
                return None
            raise
        return _value(raw)

    def run_in_closed_shadows(self, function: str) -> None:
        """
        Call *function* with each shadow root that is closed to scripts, in every frame.

        Raises:
            PageNotReceivedError: BB-210, the function broke off.
        """
        raw = self._session.send("DOM.getDocument", {"depth": -1, "pierce": True})
        root = msgspec.convert(raw, DomAnswer).root
        for node, frame_id in _closed_shadows(root, self.all()[0].id):
            place = {"backendNodeId": node.backend_node_id}
            place["executionContextId"] = self._world(frame_id)
            resolved = msgspec.convert(self._session.send("DOM.resolveNode", place), Resolved)
            _value(
                self._session.send(
                    "Runtime.callFunctionOn",
                    {
                        "functionDeclaration": f"function () {{ return ({function})(this) }}",
                        "objectId": resolved.object.object_id,
                        "returnByValue": True,
                    },
                )
            )

    def _world(self, frame_id: str) -> int:
        asked = {"frameId": frame_id, "worldName": _WORLD}
        raw = self._session.send("Page.createIsolatedWorld", asked)
        return msgspec.convert(raw, World).execution_context_id


def _value(raw: object) -> str | float | bool | None:
    answer = msgspec.convert(raw, Evaluated)
    if answer.exception_details is not None:
        raise PageNotReceivedError(host="", reason="a script of ours broke off")
    value = answer.result.value
    # A script can make text that is none: half a character.
    return without_surrogates(value) if isinstance(value, str) else value


def _closed_shadows(root: DomNode, main_frame: str) -> Iterator[tuple[DomNode, str]]:
    """Yield every closed shadow root with the frame it stands in; no page exhausts the stack."""
    waiting = [(root, main_frame)]
    while waiting:
        node, frame_id = waiting.pop()
        if node.shadow_root_type == "closed":
            yield node, frame_id
        inside = [*node.children, *node.shadow_roots]
        waiting.extend((each, frame_id) for each in inside)
        if node.content_document is not None:
            waiting.append((node.content_document, node.frame_id or frame_id))


def _collect(tree: FrameTree, found: list[FramePlace]) -> None:
    if not (found and tree.frame.url.startswith("chrome-error:")):
        frame = tree.frame
        found.append(FramePlace(id=frame.id, url=frame.url, wanted=frame.unreachable_url))
    for child in tree.child_frames:
        _collect(child, found)
