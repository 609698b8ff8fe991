"""The server of the desk: this computer only, a free port, connections that are slow are cut."""

import asyncio
import contextlib
import socket
import sys
from abc import ABC, abstractmethod
from types import FrameType
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from benban.errors import PortTakenError

_HERE = "127.0.0.1"
# The same computer by another name: cookies of a number are not sent to a name.
_FRAME_HOST = "localhost"
# A browser sends the head of a request at once; who takes longer holds a place for nothing.
_HEAD_WITHIN_S = 10.0
_MOST_HEAD_BYTES = 32 * 1024
_MOST_CONNECTIONS = 200


class _Impatient(H11Protocol):
    """Cuts a connection whose request does not come whole in time, the first or a later one."""

    _cut: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as its parent does
        super().connection_made(transport)
        self._make_room()
        self._wait()

    def _make_room(self) -> None:
        # Who came last may be the person: the one that has waited longest without asking goes.
        ours = [one for one in self.connections if isinstance(one, _Impatient)]
        waiting = [one for one in ours if one.cut_at is not None]
        if len(self.connections) > _MOST_CONNECTIONS and waiting:
            min(waiting, key=lambda one: one.cut_at or 0.0).let_go()

    @property
    def cut_at(self) -> float | None:
        """When it is cut by the clock of the loop; None once a whole head came."""
        return None if self._cut is None else self._cut.when()

    def let_go(self) -> None:
        """Cut it now."""
        self._stop_waiting()
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        elif self._cut is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._cut = self.loop.call_later(_HEAD_WITHIN_S, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._cut is not None:
            self._cut.cancel()
            self._cut = None


class _Server(uvicorn.Server):
    """Sleeps until it is to end, where its parent wakes ten times a second to look."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._end: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    def end(self) -> None:
        """Let it end; any thread may call this, also before it runs."""
        self.should_exit = True
        if self._end is not None:
            loop, over = self._end
            # The loop may be closed by now: then it has ended.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(over.set)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        self.end()

    async def main_loop(self) -> None:
        over = asyncio.Event()
        self._end = (asyncio.get_running_loop(), over)
        # Whoever asked for the end before this line is heard here.
        if not await self.on_tick(0):
            await over.wait()


class _Listener(ABC):
    """Answers at sockets that are taken already."""

    def __init__(self) -> None:
        self._server: _Server | None = None
        self._is_stopped = False

    def run(self, app: Any) -> None:  # noqa: ANN401 - what uvicorn takes is an ASGI callable of any kind
        """Answer until :meth:`stop`, which may have come before; then return."""
        config = uvicorn.Config(
            app,
            http=_Impatient,
            ws="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            log_level="critical",
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=2,
            h11_max_incomplete_event_size=_MOST_HEAD_BYTES,
        )
        self._server = _Server(config)
        if self._is_stopped:
            self._close()
            return
        try:
            self._server.run(sockets=self._sockets())
        finally:
            self._close()

    def stop(self) -> None:
        """Let :meth:`run` return once what is being answered is answered."""
        self._is_stopped = True
        if self._server is not None:
            self._server.end()

    @abstractmethod
    def _sockets(self) -> list[socket.socket]:
        """Return what it answers at."""

    def _close(self) -> None:
        for one in self._sockets():
            one.close()


class DeskServer(_Listener):
    """Listens from the moment it is made, so that the address is known before it runs."""

    def __init__(self) -> None:
        """
        Take a free port of this computer.

        Raises:
            PortTakenError: BB-017.
        """
        super().__init__()
        self._socket = _taken_port()
        try:
            self._frame_socket = _taken_port()
        except PortTakenError:
            self._socket.close()
            raise

    @property
    def authority(self) -> str:
        """Host and port."""
        return f"{_HERE}:{self._socket.getsockname()[1]}"

    @property
    def frame_origin(self) -> str:
        """Another origin of this program: another host and port, so that no cookie goes there."""
        return f"http://{_FRAME_HOST}:{self._frame_socket.getsockname()[1]}"

    def _sockets(self) -> list[socket.socket]:
        return [self._socket, self._frame_socket]


class FixedServer(_Listener):
    """Listens at one port of this computer, for the proxy before it; no other computer asks it."""

    def __init__(self, port: int = 0) -> None:
        """
        Take a port of this computer; any free one for 0.

        Raises:
            PortTakenError: BB-017.
        """
        super().__init__()
        self._socket = _taken_port(port)

    @property
    def port(self) -> int:
        """The port."""
        number: int = self._socket.getsockname()[1]
        return number

    def _sockets(self) -> list[socket.socket]:
        return [self._socket]


def _taken_port(port: int = 0) -> socket.socket:
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":
            # There, another program could otherwise bind the same port and answer for us.
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        elif port:
            # Started again at once, a server finds connections of its last run still closing.
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Head and body of a page are two writes: the second waits for nobody's word on the first.
        taken.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        taken.bind((_HERE, port))
        # A browser that is quicker than we are waits instead of finding nobody.
        taken.listen()
    except OSError as error:
        taken.close()
        raise PortTakenError from error
    return taken
