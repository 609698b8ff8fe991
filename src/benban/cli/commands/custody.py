"""``benban custody``: everything that was done with each item, "none" rather than left out."""

from typing import Any

import click

from benban.casework.custody import ItemCustody, custody_of
from benban.cli.options import common_options
from benban.cli.out import Json, Out
from benban.cli.session import find_one, opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.model.custody import CustodyEvent, Field
from benban.model.exhibit import Exhibit

_FIELD_CHARACTERS = 160
# Field -> the family of messages that has words for its values, where the names differ.
_FAMILIES = {
    "adult_in_picture": "cli.answer",
    "adult_now": "cli.answer",
    "edition": "dossier.edition-name",
    "exhibit_kind": "dossier.exhibit",
    "nobody_doubts": "cli.answer",
    "sighting_kind": "dossier.sighting",
}


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("custody", help=words("cli.custody.help"))
    @click.argument("case")
    @click.option("--exhibit", "exhibits", multiple=True, help=words("cli.custody.o.exhibit"))
    @common_options(words)
    def custody(case: str, exhibits: tuple[str, ...], **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (_, store):
            chosen = tuple(find_one(store, Exhibit, one).id for one in exhibits)
            groups = custody_of(store, chosen)
        out.say("cli.custody.about")
        for group in groups:
            _print(out, group)
        out.document({"items": [_json(group) for group in groups]})

    return custody


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
    if entry.is_forgotten or entry.kind is None or entry.at is None:
        out.line(f"  {entry.position:>5}  {out.words('cli.custody.forgotten')}")
        return
    what = out.words.known("dossier.event", entry.kind.value)
    actor = out.words.known("dossier.actor", entry.actor)
    out.line(f"  {entry.position:>5}  {entry.at:%Y-%m-%d %H:%M:%S}  {what}  ({actor})")
    for field in entry.fields:
        if field.value:
            name = out.words.known("dossier.field", field.name)
            out.line(f"           {name}: {_value(out.words, field)}")


def _value(words: Words, field: Field) -> str:
    family = _FAMILIES.get(field.name, f"dossier.{field.name}")
    value = words.known(family, field.value).replace("\n", " ")
    if value in {"yes", "no"}:
        value = words(f"dossier.{value}")
    return value if len(value) <= _FIELD_CHARACTERS else f"{value[:_FIELD_CHARACTERS]}…"


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
