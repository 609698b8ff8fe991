"""A signed notice as the bytes of a mail, of a record for a host's machine, or as text to paste."""

import json
import re
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

from benban.errors import MailAddressError, NotByMailError
from benban.model.remedy import Notice
from benban.model.sighting import Sighting

# RFC 5321 without quoted names, address literals, letters beyond ASCII and the question mark of
# encoded words, which the library would decode in a header: what a form of the
# catalogue or a registry names is never one of those, and nothing else could smuggle a second line.
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}"
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# Seven bits and short lines: no server on the way has a reason to change a byte.
_POLICY = SMTP.clone(cte_type="7bit", max_line_length=76)
RECORD_SCHEMA = "benban.notice/1"


def is_mail_address(text: str) -> bool:
    """Return whether *text* is one plain mail address and nothing else."""
    return _ADDRESS.fullmatch(text) is not None


def compose_mail(
    notice: Notice, *, sender: str, at: datetime, message_id: str, record: bytes = b""
) -> bytes:
    """
    Return the mail of *notice*, lines ending in CR LF, complete as it goes over the wire.

    It says nothing that the notice does not: no name beside the sender's address, no program, no
    time zone of this computer.

    Args:
        notice: signed.
        sender: the address that the recipient sees.
        at: aware; written in UTC.
        message_id: in angle brackets.
        record: the notice for a machine, attached as JSON; empty for none.

    Raises:
        NotByMailError: BB-641, the recipient is no mail address.
        MailAddressError: BB-642, the sender's address is not one.

    Source: RFC 5322, RFC 2045.
    """
    if not is_mail_address(notice.recipient):
        raise NotByMailError
    if not is_mail_address(sender):
        raise MailAddressError
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = sender
    mail["To"] = notice.recipient
    # An encoded word would be decoded by the library, line breaks in it and all.
    mail["Subject"] = one_line(notice.subject).replace("=?", "= ?")
    mail["Date"] = at.astimezone(UTC)
    mail["Message-ID"] = message_id
    mail.set_content(notice.body, charset="utf-8")
    if record:
        mail.add_attachment(record, maintype="application", subtype="json", filename="report.json")
    return mail.as_bytes()


def notice_record(notice: Notice, sighting: Sighting) -> bytes:
    """
    Return *notice* for a machine: JSON, UTF-8, sorted keys; no picture, no name beyond the text's.

    Args:
        notice: signed.
        sighting: the one it is about; its raw address is given.

    Source: docs/reference/notice-record.md; there is no type for this in XARF (facts/channels.md 1,
    number 10).
    """
    address = sighting.address
    document = {
        "schema": RECORD_SCHEMA,
        "report_id": notice.id,
        "category": "non-consensual-intimate-content",
        "may_be_synthetic": True,
        "person_may_be_under_18": not sighting.answers.all_yes,
        "addresses": [] if address is None else [address.raw],
        "language": notice.language.value,
        "subject": notice.subject,
        "text": notice.body,
        "asks": ["preserve", "remove", "remove-identical", "tell-outcome", "keep-reporter-private"],
        "media_attached": False,
    }
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode("utf-8")


def text_to_paste(notice: Notice) -> str:
    """Return what is pasted into a form: the subject, an empty line, the body."""
    return f"{notice.subject}\n\n{notice.body}"


def one_line(untrusted_text: str) -> str:
    """Return *untrusted_text* with every line break and control character as one space."""
    return " ".join(_CONTROLS.sub(" ", untrusted_text).split())
