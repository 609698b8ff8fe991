"""``benban case``: open, list and show cases."""

from typing import Any

import click

from benban.casework.case_mentions import mentions_of
from benban.cli.options import common_options, is_interactive
from benban.cli.out import Json, Out, one_line
from benban.cli.questions import ask_line
from benban.cli.session import find_one, opened_case, opened_vault, take_out, take_vault_options
from benban.cli.words import Words
from benban.model.case import Capacity, Case
from benban.model.exhibit import INTERRUPTED, Capture, Exhibit, Original
from benban.model.ids import new_case_id
from benban.model.sighting import Sighting
from benban.wiring_case import CaseStore, system_clock


def build(words: Words) -> click.Group:
    """Return the group in the person's language."""
    group = click.Group("case", help=words("cli.case.help"))
    group.add_command(_new(words))
    group.add_command(_list(words))
    group.add_command(_show(words))
    group.add_command(_mentions(words))
    return group


def _new(words: Words) -> click.Command:
    @click.command("new", help=words("cli.case.new.help"))
    @click.option("--title", help=words("cli.case.o.title"))
    @click.option(
        "--capacity",
        type=click.Choice([capacity.value for capacity in Capacity]),
        default=Capacity.SELF.value,
        help=words("cli.case.o.capacity"),
    )
    @common_options(words)
    def new(title: str | None, capacity: str, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_vault(words, options) as vault:
            if title is None and is_interactive():
                title = ask_line(words("cli.case.ask-title"))
            case = Case(
                id=new_case_id(),
                title=title or words("cli.case.untitled"),
                language=words.language,
                capacity=Capacity(capacity),
                opened_at=system_clock().now(),
            )
            vault.create_case(case).close()
        out.say("cli.case.new.done", case=case.id)
        out.document(_case_json(case))

    return new


def _list(words: Words) -> click.Command:
    @click.command("list", help=words("cli.case.list.help"))
    @common_options(words)
    def list_cases(**given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_vault(words, options) as vault:
            cases = vault.cases()
        if not cases:
            out.say("cli.case.list.none")
        for case in cases:
            out.line(f"{case.id}  {case.opened_at:%d/%m/%Y}  {one_line(case.title)}")
        out.document({"cases": [_case_json(case) for case in cases]})

    return list_cases


def _show(words: Words) -> click.Command:
    @click.command("show", help=words("cli.case.show.help"))
    @click.argument("case")
    @common_options(words)
    def show(case: str, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (_, store):
            _print_case(out, store)

    return show


def _mentions(words: Words) -> click.Command:
    @click.command("mentions", help=words("cli.case.mentions.help"))
    @click.argument("case")
    @click.argument("sighting")
    @common_options(words)
    def mentions(case: str, sighting: str, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (_, store):
            found = mentions_of(store, find_one(store, Sighting, sighting))
        out.say("cli.case.mentions.about")
        for one in found.found:
            kind = out.words(f"cli.mention.{one.kind.value}")
            out.line(f"  {kind}  {one.value}  ×{one.count}")
        if not found.found:
            out.say("cli.case.mentions.none")
        if found.masked_accounts:
            out.say("cli.case.mentions.masked", count=found.masked_accounts)
        out.document(
            {
                "mentions": [
                    {"kind": one.kind.value, "value": one.value, "count": one.count}
                    for one in found.found
                ],
                "masked_accounts": found.masked_accounts,
            }
        )

    return mentions


def _print_case(out: Out, store: CaseStore) -> None:
    sightings, exhibits = store.all(Sighting), store.all(Exhibit)
    out.line(f"{store.case.id}  {one_line(store.case.title)}")
    out.say("cli.case.show.sightings", count=len(sightings))
    for sighting in sightings:
        address = sighting.address.shown if sighting.address else out.words("cli.address-unknown")
        kind = out.words(f"cli.kind.{sighting.kind.value}")
        out.line(f"  {sighting.id}  {kind}  {address}")
    out.say("cli.case.show.exhibits", count=len(exhibits))
    for exhibit in exhibits:
        out.line(f"  {exhibit.id}  {exhibit_name(out, exhibit)}")
    out.say("cli.case.show.originals", count=len(store.all(Original)))
    captures = store.all(Capture)
    out.say("cli.case.show.captures", count=len(captures))
    for capture in captures:
        if capture.is_interrupted:
            _print_interrupted(out, capture)
    out.document(
        {
            **_case_json(store.case),
            "sightings": [_sighting_json(sighting) for sighting in sightings],
            "exhibits": [exhibit_json(exhibit) for exhibit in exhibits],
            "originals": [original.id for original in store.all(Original)],
            "captures": [_capture_json(capture) for capture in captures],
            "log_entries": len(store.leaves()),
        }
    )


def _print_interrupted(out: Out, capture: Capture) -> None:
    names = dict.fromkeys(one.what for one in capture.missing if one.reason == INTERRUPTED)
    missing = [out.words.known("dossier.missing", "dossier.step", one) for one in names]
    out.say(
        "cli.case.show.interrupted",
        id=capture.id,
        address=one_line(capture.requested_address),
        kept=len(capture.exhibits),
        missing=", ".join(missing),
    )


def _capture_json(capture: Capture) -> dict[str, Json]:
    return {
        "capture": capture.id,
        "sighting": capture.sighting_id,
        "started_at": capture.started_at.isoformat(),
        "interrupted": capture.is_interrupted,
        "exhibits": list(capture.exhibits),
        "missing": [{"what": one.what, "reason": one.reason} for one in capture.missing],
    }


def _case_json(case: Case) -> dict[str, Json]:
    return {
        "case": case.id,
        "title": case.title,
        "capacity": case.capacity.value,
        "opened_at": case.opened_at.isoformat(),
    }


def _sighting_json(sighting: Sighting) -> dict[str, Json]:
    return {
        "sighting": sighting.id,
        "kind": sighting.kind.value,
        "address": sighting.address.raw if sighting.address else None,
        "service": sighting.address.service if sighting.address else None,
        "pictures_open": sighting.answers.all_yes,
    }


def exhibit_name(out: Out, exhibit: Exhibit) -> str:
    """Return what an exhibit is, so that nobody has to look at it to know which one it is."""
    kind = out.words(f"cli.exhibit.{exhibit.kind.value}")
    parts = (kind, exhibit.original_name, exhibit.media_type)
    return one_line(", ".join(part for part in parts if part))


def exhibit_json(exhibit: Exhibit) -> dict[str, Json]:
    """Return the exhibit as the commands print it."""
    return {
        "exhibit": exhibit.id,
        "kind": exhibit.kind.value,
        "media_type": exhibit.media_type,
        "claimed_media_type": exhibit.claimed_media_type,
        "size_bytes": exhibit.size_bytes,
        "sha256": exhibit.sha256.hex,
        "sighting": exhibit.sighting_id,
    }
