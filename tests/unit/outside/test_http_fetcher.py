"""Fetching over HTTP goes to what was checked, and to nothing else (B5 95, 96)."""

import gzip
import logging
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

import pytest

from benban.errors import (
    BenbanError,
    FetchAddressError,
    FetchBrokenError,
    FetchPrivateError,
    FetchTlsError,
    FetchTooLargeError,
    FetchTooSlowError,
    FetchUnreachableError,
)
from benban.outside.http_fetcher import FetchLimits, HttpFetcher
from benban.outside.proxy import Endpoint
from benban.testing.platform_tls import self_signed_identity
from benban.testing.resolver import TableResolver
from benban.watch.ports import Fetched

SITE = "kenh.vi-du.example"
OTHER = "khac.vi-du.example"
LIMIT = 64 * 1024
PUBLIC = "93.184.216.34"


class Site:
    """A server on loopback that answers each connection with the bytes it was given for a path."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.answers: dict[str, bytes] = {}
        self.heads: list[bytes] = []
        self.names: list[str | None] = []
        self.drip_s = 0.0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        self.context = context
        if context is not None:
            context.sni_callback = lambda _socket, name, _context: self.names.append(name)
        Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _secured(self, plain: socket.socket) -> socket.socket:
        if self.context is None:
            return plain
        try:
            return self.context.wrap_socket(plain, server_side=True)
        except OSError:
            plain.close()
            raise

    def _answer(self, plain: socket.socket) -> None:
        with suppress(OSError), self._secured(plain) as connection:
            head = b""
            while b"\r\n\r\n" not in head:
                piece = connection.recv(65536)
                if not piece:
                    return
                head += piece
            self.heads.append(head)
            path = head.split(b" ", 2)[1].decode().partition("?")[0]
            answer = self.answers.get(path, page(b"not here", status=404))
            if not self.drip_s:
                connection.sendall(answer)
                return
            for at in range(len(answer)):
                connection.sendall(answer[at : at + 1])
                time.sleep(self.drip_s)


def page(body: bytes, *fields: str, status: int = 200) -> bytes:
    head = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *fields, "", ""]
    return "\r\n".join(head).encode("latin-1") + body


def lead(target: str) -> bytes:
    return page(b"", f"Location: {target}", status=302)


@contextmanager
def a_site(context: ssl.SSLContext | None = None) -> Iterator[Site]:
    made = Site(context)
    try:
        yield made
    finally:
        with suppress(OSError):
            made.listener.shutdown(socket.SHUT_RDWR)
        made.listener.close()


@pytest.fixture
def site() -> Iterator[Site]:
    with a_site() as made:
        yield made


def a_fetcher(
    site: Site, *, whole_s: float = 10.0, roots: tuple[bytes, ...] = (), **names: tuple[str, ...]
) -> HttpFetcher:
    table: dict[str, list[tuple[str, ...]]] = {SITE: [("127.0.0.1",)]}
    table |= {name.replace("_", "."): [answer] for name, answer in names.items()}
    return HttpFetcher(
        resolver=TableResolver(table),
        allowed=[Endpoint(host=SITE, port=site.port), Endpoint(host="127.0.0.1", port=site.port)],
        roots=roots,
        limits=FetchLimits(whole_s=whole_s),
    )


def get(
    fetcher: HttpFetcher,
    site: Site,
    path: str,
    hosts: set[str] | None = None,
    *,
    with_media: bool = True,
) -> Fetched:
    return fetcher.fetch(
        f"http://{SITE}:{site.port}{path}", limit_bytes=LIMIT, hosts=hosts, with_media=with_media
    )


def failing(act: Callable[[], object]) -> type[BenbanError]:
    with pytest.raises(BenbanError) as caught:
        act()
    return type(caught.value)


def test_a_page_comes_as_it_is(site: Site) -> None:
    site.answers["/a"] = page("chào".encode(), "Content-Type: text/html", "X-A: 1", "x-a: 2")

    got = get(a_fetcher(site), site, "/a?x=1")

    assert (got.status, got.body, got.value("x-a")) == (200, "chào".encode(), "1")
    assert (got.final, got.remote) == (
        f"http://{SITE}:{site.port}/a?x=1",
        f"127.0.0.1:{site.port}",
    )


def test_the_request_names_the_true_host_and_carries_nothing_of_the_person(site: Site) -> None:
    site.answers["/a"] = page(b"x", "Set-Cookie: a=1; Path=/")
    fetcher = a_fetcher(site)

    get(fetcher, site, "/a#khoa-bi-mat")
    get(fetcher, site, "/a")

    for head in site.heads:
        lines = head.decode().split("\r\n")
        names = {line.partition(":")[0].lower() for line in lines[1:] if line}
        assert lines[0] == "GET /a HTTP/1.1"
        assert f"Host: {SITE}:{site.port}" in lines
        assert names == {
            *("host", "user-agent", "accept", "accept-language", "accept-encoding"),
            *("cache-control", "connection"),
        }


def test_no_proxy_of_the_surroundings_is_asked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    site.answers["/a"] = page(b"x")

    assert get(a_fetcher(site), site, "/a").status == 200


def test_no_log_line_tells_what_was_asked(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.answers["/a"] = page(b"x")

    with caplog.at_level(logging.DEBUG):
        get(a_fetcher(site), site, "/a")

    assert [line for line in caplog.messages if "vi-du" in line or "/a" in line] == []


# --- where it does not go -------------------------------------------------------------------

PRIVATE = {
    "loopback": "127.0.0.1",
    "this network": "0.0.0.0",  # noqa: S104 - an answer, nothing listens
    "private 10": "10.0.0.1",
    "private 172": "172.16.0.1",
    "private 192": "192.168.1.1",
    "metadata": "169.254.169.254",
    "carrier": "100.64.0.1",
    "multicast": "224.0.0.1",
    "broadcast": "255.255.255.255",
    "loopback 6": "::1",
    "unspecified 6": "::",
    "link-local 6": "fe80::1",
    "link-local with zone": "fe80::1%lo",
    "unique local": "fd00::1",
    "mapped": "::ffff:127.0.0.1",
    "mapped metadata": "::ffff:169.254.169.254",
    "compatible": "::127.0.0.1",
    "NAT64": "64:ff9b::7f00:1",
    "NAT64 local": "64:ff9b:1::7f00:1",
    "6to4": "2002:7f00:1::",
    "Teredo": "2001:0:7f00:1::1",
    "site-local": "fec0::1",
}


@pytest.mark.parametrize("name", PRIVATE)
def test_a_name_that_leads_inside_is_not_asked(site: Site, name: str) -> None:
    fetcher = a_fetcher(site, trong_example=(PRIVATE[name],))

    ended = failing(lambda: fetcher.fetch("http://trong.example/", limit_bytes=LIMIT))

    assert (ended, site.heads) == (FetchPrivateError, [])


def test_one_private_answer_among_public_ones_is_enough(site: Site) -> None:
    fetcher = a_fetcher(site, trong_example=(PUBLIC, "10.0.0.1"))

    assert failing(lambda: fetcher.fetch("http://trong.example/", limit_bytes=LIMIT)) is (
        FetchPrivateError
    )


class Flipping:
    """Answers a public address first, and loopback when asked again."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def addresses(self, host: str) -> tuple[str, ...]:
        self.asked.append(host)
        return (PUBLIC,) if len(self.asked) == 1 else ("127.0.0.1",)


def test_a_name_that_changes_between_check_and_connect_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reached: list[tuple[str, int]] = []

    def refuse(address: tuple[str, int], *_rest: object, **_more: object) -> socket.socket:
        reached.append(address)
        raise OSError

    monkeypatch.setattr(socket, "create_connection", refuse)
    resolver = Flipping()

    ended = failing(
        lambda: HttpFetcher(resolver=resolver).fetch("http://lat.example/", limit_bytes=LIMIT)
    )

    assert (ended, resolver.asked, reached) == (
        FetchUnreachableError,
        ["lat.example"],
        [(PUBLIC, 80)],
    )


def test_a_redirect_asks_for_the_name_again_and_checks_the_new_answer(site: Site) -> None:
    site.answers["/a"] = lead("/b")
    site.answers["/b"] = page(b"x")
    resolver = TableResolver({SITE: [("127.0.0.1",), ("10.0.0.1",)]})
    fetcher = HttpFetcher(resolver=resolver, allowed=[Endpoint(host=SITE, port=site.port)])

    assert failing(lambda: get(fetcher, site, "/a")) is FetchPrivateError
    assert (resolver.asked, len(site.heads)) == ([SITE, SITE], 1)


REFUSED = {
    "file": "file:///etc/passwd",
    "ftp": "ftp://kenh.vi-du.example/",
    "gopher": "gopher://kenh.vi-du.example/_x",
    "data": "data:text/html,x",
    "javascript": "javascript:alert(1)",
    "user": "http://an@kenh.vi-du.example/",
    "user and a port that looks like a host": "http://kenh.vi-du.example:80:x@169.254.169.254/",
    "backslash": "http://kenh.vi-du.example\\@169.254.169.254/",
    "line break": "http://kenh.vi-du.example/\r\nX-A: 1",
    "no host": "http:///a",
    "port of ssh": "http://kenh.vi-du.example:22/",
    "port of mail": "http://kenh.vi-du.example:25/",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_web_address_is_not_asked(site: Site, name: str) -> None:
    fetcher = a_fetcher(site)

    assert failing(lambda: fetcher.fetch(REFUSED[name], limit_bytes=LIMIT)) is FetchAddressError
    assert site.heads == []


@pytest.mark.parametrize("name", sorted(set(REFUSED) - {"line break", "no host"}))
def test_nor_is_it_when_a_redirect_leads_there(site: Site, name: str) -> None:
    site.answers["/a"] = lead(REFUSED[name])

    assert failing(lambda: get(a_fetcher(site), site, "/a")) is FetchAddressError
    assert len(site.heads) == 1


INSIDE = {
    "metadata": "http://169.254.169.254/latest/meta-data",
    "loopback": "http://127.0.0.1/",
    "short": "http://127.1/",
    "number": "http://2130706433/",
    "hex": "http://0x7f000001/",
    "octal": "http://0177.0.0.1/",
    "mapped": "http://[::ffff:127.0.0.1]/",
    "NAT64": "http://[64:ff9b::a9fe:a9fe]/",
    "6to4": "http://[2002:a9fe:a9fe::1]/",
    "link-local with zone": "http://[fe80::1%25lo]/",
    "https": "https://10.0.0.1/",
    "by a name": "http://trong.example/",
}


@pytest.mark.parametrize("name", INSIDE)
def test_a_redirect_inside_is_not_followed(site: Site, name: str) -> None:
    numbers = ("169.254.169.254", "127.0.0.1", "10.0.0.1")
    inner = ("::ffff:7f00:1", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "fe80::1%25lo")
    table = {SITE: [("127.0.0.1",)], "trong.example": [("10.0.0.1",)]}
    table |= {one: [(one,)] for one in (*numbers, *inner)}
    site.answers["/a"] = lead(INSIDE[name])
    fetcher = HttpFetcher(
        resolver=TableResolver(table), allowed=[Endpoint(host=SITE, port=site.port)]
    )

    ended = failing(lambda: get(fetcher, site, "/a"))

    assert ended in {FetchPrivateError, FetchAddressError, FetchUnreachableError}
    assert len(site.heads) == 1


def test_a_host_that_was_not_named_is_not_asked(site: Site) -> None:
    site.answers["/a"] = lead(f"http://{OTHER}/dang-nhap?next=1")

    got = get(a_fetcher(site), site, "/a", hosts={SITE})

    assert (got.status, got.refused_lead, got.redirects) == (
        302,
        f"http://{OTHER}/dang-nhap?next=1",
        (),
    )
    assert failing(lambda: get(a_fetcher(site), site, "/a", hosts={OTHER})) is FetchAddressError


# --- redirects ------------------------------------------------------------------------------


def test_five_redirects_are_followed_and_a_sixth_is_not(site: Site) -> None:
    for number in range(1, 7):
        site.answers[f"/{number}"] = lead(f"/{number - 1}")
    site.answers["/0"] = page(b"here")

    assert get(a_fetcher(site), site, "/5").body == b"here"
    assert failing(lambda: get(a_fetcher(site), site, "/6")) is FetchBrokenError


def test_a_redirect_to_itself_ends(site: Site) -> None:
    site.answers["/a"] = lead("/a")

    assert failing(lambda: get(a_fetcher(site), site, "/a")) is FetchBrokenError
    assert len(site.heads) == 1


# --- bodies ---------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "raw deflate"])
def test_a_packed_body_is_unpacked(site: Site, encoding: str) -> None:
    text = b"xin ch\xc3\xa0o " * 500
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": gzip.compress(text),
        "deflate": zlib.compress(text),
        "raw deflate": raw.compress(text) + raw.flush(),
    }[encoding]
    site.answers["/a"] = page(packed, f"Content-Encoding: {encoding.rsplit(maxsplit=1)[-1]}")

    assert get(a_fetcher(site), site, "/a").body == text


def bombs() -> dict[str, bytes]:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(50)) + packer.flush()
    return {
        "gzip": page(bomb[:LIMIT], "Content-Encoding: gzip"),
        "plain": page(bytes(LIMIT + 1)),
        "without a length": b"HTTP/1.1 200 X\r\n\r\n" + bytes(LIMIT + 1),
        "in chunks": b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"8000\r\n" + bytes(0x8000) + b"\r\n" + b"8001\r\n" + bytes(0x8001) + b"\r\n0\r\n\r\n",
    }


@pytest.mark.parametrize("name", ["gzip", "plain", "without a length", "in chunks"])
def test_a_body_larger_than_asked_for_is_dropped(site: Site, name: str) -> None:
    site.answers["/a"] = bombs()[name]

    assert failing(lambda: get(a_fetcher(site), site, "/a")) is FetchTooLargeError


BROKEN = {
    "no HTTP": b"SSH-2.0-x\r\n\r\n",
    "nothing": b"",
    "half a head": b"HTTP/1.1 200 X\r\nContent-Le",
    "shorter than promised": b"HTTP/1.1 200 X\r\nContent-Length: 99\r\n\r\nhalf",
    "two lengths": b"HTTP/1.1 200 X\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a head without end": b"HTTP/1.1 200 X\r\n" + b"X-A: " + b"a" * 300_000,
    "not gzip": page(b"plain", "Content-Encoding: gzip"),
    "cut gzip": page(gzip.compress(bytes(5000))[:-9], "Content-Encoding: gzip"),
    "not asked for": page(b"x", "Content-Encoding: br"),
    "two layers": page(gzip.compress(gzip.compress(b"x")), "Content-Encoding: gzip, gzip"),
    "bad chunk": b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx",
}


@pytest.mark.parametrize("name", BROKEN)
def test_half_an_answer_is_none(site: Site, name: str) -> None:
    site.answers["/a"] = BROKEN[name]

    assert failing(lambda: get(a_fetcher(site), site, "/a")) is FetchBrokenError


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_a_body_is_one(site: Site, status: int) -> None:
    site.answers["/a"] = f"HTTP/1.1 {status} X\r\n\r\n".encode()

    got = get(a_fetcher(site), site, "/a")

    assert (got.status, got.body) == (status, b"")


def test_a_drip_does_not_begin_the_time_anew(site: Site) -> None:
    site.drip_s = 0.05
    site.answers["/a"] = page(b"x" * 2000)

    assert failing(lambda: get(a_fetcher(site, whole_s=0.6), site, "/a")) is FetchTooSlowError


def test_redirects_share_one_time(site: Site) -> None:
    site.drip_s = 0.004
    for number in range(1, 6):
        site.answers[f"/{number}"] = lead(f"/{number - 1}")
    site.answers["/0"] = page(b"here")

    assert failing(lambda: get(a_fetcher(site, whole_s=0.7), site, "/5")) is FetchTooSlowError


class Silent:
    """A name service that does not answer in time."""

    def addresses(self, host: str) -> tuple[str, ...]:
        time.sleep(2)
        return (host,)


def test_a_name_service_that_says_nothing_ends_too() -> None:
    fetcher = HttpFetcher(resolver=Silent(), limits=FetchLimits(whole_s=0.2))

    ended = failing(lambda: fetcher.fetch("http://lau.example/", limit_bytes=LIMIT))

    assert ended is FetchTooSlowError


@pytest.mark.parametrize("host", ["khong-co.example"])
def test_a_name_nobody_knows_is_not_reached(site: Site, host: str) -> None:
    fetcher = a_fetcher(site)

    assert failing(lambda: fetcher.fetch(f"http://{host}/", limit_bytes=LIMIT)) is (
        FetchUnreachableError
    )


# --- TLS ------------------------------------------------------------------------------------


def test_tls_is_verified_with_the_true_name() -> None:
    identity = self_signed_identity(SITE)
    with a_site(identity.context) as site:
        site.answers["/a"] = page(b"x")
        fetcher = a_fetcher(site, roots=(identity.certificate_der,))

        got = fetcher.fetch(f"https://{SITE}:{site.port}/a", limit_bytes=LIMIT)

        assert (got.body, site.names) == (b"x", [SITE])
        assert f"Host: {SITE}:{site.port}".encode() in site.heads[0]


@pytest.mark.parametrize("wrong", ["nobody vouches", "another name", "no TLS at all"])
def test_a_connection_that_cannot_be_verified_sends_nothing(wrong: str) -> None:
    identity = self_signed_identity(OTHER if wrong == "another name" else SITE)
    context = None if wrong == "no TLS at all" else identity.context
    with a_site(context) as site:
        site.answers["/a"] = page(b"x")
        roots = (identity.certificate_der,) if wrong == "another name" else ()
        fetcher = a_fetcher(site, roots=roots, whole_s=2)

        ended = failing(lambda: fetcher.fetch(f"https://{SITE}:{site.port}/a", limit_bytes=LIMIT))

        assert ended in {FetchTlsError, FetchTooSlowError}
        assert [head for head in site.heads if head.startswith(b"GET")] == []


@pytest.mark.parametrize("kind", ["image/jpeg", " IMAGE/png", "video/mp4", "audio/ogg"])
def test_without_a_permit_no_byte_of_a_picture_is_taken_in(site: Site, kind: str) -> None:
    site.answers["/a"] = page(b"canary" * 1000, f"Content-Type: {kind}")

    came = get(a_fetcher(site), site, "/a", with_media=False)

    assert (came.status, came.body) == (200, b"")
    assert get(a_fetcher(site), site, "/a").body == b"canary" * 1000
