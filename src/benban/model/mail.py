"""Mail of the person's own account: where it is handed in, and what became of each attempt."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from benban.model.ids import Digest


class MailSecurity(Enum):
    """How the connection is protected; there is no third way."""

    TLS = "tls"
    STARTTLS = "starttls"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailAccount:
    """
    The account that mails are sent from; its password is never kept.

    Attributes:
        host, port: of the provider's submission server.
        user: name for signing in; empty when the server asks for none.
        sender: the mail address that recipients see.
        roots_pem: certificates of an organisation's own authority; empty for the usual ones.
    """

    host: str
    port: int
    security: MailSecurity
    user: str
    sender: str
    roots_pem: str = ""


class MailOutcome(Enum):
    """What became of one attempt."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOT_REACHED = "not-reached"
    # The connection ended after the text was handed over and before the answer came.
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailAttempt:
    """
    One attempt to hand in the mail of a notice.

    Attributes:
        sha256: of exactly the bytes that were shown and handed over.
        message_id: of the mail, in angle brackets; its answers refer to it.
        answer: the server's own line, without control characters; empty for none.
    """

    at: datetime
    outcome: MailOutcome
    sha256: Digest
    message_id: str
    answer: str = ""
