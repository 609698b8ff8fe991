"""``benban custody``: everything that was done with each item, "none" rather than left out."""

from typing import Any

import click

from benban.casework.access import AccessStatement, access_of, access_text
from benban.casework.custody import ItemCustody, custody_of
from benban.casework.custody_words import tell
from benban.cli.options import common_options
from benban.cli.out import Json, Out
from benban.cli.session import find_one, opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.errors import UsageError
from benban.model.custody import CustodyEvent
from benban.model.exhibit import Exhibit
from benban.wiring_case import system_clock

_FIELD_CHARACTERS = 160


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("custody", help=words("cli.custody.help"))
    @click.argument("case")
    @click.option("--exhibit", "exhibits", multiple=True, help=words("cli.custody.o.exhibit"))
    @click.option("--access", "is_access", is_flag=True, help=words("cli.custody.o.access"))
    @common_options(words)
    def custody(case: str, exhibits: tuple[str, ...], *, is_access: bool, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        if is_access and exhibits:
            raise UsageError(reason=words("cli.custody.one-of"))
        with opened_case(words, options, case) as (_, store):
            if is_access:
                _print_access(out, access_of(store, out.words, system_clock()))
                return
            chosen = tuple(find_one(store, Exhibit, one).id for one in exhibits)
            groups = custody_of(store, chosen)
        out.say("cli.custody.about")
        for group in groups:
            _print(out, group)
        out.document({"items": [_json(group) for group in groups]})

    return custody


def _print_access(out: Out, statement: AccessStatement) -> None:
    out.line(access_text(statement, out.words).rstrip("\n"))
    out.document(
        {
            "case": statement.case_id,
            "entries": statement.entries,
            "forgotten": statement.forgotten,
            "access": {
                way.value: [one.position for one in events] for way, events in statement.groups
            },
            "items": [
                {
                    "exhibit": one.exhibit_id,
                    "veiled": one.veiled,
                    "unveiled": one.unveiled,
                    "dossiers": one.dossiers,
                }
                for one in statement.items
            ],
            "workers": {one.key: one.entries for one in statement.workers},
        }
    )


def _print(out: Out, group: ItemCustody) -> None:
    out.line("")
    out.line(f"{out.words(f'cli.custody.item.{group.kind.value}')}  {group.subject}".rstrip())
    for entry in group.events:
        _print_event(out, entry)
    if not group.events:
        out.line(f"  {out.words('cli.custody.none')}")
    for kind, count in group.asked:
        event = out.words.known("dossier.event", kind.value)
        shown = count or out.words("cli.custody.none")
        out.line(f"  {out.words('cli.custody.asked', event=event, count=shown)}")


def _print_event(out: Out, entry: CustodyEvent) -> None:
    told = tell(out.words, entry, most=_FIELD_CHARACTERS)
    if told.at is None:
        out.line(f"  {told.position:>5}  {told.what}")
        return
    out.line(f"  {told.position:>5}  {told.at:%Y-%m-%d %H:%M:%S}  {told.what}  ({told.by})")
    for field in told.fields:
        out.line(f"           {field.name}: {field.value}")


def _json(group: ItemCustody) -> dict[str, Json]:
    return {
        "item": group.subject,
        "what": group.kind.value,
        "events": [_event_json(entry) for entry in group.events],
        "asked": {kind.value: count for kind, count in group.asked},
    }


def _event_json(entry: CustodyEvent) -> dict[str, Json]:
    return {
        "position": entry.position,
        "at": entry.at.isoformat() if entry.at else None,
        "kind": entry.kind.value if entry.kind else None,
        "subject": entry.subject,
        "actor": entry.actor,
        "fields": {field.name: field.value for field in entry.fields},
        "leaf": entry.leaf_sha256.hex,
        "forgotten": entry.is_forgotten,
    }
