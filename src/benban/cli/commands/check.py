"""``benban check``: name every damaged, missing, swapped or extra part of the vault."""

from pathlib import Path
from typing import Any

import click

from benban.cli.options import common_options, read_text
from benban.cli.session import opened_vault, take_out, take_vault_options
from benban.cli.words import Words
from benban.model.report import Check, CheckResult
from benban.seal.receipt import parse_receipt
from benban.wiring_case import check_vault
from benban.wording import message_ids


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("check", help=words("cli.check.help"))
    @click.option("--read", is_flag=True, help=words("cli.check.o.read"))
    @click.option("--receipt", type=click.Path(path_type=Path), help=words("cli.check.o.receipt"))
    @common_options(words)
    def check(read: bool, receipt: Path | None, **given: Any) -> int:
        options = take_vault_options(given)
        out = take_out(words, given)
        held = parse_receipt(read_text(str(receipt))) if receipt else None
        with opened_vault(words, options) as vault:
            report = check_vault(vault, read=read, receipt=held)
        for one in report.checks:
            result = words(f"cli.check.{one.result.value.lower().replace('_', '-')}")
            out.line(f"{result:<14} {_what(words, one)}")
        failed = sum(one.result is CheckResult.FAIL for one in report.checks)
        out.say("cli.check.damaged" if failed else "cli.check.whole", count=failed)
        out.document(
            {
                "exit_code": report.exit_code,
                "checks": [
                    {"name": one.name, "result": one.result.value, "detail": one.detail}
                    for one in report.checks
                ],
            }
        )
        return report.exit_code

    return check


def _what(words: Words, check: Check) -> str:
    """Return what was checked in the person's words, or by its name where there are none."""
    if check.message_id in message_ids(words.language):
        return words(check.message_id, subject=check.subject)
    return f"{check.name} {check.detail}".rstrip()
