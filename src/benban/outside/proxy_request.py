"""The first lines a browser sends to a proxy: where it wants to go, and what to pass on."""

import asyncio
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

# Chromium's own limit for a header block is 256 KiB.
LARGEST_HEAD_BYTES = 256 * 1024
_LARGEST_PORT = 65535
_LENGTH = re.compile(rb"[0-9]{1,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyRequest:
    """
    What was asked of the proxy.

    Attributes:
        host: lower case, an IPv6 address without brackets.
        is_tunnel: CONNECT; otherwise plain HTTP to be forwarded.
        body_bytes: how much follows that head and belongs to the request; 0 for a tunnel.
        forwarded_head: what goes to the server, with a closing empty line; empty for a tunnel.
    """

    host: str
    port: int
    is_tunnel: bool
    forwarded_head: bytes
    body_bytes: int = 0


async def read_request(reader: asyncio.StreamReader) -> ProxyRequest:
    """
    Return what the browser asks for.

    Raises:
        ValueError: it is not a request a proxy can serve.
    """
    head = bytearray()
    while not head.endswith(b"\r\n\r\n"):
        line = await reader.readline()
        if not line or len(head) + len(line) > LARGEST_HEAD_BYTES:
            raise ValueError("the head does not end")
        head += line
    return parse_request(bytes(head))


def parse_request(untrusted_head: bytes) -> ProxyRequest:
    """
    Return what *untrusted_head* asks for.

    Args:
        untrusted_head: request line and fields, ended by an empty line.

    Raises:
        ValueError: no host, no port, or a scheme that is not forwarded.
    """
    line, _, fields = untrusted_head.partition(b"\r\n")
    method, target, version = line.decode("latin-1").split(" ", 2)
    if method == "CONNECT":
        address = urlsplit(f"//{target}")
        return ProxyRequest(
            host=_host(address.hostname),
            port=_port(address.port),
            is_tunnel=True,
            forwarded_head=b"",
        )
    address = urlsplit(target)
    if address.scheme != "http":
        raise ValueError("only http is forwarded")
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    return ProxyRequest(
        host=_host(address.hostname),
        port=_port(address.port or 80),
        is_tunnel=False,
        body_bytes=_body_bytes(fields),
        forwarded_head=f"{method} {path} {version}\r\n".encode("latin-1") + _passed_on(fields),
    )


def _passed_on(fields: bytes) -> bytes:
    # One request per connection: the end of the answer is then the end of the connection, and
    # nothing of it has to be understood here.
    kept = [
        line
        for line in fields.split(b"\r\n")
        if line and not line.lower().startswith((b"proxy-", b"connection:"))
    ]
    return b"\r\n".join([*kept, b"Connection: close", b"", b""])


def _body_bytes(fields: bytes) -> int:
    # A browser sends a body of unknown length over HTTP/2 only (Fetch, "duplex: half").
    names = [line.partition(b":") for line in fields.lower().split(b"\r\n")]
    if any(name == b"transfer-encoding" for name, _, _ in names):
        raise ValueError("a body without a length is not forwarded")
    lengths = {value.strip() for name, _, value in names if name == b"content-length"}
    if not lengths:
        return 0
    length = lengths.pop()
    if lengths or not _LENGTH.fullmatch(length):
        raise ValueError("no length")
    return int(length)


def _host(host: str | None) -> str:
    if not host:
        raise ValueError("no host")
    return host.lower()


def _port(port: int | None) -> int:
    if port is None or not 0 < port <= _LARGEST_PORT:
        raise ValueError("no port")
    return port
