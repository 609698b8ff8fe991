"""A request is read to its end before it is answered, so that the answer arrives."""

import asyncio
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Somebody who sends slowly is answered all the same.
_READS_FOR_S = 10


class ReadsAway:
    """
    Around an application that answers before it has read all: a key that is none, a body too long.

    A server that closes with something unread resets the connection, and a proxy that still sends
    then says 502 instead of what was answered. Nothing of what is read here is kept.
    """

    def __init__(self, app: ASGIApp, *, most: int) -> None:
        """
        Keep what answers.

        Args:
            app: it.
            most: bytes of one request that are read away; what is longer is cut off as before.
        """
        self._app, self._most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        said = {name for name, _ in scope.get("headers", ())}
        if said.isdisjoint({b"content-length", b"transfer-encoding"}):
            await self._app(scope, receive, send)
            return
        # Who asks first whether to send mostly sends nothing before it hears of it.
        reading = _Reading(receive, send, self._most, is_over=b"expect" in said)
        await self._app(scope, reading.receive, reading.send)


class _Reading:
    """One request, until its answer begins."""

    def __init__(self, receive: Receive, send: Send, most: int, *, is_over: bool) -> None:
        self._receive, self._send, self._most = receive, send, most
        self._is_over = is_over

    async def receive(self) -> Message:
        message = await self._receive()
        self._is_over = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and not self._is_over:
            # What is too long, or too slow, ends as it would have without this.
            with suppress(TimeoutError):
                async with asyncio.timeout(_READS_FOR_S):
                    await self._read_away()
        await self._send(message)

    async def _read_away(self) -> None:
        size = 0
        while not self._is_over and size <= self._most:
            size += len((await self.receive()).get("body", b""))
