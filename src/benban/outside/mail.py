"""Hand a mail to the submission server of the person's own account (RFC 6409), over TLS only."""

import re
import smtplib
import socket
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Timer
from typing import Self

from benban.errors import (
    MailRefusedError,
    MailUnreachableError,
    MailUnsafeError,
    MailUnsureError,
)
from benban.model.mail import MailAccount, MailSecurity
from benban.notices.mail import one_line

_STEP_S = 30.0
_TOTAL_S = 120.0
# RFC 5321 4.1.4 wants a name or an address here. The computer's own name is nobody's business.
_OUR_NAME = "[127.0.0.1]"
_SIGNED_IN, _DONE, _WILL_FORWARD, _GO_ON = 235, 250, 251, 354
# RFC 5321 4.2.1: from here on a reply says no.
_NO = 400
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
_LONGEST_ANSWER = 300
_NOT_REPEATED = "..."


class SmtpSender:
    """
    A :class:`benban.casework.send_notice.MailSender` over SMTP.

    Args:
        account: where mails are handed in.
        password: for this once; not kept.
        total_s: after so many seconds the connection is cut, whatever the server does.
    """

    def __init__(self, account: MailAccount, password: str, *, total_s: float = _TOTAL_S) -> None:
        self._account = account
        self._password = password
        self._total_s = total_s

    def send(self, mail: bytes, *, sender: str, recipient: str) -> str:
        """
        Return the server's answer after it took exactly *mail*.

        Args:
            mail: with CR LF; a dot at the start of a line is doubled on the wire as RFC 5321 asks.
            sender: plain address of the account.
            recipient: plain address.

        Raises:
            MailUnreachableError: BB-643. MailUnsafeError: BB-644. MailRefusedError: BB-645.
            MailUnsureError: BB-646, the mail may have arrived.
        """
        cut = _Cut(self._total_s)
        try:
            with cut, _opened(self._account, cut) as link:
                self._sign_in(link)
                _accepted(*link.mail(sender))
                _accepted(*link.rcpt(recipient))
                return _hand_over(link, mail)
        except (
            smtplib.SMTPResponseException,
            ssl.SSLError,
            MailRefusedError,
            MailUnsafeError,
        ) as error:
            if cut.is_done:
                # Half a line that we cut off is no answer, and says nothing of the server.
                raise MailUnreachableError from error
            if isinstance(error, smtplib.SMTPResponseException):
                raise MailRefusedError(answer=self._said(error.smtp_error)) from error
            if isinstance(error, ssl.SSLError):
                raise MailUnsafeError from error
            raise
        except (OSError, smtplib.SMTPException) as error:
            raise MailUnreachableError from error

    def _sign_in(self, link: smtplib.SMTP) -> None:
        link.ehlo_or_helo_if_needed()
        if not self._account.user:
            return
        if "PLAIN" in link.esmtp_features.get("auth", "").upper().split():
            # RFC 4616: UTF-8. The library takes ASCII only, and a password may hold any letter.
            secret = b64encode(f"\0{self._account.user}\0{self._password}".encode())
            code, answer = link.docmd("AUTH", f"PLAIN {secret.decode('ascii')}")
            if code != _SIGNED_IN:
                raise MailRefusedError(answer=self._said(answer))
            return
        try:
            link.login(self._account.user, self._password)
        except (smtplib.SMTPNotSupportedError, ValueError) as error:
            # No sign-in is offered, or none that can carry these letters. Nothing was handed over.
            raise MailRefusedError(answer="AUTH?") from error

    def _said(self, answer: bytes | str) -> str:
        """Return the server's line; some repeat what they did not like, and this one is kept."""
        text = _text(answer)
        user, password = self._account.user, self._password
        given = (password, f"\0{user}\0{password}")
        written = (b64encode(one.encode()).decode("ascii") for one in given)
        repeats = password and any(one in text for one in (password, *written))
        return _NOT_REPEATED if repeats else _said(text)


class _Cut:
    """Ends a connection after so many seconds, also one that drips and never falls silent."""

    def __init__(self, total_s: float) -> None:
        self._timer = Timer(total_s, self._end)
        self._timer.daemon = True
        self._held: socket.socket | None = None
        self.is_done = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_reason: object) -> None:
        self._timer.cancel()
        if self._held is not None:
            self._held.close()

    def watch(self, connection: socket.socket) -> None:
        """
        Keep a second handle: TLS takes the first one over.

        Raises:
            TimeoutError: the time was over before; nothing would end it any more.
        """
        self._held = connection.dup()
        if self.is_done:
            connection.close()
            raise TimeoutError

    def _end(self) -> None:
        self.is_done = True
        if self._held is not None:
            with suppress(OSError):
                self._held.shutdown(socket.SHUT_RDWR)


class _Link(smtplib.SMTP):
    """One connection, protected from its first byte or from STARTTLS on."""

    def __init__(self, account: MailAccount, context: ssl.SSLContext, cut: _Cut) -> None:
        self._tls = context if account.security is MailSecurity.TLS else None
        self._cut = cut
        super().__init__(account.host, account.port, local_hostname=_OUR_NAME, timeout=_STEP_S)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        raw = socket.create_connection((host, port), timeout)
        self._cut.watch(raw)
        return raw if self._tls is None else self._tls.wrap_socket(raw, server_hostname=host)


@contextmanager
def _opened(account: MailAccount, cut: _Cut) -> Iterator[smtplib.SMTP]:
    context = _context(account)
    link = _Link(account, context, cut)
    try:
        if account.security is MailSecurity.STARTTLS:
            _protect(link, context)
        yield link
        with suppress(OSError, smtplib.SMTPException):
            link.quit()
    finally:
        link.close()


def _protect(link: smtplib.SMTP, context: ssl.SSLContext) -> None:
    try:
        link.starttls(context=context)
    except (smtplib.SMTPNotSupportedError, smtplib.SMTPResponseException) as error:
        # Never in the clear instead.
        raise MailUnsafeError from error


def _hand_over(link: smtplib.SMTP, mail: bytes) -> str:
    code, answer = link.docmd("DATA")
    if code != _GO_ON:
        raise MailRefusedError(answer=_said(answer))
    # What RFC 5321 4.5.2 asks; everything else goes as it is.
    wire = _LEADING_DOT.sub(b"..", mail)
    ending = b".\r\n" if wire.endswith(b"\r\n") else b"\r\n.\r\n"
    try:
        link.send(wire + ending)
        code, answer = link.getreply()
    except (OSError, smtplib.SMTPException) as error:
        # From here on the server may have all of it.
        raise MailUnsureError from error
    if code >= _NO:
        raise MailRefusedError(answer=_said(answer))
    if code != _DONE:
        # Another yes, or the beginning of a line that was cut: who calls that a no sends it twice.
        raise MailUnsureError
    return _said(answer)


def _context(account: MailAccount) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if account.roots_pem:
        context.load_verify_locations(cadata=account.roots_pem)
    return context


def _accepted(code: int, answer: bytes) -> None:
    if code not in {_DONE, _WILL_FORWARD}:
        raise MailRefusedError(answer=_said(answer))


def _said(answer: bytes | str) -> str:
    return one_line(_text(answer))[:_LONGEST_ANSWER]


def _text(answer: bytes | str) -> str:
    return answer if isinstance(answer, str) else answer.decode("utf-8", "replace")
