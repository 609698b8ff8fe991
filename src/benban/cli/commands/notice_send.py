"""``benban notice send``, ``account``, ``eml``, ``paste``, ``record``, ``due``, ``calendar``."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from benban.casework.due import Due, due_in_case, due_in_vault
from benban.casework.notify import ready_notice
from benban.casework.send_notice import (
    PreparedMail,
    keep_account,
    kept_account,
    prepare_mail,
    send_prepared,
)
from benban.cli.files import new_file
from benban.cli.options import common_options, is_interactive, read_secret, read_text
from benban.cli.out import Json, Out
from benban.cli.questions import ask_yes, local_time, tell
from benban.cli.session import (
    VaultOptions,
    find_case,
    find_one,
    opened_case,
    opened_vault,
    take_out,
    take_vault_options,
)
from benban.cli.words import Words
from benban.errors import MailAddressError
from benban.model.mail import MailAccount, MailSecurity
from benban.model.remedy import Notice
from benban.model.sighting import Sighting
from benban.notices.calendar import calendar_of
from benban.notices.mail import notice_record, text_to_paste
from benban.wiring_case import CaseStore, catalogue, system_clock

_Command = TypeVar("_Command", bound=Callable[..., Any])
_ACCOUNT_LINES = 5


def sending_commands(words: Words) -> tuple[click.Command, ...]:
    """Return the commands about sending and waiting."""
    makers: tuple[Callable[[Words], click.Command], ...] = (
        _account,
        _send,
        _eml,
        _paste,
        _record,
        _due,
        _calendar,
    )
    return tuple(make(words) for make in makers)


def _new_file_option(words: Words) -> Callable[[_Command], _Command]:
    """Return the option for the file that a command writes."""
    return click.option(
        "--out",
        "file",
        type=click.Path(path_type=Path),
        required=True,
        help=words("cli.notice.o.out"),
    )


def _show_who_learns(out: Out, notice: Notice, recipient: str) -> None:
    out.say("cli.notice.will-be-sent", recipient=recipient)
    for message_id in notice.reveals:
        out.line("  - " + out.words(message_id))


def _account(words: Words) -> click.Command:
    @click.command("account", help=words("cli.notice.account.help"))
    @click.option("--from", "source", default="-", help=words("cli.notice.account.o.from"))
    @click.option(
        "--roots", type=click.Path(path_type=Path), help=words("cli.notice.account.o.roots")
    )
    @common_options(words)
    def account(source: str, roots: Path | None, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        if source == "-" and is_interactive():
            tell(words("cli.notice.account.type"))
        kept = _account_of(read_text(source), "" if roots is None else read_text(str(roots)))
        with opened_vault(words, options) as vault:
            keep_account(vault, kept)
        out.say("cli.notice.account.kept", host=kept.host, sender=kept.sender)
        out.document({"host": kept.host, "port": kept.port, "security": kept.security.value})

    return account


def _account_of(text: str, roots_pem: str) -> MailAccount:
    """Return the account from five lines: server, port, tls or starttls, user, sender."""
    lines = [line.strip() for line in text.splitlines()[:_ACCOUNT_LINES]]
    if len(lines) < _ACCOUNT_LINES or not lines[1].isdecimal():
        raise MailAddressError
    host, port, security, user, sender = lines
    if security.lower() not in {one.value for one in MailSecurity}:
        raise MailAddressError
    return MailAccount(
        host=host,
        port=int(port),
        security=MailSecurity(security.lower()),
        user=user,
        sender=sender,
        roots_pem=roots_pem,
    )


def _send(words: Words) -> click.Command:
    @click.command("send", help=words("cli.notice.send.help"))
    @click.argument("case")
    @click.argument("notice")
    @click.option(
        "--send", "answer", type=click.Choice(["yes", "no"]), help=words("cli.notice.send.o.send")
    )
    @click.option(
        "--again", type=click.Choice(["yes", "no"]), help=words("cli.notice.send.o.again")
    )
    @click.option(
        "--password-file", type=click.Path(path_type=Path), help=words("cli.notice.send.o.password")
    )
    @click.option(
        "--password-fd", type=click.IntRange(min=0), help=words("cli.notice.send.o.password")
    )
    @common_options(words)
    def send(case: str, notice: str, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (vault, store):
            account = kept_account(vault)
            known = find_one(store, Notice, notice)
            mail = _prepared(store, known, account.sender)
            _show_mail(out, known, mail, account)
            may_repeat = not known.may_have_arrived or ask_yes(
                words, "cli.notice.send.ask-again", given["again"]
            )
            if not may_repeat or not ask_yes(words, "cli.notice.send.ask", given["answer"]):
                out.say("cli.notice.send.not-sent")
                out.document({"sent": False})
                return
            # Late: most commands send nothing.
            from benban.outside.mail import SmtpSender

            sender = SmtpSender(account, _password(words, account, given))
            sent = send_prepared(store, mail, sender, system_clock(), may_repeat=may_repeat)
        due = sent.deadline.due_at if sent.deadline else None
        out.say("cli.notice.send.done", digest=mail.sha256.hex)
        if due is not None:
            out.say("cli.notice.sent.due", when=local_time(due))
        out.document(
            {
                "sent": True,
                "message_id": mail.message_id,
                "sha256": mail.sha256.hex,
                "due_at": due.isoformat() if due else None,
            }
        )

    return send


def _prepared(store: CaseStore, notice: Notice, sender: str) -> PreparedMail:
    return prepare_mail(
        store, notice.id, sender=sender, at=system_clock().now(), catalogue=catalogue()
    )


def _password(words: Words, account: MailAccount, given: dict[str, Any]) -> str:
    if not account.user:
        return ""
    return read_secret(
        words,
        file=given["password_file"],
        descriptor=given["password_fd"],
        prompt_id="cli.notice.send.ask-password",
    )


def _show_mail(out: Out, notice: Notice, mail: PreparedMail, account: MailAccount) -> None:
    """Show what leaves, byte for byte, to whom, and who may learn what."""
    out.say("cli.notice.send.exactly", bytes=len(mail.content), digest=mail.sha256.hex)
    out.line()
    out.line(mail.content.decode("ascii").replace("\r\n", "\n"))
    out.say("cli.notice.send.reads-as")
    out.line()
    out.line(text_to_paste(notice))
    out.line()
    if mail.record:
        out.say("cli.notice.send.record")
        out.line()
        out.line(mail.record.decode("utf-8"))
        out.line()
    _show_who_learns(out, notice, mail.recipient)
    out.say("cli.notice.send.provider", host=account.host, sender=account.sender)
    out.say("cli.notice.not-included")


def _eml(words: Words) -> click.Command:
    @click.command("eml", help=words("cli.notice.eml.help"))
    @click.argument("case")
    @click.argument("notice")
    @_new_file_option(words)
    @click.option("--sender", "source", default=None, help=words("cli.notice.eml.o.sender"))
    @common_options(words)
    def eml(case: str, notice: str, file: Path, source: str | None, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (vault, store):
            known = find_one(store, Notice, notice)
            sender = kept_account(vault).sender if source is None else read_text(source).strip()
            mail = _prepared(store, known, sender)
        with new_file(file) as stream:
            stream.write(mail.content)
        out.say("cli.notice.eml.done", name=file.name, case=case, notice=known.id)
        out.document({"sha256": mail.sha256.hex, "recipient": mail.recipient})

    return eml


def _paste(words: Words) -> click.Command:
    @click.command("paste", help=words("cli.notice.paste.help"))
    @click.argument("case")
    @click.argument("notice")
    @click.option(
        "--open", "answer", type=click.Choice(["yes", "no"]), help=words("cli.notice.paste.o.open")
    )
    @common_options(words)
    def paste(case: str, notice: str, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (_, store):
            known = ready_notice(store, find_one(store, Notice, notice).id, catalogue())
        out.line(text_to_paste(known))
        out.line()
        _show_who_learns(out, known, known.recipient)
        is_page = known.recipient.startswith("https://")
        opened = is_page and ask_yes(words, "cli.notice.paste.ask-open", given["answer"])
        if opened:
            # Late: starts a browser.
            from benban.outside.opening import open_page

            open_page(known.recipient)
        out.say("cli.notice.paste.next", case=case, notice=known.id)
        out.document({"text": text_to_paste(known), "opened": opened})

    return paste


def _record(words: Words) -> click.Command:
    @click.command("record", help=words("cli.notice.record.help"))
    @click.argument("case")
    @click.argument("notice")
    @_new_file_option(words)
    @common_options(words)
    def record(case: str, notice: str, file: Path, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (_, store):
            known = ready_notice(store, find_one(store, Notice, notice).id, catalogue())
            content = notice_record(known, store.get(Sighting, known.sighting_id))
        with new_file(file) as stream:
            stream.write(content)
        out.say("cli.notice.record.done", name=file.name)
        out.document({"bytes": len(content)})

    return record


def _due(words: Words) -> click.Command:
    @click.command("due", help=words("cli.notice.due.help"))
    @click.argument("case", required=False)
    @common_options(words)
    def due(case: str | None, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        waiting = _waiting(words, options, case)
        for one in waiting:
            state = "cli.notice.due.over" if one.is_overdue else "cli.notice.due.waiting"
            line = f"{local_time(one.due_at)}  {words(state)}  {one.case_id}  {one.notice.id}"
            out.line(f"{line}  {one.notice.recipient}")
        out.say("cli.notice.due.none" if not waiting else "cli.notice.due.next")
        out.document({"due": [_due_json(one) for one in waiting]})

    return due


def _waiting(words: Words, options: VaultOptions, case: str | None) -> tuple[Due, ...]:
    now = system_clock().now()
    with opened_vault(words, options) as vault:
        if case is None:
            return due_in_vault(vault, now)
        with vault.open_case(find_case(vault, case).id) as store:
            return due_in_case(store, now)


def _due_json(one: Due) -> dict[str, Json]:
    return {
        "case": one.case_id,
        "notice": one.notice.id,
        "due_at": one.due_at.isoformat(),
        "overdue": one.is_overdue,
        "started_by": one.notice.deadline.started_by if one.notice.deadline else None,
    }


def _calendar(words: Words) -> click.Command:
    @click.command("calendar", help=words("cli.notice.calendar.help"))
    @click.argument("case")
    @_new_file_option(words)
    @common_options(words)
    def calendar(case: str, file: Path, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (_, store):
            content = calendar_of(store.all(Notice), words.language, system_clock().now())
            count = len(due_in_case(store, system_clock().now()))
        with new_file(file) as stream:
            stream.write(content)
        out.say("cli.notice.calendar.done", name=file.name, count=count)
        out.document({"entries": count})

    return calendar
