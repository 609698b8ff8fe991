"""What a browser asks of the proxy is read strictly."""

import pytest

from benban.outside.proxy_request import parse_request


def test_connect_names_host_and_port() -> None:
    request = parse_request(b"CONNECT T.Me:443 HTTP/1.1\r\nHost: T.Me:443\r\n\r\n")

    assert (request.host, request.port, request.is_tunnel) == ("t.me", 443, True)


def test_connect_to_an_ipv6_address_loses_the_brackets() -> None:
    request = parse_request(b"CONNECT [::1]:443 HTTP/1.1\r\n\r\n")

    assert (request.host, request.port) == ("::1", 443)


def test_a_plain_request_is_passed_on_in_origin_form_without_proxy_fields() -> None:
    request = parse_request(
        b"GET http://vi-du.test/a?b=1 HTTP/1.1\r\nHost: vi-du.test\r\n"
        b"Proxy-Connection: keep-alive\r\nX-Twice: 1\r\n"
        b"x-twice: 2\r\nConnection: keep-alive\r\n\r\n"
    )

    assert request.forwarded_head == (
        b"GET /a?b=1 HTTP/1.1\r\nHost: vi-du.test\r\nX-Twice: 1\r\nx-twice: 2\r\n"
        b"Connection: close\r\n\r\n"
    )
    assert (request.host, request.port, request.is_tunnel) == ("vi-du.test", 80, False)


def test_the_part_before_an_at_sign_is_not_the_host() -> None:
    request = parse_request(b"GET http://github.com:80:x@169.254.169.254/ HTTP/1.1\r\n\r\n")

    assert request.host == "169.254.169.254"


def test_the_length_of_a_body_is_known_before_it_comes() -> None:
    request = parse_request(b"POST http://t.me/ HTTP/1.1\r\nContent-Length: 12\r\n\r\n")

    assert request.body_bytes == 12


@pytest.mark.parametrize(
    "head",
    [
        b"CONNECT t.me HTTP/1.1\r\n\r\n",
        b"CONNECT :443 HTTP/1.1\r\n\r\n",
        b"CONNECT t.me:70000 HTTP/1.1\r\n\r\n",
        b"GET /etc/passwd HTTP/1.1\r\n\r\n",
        b"GET file:///etc/passwd HTTP/1.1\r\n\r\n",
        b"GET ftp://t.me/ HTTP/1.1\r\n\r\n",
        b"GET gopher://t.me/ HTTP/1.1\r\n\r\n",
        b"GET http:// HTTP/1.1\r\n\r\n",
        b"POST http://t.me/ HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST http://t.me/ HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST http://t.me/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"\r\n\r\n",
    ],
)
def test_anything_else_is_refused(head: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_request(head)
