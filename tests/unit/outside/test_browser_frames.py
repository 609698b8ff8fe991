"""A script of ours that breaks off is never taken for one that did its work."""

from collections.abc import Mapping
from typing import cast

import pytest
from playwright.sync_api import CDPSession
from playwright.sync_api import Error as PlaywrightError

from benban.errors import PageNotReceivedError
from benban.outside.browser_frames import FrameScripts


class TableSession:
    """Answers each command of the protocol out of a table, and notes what was sent."""

    def __init__(self, answers: Mapping[str, object]) -> None:
        self._answers = {"Page.createIsolatedWorld": {"executionContextId": 7}, **answers}
        self.sent: list[tuple[str, Mapping[str, object]]] = []

    def send(self, method: str, parameters: Mapping[str, object] | None = None) -> object:
        self.sent.append((method, parameters or {}))
        answer = self._answers[method]
        if isinstance(answer, PlaywrightError):
            raise answer
        return answer


def scripts_of(session: TableSession) -> FrameScripts:
    return FrameScripts(cast("CDPSession", session))


def test_a_script_that_broke_off_is_an_error() -> None:
    broken = {"result": {"type": "object"}, "exceptionDetails": {"text": "terminated"}}

    with pytest.raises(PageNotReceivedError):
        scripts_of(TableSession({"Runtime.evaluate": broken})).run("f", "1")


def test_a_frame_that_has_gone_gives_nothing() -> None:
    gone = TableSession({"Page.createIsolatedWorld": PlaywrightError("No frame for given id")})

    assert scripts_of(gone).run("f", "1") is None


def test_half_a_character_becomes_one_that_can_be_written() -> None:
    session = TableSession({"Runtime.evaluate": {"result": {"value": "a\ud800b"}}})

    assert scripts_of(session).run("f", "1") == "a\ufffdb"


def test_a_closed_shadow_is_reached_in_the_frame_it_stands_in() -> None:
    inner = {"backendNodeId": 3, "shadowRootType": "closed"}
    document = {"backendNodeId": 2, "children": [{"backendNodeId": 4, "shadowRoots": [inner]}]}
    frame = {"backendNodeId": 5, "frameId": "inner", "contentDocument": document}
    session = TableSession(
        {
            "DOM.getDocument": {"root": {"backendNodeId": 1, "children": [frame]}},
            "Page.getFrameTree": {"frameTree": {"frame": {"id": "main", "url": "https://a.test"}}},
            "DOM.resolveNode": {"object": {"objectId": "o"}},
            "Runtime.callFunctionOn": {"result": {"value": True}},
        }
    )

    scripts_of(session).run_in_closed_shadows("(root) => true")

    sent = dict(session.sent)
    assert sent["Page.createIsolatedWorld"]["frameId"] == "inner"
    assert sent["DOM.resolveNode"] == {"backendNodeId": 3, "executionContextId": 7}
    assert sent["Runtime.callFunctionOn"]["objectId"] == "o"
