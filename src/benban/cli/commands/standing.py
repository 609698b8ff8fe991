"""``benban standing``: leave for traffic that repeats by itself; off until it is given."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from benban.casework.stamp_acts import learned_by
from benban.casework.standing import give_permission, revoke_permission
from benban.casework.watch_places import SHORTEST_EVERY_H, hosts_of_watch
from benban.cli.options import common_options
from benban.cli.out import Json, Out
from benban.cli.questions import ask_yes, local_time
from benban.cli.session import opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.errors import TooOftenError, UsageError
from benban.model.ids import StandingId
from benban.model.standing import HostLearns, StandingAct, StandingPermission
from benban.outside.registries import packaged_registries
from benban.wiring_case import CaseStore, Vault, authorities, system_clock


def build(words: Words) -> click.Group:
    """Return the group in the person's language."""
    group = click.Group("standing", help=words("cli.standing.help"))
    for command in (_list(words), _give(words), _revoke(words)):
        group.add_command(command)
    return group


def _list(words: Words) -> click.Command:
    @click.command("list", help=words("cli.standing.list.help"))
    @click.argument("case")
    @common_options(words)
    def list_permissions(case: str, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (_, store):
            found = store.all(StandingPermission)
        if not found:
            out.say("cli.standing.none")
        for one in found:
            _print(out, one)
        out.document({"permissions": [_json(one) for one in found]})

    return list_permissions


def _give(words: Words) -> click.Command:
    @click.command("give", help=words("cli.standing.give.help"))
    @click.argument("case")
    @click.option(
        "--act",
        type=click.Choice([act.value for act in StandingAct]),
        default=StandingAct.STAMP.value,
        help=words("cli.standing.o.act"),
    )
    @click.option(
        "--every-hours",
        "every_h",
        type=click.IntRange(1, 24 * 31),
        default=24,
        help=words("cli.standing.o.every"),
    )
    @click.option(
        "--days", type=click.IntRange(1, 366), required=True, help=words("cli.standing.o.days")
    )
    @click.option("--agree", type=click.Choice(["yes", "no"]), help=words("cli.standing.o.agree"))
    @common_options(words)
    def give(case: str, every_h: int, days: int, agree: str | None, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        act = StandingAct(given["act"])
        clock = system_clock()
        until = (datetime.now(UTC) + timedelta(days=days)).replace(microsecond=0)
        with opened_case(words, options, case) as (vault, store):
            hosts = _hosts(vault, store, act)
            if act is StandingAct.WATCH and every_h < SHORTEST_EVERY_H:
                raise TooOftenError
            if not ask_yes(
                words,
                "cli.standing.ask",
                agree,
                hosts=", ".join(one.host for one in hosts),
                learns=_learns(words, hosts),
                hours=every_h,
                until=local_time(until),
            ):
                out.say("cli.standing.not-given")
                out.document({"given": False})
                return
            permission = give_permission(
                store, act, hosts, every_h=every_h, until=until, clock=clock
            )
        _print(out, permission)
        out.document({"given": True, **_json(permission)})

    return give


def _hosts(vault: Vault, store: CaseStore, act: StandingAct) -> tuple[HostLearns, ...]:
    """Return whom the act asks, and what each learns."""
    if act is StandingAct.WATCH:
        return hosts_of_watch(store, system_clock())
    if act is StandingAct.LOOK_UP:
        registries = packaged_registries().hosts()
        return tuple(HostLearns(host=one, learns="host-name") for one in registries)
    return learned_by(authorities(vault))


def _learns(words: Words, hosts: Sequence[HostLearns]) -> str:
    different = dict.fromkeys(one.learns for one in hosts)
    return "; ".join(words(f"standing.learns.{one}") for one in different)


def _revoke(words: Words) -> click.Command:
    @click.command("revoke", help=words("cli.standing.revoke.help"))
    @click.argument("case")
    @click.argument("permission", required=False)
    @common_options(words)
    def revoke(case: str, permission: str | None, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (_, store):
            ended = [
                revoke_permission(store, one, system_clock())
                for one in _named(words, store, permission)
            ]
        for one in ended:
            _print(out, one)
        if not ended:
            out.say("cli.standing.none")
        out.document({"permissions": [_json(one) for one in ended]})

    return revoke


def _named(words: Words, store: CaseStore, text: str | None) -> tuple[StandingId, ...]:
    """Return the one that was named; all that stand, when none was: a "stop" must be easy."""
    known = store.all(StandingPermission)
    if text is None:
        return tuple(one.id for one in known if one.revoked_at is None)
    found = [one.id for one in known if one.id.startswith(text)]
    if len(found) != 1:
        raise UsageError(reason=words("cli.standing.which"))
    return tuple(found)


def _print(out: Out, one: StandingPermission) -> None:
    is_live = one.is_live(system_clock().now())
    out.say(
        "cli.standing.live" if is_live else "cli.standing.over",
        id=one.id,
        act=out.words(f"standing.act.{one.act.value}"),
        hours=one.every_h,
        until=local_time(one.until),
    )
    for host in one.hosts:
        out.line(f"  {host.host}: {out.words(f'standing.learns.{host.learns}')}")


def _json(one: StandingPermission) -> dict[str, Json]:
    return {
        "permission": one.id,
        "act": one.act.value,
        "hosts": [{"host": host.host, "learns": host.learns} for host in one.hosts],
        "every_h": one.every_h,
        "given_at": one.given_at.isoformat(),
        "until": one.until.isoformat(),
        "revoked_at": one.revoked_at.isoformat() if one.revoked_at else None,
        "live": one.is_live(system_clock().now()),
    }
