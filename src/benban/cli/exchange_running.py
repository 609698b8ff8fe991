"""``benban exchange``: set up, looked over and run."""

import ipaddress
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import click

from benban.cli.desks import Desks, ExchangeTurnedOn
from benban.cli.exchange_audit import broken_chains
from benban.cli.exchange_place import (
    Here,
    person_options,
    place_options,
    settings,
    take_here,
    take_person,
)
from benban.cli.words import Words
from benban.errors import BenbanError, UsageError
from benban.errors.exchange import SetUpMissingError
from benban.outside.clock import SystemClock

_HOST, _PORT, _WORKERS = "127.0.0.1", 8690, 2
_KEYS_END_WITHIN = timedelta(days=30)
# One alone can agree to nothing.
_PEOPLE = 2


def add_to(group: click.Group, words: Words) -> None:
    """Add init, migrate, check, serve and person."""
    for make in (_init, _migrate, _check, _serve, _person):
        group.add_command(make(words))


def _init(words: Words) -> click.Command:
    @click.command("init", help=words("cli.x.init.help"))
    @click.option("--person", "people", multiple=True, help=words("cli.x.o.person"))
    @place_options(words)
    def init(people: tuple[str, ...], **given: Any) -> None:
        if len(set(people)) < _PEOPLE:
            raise UsageError(reason=words("cli.x.two-people"))
        here = take_here(words, given)
        here.place.require_new()
        secrets = {name: here.place.add_person(name) for name in people}
        if here.database.startswith("sqlite"):
            store = here.store()
            store.migrate()
            store.close()
            here.out.say("cli.x.init.made")
        else:
            here.out.say("cli.x.init.owner", command=f"{words.program} exchange migrate")
        for name, secret in secrets.items():
            here.out.say("cli.x.person-made", name=name, secret=secret)
        # Last: until then the same command begins anew, and its secrets are the ones that count.
        here.place.begin()
        here.out.document({"people": secrets})

    return init


def _person(words: Words) -> click.Command:
    @click.command("person", help=words("cli.x.person.help"))
    @click.argument("name")
    @person_options(words)
    @place_options(words)
    def person(name: str, **given: Any) -> None:
        here = take_here(words, given)
        take_person(here, given)
        secret = here.place.add_person(name)
        here.out.say("cli.x.person-made", name=name, secret=secret)
        here.out.document({"people": {name: secret}})

    return person


def _migrate(words: Words) -> click.Command:
    @click.command("migrate", help=words("cli.x.migrate.help"))
    @place_options(words)
    def migrate(**given: Any) -> None:
        here = take_here(words, given)
        store = here.store()
        try:
            store.migrate()
        finally:
            store.close()
        here.out.say("cli.x.migrated")
        here.out.document({"migrated": True})

    return migrate


def _serve(words: Words) -> click.Command:
    @click.command("serve", help=words("cli.x.serve.help"))
    @click.option("--workers", type=click.IntRange(1, 64), help=words("cli.x.o.workers"))
    @click.option("--host", help=words("cli.x.o.host"))
    @click.option("--port", type=click.IntRange(1, 65535), help=words("cli.x.o.port"))
    @click.option("--trusted-proxy", help=words("cli.x.o.trusted-proxy"))
    @place_options(words)
    @click.pass_context
    def serve(context: click.Context, /, **given: Any) -> int:
        here, set_up = take_here(words, given), settings(words, given)
        turned_on = _turned_on(words, set_up)
        opened = (context.obj or Desks()).exchange
        if opened is None:
            raise UsageError(reason=words("cli.desk.not-here"))
        return int(
            opened(
                here.place.folder,
                here.database,
                host=str(set_up.get("host", _HOST)),
                port=int(set_up.get("port", _PORT)),
                workers=int(set_up.get("workers", _WORKERS)),
                turned_on=turned_on,
            )
        )

    return serve


def _turned_on(words: Words, set_up: dict[str, str | int]) -> ExchangeTurnedOn:
    proxy = str(set_up.get("trusted_proxy", ""))
    try:
        # One address: a network, or everybody, could say of itself to be anywhere.
        named = str(ipaddress.ip_address(proxy)) if proxy else ""
    except ValueError as error:
        raise UsageError(reason=words("cli.x.proxy-wrong")) from error
    return ExchangeTurnedOn(
        trusted_proxy=named,
        hma_get=bool(set_up.get("hma_get", False)),
        hashing=bool(set_up.get("hashing", False)),
    )


def _check(words: Words) -> click.Command:
    @click.command("check", help=words("cli.x.check.help"))
    @click.option(
        "--volume",
        type=click.Choice(["encrypted", "not-encrypted"]),
        help=words("cli.x.o.volume"),
    )
    @click.option("--by", help=words("cli.x.o.by"))
    @place_options(words)
    def check(volume: str | None, by: str | None, **given: Any) -> int:
        here = take_here(words, given)
        if volume is not None:
            if not by:
                raise UsageError(reason=words("cli.x.by-needed"))
            now = SystemClock().now()
            here.place.record_volume(is_encrypted=volume == "encrypted", by=by, at=now)
        found = dict(_found(here))
        for name, is_well in found.items():
            here.out.say("cli.x.check.well" if is_well else "cli.x.check.missing", name=words(name))
        here.out.document({"checks": {name.rsplit(".", 1)[-1]: ok for name, ok in found.items()}})
        return 0 if all(found.values()) else 2

    return check


def _found(here: Here) -> Iterator[tuple[str, bool]]:
    yield "cli.x.is.signing-key", _stands(here.place.signing_key)
    yield "cli.x.is.duty", _stands(here.place.duty_text_of)
    yield "cli.x.is.people", len(here.place.people()) >= _PEOPLE
    yield "cli.x.is.volume", here.place.volume().get("encrypted") == "yes"
    store = here.store()
    try:
        state = store.state()
    except BenbanError as error:
        if isinstance(error, SetUpMissingError):
            raise
        yield "cli.x.is.database", False
        return
    finally:
        store.close()
    yield "cli.x.is.database", True
    yield "cli.x.is.migrated", state.is_migrated
    yield "cli.x.is.owns-nothing", state.owns_nothing
    yield "cli.x.is.row-security", state.is_row_security_forced
    if state.is_migrated:
        yield "cli.x.is.keys", not _keys_that_end(here)
        yield "cli.x.is.audit", not _said_broken(here)


def _said_broken(here: Here) -> bool:
    broken = broken_chains(here)
    for chain, number in broken:
        here.out.say("cli.x.audit.broken", chain=chain, number=number)
    return bool(broken)


def _keys_that_end(here: Here) -> list[str]:
    now = SystemClock().now()
    with here.work() as work:
        keys = work.api_keys()
    standing = (one for one in keys if one.revoked_at is None and one.expires_at > now)
    return [one.id for one in standing if one.expires_at < now + _KEYS_END_WITHIN]


def _stands(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except SetUpMissingError:
        return False
    return True
