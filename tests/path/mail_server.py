"""A real SMTP server on loopback, which keeps what came and can be told to misbehave."""

import socket
import ssl
import threading
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from benban.model.mail import MailAccount, MailSecurity
from benban.testing.platform_tls import SelfSigned, self_signed_identity
from tests.ports import held_port

USER, PASSWORD, SENDER = "may", "mat-khau-ung-dung", "may@thu.example"


@dataclass(slots=True)
class MailServer:
    """
    A submission server with TLS from the first byte or by STARTTLS, and one account.

    Attributes:
        refuses: a recipient that is turned away.
        password: of the one account.
        came: sender, recipients and the very bytes of each mail taken.
    """

    security: MailSecurity
    has_tls: bool = True
    refuses: str = ""
    password: str = PASSWORD
    came: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    identity: SelfSigned = field(default_factory=lambda: self_signed_identity("127.0.0.1"))
    _controller: Controller | None = None

    def __enter__(self) -> Self:
        context = self.identity.context if self.has_tls else None
        is_tls = self.security is MailSecurity.TLS
        # It does not see that the whole connection is protected when TLS comes first.
        warnings.filterwarnings("ignore", "Requiring AUTH while not requiring TLS")
        with held_port() as port:
            self._controller = Controller(
                self,
                hostname="127.0.0.1",
                port=port,
                ssl_context=context if is_tls else None,
                tls_context=None if is_tls else context,
                require_starttls=self.has_tls and not is_tls,
                auth_required=self.has_tls,
                authenticator=self._authenticate,
                auth_require_tls=not is_tls,
                ready_timeout=60,
            )
            self._controller.start()
        return self

    def __exit__(self, *_reason: object) -> None:
        if self._controller is not None:
            self._controller.stop()

    @property
    def account(self) -> MailAccount:
        assert self._controller is not None
        return MailAccount(
            host="127.0.0.1",
            port=self._controller.port,
            security=self.security,
            user=USER,
            sender=SENDER,
            roots_pem=ssl.DER_cert_to_PEM_cert(self.identity.certificate_der),
        )

    async def handle_EHLO(  # noqa: N802 the library's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        name: str,
        responses: list[str],
    ) -> list[str]:
        del server, envelope
        session.host_name = name
        self.names.append(name)
        return responses

    async def handle_RCPT(  # noqa: N802 the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        if address == self.refuses:
            return "550 5.1.1 no such mailbox\x07 here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 the library's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        del server, session
        content = envelope.original_content or b""
        self.came.append((envelope.mail_from or "", list(envelope.rcpt_tos), content))
        return "250 queued as 4711"

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        del server, session, envelope, mechanism
        good = isinstance(data, LoginPassword) and data == LoginPassword(
            USER.encode(), self.password.encode()
        )
        return AuthResult(success=good, handled=False)


class RawServer:
    """A server that answers one connection as a function says; for what no real one does."""

    def __init__(self, serve: Callable[[socket.socket], None]) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._serve = serve
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.got = bytearray()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_reason: object) -> None:
        self._socket.close()
        self._thread.join(10)

    @property
    def port(self) -> int:
        number: int = self._socket.getsockname()[1]
        return number

    def _run(self) -> None:
        with suppress(OSError):
            link, _ = self._socket.accept()
            with link:
                self._serve(link)
