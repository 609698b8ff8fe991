"""``benban check``: name every damaged, missing, swapped or extra part of the vault."""

from pathlib import Path
from typing import Any

import click

from benban.cli.options import common_options, read_text
from benban.cli.session import opened_vault, take_out, take_vault_options
from benban.cli.words import Words
from benban.model.report import CheckResult
from benban.seal.receipt import parse_receipt
from benban.wiring_case import check_vault


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
            out.line(f"{one.result.value:<9} {one.name}  {one.detail}".rstrip())
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
