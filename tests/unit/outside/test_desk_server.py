"""The desk's server: a person may leave before it began to answer."""

import socket

import pytest

from benban.outside.desk_server import DeskServer


def test_one_that_was_stopped_before_it_ran_returns_and_lets_its_ports_go() -> None:
    server = DeskServer()
    host, _, port = server.authority.partition(":")

    server.stop()
    server.run(None)

    with pytest.raises(ConnectionRefusedError), socket.create_connection((host, int(port))):
        pass
