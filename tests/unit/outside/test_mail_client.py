"""Mail is handed in over TLS or not at all, and the bytes that arrive are the bytes given."""

import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from benban.errors import (
    MailRefusedError,
    MailUnreachableError,
    MailUnsafeError,
    MailUnsureError,
)
from benban.model.mail import MailAccount, MailSecurity
from benban.outside.mail import SmtpSender
from benban.testing.platform_tls import self_signed_identity
from tests.path.mail_server import PASSWORD, SENDER, USER, MailServer, RawServer
from tests.ports import held_port

TO = "abuse@noi-nhan.example"
MAIL = (
    b"From: may@thu.example\r\nTo: abuse@noi-nhan.example\r\nSubject: =?utf-8?q?th=C6=B0?=\r\n"
    b"\r\n.dot\r\n..two dots\r\nlast line\r\n.\r\nafter a dot\r\n"
)
BOTH = list(MailSecurity)


TOTAL_S = 120.0


def send(account: MailAccount, password: str = PASSWORD) -> str:
    return SmtpSender(account, password, total_s=TOTAL_S).send(MAIL, sender=SENDER, recipient=TO)


@pytest.mark.parametrize("security", BOTH)
def test_what_arrives_is_byte_for_byte_what_was_given(security: MailSecurity) -> None:
    with MailServer(security) as server:
        answer = send(server.account)

    assert server.came == [(SENDER, [TO], MAIL)]
    assert answer == "queued as 4711"


@pytest.mark.parametrize("security", BOTH)
def test_this_computers_name_is_not_told(security: MailSecurity) -> None:
    with MailServer(security) as server:
        send(server.account)

    assert set(server.names) == {"[127.0.0.1]"}


@pytest.mark.parametrize("security", BOTH)
def test_a_server_nobody_vouches_for_gets_no_password_and_no_mail(security: MailSecurity) -> None:
    with MailServer(security) as server, pytest.raises(MailUnsafeError):
        send(replace(server.account, roots_pem=""))

    assert server.came == []


def test_a_certificate_for_another_name_is_refused() -> None:
    with MailServer(MailSecurity.TLS) as server, pytest.raises(MailUnsafeError):
        send(replace(server.account, host="localhost"))

    assert server.came == []


def test_without_starttls_nothing_is_sent_in_the_clear() -> None:
    with (
        MailServer(MailSecurity.STARTTLS, has_tls=False) as server,
        pytest.raises(MailUnsafeError),
    ):
        send(server.account)

    assert server.came == []


@pytest.mark.parametrize("security", BOTH)
def test_a_wrong_password_is_a_refusal_that_tells_the_servers_words(security: MailSecurity) -> None:
    with MailServer(security) as server, pytest.raises(MailRefusedError) as refused:
        send(server.account, "sai")

    assert server.came == []
    assert refused.value.answer


def test_a_refused_recipient_is_said_without_control_characters() -> None:
    with (
        MailServer(MailSecurity.TLS, refuses=TO) as server,
        pytest.raises(MailRefusedError) as refused,
    ):
        send(server.account)

    assert refused.value.answer == "5.1.1 no such mailbox here"


@pytest.mark.parametrize("security", BOTH)
def test_a_password_of_any_letters_signs_in(security: MailSecurity) -> None:
    with MailServer(security, password="mật khẩu ứng dụng") as server:
        send(server.account, "mật khẩu ứng dụng")

    assert len(server.came) == 1


@pytest.mark.parametrize("offered", [b"250 AUTH LOGIN\r\n", b"250 AUTH PLAIN\r\n"])
def test_a_server_that_repeats_the_password_does_not_get_it_into_the_record(offered: bytes) -> None:
    said: list[bytes] = []

    def serve(link: ssl.SSLSocket) -> None:
        link.sendall(b"220 ready\r\n")
        take(link, b"\r\n")
        link.sendall(b"250-hello\r\n" + offered)
        while line := take(link, b"\r\n"):
            said.append(line)
            # The password is the last thing that comes; before it a challenge is due.
            is_last = b"PLAIN" in line or len(said) > 1
            link.sendall(b"535 what is " + line if is_last else b"334 UGFzc3dvcmQ6\r\n")

    server, account = tls(serve)
    with server, pytest.raises(MailRefusedError) as refused:
        send(replace(account, user="may"))

    assert said
    assert refused.value.answer == "..."


@pytest.mark.parametrize("offered", [b"250 AUTH LOGIN\r\n", b"250 SIZE 100\r\n"])
def test_a_password_that_no_offered_way_can_carry_is_a_refusal(offered: bytes) -> None:
    def serve(link: ssl.SSLSocket) -> None:
        link.sendall(b"220 ready\r\n")
        take(link, b"\r\n")
        link.sendall(b"250-hello\r\n" + offered)
        # A challenge for each line, should one come.
        while take(link, b"\r\n"):
            link.sendall(b"334 UGFzc3dvcmQ6\r\n")

    server, account = tls(serve)
    with server, pytest.raises(MailRefusedError):
        send(replace(account, user="may"), "mật khẩu")


def test_answers_slipped_in_before_the_protection_begins_are_not_believed() -> None:
    identity = self_signed_identity("127.0.0.1")
    heard: list[bytes] = []

    def serve(link: socket.socket) -> None:
        link.sendall(b"220 ready\r\n")
        link.recv(4096)
        link.sendall(b"250-hello\r\n250 STARTTLS\r\n")
        link.recv(4096)
        # Whoever sits between adds the answers to the greeting and to the rest in one piece.
        link.sendall(b"220 go\r\n250 hello\r\n250 ok\r\n250 ok\r\n354 go on\r\n250 taken\r\n")
        with identity.context.wrap_socket(link, server_side=True) as protected:
            heard.append(take(protected, b"\r\n"))
            protected.sendall(b"421 bye\r\n")

    account = MailAccount(
        host="127.0.0.1",
        port=0,
        security=MailSecurity.STARTTLS,
        user="",
        sender=SENDER,
        roots_pem=ssl.DER_cert_to_PEM_cert(identity.certificate_der),
    )
    with RawServer(serve) as server, pytest.raises((MailRefusedError, MailUnreachableError)):
        send(replace(account, port=server.port))

    assert heard == [b"ehlo [127.0.0.1]\r\n"]


def test_nobody_listening_is_not_reached() -> None:
    with MailServer(MailSecurity.TLS) as server:
        account = server.account
    with held_port() as port, pytest.raises(MailUnreachableError):
        send(replace(account, port=port))


def tls(serve: Callable[[ssl.SSLSocket], None]) -> tuple[RawServer, MailAccount]:
    identity = self_signed_identity("127.0.0.1")

    def run(link: socket.socket) -> None:
        with identity.context.wrap_socket(link, server_side=True) as protected:
            serve(protected)

    server = RawServer(run)
    account = MailAccount(
        host="127.0.0.1",
        port=server.port,
        security=MailSecurity.TLS,
        user="",
        sender=SENDER,
        roots_pem=ssl.DER_cert_to_PEM_cert(identity.certificate_der),
    )
    return server, account


def take(link: socket.socket, until: bytes) -> bytes:
    got = b""
    while not got.endswith(until):
        piece = link.recv(4096)
        if not piece:
            break
        got += piece
    return got


def polite_until_data(link: ssl.SSLSocket) -> bytes:
    link.sendall(b"220 ready\r\n")
    for answer in (b"250 hello\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n"):
        take(link, b"\r\n")
        link.sendall(answer)
    return take(link, b"\r\n.\r\n")


@pytest.mark.parametrize("last", [b"", b"2", b"25", b"2\r\n", b"hello\r\n", b"200 ok\r\n"])
def test_a_line_cut_after_the_text_is_neither_sent_nor_unsent(last: bytes) -> None:
    def serve(link: ssl.SSLSocket) -> None:
        polite_until_data(link)
        link.sendall(last)

    server, account = tls(serve)
    with server, pytest.raises(MailUnsureError):
        send(account)


def test_a_line_cut_before_the_text_is_not_reached() -> None:
    def serve(link: ssl.SSLSocket) -> None:
        link.sendall(b"220 ready\r\n")
        take(link, b"\r\n")

    server, account = tls(serve)
    with server, pytest.raises(MailUnreachableError):
        send(account)


def test_a_refusal_after_the_text_is_a_refusal() -> None:
    def serve(link: ssl.SSLSocket) -> None:
        polite_until_data(link)
        link.sendall(b"552 too much\r\n")

    server, account = tls(serve)
    with server, pytest.raises(MailRefusedError) as refused:
        send(account)
    assert refused.value.answer == "too much"


def test_an_answer_after_the_text_that_is_none_leaves_a_doubt() -> None:
    def serve(link: ssl.SSLSocket) -> None:
        polite_until_data(link)
        link.sendall(b"taken, thank you\r\n")

    server, account = tls(serve)
    with server, pytest.raises(MailUnsureError):
        send(account)


def _drip(link: socket.socket) -> None:
    # Never silent for long enough to be called dead, and never done; who is left cannot send.
    for _ in range(6_000):
        link.sendall(b"2")
        time.sleep(0.01)
    raise AssertionError("it was not left")


class Bell:
    """In place of the timer: the time is over when the test says so."""

    hung: "Bell"

    def __init__(self, seconds: float, ring: Callable[[], None]) -> None:
        assert seconds == TOTAL_S
        self.ring = ring
        Bell.hung = self

    def start(self) -> None: ...

    def cancel(self) -> None: ...


class OverAtOnce(Bell):
    """The time is over before there is a connection."""

    def start(self) -> None:
        self.ring()


@pytest.mark.parametrize("is_greeted", [False, True])
def test_a_server_that_drips_is_left(is_greeted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benban.outside.mail.Timer", Bell)

    def serve(link: ssl.SSLSocket) -> None:
        if is_greeted:
            link.sendall(b"220 ready\r\n")
            take(link, b"\r\n")
        link.sendall(b"2")
        Bell.hung.ring()
        _drip(link)

    server, account = tls(serve)
    with server, pytest.raises(MailUnreachableError):
        send(account)


ANSWERS = {
    "EHLO": b"250-here\r\n250 AUTH PLAIN\r\n",
    "AUTH": b"235 yes\r\n",
    "MAIL": b"250 yes\r\n",
    "RCPT": b"250 yes\r\n",
    "DATA": b"354 go on\r\n",
    "the text": b"250 queued\r\n",
}


@pytest.mark.parametrize("cut", ANSWERS)
def test_half_an_answer_that_was_cut_off_is_no_refusal(
    cut: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benban.outside.mail.Timer", Bell)

    def serve(link: ssl.SSLSocket) -> None:
        link.sendall(b"220 ready\r\n")
        for step, answer in ANSWERS.items():
            take(link, b"\r\n.\r\n" if step == "the text" else b"\r\n")
            if step == cut:
                link.sendall(answer[:1])
                Bell.hung.ring()
                return
            link.sendall(answer)

    server, account = tls(serve)
    # Of the text the server may have all.
    expected = MailUnsureError if cut == "the text" else MailUnreachableError
    with server, pytest.raises(expected):
        send(replace(account, user=USER))


@pytest.mark.parametrize("cut", ["TLS", "STARTTLS", "TLS after STARTTLS"])
def test_a_protection_that_was_cut_off_says_nothing_of_the_server(
    cut: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benban.outside.mail.Timer", Bell)

    def serve(link: socket.socket) -> None:
        if cut != "TLS":
            link.sendall(b"220 ready\r\n")
            take(link, b"\r\n")
            link.sendall(b"250-here\r\n250 STARTTLS\r\n")
            take(link, b"\r\n")
            link.sendall(b"2" if cut == "STARTTLS" else b"220 go on\r\n")
        if cut != "STARTTLS":
            link.recv(1)  # it greets, and waits for an answer
        Bell.hung.ring()

    server = RawServer(serve)
    security = MailSecurity.TLS if cut == "TLS" else MailSecurity.STARTTLS
    account = MailAccount(
        host="127.0.0.1", port=server.port, security=security, user="", sender=SENDER
    )
    with server, pytest.raises(MailUnreachableError):
        send(account)


@pytest.mark.parametrize("security", BOTH)
def test_a_time_that_is_over_before_the_connection_is_there_ends_it(
    security: MailSecurity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benban.outside.mail.Timer", OverAtOnce)
    if security is MailSecurity.TLS:
        server, account = tls(_drip)
    else:
        server = RawServer(_drip)
        account = MailAccount(
            host="127.0.0.1", port=server.port, security=security, user="", sender=SENDER
        )

    with server, pytest.raises(MailUnreachableError):
        send(account)


def test_the_account_of_the_example_is_nobodys() -> None:
    assert (USER, SENDER.rpartition(".")[2]) == ("may", "example")
