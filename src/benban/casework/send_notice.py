"""Hand in the mail of a signed notice: shown first, sent as shown, every attempt in the log."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import msgspec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificates

from benban.casework.consent import require_consent
from benban.casework.events import event, open_field, sealed_field
from benban.casework.notify import mark_notice_sent, ready_notice
from benban.errors import (
    BenbanError,
    MailAddressError,
    MailAlreadyTriedError,
    MailRefusedError,
    MailUnreachableError,
    MailUnsafeError,
    MailUnsureError,
    NoMailAccountError,
    NoticeStepError,
)
from benban.model.catalogue import Catalogue
from benban.model.clock import Clock
from benban.model.consent import ConsentPurpose
from benban.model.custody import EventKind
from benban.model.ids import Digest, NoticeId
from benban.model.mail import MailAccount, MailAttempt, MailOutcome
from benban.model.remedy import Notice, NoticeState
from benban.model.sighting import Sighting
from benban.notices.mail import compose_mail, is_mail_address, notice_record, one_line
from benban.seal.digests import sha256_of
from benban.vault import CaseStore, Vault

SETTING = "mail-account"
_HOST_FORMS = frozenset({"generic-host", "eu-dsa"})
_OUTCOMES: tuple[tuple[type[BenbanError], MailOutcome], ...] = (
    (MailUnsureError, MailOutcome.UNSURE),
    (MailRefusedError, MailOutcome.REFUSED),
    (MailUnreachableError, MailOutcome.NOT_REACHED),
    (MailUnsafeError, MailOutcome.NOT_REACHED),
)


class MailSender(Protocol):
    """Hands a mail to the server of the person's account; ``outside.mail`` implements it."""

    def send(self, mail: bytes, *, sender: str, recipient: str) -> str:
        """Return the server's answer; raise BB-643 to BB-646."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedMail:
    """
    A mail before it is sent.

    Attributes:
        content: exactly the bytes that will be sent.
        record: the part of them that is for a machine, as its reader sees it; empty for none.
    """

    notice_id: NoticeId
    sender: str
    recipient: str
    message_id: str
    content: bytes
    record: bytes = b""

    @property
    def sha256(self) -> Digest:
        """Digest of the bytes, as it stands in the log."""
        return sha256_of(self.content)


def keep_account(vault: Vault, account: MailAccount) -> None:
    """
    Keep the account that mails are sent from, encrypted with the vault; without its password.

    Raises:
        MailAddressError: BB-642.
    """
    lines = (account.host, account.user, account.sender)
    is_clean = all(one == one_line(one) for one in lines) and account.host.isascii()
    in_range = 0 < account.port < 1 << 16
    if not (account.host and is_clean and in_range and is_mail_address(account.sender)):
        raise MailAddressError
    kept = replace(account, roots_pem=_certificates(account.roots_pem))
    vault.set_setting(SETTING, msgspec.json.encode(kept))


def _certificates(untrusted_pem: str) -> str:
    """Return the certificates in a file of the person, without what stands around them."""
    if not untrusted_pem:
        return ""
    try:
        found = load_pem_x509_certificates(untrusted_pem.encode())
    except ValueError as error:
        raise MailAddressError from error
    return "".join(one.public_bytes(Encoding.PEM).decode("ascii") for one in found)


def kept_account(vault: Vault) -> MailAccount:
    """
    Return the account that mails are sent from.

    Raises:
        NoMailAccountError: BB-640.
    """
    kept = vault.setting(SETTING)
    if not kept:
        raise NoMailAccountError
    return msgspec.json.decode(kept, type=MailAccount)


def prepare_mail(
    store: CaseStore, notice_id: NoticeId, *, sender: str, at: datetime, catalogue: Catalogue
) -> PreparedMail:
    """
    Return the mail of an approved notice; what is sent later is these bytes and no others.

    Raises:
        NoticeStepError: BB-606, it is not approved, or was sent; else see :func:`ready_notice`.
        NotByMailError: BB-641. MailAddressError: BB-642.
    """
    notice = ready_notice(store, notice_id, catalogue)
    if notice.state is not NoticeState.APPROVED:
        raise NoticeStepError(state=notice.state.value, wanted=NoticeState.SENT.value)
    record = b""
    if notice.form in _HOST_FORMS:
        record = notice_record(notice, store.get(Sighting, notice.sighting_id))
    # Random, and of the sender's own domain: it says nothing of this computer.
    message_id = f"<{secrets.token_hex(16)}@{sender.rpartition('@')[2]}>"
    content = compose_mail(notice, sender=sender, at=at, message_id=message_id, record=record)
    return PreparedMail(
        notice_id=notice_id,
        sender=sender,
        recipient=notice.recipient,
        message_id=message_id,
        content=content,
        record=record,
    )


def send_prepared(
    store: CaseStore,
    mail: PreparedMail,
    sender: MailSender,
    clock: Clock,
    *,
    may_repeat: bool = False,
) -> Notice:
    """
    Return the notice as sent; an attempt that failed is in the log as well.

    Args:
        store: of the case.
        mail: from :func:`prepare_mail`, as the person saw it.
        sender: of the person's account.
        clock: for the log.
        may_repeat: the person was told that an earlier attempt may have arrived, and said yes.

    Raises:
        ConsentMissingError: BB-651. MailAlreadyTriedError: BB-647.
        BB-643 to BB-646: see ``outside.mail``.
    """
    notice = store.get(Notice, mail.notice_id)
    # A yes may have been withdrawn since the notice was signed.
    require_consent(store, ConsentPurpose.REMOVAL, notice.recipient)
    # Also one that was taken: a process may die before it could be marked as sent.
    if notice.may_have_arrived and not may_repeat:
        raise MailAlreadyTriedError
    # Before the first byte leaves: a process that dies now has left a trace, not a doubt.
    _note(store, mail, MailOutcome.UNSURE, clock)
    try:
        answer = sender.send(mail.content, sender=mail.sender, recipient=mail.recipient)
    except BenbanError as error:
        outcome = next((to for kind, to in _OUTCOMES if isinstance(error, kind)), None)
        if outcome is not None:
            said = error.answer if isinstance(error, MailRefusedError) else ""
            _note(store, mail, outcome, clock, answer=said)
        raise
    _note(store, mail, MailOutcome.ACCEPTED, clock, answer=answer)
    return mark_notice_sent(store, mail.notice_id, clock)


def _note(
    store: CaseStore, mail: PreparedMail, outcome: MailOutcome, clock: Clock, answer: str = ""
) -> None:
    notice = store.get(Notice, mail.notice_id)
    attempt = MailAttempt(
        at=clock.now(),
        outcome=outcome,
        sha256=mail.sha256,
        message_id=mail.message_id,
        answer=answer,
    )
    # The outcome takes the place of the trace that stood while the mail was under way.
    earlier = tuple(one for one in notice.attempts if one.message_id != mail.message_id)
    store.record(
        event(
            EventKind.MAIL_TRIED,
            notice.id,
            open_field("outcome", outcome.value),
            sealed_field("recipient", mail.recipient),
            sealed_field("message_id", mail.message_id),
            sealed_field("mail_sha256", mail.sha256.hex),
            sealed_field("answer", answer),
        ),
        save=[replace(notice, attempts=(*earlier, attempt))],
    )
