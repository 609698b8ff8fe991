"""The body of a request, asked for piece by piece from a thread."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import Future

from starlette.requests import ClientDisconnect, Request

from benban.desk.desk import Desk
from benban.errors import DeskLockedError

# A browser on this computer sends at once; a stick it reads from may need a moment to wake up.
_PATIENCE_S = 60.0
_LOOK_EVERY_S = 0.5


class Chunks:
    """What a browser sends, waited for; made in the loop that receives it."""

    def __init__(self, request: Request, desk: Desk) -> None:
        self._stream = request.stream()
        self._desk = desk
        self._locks = desk.locks
        self._loop = asyncio.get_running_loop()

    def next(self) -> bytes:
        """
        Wait for more and return it, empty at the end; not to be called in the loop.

        Raises:
            OSError: the browser went away or sends nothing more.
            DeskLockedError: BB-015, the keys went meanwhile; nothing more is taken in.
        """
        waiting = asyncio.run_coroutine_threadsafe(_next(self._stream), self._loop)
        waited_s = 0.0
        while True:
            self._require_open(waiting)
            try:
                piece = waiting.result(_LOOK_EVERY_S)
                # What still comes was sent by somebody who is here.
                self._desk.note_request()
                return piece
            except TimeoutError:
                waited_s += _LOOK_EVERY_S
            except ClientDisconnect as error:
                raise OSError("the browser went away") from error
            if waited_s >= _PATIENCE_S:
                waiting.cancel()
                raise OSError("nothing more comes")

    def _require_open(self, waiting: "Future[bytes]") -> None:
        if self._desk.locks != self._locks:
            waiting.cancel()
            raise DeskLockedError


async def _next(stream: AsyncIterator[bytes]) -> bytes:
    # An empty piece in the middle would be taken for the end.
    async for piece in stream:
        if piece:
            return piece
    return b""
