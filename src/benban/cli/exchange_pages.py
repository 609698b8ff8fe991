"""``benban exchange pages``: where the pages of its people stand, and who may come in."""

from pathlib import Path
from typing import Any

import click

from benban.cli.exchange_place import Here, person_options, place_options, take_here, take_person
from benban.cli.words import Words
from benban.errors import UsageError
from benban.errors.exchange import NothingSuchError
from benban.exchange.audit import AuditEntry
from benban.exchange.entry import (
    OPERATORS,
    Entry,
    Role,
    account,
    entry_text,
    read_entry,
    read_settings,
)
from benban.exchange.fit import without_hashes
from benban.outside.clock import SystemClock


def add_to(group: click.Group, words: Words) -> None:
    """Add pages set, admit, dismiss and list."""
    pages = click.Group("pages", help=words("cli.x.pages.help"))
    for make in (_set, _admit, _dismiss, _list):
        pages.add_command(make(words))
    group.add_command(pages)


def _set(words: Words) -> click.Command:
    @click.command("set", help=words("cli.x.pages.set.help"))
    @click.option("--origin", required=True, help=words("cli.x.o.origin"))
    @click.option("--issuer", required=True, help=words("cli.x.o.issuer"))
    @click.option("--client-id", required=True, help=words("cli.x.o.client-id"))
    @click.option(
        "--client-secret-file",
        type=click.Path(path_type=Path),
        help=words("cli.x.o.client-secret-file"),
    )
    @click.option(
        "--insecure-for-loopback", is_flag=True, help=words("cli.x.o.insecure-for-loopback")
    )
    @person_options(words)
    @place_options(words)
    def command(origin: str, issuer: str, client_id: str, **given: Any) -> None:
        here = take_here(words, given)
        person = take_person(here, given)
        said = {"origin": origin, "issuer": issuer, "client_id": client_id}
        said["client_secret"] = _secret(words, given["client_secret_file"])
        said["insecure"] = "loopback" if given["insecure_for_loopback"] else ""
        settings = read_settings(said)
        here.place.keep_pages(said)
        _write(here, "pages-set", by=person)
        here.out.say("cli.x.pages.is-set", origin=origin, back=settings.back_to)
        here.out.document({"origin": origin, "back": settings.back_to})

    return command


def _admit(words: Words) -> click.Command:
    @click.command("admit", help=words("cli.x.pages.admit.help"))
    @click.argument("name")
    @click.argument("subject")
    @click.option(
        "--role",
        required=True,
        type=click.Choice([one.value for one in Role]),
        help=words("cli.x.o.role"),
    )
    @person_options(words)
    @place_options(words)
    def command(name: str, subject: str, role: str, **given: Any) -> None:
        here = take_here(words, given)
        person, key = take_person(here, given), _account(here, subject)
        if Role(role) is Role.OPERATOR and name not in here.place.people():
            raise NothingSuchError(what=without_hashes(name))
        entry = Entry(person=name, role=Role(role))
        here.place.keep_entries({**here.place.entries(), key: entry_text(entry)})
        _write(here, "pages-admit", by=person, subject=name, reason=role)
        here.out.say("cli.x.pages.admitted", subject=subject, person=name, role=role)
        here.out.document({"subject": subject, "person": name, "role": role})

    return command


def _dismiss(words: Words) -> click.Command:
    @click.command("dismiss", help=words("cli.x.pages.dismiss.help"))
    @click.argument("subject")
    @person_options(words)
    @place_options(words)
    def command(subject: str, **given: Any) -> None:
        here = take_here(words, given)
        person, key = take_person(here, given), _account(here, subject)
        entries = here.place.entries()
        if key not in entries:
            raise NothingSuchError(what=without_hashes(subject))
        was = read_entry(entries.pop(key))
        here.place.keep_entries(entries)
        _write(here, "pages-dismiss", by=person, subject=was.person, reason=was.role.value)
        here.out.say("cli.x.pages.dismissed", subject=subject)
        here.out.document({"dismissed": subject})

    return command


def _list(words: Words) -> click.Command:
    @click.command("list", help=words("cli.x.pages.list.help"))
    @place_options(words)
    def command(**given: Any) -> None:
        here = take_here(words, given)
        entries = {key: read_entry(said) for key, said in sorted(here.place.entries().items())}
        for key, entry in entries.items():
            here.out.line(f"{key}  {entry.role.value}  {entry.person}")
        here.out.document(
            {"entries": {key: [one.role.value, one.person] for key, one in entries.items()}}
        )

    return command


def _account(here: Here, subject: str) -> str:
    said = here.place.pages()
    if not said:
        raise UsageError(reason=here.out.words("cli.x.pages.not-set"))
    return account(read_settings(said).issuer, subject)


def _secret(words: Words, file: Path | None) -> str:
    try:
        return "" if file is None else file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise UsageError(reason=words("cli.x.client-secret-unread")) from error


def _write(here: Here, deed: str, *, by: str, subject: str = "", reason: str = "") -> None:
    """Write in the chain of the people what was done."""
    with here.work() as work:
        work.add_audit(
            [
                AuditEntry(
                    member=OPERATORS,
                    at=SystemClock().now(),
                    actor=by,
                    deed=deed,
                    subject=subject,
                    reason=reason,
                )
            ]
        )
