"""``benban audit``: what of one's own photos is public, and what to hide or replace first."""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Any

import click

from benban.casework.audit import AuditRun, audit_result, forget_audit, run_audit
from benban.casework.audit_keepers import AuditKeeper, CaseKeeper, MemoryKeeper
from benban.casework.audit_sources import Archive, opened_archives
from benban.cli.audit_report import AuditReport, audit_json, say_audit
from benban.cli.files import write_new
from benban.cli.options import common_options
from benban.cli.out import Out
from benban.cli.questions import ask_adult
from benban.cli.session import VaultOptions, opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.errors import TargetExistsError, UsageError
from benban.exposure.checklist import Checklist, checklist_page, checklist_text
from benban.model.sighting import Answer
from benban.wiring_case import opened_fences, system_clock

# Each fence holds one photo; more than the processors could use only cost memory.
_MOST_FENCES = 4
_YES = Answer.YES
# As of a command that Ctrl-C ended: 128 + SIGINT.
STOPPED = 130


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("audit", help=words("cli.audit.help"))
    @click.argument("sources", nargs=-1, type=click.Path(path_type=Path))
    @click.option("--case", "case", help=words("cli.audit.o.case"))
    @click.option(
        "--adult", type=click.Choice(["yes", "no", "unsure"]), help=words("cli.age.adult-now")
    )
    @click.option("--with-others", is_flag=True, help=words("cli.audit.o.with-others"))
    @click.option("--no-store", is_flag=True, help=words("cli.audit.o.no-store"))
    @click.option(
        "--checklist", type=click.Path(path_type=Path), help=words("cli.audit.o.checklist")
    )
    @click.option("--forget", is_flag=True, help=words("cli.audit.o.forget"))
    @common_options(words)
    def audit(
        sources: tuple[Path, ...],
        case: str | None,
        adult: str | None,
        with_others: bool,
        no_store: bool,
        checklist: Path | None,
        forget: bool,
        **given: Any,
    ) -> int:
        options = take_vault_options(given)
        out = take_out(words, given)
        if forget:
            return _forget(out, options, case)
        if not sources:
            raise UsageError(reason=words("cli.audit.no-sources"))
        if checklist is not None and os.path.lexists(checklist):
            raise TargetExistsError(name=checklist.name)  # before anything is looked at
        out.say("cli.audit.first")
        answer = ask_adult(words, adult)
        if answer in {Answer.NO, Answer.UNSURE}:
            out.say("cli.audit.young")
        with (
            opened_archives(sources) as archives,
            _keeper(out, options, None if no_store else case, answer, no_store) as keeper,
        ):
            runs = _run_all(archives, keeper, answer, with_others=with_others)
            report = AuditReport(
                result=audit_result(keeper),
                runs=runs,
                is_adult=answer is _YES,
                has_checklist=checklist is not None,
            )
            say_audit(out, report)
            if checklist is not None:
                _write_checklist(out, checklist, report)
        out.document(audit_json(words, report))
        return 0 if report.is_complete else STOPPED

    return audit


def _forget(out: Out, options: VaultOptions, case: str | None) -> int:
    if case is None:
        raise UsageError(reason=out.words("cli.audit.forget-needs-case"))
    with opened_case(out.words, options, case) as (_, store):
        forget_audit(CaseKeeper(store))
    out.say("cli.audit.forgotten")
    out.document({"forgotten": True})
    return 0


def _write_checklist(out: Out, path: Path, report: AuditReport) -> None:
    listed = Checklist(
        lines=report.result.lines,
        made_on=system_clock().now().astimezone().date(),
        is_adult=report.is_adult,
        left_out=report.result.left_out,
    )
    language = out.words.language
    is_page = path.suffix.lower() in {".html", ".htm"}
    page = checklist_page(language, listed) if is_page else None
    write_new(path, page or checklist_text(language, listed).encode())
    out.say("cli.audit.checklist", name=path.name)


@contextmanager
def _keeper(
    out: Out, options: VaultOptions, case: str | None, answer: Answer, no_store: bool
) -> Iterator[AuditKeeper]:
    """Give where the list is; no vault is opened unless an adult asked to keep it."""
    if answer is not Answer.YES or no_store:
        out.say("cli.audit.nothing-hashed")
        yield MemoryKeeper(is_hashed=False)
    elif case is None:
        out.say("cli.audit.in-memory")
        yield MemoryKeeper(is_hashed=True)
    else:
        with opened_case(out.words, options, case) as (_, store):
            yield CaseKeeper(store)


def _run_all(
    archives: Sequence[Archive], keeper: AuditKeeper, answer: Answer, *, with_others: bool
) -> tuple[AuditRun, ...]:
    # Late: --help waits for no pictures' program.
    from benban.outside.fence_pair import look_at_many

    with opened_fences(min(_MOST_FENCES, os.cpu_count() or 1)) as fences, _stoppable() as stop:
        return tuple(
            run_audit(
                archive,
                partial(look_at_many, fences=fences),
                keeper,
                adult=answer,
                has_others=with_others,
                on_progress=_progress,
                is_cancelled=stop.is_set,
            )
            for archive in archives
        )


@contextmanager
def _stoppable() -> Iterator[Event]:
    """Give what Ctrl-C sets: the photo at hand is ended and the list is shown; again, it stops."""
    stop = Event()

    def note(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = signal.signal(signal.SIGINT, note)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


def _progress(done: int, of: int) -> None:
    if sys.stderr.isatty() and of > 1:
        click.echo(f"\r{done} / {of}", nl=done == of, err=True)
