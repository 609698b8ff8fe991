"""``benban notice``: draft, list, approve, mark as sent, keep the reply."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from benban.casework.notify import (
    approve_notice,
    draft_for_step,
    is_before_capture,
    mark_notice_sent,
    notices_elsewhere,
)
from benban.casework.replies import keep_reply, reply_of_mail
from benban.cli.commands.notice_send import sending_commands
from benban.cli.files import new_file, open_given
from benban.cli.options import common_options, is_interactive, read_text
from benban.cli.out import Json, Out
from benban.cli.questions import ask_answer, ask_needed, confirm, local_time, tell
from benban.cli.session import find_one, opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.errors import UsageError
from benban.model.ids import StepId
from benban.model.remedy import Notice, NoticeState, Reply, Signature
from benban.model.sighting import Answer, Sighting
from benban.notices.calendar import due_at, waiting_notices
from benban.notices.draft import NoticeAnswers
from benban.notices.lint import lint_notice
from benban.notices.statements import required_statements, statement_text
from benban.notices.warnings import IrreversibleAct
from benban.wiring_case import CaseStore, catalogue, system_clock

_ANSWERS = [answer.value for answer in (Answer.YES, Answer.NO, Answer.UNSURE)]


def build(words: Words) -> click.Group:
    """Return the group in the person's language."""
    group = click.Group("notice", help=words("cli.notice.help"))
    for make in (_draft, _list, _approve, _sent, _reply):
        group.add_command(make(words))
    for command in sending_commands(words):
        group.add_command(command)
    return group


def _draft(words: Words) -> click.Command:
    @click.command("draft", help=words("cli.notice.draft.help"))
    @click.argument("case")
    @click.argument("sighting")
    @click.argument("step")
    @click.option("--intimate", type=click.Choice(_ANSWERS), help=words("cli.notice.o.intimate"))
    @click.option("--speech", type=click.Choice(_ANSWERS), help=words("cli.notice.o.speech"))
    @common_options(words)
    def draft(case: str, sighting: str, step: str, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (_, store):
            notice = draft_for_step(
                store,
                find_one(store, Sighting, sighting),
                StepId(step),
                answers=NoticeAnswers(
                    is_intimate=ask_answer(words, "cli.notice.o.intimate", given["intimate"]),
                    is_speech=ask_answer(words, "cli.notice.o.speech", given["speech"]),
                ),
                language=words.language,
                catalogue=catalogue(),
                clock=system_clock(),
            )
            _show(out, store, notice)

    return draft


def _list(words: Words) -> click.Command:
    @click.command("list", help=words("cli.notice.list.help"))
    @click.argument("case")
    @common_options(words)
    def list_notices(case: str, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (_, store):
            notices = store.all(Notice)
        for notice in notices:
            # A day that is over with the answer is nothing to wait for.
            due = due_at(notice) if waiting_notices((notice,)) else None
            when = local_time(due) if due else ""
            state = words(f"cli.notice.state.{notice.state.value}")
            out.line(f"{notice.id}  {state:<14} {notice.recipient}  {when}".rstrip())
        if not notices:
            out.say("cli.notice.list.none")
        out.document({"notices": [notice_json(notice) for notice in notices]})

    return list_notices


def _approve(words: Words) -> click.Command:
    @click.command("approve", help=words("cli.notice.approve.help"))
    @click.argument("case")
    @click.argument("notice")
    @click.option("--signature", "source", help=words("cli.notice.o.signature"))
    @click.option("--pseudonym", is_flag=True, help=words("cli.notice.o.pseudonym"))
    @click.option("--confirm", multiple=True, help=words("cli.notice.o.confirm"))
    @click.option("--out", "file", type=click.Path(path_type=Path), help=words("cli.notice.o.out"))
    @common_options(words)
    def approve(case: str, notice: str, file: Path | None, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (vault, store), ExitStack() as target:
            # Before anything is signed: a signed text that could not be written would be lost.
            text = target.enter_context(new_file(file)) if file is not None else None
            draft = find_one(store, Notice, notice)
            _show_what_leaves(out, draft)
            if is_before_capture(store, draft):
                _warn(out, IrreversibleAct.REPORT_BEFORE_CAPTURE)
            name, contact = _name_and_contact(words, given["source"])
            signature = Signature(
                name=name,
                is_pseudonym=given["pseudonym"],
                contact=contact,
                statements=_confirmed(words, store, draft, given["confirm"]),
                at=system_clock().now(),
            )
            elsewhere = notices_elsewhere(vault, store)
            signed = approve_notice(store, draft.id, signature, catalogue(), elsewhere=elsewhere)
            if text is not None:
                text.write(f"{signed.subject}\n\n{signed.body}".encode())
        out.say("cli.notice.subject", subject=signed.subject)
        out.line()
        out.line(signed.body)
        out.line()
        out.say("cli.notice.approved", recipient=signed.recipient, case=case, notice=signed.id)
        out.document(notice_json(signed))

    return approve


def _sent(words: Words) -> click.Command:
    @click.command("sent", help=words("cli.notice.sent.help"))
    @click.argument("case")
    @click.argument("notice")
    @common_options(words)
    def sent(case: str, notice: str, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (_, store):
            marked = mark_notice_sent(store, find_one(store, Notice, notice).id, system_clock())
        due = marked.deadline.due_at if marked.deadline else None
        if due is None:
            out.say("cli.notice.sent.no-clock")
        else:
            out.say("cli.notice.sent.due", when=local_time(due))
        out.document(notice_json(marked))

    return sent


def _reply(words: Words) -> click.Command:
    outcomes = [
        state.value
        for state in (
            NoticeState.ACKNOWLEDGED,
            NoticeState.REMOVED,
            NoticeState.REFUSED,
            NoticeState.ESCALATED,
        )
    ]

    @click.command("reply", help=words("cli.notice.reply.help"))
    @click.argument("case")
    @click.argument("notice")
    @click.option(
        "--state", required=True, type=click.Choice(outcomes), help=words("cli.notice.o.state")
    )
    @click.option("--from", "source", default="-", help=words("cli.notice.o.reply-from"))
    @click.option("--mail", type=click.Path(path_type=Path), help=words("cli.notice.o.reply-mail"))
    @click.option("--ticket", default="", help=words("cli.notice.o.ticket"))
    @common_options(words)
    def reply(case: str, notice: str, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        text = _reply_text(words, given["source"], given["mail"])
        answer = Reply(at=system_clock().now(), text=text, ticket=given["ticket"])
        with opened_case(words, options, case) as (_, store):
            known = find_one(store, Notice, notice)
            kept = keep_reply(store, known.id, answer, NoticeState(given["state"]), system_clock())
        out.say("cli.notice.reply.kept")
        out.document(notice_json(kept))

    return reply


def _reply_text(words: Words, source: str, mail: Path | None) -> str:
    """Return the answer out of a saved mail, a file, or as pasted."""
    if mail is not None:
        with ExitStack() as streams:
            given = open_given(streams, mail)
            return reply_of_mail(given.stream, given.name)
    if source == "-" and is_interactive():
        tell(words("cli.notice.reply.paste"))
    return read_text(source)


def _name_and_contact(words: Words, source: str | None) -> tuple[str, str]:
    """Return name and contact from two lines of a file, or as typed; never from the call itself."""
    if source is not None:
        lines = [*read_text(source).splitlines(), "", ""]
        return lines[0].strip(), lines[1].strip()
    if not is_interactive():
        raise UsageError(reason=words("cli.notice.o.signature"))
    return ask_needed(words("cli.notice.o.name")), ask_needed(words("cli.notice.o.contact"))


def _confirmed(
    words: Words, store: CaseStore, notice: Notice, said: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the statements that were confirmed one by one; none is ticked beforehand."""
    form = catalogue().form(notice.form)
    required = required_statements(form, store.case.capacity) if form else ()
    if said or not is_interactive():
        return said
    return tuple(one for one in required if confirm(words, statement_text(words.language, one)))


def _warn(out: Out, act: IrreversibleAct) -> None:
    # Where it asks, what it asks about stands beside the question.
    if is_interactive():
        tell(out.words(act.message_id))
    else:
        out.say(act.message_id)


def _show_what_leaves(out: Out, notice: Notice) -> None:
    out.say("cli.notice.subject", subject=notice.subject)
    out.line()
    out.line(notice.body)
    out.line()
    out.say("cli.notice.will-be-sent", recipient=notice.recipient)
    for message_id in notice.reveals:
        out.line("  - " + out.words(message_id))
    out.say("cli.notice.not-included")


def _show(out: Out, store: CaseStore, notice: Notice) -> None:
    sighting = store.get(Sighting, notice.sighting_id)
    findings = lint_notice(notice, catalogue(), sighting=sighting)
    out.say("cli.notice.subject", subject=notice.subject)
    out.line()
    out.line(notice.body)
    out.line()
    for finding in findings:
        out.line("  - " + out.words(finding.message_id))
    form = catalogue().form(notice.form)
    required = required_statements(form, store.case.capacity) if form else ()
    for one in required:
        out.line(f"  [{one}] {statement_text(out.words.language, one)}")
    out.say("cli.notice.drafted", case=store.case.id, notice=notice.id)
    out.document(
        {
            **notice_json(notice),
            "lint": [{"rule": one.rule, "blocks": one.blocks} for one in findings],
            "statements": list(required),
        }
    )


def notice_json(notice: Notice) -> dict[str, Json]:
    """Return the notice as the commands print it."""
    due = notice.deadline.due_at if notice.deadline else None
    return {
        "notice": notice.id,
        "sighting": notice.sighting_id,
        "step": notice.step_id,
        "state": notice.state.value,
        "form": notice.form,
        "recipient": notice.recipient,
        "subject": notice.subject,
        "body": notice.body,
        "sent_at": notice.sent_at.isoformat() if notice.sent_at else None,
        "due_at": due.isoformat() if due else None,
        "replies": len(notice.replies),
        "attempts": [one.outcome.value for one in notice.attempts],
    }
