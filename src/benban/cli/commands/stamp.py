"""``benban stamp``: have the head of the log stamped, or queue it."""

from typing import Any

import click

from benban.casework.stamp import stamp_case
from benban.cli.options import common_options
from benban.cli.out import Out
from benban.cli.questions import ask_yes, local_time
from benban.cli.session import opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.model.custody import TimestampToken
from benban.wiring_case import authorities


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("stamp", help=words("cli.stamp.help"))
    @click.argument("case")
    @click.option("--send", type=click.Choice(["yes", "no"]), help=words("cli.stamp.o.send"))
    @common_options(words)
    def stamp(case: str, send: str | None, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        enabled = authorities()
        hosts = ", ".join(authority.host for authority in enabled)
        if not ask_yes(words, "cli.stamp.ask-send", send, hosts=hosts):
            out.say("cli.stamp.not-sent")
            out.document({"sent": False, "tokens": []})
            return
        with opened_case(words, options, case) as (_, store):
            stamped = stamp_case(store, enabled)
        for token in stamped.tokens:
            _print(words, out, token)
        out.document(
            {
                "sent": True,
                "checkpoint_size": stamped.checkpoint.size,
                "tokens": [
                    {
                        "authority": token.authority,
                        "state": token.state.value,
                        "time_at": token.time_at.isoformat() if token.time_at else None,
                        "reason": token.reason,
                    }
                    for token in stamped.tokens
                ],
            }
        )

    return stamp


def _print(words: Words, out: Out, token: TimestampToken) -> None:
    when = local_time(token.time_at) if token.time_at else words("cli.stamp.no-time")
    out.say(
        f"cli.stamp.{token.state.value}", authority=token.authority, time=when, code=token.reason
    )
