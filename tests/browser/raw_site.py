"""A site on loopback that sends exactly the bytes it is told to, whole or not."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread

END_OF_HEAD = b"\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawSite:
    """Where it listens, and the first line of every request that came."""

    port: int
    asked: list[str] = field(default_factory=list)

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


def whole(body: bytes, *fields: str, media_type: str = "text/html; charset=utf-8") -> bytes:
    """An answer with status 200 that promises the body it has."""
    lines = [
        "HTTP/1.1 200 OK",
        f"Content-Type: {media_type}",
        f"Content-Length: {len(body)}",
        *fields,
    ]
    return "\r\n".join(lines).encode() + END_OF_HEAD + body


def broken_off(body: bytes, media_type: str) -> bytes:
    """An answer of unknown length whose last chunk never comes."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nTransfer-Encoding: chunked"
    return head.encode() + END_OF_HEAD + f"{len(body):x}\r\n".encode() + body + b"\r\n"


def post_with(picture: str, more: str = "") -> bytes:
    """A page of one post with one picture, as Telegram lays it out; its path is ``/kenh/7``."""
    return whole(
        f'<div data-post="kenh/7"><i class="tgme_widget_message_photo_wrap" '
        f"style=\"background-image:url('{picture}')\"></i></div>{more}".encode()
    )


@contextmanager
def raw_site(
    answers: Mapping[str, bytes], dripping: frozenset[str] = frozenset()
) -> Iterator[RawSite]:
    """
    Serve *answers* by path, one request per connection; 404 for anything else.

    What follows the answer of a path in *dripping* is one byte after the other, without end.
    """
    over = Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        site = RawSite(port=server.getsockname()[1])

        def serve(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                head = b""
                while END_OF_HEAD not in head and (piece := connection.recv(65536)):
                    head += piece
                path = head.split(b" ")[1].decode() if head else ""
                site.asked.append(path)
                connection.sendall(answers.get(path, b"HTTP/1.1 404 No" + END_OF_HEAD))
                while path in dripping and not over.wait(0.02):
                    connection.sendall(b"0")

        def run() -> None:
            with suppress(OSError):
                while True:
                    Thread(target=serve, args=(server.accept()[0],), daemon=True).start()

        thread = Thread(target=run, daemon=True)
        thread.start()
        yield site
        over.set()
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
