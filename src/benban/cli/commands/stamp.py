"""``benban stamp``: have the head of the log stamped, ask again, or cover old stamps."""

from typing import Any

import click

from benban.casework.restamp import due_tokens
from benban.casework.stamp_acts import StampAct, ask_for_stamps, asked_by, is_wanted
from benban.cli.options import common_options
from benban.cli.out import Json, Out
from benban.cli.questions import ask_yes, local_time
from benban.cli.session import opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.errors import UsageError
from benban.model.custody import TimestampToken
from benban.outside.revocation import HttpRevocationSource
from benban.wiring_case import CaseStore, authorities, system_clock


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("stamp", help=words("cli.stamp.help"))
    @click.argument("case")
    @click.option("--send", type=click.Choice(["yes", "no"]), help=words("cli.stamp.o.send"))
    @click.option("--retry", "is_retry", is_flag=True, help=words("cli.stamp.o.retry"))
    @click.option("--renew", "is_renewal", is_flag=True, help=words("cli.stamp.o.renew"))
    @common_options(words)
    def stamp(case: str, send: str | None, is_retry: bool, is_renewal: bool, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        if is_retry and is_renewal:
            raise UsageError(reason=words("cli.stamp.one-of"))
        act = _act(is_retry=is_retry, is_renewal=is_renewal)
        clock = system_clock()
        with opened_case(words, options, case) as (vault, store):
            if not _is_needed(out, store, act):
                return
            asked = asked_by(store, act, authorities(vault))
            hosts = ", ".join(authority.host for authority in asked)
            if not ask_yes(words, "cli.stamp.ask-send", send, hosts=hosts):
                out.say("cli.stamp.not-sent")
                out.document({"sent": False, "tokens": []})
                return
            done = ask_for_stamps(store, act, asked, clock, lists=HttpRevocationSource())
            still = len(due_tokens(store, clock.now()))
        for token in done.tokens:
            print_token(out, token)
        if still:
            out.say("cli.stamp.due", count=still)
        out.document(
            {
                "sent": True,
                "checkpoint_size": done.checkpoint_size,
                "tokens": [token_json(token) for token in done.tokens],
                "due": still,
            }
        )

    return stamp


def _act(*, is_retry: bool, is_renewal: bool) -> StampAct:
    if is_retry:
        return StampAct.RETRY
    return StampAct.RENEW if is_renewal else StampAct.NOW


def _is_needed(out: Out, store: CaseStore, act: StampAct) -> bool:
    if is_wanted(store, act, system_clock().now()):
        return True
    out.say("cli.stamp.none-pending" if act is StampAct.RETRY else "cli.stamp.none-due")
    out.document({"sent": False, "tokens": []})
    return False


def print_token(out: Out, token: TimestampToken) -> None:
    """Print what became of one request."""
    when = local_time(token.time_at) if token.time_at else out.words("cli.stamp.no-time")
    out.say(
        f"cli.stamp.{token.state.value}", authority=token.authority, time=when, code=token.reason
    )


def token_json(token: TimestampToken) -> dict[str, Json]:
    """Return a token as the documents print it."""
    return {
        "authority": token.authority,
        "state": token.state.value,
        "time_at": token.time_at.isoformat() if token.time_at else None,
        "reason": token.reason,
    }
