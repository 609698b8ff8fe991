"""``benban stamp``: have the head of the log stamped, ask again, or cover old stamps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click

from benban.casework.restamp import due_tokens, restamp
from benban.casework.retry import pending_tokens, retry_pending
from benban.casework.stamp import stamp_case
from benban.cli.options import common_options
from benban.cli.out import Json, Out
from benban.cli.questions import ask_yes, local_time
from benban.cli.session import opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.errors import UsageError
from benban.model.custody import TimestampToken
from benban.outside.revocation import HttpRevocationSource
from benban.outside.tsa import HttpAuthority
from benban.wiring_case import CaseStore, authorities, system_clock


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """What came of it; size 0 when no new head was signed."""

    tokens: tuple[TimestampToken, ...]
    checkpoint_size: int = 0


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
        with opened_case(words, options, case) as (vault, store):
            enabled = authorities(vault)
            if not _is_needed(out, store, is_retry=is_retry, is_renewal=is_renewal):
                return
            hosts = ", ".join(authority.host for authority in enabled)
            if not ask_yes(words, "cli.stamp.ask-send", send, hosts=hosts):
                out.say("cli.stamp.not-sent")
                out.document({"sent": False, "tokens": []})
                return
            done = _act(store, enabled, is_retry=is_retry, is_renewal=is_renewal)
            still = len(due_tokens(store, system_clock().now()))
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


def _is_needed(out: Out, store: CaseStore, *, is_retry: bool, is_renewal: bool) -> bool:
    if is_retry and not pending_tokens(store):
        out.say("cli.stamp.none-pending")
    elif is_renewal and not due_tokens(store, system_clock().now()):
        out.say("cli.stamp.none-due")
    else:
        return True
    out.document({"sent": False, "tokens": []})
    return False


def _act(
    store: CaseStore, enabled: Sequence[HttpAuthority], *, is_retry: bool, is_renewal: bool
) -> _Done:
    lists = HttpRevocationSource()
    if is_retry:
        return _Done(tokens=retry_pending(store, enabled, lists=lists))
    if is_renewal:
        renewed = restamp(store, enabled, system_clock(), lists=lists)
        if renewed is None:
            return _Done(tokens=())
        return _Done(tokens=renewed.tokens, checkpoint_size=renewed.checkpoint.size)
    stamped = stamp_case(store, enabled, lists=lists)
    return _Done(tokens=stamped.tokens, checkpoint_size=stamped.checkpoint.size)


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
