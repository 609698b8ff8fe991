import io
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from socketserver import BaseRequestHandler, TCPServer

import pytest

from benban.outside.fence import Fence
from benban.vault import CaseStore
from tests.path.terminal import Terminal


@pytest.fixture(autouse=True)
def nobody_at_the_keyboard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))


@pytest.fixture(scope="session")
def fence() -> Iterator[Fence]:
    with Fence() as fence:
        yield fence


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal.with_vault(tmp_path)


@pytest.fixture
def case(terminal: Terminal) -> str:
    return terminal.new_case()


@pytest.fixture
def store(terminal: Terminal, case: str) -> Iterator[CaseStore]:
    with terminal.store(case) as store:
        yield store


class Listener:
    """A server on loopback that notes everybody who comes."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.callers = 0


@pytest.fixture
def listener() -> Iterator[Listener]:
    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            listening.callers += 1

    with TCPServer(("127.0.0.1", 0), Handler) as server:
        listening = Listener(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield listening
        server.shutdown()
        thread.join()
