"""``benban host``: who hosts a site, as the registries say; shown first who learns what."""

from typing import Any

import click

from benban.casework.look_up import contacts_of, host_of, look_up_host, may_look_up
from benban.cli.options import common_options
from benban.cli.out import Json, Out
from benban.cli.questions import ask_yes
from benban.cli.session import find_one, opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.model.routes import HostFacts
from benban.model.sighting import Sighting
from benban.outside.rdap import system_client
from benban.outside.registries import packaged_registries
from benban.wiring_case import system_clock


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("host", help=words("cli.host.help"))
    @click.argument("case")
    @click.argument("sighting")
    @click.option("--agree", type=click.Choice(["yes", "no"]), help=words("cli.host.o.agree"))
    @common_options(words)
    def host(case: str, sighting: str, agree: str | None, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (_, store):
            seen = find_one(store, Sighting, sighting)
            name = host_of(seen)
            known = packaged_registries()
            networks, name_registry = known.network_hosts(), known.name_host(name)
            asked = (*networks, *((name_registry,) if name_registry else ()))
            is_permitted = agree is None and may_look_up(store, asked, system_clock())
            if is_permitted:
                out.say("cli.host.permitted")
            elif not ask_yes(
                words,
                "cli.host.ask" if name_registry else "cli.host.ask-network",
                agree,
                host=name,
                registries=", ".join(networks),
                name_registry=name_registry,
            ):
                out.say("cli.host.not-done")
                out.document({"looked_up": False})
                return
            facts = look_up_host(store, seen, system_client(), system_clock())
            case_id = store.case.id
        _print(out, facts)
        out.say("cli.host.kept", case=case_id)
        out.document({"looked_up": True, **host_json(facts)})

    return host


def _print(out: Out, facts: HostFacts) -> None:
    out.line(f"{facts.host}  {' '.join(facts.addresses)}".rstrip())
    if facts.network:
        out.say("cli.host.network", network=facts.network)
    if facts.is_behind_cloudflare:
        out.say("cli.host.cloudflare")
    for message_id, contact in contacts_of(facts):
        out.say(
            message_id,
            mail=", ".join(contact.mails),
            name=contact.name or "-",
            registry=contact.registry,
        )
    for one in facts.missing:
        out.line("  - " + out.words(f"host.missing.{one}"))


def host_json(facts: HostFacts) -> dict[str, Json]:
    """Return the facts as the command prints them."""
    contacts: dict[str, Json] = {
        message_id.removeprefix("cli.host."): {
            "name": contact.name,
            "mails": list(contact.mails),
            "registry": contact.registry,
        }
        for message_id, contact in contacts_of(facts)
    }
    return {
        "host": facts.host,
        "addresses": list(facts.addresses),
        "network": facts.network,
        "behind_cloudflare": facts.is_behind_cloudflare,
        "contacts": contacts,
        "missing": list(facts.missing),
        "asked": list(facts.asked),
    }
