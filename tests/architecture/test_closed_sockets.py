"""No test reaches beyond this computer."""

import socket

import pytest
from pytest_socket import SocketConnectBlockedError


@pytest.mark.filterwarnings("ignore:A test tried to use socket.socket.connect")
def test_a_connection_to_another_computer_is_refused() -> None:
    # 192.0.2.0/24 is kept for documentation (RFC 5737): nobody answers there.
    with (
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as client,
        pytest.raises(SocketConnectBlockedError),
    ):
        client.connect(("192.0.2.1", 80))


@pytest.mark.parametrize(
    ("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]
)
def test_loopback_stays_open(family: socket.AddressFamily, host: str) -> None:
    if family is socket.AF_INET6 and not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    with socket.create_server((host, 0), family=family) as server:
        port: int = server.getsockname()[1]

        with socket.create_connection((host, port)) as client:
            peer: str = client.getpeername()[0]

    assert peer == host
