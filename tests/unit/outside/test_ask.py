"""One request outside: an end in time and bytes, the address that was checked (B5 95, 96)."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

import pytest

from benban.errors import OutsideRequestError
from benban.outside.ask import AskFault, AskLimits, Question, Reach, ask
from benban.outside.proxy import Outcome
from benban.testing.resolver import TableResolver

HERE = "127.0.0.1"
SITE = "dau.test"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
WHOLE = HEAD + b"Content-Length: 5\r\n\r\nxong."
# Long enough for an answer on this computer, short enough for a test.
SHORT = AskLimits(body_bytes=1000, total_s=1.0)
LONG = AskLimits(body_bytes=1000, total_s=60.0)


@contextmanager
def serving(serve: Callable[[socket.socket, Event], None]) -> Iterator[tuple[int, list[bytes]]]:
    """A server that reads the head of each request and hands the connection on."""
    heads: list[bytes] = []
    over = Event()
    with socket.create_server((HERE, 0)) as server:

        def run() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection, suppress(OSError):
                    heads.append(connection.recv(65536))
                    serve(connection, over)

        thread = Thread(target=run, daemon=True)
        thread.start()
        yield server.getsockname()[1], heads
        over.set()
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def sending(answer: bytes) -> Callable[[socket.socket, Event], None]:
    return lambda connection, _over: connection.sendall(answer)


def dripping(start: bytes, drop: bytes) -> Callable[[socket.socket, Event], None]:
    """Send *start*, then *drop* again and again until the test is over or nobody listens."""

    def drip(connection: socket.socket, over: Event) -> None:
        connection.sendall(start)
        while not over.wait(0.02):
            connection.sendall(drop)

    return drip


def asked(
    port: int, limits: AskLimits = LONG, *, host: str = SITE, reach: Reach = Reach.THIS_COMPUTER
) -> bytes:
    resolver = TableResolver({SITE: [(HERE,), ("10.0.0.1",)], HERE: [(HERE,)]})
    question = Question(url=f"http://{host}:{port}/a", body=b"?")
    return ask(question, limits, resolver=resolver, reach=reach).body


def why(port: int, limits: AskLimits = LONG) -> str | int:
    with pytest.raises(OutsideRequestError) as raised:
        asked(port, limits)
    return raised.value.params["reason"]


def test_an_answer_comes_whole_from_the_address_that_was_looked_at() -> None:
    with serving(sending(WHOLE)) as (port, heads):
        assert asked(port) == b"xong."

    # The name's second answer, a place in the local network, was never asked for.
    assert heads[0].startswith(b"POST /a HTTP/1.1\r\nHost: dau.test")
    # An encoded answer could unpack to more than the limit.
    assert b"\r\naccept-encoding: identity\r\n" in heads[0].lower()


@pytest.mark.parametrize(
    ("start", "drop"),
    [
        (b"", b"H"),
        (HEAD, b"X-More: yes\r\n"),
        (HEAD + b"Content-Length: 900\r\n\r\n", b"."),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n.\r\n"),
        (HEAD + b"\r\n", b"."),
    ],
    ids=["status line", "head", "body", "chunks", "body without a length"],
)
def test_bytes_that_drip_come_to_an_end(start: bytes, drop: bytes) -> None:
    # The drops would go on for a minute and more, and each comes well within any single wait.
    with serving(dripping(start, drop)) as (port, _heads):
        assert why(port, SHORT) == AskFault.TOO_SLOW.value


def test_silence_comes_to_an_end_and_is_named() -> None:
    def keep_silent(_connection: socket.socket, over: Event) -> None:
        over.wait()

    with serving(keep_silent) as (port, _heads):
        assert why(port, SHORT) == AskFault.TOO_SLOW.value


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (HEAD + b"Content-Length: 1001\r\n\r\n" + bytes(1001), AskFault.TOO_LARGE),
        (HEAD + b"\r\n" + bytes(1001), AskFault.TOO_LARGE),
        (HEAD + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\nab", AskFault.ENCODED),
        (HEAD + b"Content-Length: 900\r\n\r\nonly this", AskFault.NOT_REACHED),
        (b"", AskFault.NOT_REACHED),
    ],
    ids=["too large", "too large, no length", "encoded", "cut off", "nothing"],
)
def test_an_answer_that_cannot_be_taken_says_why(answer: bytes, reason: AskFault) -> None:
    with serving(sending(answer)) as (port, _heads):
        assert why(port) == reason.value


def test_a_redirect_is_an_answer_and_leads_nowhere() -> None:
    answer = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"
    with serving(sending(answer)) as (port, heads):
        got = ask(
            Question(url=f"http://{HERE}:{port}/"),
            LONG,
            resolver=TableResolver({HERE: [(HERE,)]}),
            reach=Reach.THIS_COMPUTER,
        )

    assert (got.status, len(heads)) == (302, 1)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_a_proxy_of_the_environment_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with serving(sending(WHOLE)) as (port, _heads), serving(sending(WHOLE)) as (other, others):
        monkeypatch.setenv(name, f"http://{HERE}:{other}")
        asked(port)

    assert others == []


@pytest.mark.parametrize(
    "answers",
    [
        ("127.0.0.1",),
        ("10.0.0.1",),
        ("93.184.215.14", "192.168.1.1"),
        ("169.254.169.254",),
        ("::1",),
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_name_that_leads_into_the_local_network_is_refused(
    answers: tuple[str, ...], scheme: str
) -> None:
    resolver = TableResolver({SITE: [answers]})

    with pytest.raises(OutsideRequestError) as raised:
        ask(Question(url=f"{scheme}://{SITE}/"), LONG, resolver=resolver)

    assert raised.value.params["reason"] == Outcome.PRIVATE_ADDRESS.value
    assert resolver.asked == [SITE]


def test_an_unknown_name_is_told_apart() -> None:
    with pytest.raises(OutsideRequestError) as raised:
        ask(Question(url=f"http://{SITE}/"), LONG, resolver=TableResolver({}))

    assert raised.value.params["reason"] == Outcome.NAME_NOT_FOUND.value


def test_what_the_person_typed_may_lie_in_their_own_network() -> None:
    with serving(sending(WHOLE)) as (port, _heads):
        assert asked(port, reach=Reach.CHOSEN) == b"xong."
        with pytest.raises(OutsideRequestError):
            asked(port, reach=Reach.PUBLIC)


@pytest.mark.parametrize(
    "url", ["", "ftp://a.example/", "http://", "file:///etc/passwd", "http://a:b/"]
)
def test_what_is_no_web_address_is_not_asked(url: str) -> None:
    resolver = TableResolver({})

    with pytest.raises(OutsideRequestError) as raised:
        ask(Question(url=url), LONG, resolver=resolver)

    assert (raised.value.params["reason"], resolver.asked) == (AskFault.ADDRESS.value, [])
