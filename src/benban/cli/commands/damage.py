"""``benban damage``: what it cost, when, and which receipt shows it."""

from dataclasses import replace
from typing import Any

import click

from benban.casework.damage import (
    DamageEntry,
    amount_of,
    ledger,
    money,
    record_damage,
    remove_damage,
    total_vnd,
)
from benban.cli.options import common_options, is_interactive, read_text
from benban.cli.out import Json, Out, one_line
from benban.cli.questions import ask_line, parse_seen_at
from benban.cli.session import find_one, opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.errors import DamageEntryError
from benban.model.damage import Damage, DamageKind
from benban.model.exhibit import Exhibit
from benban.model.ids import DamageId
from benban.wiring_case import CaseStore, system_clock

_ASKED = ("on", "what", "amount")


def build(words: Words) -> click.Group:
    """Return the group in the person's language."""
    group = click.Group("damage", help=words("cli.damage.help"))
    for make in (_add, _list, _remove):
        group.add_command(make(words))
    return group


def _add(words: Words) -> click.Command:
    @click.command("add", help=words("cli.damage.add.help"))
    @click.argument("case")
    @click.option("--from", "source", help=words("cli.damage.o.from"))
    @click.option(
        "--kind",
        type=click.Choice([one.value for one in DamageKind]),
        default=DamageKind.COST.value,
        help=words("cli.damage.o.kind"),
    )
    @click.option("--receipt", help=words("cli.damage.o.receipt"))
    @common_options(words)
    def add(case: str, source: str | None, kind: str, receipt: str | None, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        entry = _typed(words, source, DamageKind(kind))
        with opened_case(words, options, case) as (_, store):
            shown = find_one(store, Exhibit, receipt).id if receipt else None
            kept = record_damage(store, replace(entry, receipt=shown), system_clock())
            total = total_vnd(ledger(store))
        _print(out, kept)
        out.say("cli.damage.total", total=money(total))
        out.document({**_json(kept), "total_vnd": total})

    return add


def _list(words: Words) -> click.Command:
    @click.command("list", help=words("cli.damage.list.help"))
    @click.argument("case")
    @common_options(words)
    def list_entries(case: str, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (_, store):
            entries = ledger(store)
        for one in entries:
            _print(out, one)
        out.say("cli.damage.total", total=money(total_vnd(entries)))
        out.document({"damage": [_json(one) for one in entries], "total_vnd": total_vnd(entries)})

    return list_entries


def _remove(words: Words) -> click.Command:
    @click.command("remove", help=words("cli.damage.remove.help"))
    @click.argument("case")
    @click.argument("entry")
    @common_options(words)
    def remove(case: str, entry: str, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (_, store):
            gone = remove_damage(store, _named(store, entry))
            total = total_vnd(ledger(store))
        out.say("cli.damage.removed")
        out.say("cli.damage.total", total=money(total))
        out.document({"removed": gone.id, "total_vnd": total})

    return remove


def _typed(words: Words, source: str | None, kind: DamageKind) -> DamageEntry:
    """Return the entry: three lines of a file, or as typed; what is unclear is refused."""
    if source is not None:
        said = [line.strip() for line in read_text(source).splitlines()]
    elif is_interactive():
        said = [ask_line(words(f"cli.damage.ask.{one}")) for one in _ASKED]
    else:
        said = []
    if len(said) < len(_ASKED):
        raise DamageEntryError
    day_text, what, amount = said[: len(_ASKED)]
    _, day = parse_seen_at(words, day_text)
    if day is None:
        raise DamageEntryError
    return DamageEntry(on=day, kind=kind, what=what, amount_vnd=amount_of(amount))


def _named(store: CaseStore, text: str) -> DamageId:
    found = [one.id for one in store.all(Damage) if text and one.id.startswith(text)]
    return found[0] if len(found) == 1 else store.get(Damage, text).id


def _print(out: Out, damage: Damage) -> None:
    kind = out.words(f"damage.kind.{damage.kind.value}")
    what = one_line(damage.what)
    out.line(f"{damage.id}  {damage.on:%d/%m/%Y}  {money(damage.amount_vnd):>15}  {kind}  {what}")


def _json(damage: Damage) -> dict[str, Json]:
    return {
        "entry": damage.id,
        "on": damage.on.isoformat(),
        "kind": damage.kind.value,
        "what": damage.what,
        "amount_vnd": damage.amount_vnd,
        "receipt": damage.receipt,
    }
