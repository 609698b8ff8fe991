"""Connections that are slow, idle, torn or deceitful: the desk goes on answering (B5 79)."""

import contextlib
import socket
from collections.abc import Iterator

import pytest

from tests.desk.rig import Running


def _connect(running: Running) -> socket.socket:
    host, _, port = running.place.authority.partition(":")
    return socket.create_connection((host, int(port)), timeout=30)


@contextlib.contextmanager
def _many(running: Running, count: int, first: bytes) -> Iterator[list[socket.socket]]:
    with contextlib.ExitStack() as stack:
        sockets = []
        for _ in range(count):
            one = stack.enter_context(_connect(running))
            with contextlib.suppress(OSError):
                one.sendall(first)
            sockets.append(one)
        yield sockets


@pytest.mark.parametrize(
    "first",
    [b"", b"GET / HTTP/1.1\r\nHost: ", b"POST /enter HTTP/1.1\r\nContent-Length: 100\r\n\r\nco"],
)
def test_with_250_connections_that_say_nothing_the_desk_answers(
    desk: Running, first: bytes
) -> None:
    with _many(desk, 250, first):
        assert desk.get("/").status_code == 200
        assert desk.get("/help-now").status_code == 200


def test_the_connection_that_waited_longest_makes_room(desk: Running) -> None:
    with _many(desk, 250, b"") as sockets:
        assert desk.get("/").status_code == 200

        sockets[0].settimeout(60)
        with contextlib.suppress(ConnectionResetError):
            assert sockets[0].recv(1) == b""


def test_who_gets_nothing_is_not_waited_for(desk: Running) -> None:
    head = f"POST /nothing HTTP/1.1\r\nHost: {desk.place.authority}\r\nContent-Length: 1000000\r\n"
    with _connect(desk) as connection:
        connection.sendall(f"{head}\r\nx".encode())
        received = b""
        # Closed by the other side although the body never came.
        with contextlib.suppress(ConnectionResetError):
            while piece := connection.recv(65536):
                received += piece

    assert received.startswith(b"HTTP/1.1 404")


_SMUGGLED = b"GET /settings HTTP/1.1\r\nHost: {host}\r\n\r\n"


@pytest.mark.parametrize(
    "framing",
    [
        b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
        b"Content-Length: 4\r\nContent-Length: 40\r\n\r\n",
        b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        b"Content-Length: +4\r\n\r\n",
        b"Content-Length: 4\r\n\r\nabcd",
    ],
)
def test_a_request_hidden_in_another_is_never_answered_as_one_that_came_in(
    desk: Running, framing: bytes
) -> None:
    desk.begin()
    host = desk.place.authority.encode()
    hidden = _SMUGGLED.replace(b"{host}", host)
    head = b"POST /nothing HTTP/1.1\r\nHost: " + host + b"\r\n"
    with _connect(desk) as connection:
        connection.sendall(head + framing + hidden)
        with contextlib.suppress(OSError):  # it was reset a moment before
            connection.shutdown(socket.SHUT_WR)
        received = b""
        with contextlib.suppress(ConnectionResetError):
            while piece := connection.recv(65536):
                received += piece

    assert b"HTTP/1.1 200" not in received
    assert received.count(b"HTTP/1.1 ") <= 1
    assert desk.get("/settings").status_code == 200


def test_half_a_form_does_nothing(desk: Running) -> None:
    number = desk.desk.forms.new()
    body = f"form={number}&kind=published".encode()
    head = (
        f"POST /what HTTP/1.1\r\nHost: {desk.place.authority}\r\nOrigin: {desk.place.origin}\r\n"
        f"Cookie: k={desk.client.cookies['k']}\r\nContent-Length: {len(body) + 10}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    with _connect(desk) as connection:
        connection.sendall(head.encode() + body)

    assert desk.get("/").status_code == 200
    assert desk.desk.intake.kind is None


def test_ten_wrong_codes_of_another_program_do_not_shut_the_person_out(
    closed_desk: Running,
) -> None:
    token = closed_desk.desk.door.new_token()
    for _ in range(20):
        closed_desk.client.post("/enter", data={"code": "wrong"})

    assert closed_desk.client.post("/enter", data={"code": token}).status_code == 303
