"""An application on a loopback port, as another organisation's program reaches it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from starlette.applications import Starlette


@contextmanager
def served(app: Starlette, listening: socket.socket | None = None) -> Iterator[str]:
    """Return the base address while the application answers there, on a socket given or new."""
    listening = listening or socket.create_server(("127.0.0.1", 0))
    # As the command's socket has it (service.serve): no answer waits for the asking side.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # Connections wait in the socket until the server takes them: nothing is polled.
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False))
    thread = Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
