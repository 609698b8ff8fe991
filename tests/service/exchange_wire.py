"""One connection to an exchange, as cheap for the asking side as may be."""

import json
import re
import socket
from collections.abc import Sequence

_LENGTH = re.compile(rb"content-length: ?(\d+)", re.IGNORECASE)
_PATIENCE_S = 60


class Wire:
    """
    A connection that stays open.

    Raises:
        OSError: it cannot be made, or ended; also from each question.
    """

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        """End it."""
        self._socket.close()

    def ask(
        self, path: str, body: bytes | None, *, key: str = "", once: str = ""
    ) -> tuple[int, bytes]:
        """Return status and body of an answer; without a body it is a GET."""
        lines = [f"{'GET' if body is None else 'POST'} {path} HTTP/1.1", "Host: exchange"]
        if key:
            lines.append(f"Authorization: Bearer {key}")
        if once:
            lines.append(f"Idempotency-Key: {once}")
        if body is not None:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode() + (body or b""))
        return self._answer()

    def matched(self, hashes: Sequence[str], key: str) -> tuple[int, set[int]]:
        """Return the status, and the places at which something is near."""
        status, body = self.ask("/v1/lookups", json.dumps({"hashes": hashes}).encode(), key=key)
        found = json.loads(body)["matches"] if status == 200 else []
        return status, {one["at"] for one in found}

    def process(self) -> int:
        """Return which process answers."""
        return int(json.loads(self.ask("/health", None)[1])["process"])

    def _answer(self) -> tuple[int, bytes]:
        said = b""
        while b"\r\n\r\n" not in said:
            said += self._more()
        head, _, body = said.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        while len(body) < (int(length[1]) if length else 0):
            body += self._more()
        return int(head[9:12]), body

    def _more(self) -> bytes:
        got = self._socket.recv(1 << 16)
        if not got:
            message = "the connection ended"
            raise ConnectionError(message)
        return got
