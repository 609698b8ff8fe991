"""``benban consent``: a yes for one purpose and one recipient; documents of a capacity."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from benban.casework.consent import (
    consent_text,
    give_consent,
    record_capacity,
    withdraw_consent,
)
from benban.cli.files import open_given
from benban.cli.options import common_options, is_interactive, read_text
from benban.cli.out import Json, Out, one_line, wrapped
from benban.cli.questions import ask_needed, confirm, local_time, parse_seen_at
from benban.cli.session import find_one, opened_case, take_out, take_vault_options
from benban.cli.words import Words
from benban.errors import UsageError
from benban.model.consent import CapacityDocument, CapacityPaper, Consent, ConsentPurpose
from benban.model.ids import ConsentId
from benban.model.remedy import Notice
from benban.wiring_case import CaseStore, system_clock


def build(words: Words) -> click.Group:
    """Return the group in the person's language."""
    group = click.Group("consent", help=words("cli.consent.help"))
    for make in (_list, _give, _withdraw, _capacity):
        group.add_command(make(words))
    return group


def _list(words: Words) -> click.Command:
    @click.command("list", help=words("cli.consent.list.help"))
    @click.argument("case")
    @common_options(words)
    def list_consents(case: str, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (_, store):
            found, documents = store.all(Consent), store.all(CapacityDocument)
        for one in found:
            _print(out, one)
        if not found:
            out.say("cli.consent.none")
        for document in documents:
            out.line(f"{document.id}  {words(f'capacity.paper.{document.kind.value}')}")
        out.document(
            {
                "consents": [_json(one) for one in found],
                "capacity": [_document_json(one) for one in documents],
            }
        )

    return list_consents


def _give(words: Words) -> click.Command:
    @click.command("give", help=words("cli.consent.give.help"))
    @click.argument("case")
    @click.option(
        "--purpose",
        type=click.Choice([one.value for one in ConsentPurpose]),
        required=True,
        help=words("cli.consent.o.purpose"),
    )
    @click.option("--recipient", help=words("cli.consent.o.recipient"))
    @click.option("--notice", help=words("cli.consent.o.notice"))
    @click.option("--agree", type=click.Choice(["yes", "no"]), help=words("cli.consent.o.agree"))
    @common_options(words)
    def give(case: str, purpose: str, agree: str | None, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        wanted = ConsentPurpose(purpose)
        with opened_case(words, options, case) as (_, store):
            recipient = _recipient(words, store, given["recipient"], given["notice"])
            text = consent_text(wanted, recipient, words.language)
            out.line(wrapped(text, sys.stdout))
            is_agreed = _agreed(words, agree)
            consent = give_consent(
                store,
                wanted,
                recipient,
                language=words.language,
                is_agreed=is_agreed,
                clock=system_clock(),
            )
        out.say("cli.consent.given", consent=consent.id)
        out.document({"version": consent.version, "text": text, **_json(consent)})

    return give


def _withdraw(words: Words) -> click.Command:
    @click.command("withdraw", help=words("cli.consent.withdraw.help"))
    @click.argument("case")
    @click.argument("consent")
    @common_options(words)
    def withdraw(case: str, consent: str, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        with opened_case(words, options, case) as (_, store):
            ended = withdraw_consent(store, _named(store, consent), system_clock())
        _print(out, ended)
        out.say("cli.consent.withdrawn")
        out.document(_json(ended))

    return withdraw


def _capacity(words: Words) -> click.Command:
    @click.command("capacity", help=words("cli.consent.capacity.help"))
    @click.argument("case")
    @click.argument("file", type=click.Path(path_type=Path))
    @click.option(
        "--kind",
        type=click.Choice([one.value for one in CapacityPaper]),
        required=True,
        help=words("cli.consent.o.kind"),
    )
    @click.option("--until", help=words("cli.consent.o.until"))
    @common_options(words)
    def capacity(case: str, file: Path, kind: str, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        _, until = parse_seen_at(words, given["until"])
        with opened_case(words, options, case) as (_, store), ExitStack() as streams:
            document = record_capacity(
                store,
                CapacityPaper(kind),
                open_given(streams, file).stream,
                valid_until=until,
                clock=system_clock(),
            )
        out.say("cli.consent.capacity.done", digest=document.sha256.hex)
        out.document(_document_json(document))

    return capacity


def _recipient(words: Words, store: CaseStore, source: str | None, notice: str | None) -> str:
    """Return who will get it: a notice's recipient, the first line of a file, or as typed."""
    if notice is not None:
        return find_one(store, Notice, notice).recipient
    if source is not None:
        return read_text(source).partition("\n")[0].strip()
    if not is_interactive():
        raise UsageError(reason=words("cli.consent.o.recipient"))
    return ask_needed(words("cli.consent.ask-recipient"))


def _agreed(words: Words, said: str | None) -> bool:
    if said is not None:
        return said == "yes"
    return is_interactive() and confirm(words, words("cli.consent.ask"))


def _named(store: CaseStore, text: str) -> ConsentId:
    found = [one.id for one in store.all(Consent) if text and one.id.startswith(text)]
    return found[0] if len(found) == 1 else store.get(Consent, text).id


def _print(out: Out, consent: Consent) -> None:
    ended = consent.withdrawn_at
    out.say(
        "cli.consent.line.over" if ended else "cli.consent.line.live",
        id=consent.id,
        purpose=out.words(f"consent.purpose.{consent.purpose.value}"),
        recipient=one_line(consent.recipient),
        when=local_time(ended or consent.given_at),
    )


def _json(consent: Consent) -> dict[str, Json]:
    return {
        "consent": consent.id,
        "purpose": consent.purpose.value,
        "recipient": consent.recipient,
        "given_at": consent.given_at.isoformat(),
        "withdrawn_at": consent.withdrawn_at.isoformat() if consent.withdrawn_at else None,
    }


def _document_json(document: CapacityDocument) -> dict[str, Json]:
    return {
        "document": document.id,
        "kind": document.kind.value,
        "sha256": document.sha256.hex,
        "valid_until": document.valid_until.isoformat() if document.valid_until else None,
    }
