"""``benban exchange``: members, keys, banks, and what two people do together."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import click

from benban.cli.exchange_place import (
    Here,
    person_options,
    place_options,
    settings,
    take_here,
    take_person,
)
from benban.cli.words import Words
from benban.errors import UsageError
from benban.errors.exchange import NothingSuchError
from benban.exchange.acts import NEEDS, agree, propose
from benban.exchange.audit import AuditEntry
from benban.exchange.card import ExchangeCard, card_bytes
from benban.exchange.fit import without_hashes
from benban.exchange.keys import ApiKey, Scope, new_key, rotated
from benban.exchange.ports import Transaction
from benban.exchange.two_people import BankAct, BankRight, Proposal, agree_until
from benban.model.shared_hash import BankRule, HashState, MemberId
from benban.outside.clock import SystemClock
from benban.seal.note import key_id, public_key_of

_WORDS_OF = {
    "rule": [one.value for one in BankRule],
    "may": [one.value for one in BankRight],
}
_MOST_WAITING = 200
_DAYS = 90
_MOST_DAYS = 366


def add_to(group: click.Group, words: Words) -> None:
    """Add members, banks, keys, proposals and the card."""
    member = click.Group("member", help=words("cli.x.member.help"))
    member.add_command(_act(words, "add", BankAct.LET_MEMBER_IN, ("name",)))
    member.add_command(_act(words, "stop", BankAct.STOP_MEMBER, ("member",)))
    bank = click.Group("bank", help=words("cli.x.bank.help"))
    bank.add_command(_act(words, "make", BankAct.MAKE_BANK, ("name", "rule", "owner")))
    bank.add_command(_act(words, "open", BankAct.OPEN_BANK, ("bank", "member", "may")))
    bank.add_command(_act(words, "close", BankAct.CLOSE_BANK, ("bank",)))
    key = click.Group("key", help=words("cli.x.key.help"))
    for make in (_make_key, _rotate_key, _revoke_key, _list_keys):
        key.add_command(make(words))
    dispute = click.Group("dispute", help=words("cli.x.dispute.help"))
    dispute.add_command(_act(words, "keep", BankAct.KEEP_DISPUTED, ("hash",)))
    dispute.add_command(_act(words, "remove", BankAct.REMOVE_DISPUTED, ("hash",)))
    for one in (member, bank, key, dispute):
        group.add_command(one)
    group.add_command(_act(words, "release", BankAct.RELEASE_HOLD, ("hash",)))
    for make in (_propose, _agree, _list, _card):
        group.add_command(make(words))


def _act(words: Words, name: str, act: BankAct, needs: tuple[str, ...]) -> click.Command:
    """Return the command that proposes one kind of act."""

    def proposing(**given: Any) -> None:
        here = take_here(words, given)
        _say_proposed(here, act, {one: given[f"said_{one}"] for one in needs}, given)

    command = place_options(words)(person_options(words)(proposing))
    for one in reversed(needs):
        kind = click.Choice(_WORDS_OF[one]) if one in _WORDS_OF else click.STRING
        argument = click.argument(f"said_{one}", metavar=one.upper(), type=kind)
        command = argument(command)
    return click.command(name, help=words(f"cli.x.act.{act.value}"))(command)


def _propose(words: Words) -> click.Command:
    @click.command("propose", help=words("cli.x.propose.help"))
    @click.argument("act", type=click.Choice([one.value for one in NEEDS]))
    @click.argument("particulars", nargs=-1, metavar="NAME=VALUE")
    @person_options(words)
    @place_options(words)
    def command(act: str, particulars: tuple[str, ...], **given: Any) -> None:
        here = take_here(words, given)
        pairs = [one.partition("=") for one in particulars]
        if not all(sign for _, sign, _ in pairs):
            raise UsageError(reason=words("cli.x.name-value"))
        said = {name: value for name, _, value in pairs}
        _say_proposed(here, BankAct(act), said, given)

    return command


def _say_proposed(here: Here, act: BankAct, said: dict[str, str], given: dict[str, Any]) -> None:
    person = take_person(here, given)
    with here.work() as work:
        proposal, is_added = propose(work, act, said, by=person, at=_now())
    _say(here, proposal)
    until = agree_until(proposal)
    here.out.say(
        "cli.x.proposed" if is_added else "cli.x.waits",
        id=proposal.id,
        until=f"{until:%Y-%m-%d %H:%M} UTC",
    )
    here.out.document(
        {
            "proposal": proposal.id,
            "digest": proposal.digest,
            "proposed_by": proposal.proposed_by,
            "until": until.isoformat(),
        }
    )


def _say(here: Here, proposal: Proposal) -> None:
    said = ", ".join(f"{name}: {value}" for name, value in sorted(proposal.particulars.items()))
    here.out.say(
        "cli.x.proposal",
        id=proposal.id,
        act=proposal.act.value,
        said=said,
        by=proposal.proposed_by,
        digest=proposal.digest,
    )


def _agree(words: Words) -> click.Command:
    @click.command("agree", help=words("cli.x.agree.help"))
    @click.argument("proposal_id", metavar="PROPOSAL")
    @click.option("--digest", help=words("cli.x.o.digest"))
    @person_options(words)
    @place_options(words)
    def command(proposal_id: str, digest: str | None, **given: Any) -> None:
        here = take_here(words, given)
        person = take_person(here, given)
        with here.work() as work:
            waiting = [one for one in work.proposals() if one.id == proposal_id]
        for one in waiting:
            _say(here, one)
            if digest is None:
                click.confirm(words("cli.x.ask-agree"), abort=True, err=True)
        # What was shown is what is agreed to.
        read = digest or "".join(one.digest for one in waiting)
        with here.work() as work:
            changed = agree(work, proposal_id, by=person, digest=read, at=_now())
        here.out.say("cli.x.agreed", id=changed)
        here.out.document({"changed": changed})

    return command


def _list(words: Words) -> click.Command:
    @click.command("list", help=words("cli.x.list.help"))
    @place_options(words)
    def command(**given: Any) -> None:
        here = take_here(words, given)
        with here.work() as work:
            members, banks, waiting = work.members(), work.banks(), work.proposals()
            held = work.waiting(HashState.HELD, _MOST_WAITING)
            disputed = work.waiting(HashState.DISPUTED, _MOST_WAITING)
        for member in members:
            state = "stopped" if member.is_stopped else "standing"
            here.out.line(f"{member.id}  {words(f'cli.x.{state}')}  {member.name}")
        for bank in banks:
            state = "closed" if bank.is_closed else "standing"
            here.out.line(f"{bank.id}  {bank.rule.value}  {words(f'cli.x.{state}')}  {bank.name}")
        for one in (*held, *disputed):
            here.out.line(f"{one.id}  {words(f'cli.x.{one.state.value}')}  {one.bank}")
        for proposal in waiting:
            _say(here, proposal)
        here.out.document(
            {
                "members": {one.id: one.name for one in members if not one.is_stopped},
                "banks": {one.id: one.name for one in banks if not one.is_closed},
                "held": [str(one.id) for one in held],
                "disputed": [str(one.id) for one in disputed],
                "proposals": [one.id for one in waiting],
            }
        )

    return command


def _make_key(words: Words) -> click.Command:
    @click.command("make", help=words("cli.x.key.make.help"))
    @click.argument("member")
    @click.option(
        "--scope",
        "scopes",
        multiple=True,
        required=True,
        type=click.Choice([one.value for one in Scope]),
        help=words("cli.x.o.scope"),
    )
    @click.option(
        "--days", type=click.IntRange(1, _MOST_DAYS), default=_DAYS, help=words("cli.x.o.days")
    )
    @click.option("--network", "networks", multiple=True, help=words("cli.x.o.network"))
    @place_options(words)
    def command(
        member: str, scopes: tuple[str, ...], days: int, networks: tuple[str, ...], **given: Any
    ) -> None:
        here, now = take_here(words, given), _now()
        try:
            kept, shown = new_key(
                MemberId(member),
                frozenset(map(Scope, scopes)),
                now=now,
                life=timedelta(days=days),
                networks=networks,
            )
        except ValueError as error:
            raise UsageError(reason=words("cli.x.network-wrong")) from error
        with here.work() as work:
            work.take_turn()
            if member not in {one.id for one in work.members() if not one.is_stopped}:
                raise NothingSuchError(what=without_hashes(member))
            work.keep_key(kept)
            work.add_audit([_line(kept, "key-make", now)])
        _show_key(here, kept, shown)
        if networks and not settings(words, given).get("trusted_proxy"):
            here.out.say("cli.x.key-needs-proxy")

    return command


def _rotate_key(words: Words) -> click.Command:
    @click.command("rotate", help=words("cli.x.key.rotate.help"))
    @click.argument("key")
    @click.option(
        "--days", type=click.IntRange(1, _MOST_DAYS), default=_DAYS, help=words("cli.x.o.days")
    )
    @place_options(words)
    def command(key: str, days: int, **given: Any) -> None:
        here, now = take_here(words, given), _now()
        with here.work() as work:
            work.take_turn()
            old = _key(work, key)
            ending, successor, shown = rotated(old, now=now, life=timedelta(days=days))
            work.keep_key(ending)
            work.keep_key(successor)
            work.add_audit([_line(old, "key-rotate", now)])
        _show_key(here, successor, shown)

    return command


def _revoke_key(words: Words) -> click.Command:
    @click.command("revoke", help=words("cli.x.key.revoke.help"))
    @click.argument("key")
    @place_options(words)
    def command(key: str, **given: Any) -> None:
        here, now = take_here(words, given), _now()
        with here.work() as work:
            work.take_turn()
            old = _key(work, key)
            work.keep_key(replace(old, revoked_at=old.revoked_at or now))
            work.add_audit([_line(old, "key-revoke", now)])
        here.out.say("cli.x.key.revoked", id=key)
        here.out.document({"revoked": key})

    return command


def _list_keys(words: Words) -> click.Command:
    @click.command("list", help=words("cli.x.key.list.help"))
    @place_options(words)
    def command(**given: Any) -> None:
        here, now = take_here(words, given), _now()
        with here.work() as work:
            keys = work.api_keys()
        for one in keys:
            is_standing = one.revoked_at is None and now < one.expires_at
            state = words("cli.x.standing" if is_standing else "cli.x.ended")
            scopes = ",".join(sorted(scope.value for scope in one.scopes))
            here.out.line(f"{one.id}  {one.member}  {scopes}  {one.expires_at:%Y-%m-%d}  {state}")
        here.out.document({"keys": [{"id": one.id, "member": one.member} for one in keys]})

    return command


def _card(words: Words) -> click.Command:
    @click.command("card", help=words("cli.x.card.help"))
    @click.option("--name", required=True, help=words("cli.x.o.name"))
    @click.option("--withdraw-at", required=True, help=words("cli.x.o.withdraw-at"))
    @click.option("--member", help=words("cli.x.o.card-member"))
    @place_options(words)
    def command(name: str, withdraw_at: str, member: str | None, **given: Any) -> None:
        here = take_here(words, given)
        if not withdraw_at.startswith("https://"):
            raise UsageError(reason=words("cli.x.https-needed"))
        public = public_key_of(here.place.signing_key())
        card = ExchangeCard(name=name, key=key_id(public), withdraw_at=withdraw_at)
        text, said = card_bytes(card).decode(), {"public_key": public.hex()}
        if member is None:
            here.out.line(text)
        else:
            # In place of the card: what stands beside it in one file would spoil the card.
            said["member"] = _known_member(here, member)
            here.out.line(f"--member {member} --public-key {public.hex()}")
        here.out.document({"card": text, **said})

    return command


def _known_member(here: Here, member: str) -> str:
    with here.work() as work:
        if member not in {one.id for one in work.members()}:
            raise NothingSuchError(what=without_hashes(member))
    return member


def _show_key(here: Here, kept: ApiKey, shown: str) -> None:
    here.out.say("cli.x.key.made", key=shown, ends=f"{kept.expires_at:%Y-%m-%d}")
    here.out.document({"key": shown, "id": kept.id, "ends": kept.expires_at.isoformat()})


def _key(work: Transaction, key: str) -> ApiKey:
    found = next((one for one in work.api_keys() if one.id == key), None)
    if found is None:
        raise NothingSuchError(what=without_hashes(key))
    return found


def _line(key: ApiKey, deed: str, at: datetime) -> AuditEntry:
    return AuditEntry(member=key.member, at=at, actor="operator", deed=deed, subject=key.id)


def _now() -> datetime:
    return SystemClock().now()
