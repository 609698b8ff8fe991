"""From a signed text to one that was sent: by the person's own mail, as a file, or by hand."""

import re

from starlette.responses import Response

from benban.casework.notify import ready_notice
from benban.casework.send_notice import keep_account, kept_account, prepare_mail, send_prepared
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.pages import go_to, show
from benban.desk.routes.timeline import given_file
from benban.errors import (
    BenbanError,
    MailAddressError,
    MailNotShownError,
    NoMailAccountError,
)
from benban.model.ids import NoticeId
from benban.model.mail import MailAccount, MailSecurity
from benban.model.remedy import Notice, NoticeState
from benban.notices.mail import is_mail_address, text_to_paste
from benban.wiring_case import CaseStore, catalogue

ROUTES = Routes()
_PORT = re.compile(r"[0-9]{1,5}")
_ACCOUNT = ("host", "port", "security", "user", "sender", "roots")


@ROUTES.page("/settings/mail")
def account(desk: Desk, _asked: Asked) -> Response:
    """Ask where the person's own mails are handed in; the password is not asked for here."""
    kept = _account(desk)
    known = dict.fromkeys(_ACCOUNT, "")
    if kept is not None:
        known = {
            "host": kept.host,
            "port": str(kept.port),
            "security": kept.security.value,
            "user": kept.user,
            "sender": kept.sender,
            "roots": kept.roots_pem,
        }
    return _account_page(desk, known, None)


@ROUTES.form("/settings/mail")
def keep_mail(desk: Desk, asked: Asked) -> Response:
    """Keep the account, encrypted with the vault."""
    typed = {name: asked.first(name) for name in _ACCOUNT}
    try:
        keep_account(desk.vault, _typed_account(typed))
    except BenbanError as error:
        return _account_page(desk, typed, error)
    return go_to("/settings")


@ROUTES.page("/c/{case}/n/{notice}/send")
def ways(desk: Desk, asked: Asked) -> Response:
    """Show the ways in which a signed text can leave; none is taken yet."""
    with desk.case(asked.parts["case"]) as store:
        if not _is_signed(store, asked):
            return go_to(f"/c/{store.case.id}/n/{asked.parts['notice']}")
        one = ready_notice(store, NoticeId(asked.parts["notice"]), catalogue())
        return _ways(desk, store, one, None)


@ROUTES.form("/c/{case}/n/{notice}/file")
def as_file(desk: Desk, asked: Asked) -> Response:
    """Give the mail as a file for the person's own mail program."""
    with desk.case(asked.parts["case"]) as store:
        one = ready_notice(store, NoticeId(asked.parts["notice"]), catalogue())
        sender = asked.first("sender")
        try:
            mail = prepare_mail(
                store, one.id, sender=sender, at=desk.clock.now(), catalogue=catalogue()
            )
        except BenbanError as error:
            return _ways(desk, store, one, error, sender=sender)
    return given_file(mail.content, "message/rfc822", "eml")


@ROUTES.page("/c/{case}/n/{notice}/mail")
def exactly(desk: Desk, asked: Asked) -> Response:
    """Show the mail byte for byte, to whom it goes and who may learn what; nothing is sent."""
    with desk.case(asked.parts["case"]) as store:
        if not _is_signed(store, asked):
            return go_to(f"/c/{store.case.id}/n/{asked.parts['notice']}")
        if _account(desk) is None:
            return go_to("/settings/mail")
        return _exactly(desk, store, NoticeId(asked.parts["notice"]), None)


@ROUTES.form("/c/{case}/n/{notice}/mail")
def send(desk: Desk, asked: Asked) -> Response:
    """Send the very bytes that were shown, once."""
    notice_id = NoticeId(asked.parts["notice"])
    with desk.case(asked.parts["case"]) as store:
        try:
            mail = desk.shown_mails.get(asked.exact("mail"))
            if mail is None or mail.notice_id != notice_id:
                raise MailNotShownError
            # Late: most pages send nothing.
            from benban.outside.mail import SmtpSender

            sender = SmtpSender(kept_account(desk.vault), asked.exact("password"))
            # Once more: an answer may have changed since the page was made.
            ready_notice(store, notice_id, catalogue())
            may_repeat = asked.first("again") == "yes"
            send_prepared(store, mail, sender, desk.clock, may_repeat=may_repeat)
        except BenbanError as error:
            return _exactly(desk, store, notice_id, error)
        desk.shown_mails.clear()
        return go_to(f"/c/{store.case.id}/n/{notice_id}")


def _is_signed(store: CaseStore, asked: Asked) -> bool:
    # A draft has no way out yet; its own page is where it is signed.
    one = store.get(Notice, NoticeId(asked.parts["notice"]))
    return one.state is not NoticeState.DRAFT


def _typed_account(typed: dict[str, str]) -> MailAccount:
    securities = {one.value: one for one in MailSecurity}
    if not _PORT.fullmatch(typed["port"]) or typed["security"] not in securities:
        raise MailAddressError
    return MailAccount(
        host=typed["host"],
        port=int(typed["port"]),
        security=securities[typed["security"]],
        user=typed["user"],
        sender=typed["sender"],
        roots_pem=typed["roots"],
    )


def _account(desk: Desk) -> MailAccount | None:
    try:
        return kept_account(desk.vault)
    except NoMailAccountError:
        return None


def _account_page(desk: Desk, typed: dict[str, str], error: BenbanError | None) -> Response:
    return show(
        desk,
        "send_account.html.j2",
        status=400 if error else 200,
        typed=typed,
        securities=tuple(MailSecurity),
        error=error,
    )


def _ways(
    desk: Desk, store: CaseStore, one: Notice, error: BenbanError | None, *, sender: str = ""
) -> Response:
    kept = _account(desk)
    return show(
        desk,
        "send_ways.html.j2",
        status=400 if error else 200,
        path=f"/c/{store.case.id}/n/{one.id}",
        notice=one,
        text=text_to_paste(one),
        is_mail=is_mail_address(one.recipient),
        account=kept,
        sender=sender or (kept.sender if kept else ""),
        error=error,
    )


def _exactly(
    desk: Desk, store: CaseStore, notice_id: NoticeId, error: BenbanError | None
) -> Response:
    one = store.get(Notice, notice_id)
    kept = kept_account(desk.vault)
    mail = prepare_mail(
        store, notice_id, sender=kept.sender, at=desk.clock.now(), catalogue=catalogue()
    )
    desk.note_shown(mail)
    return show(
        desk,
        "send_mail.html.j2",
        status=400 if error else 200,
        path=f"/c/{store.case.id}/n/{notice_id}",
        notice=one,
        mail=mail,
        content=mail.content.decode("ascii").replace("\r\n", "\n"),
        reads_as=text_to_paste(one),
        record=mail.record.decode("utf-8"),
        account=kept,
        error=error,
    )
