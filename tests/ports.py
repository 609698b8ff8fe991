"""A port of this computer for a server that is told which one to take."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def held_port() -> Iterator[int]:
    """
    Give a port of 127.0.0.1 that nobody else is given while it is held.

    A server that sets SO_REUSEADDR (uvicorn, nginx and, on POSIX, asyncio do) comes to listen there
    beside the holder, who never listens: before that, whoever asks is refused. Source: socket(7).
    """
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]
