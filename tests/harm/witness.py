"""Sees what this process does with sockets, children and files, as the interpreter reports it."""

import sys
from types import TracebackType
from typing import Self

# https://docs.python.org/3/library/audit_events.html
_SOCKETS = (
    "socket.__new__",
    "socket.bind",
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.sendto",
    "urllib.Request",
)
_CHILDREN = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.startfile")
_listening: "list[Witness]" = []
_hooked: list[bool] = []


class Witness:
    """
    Writes down what happens in any thread of this process while its with-block runs.

    Attributes:
        sockets: name of each report about a socket, with what it was about.
        children: the arguments of every process that was started.
        opened: the path of every file opened by Python for writing.
    """

    def __init__(self) -> None:
        self.sockets: list[tuple[str, str]] = []
        self.children: list[str] = []
        self.opened: list[str] = []

    def __enter__(self) -> Self:
        if not _hooked:
            _hooked.append(True)
            sys.addaudithook(_hear)  # cannot be taken back; silent while nobody listens
        _listening.append(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _listening.remove(self)

    @property
    def reached(self) -> set[str]:
        """Return the addresses connected to or asked for, as they were handed over."""
        names = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto")
        return {about for name, about in self.sockets if name in names}


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if not _listening:
        return
    for one in _listening:
        if event in _SOCKETS:
            # The first argument is the socket itself, or the host that is looked up.
            about = arguments[0] if event.startswith("socket.get") else arguments[-1]
            one.sockets.append((event, str(about)))
        elif event in _CHILDREN:
            one.children.append(" ".join(str(part) for part in _words(arguments)))
        elif event == "open" and len(arguments) > 1 and _writes(arguments):
            one.opened.append(str(arguments[0]))


def _words(arguments: tuple[object, ...]) -> list[object]:
    called = arguments[1] if len(arguments) > 1 else arguments[0]
    return list(called) if isinstance(called, (list, tuple)) else [called]


def _writes(arguments: tuple[object, ...]) -> bool:
    mode = arguments[1]
    return isinstance(mode, str) and any(letter in mode for letter in "wxa+")
