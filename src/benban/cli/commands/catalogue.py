"""``benban catalogue``: what is known about removal, whether it is sound, and a newer one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click

from benban.cli.catalogue_pages import overview, overview_json, page_of
from benban.cli.options import common_options, output_options, read_text
from benban.cli.out import Json, Out, one_line
from benban.cli.questions import ask_yes
from benban.cli.session import opened_vault, take_out, take_vault_options
from benban.cli.words import Words
from benban.errors import FileUnreadableError, NotInCatalogueError, UsageError
from benban.model.catalogue import Catalogue, CatalogueFault
from benban.remedies.ageing import AgedFact, aged_facts
from benban.wiring_case import catalogue

_FAULTY, _AGED = 1, 2


def build(words: Words) -> click.Group:
    """Return the group in the person's language."""
    group = click.Group("catalogue", help=words("cli.catalogue.help"))
    for command in (_show(words), _check(words), _update(words)):
        group.add_command(command)
    return group


def _show(words: Words) -> click.Command:
    @click.command("show", help=words("cli.catalogue.show.help"))
    @click.argument("name", required=False)
    @click.option("--in-use", is_flag=True, help=words("cli.catalogue.o.in-use"))
    @common_options(words)
    def show(name: str | None, in_use: bool, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        if in_use:
            with opened_vault(words, options):
                known = catalogue()
        else:
            known = catalogue()
        if name is None:
            for line in overview(words, known):
                out.line(line)
            out.document(overview_json(known))
            return
        page = page_of(words, known, name)
        if page is None:
            raise NotInCatalogueError
        for line in page.lines:
            out.line(line)
        out.document(page.document)

    return show


def _check(words: Words) -> click.Command:
    @click.command("check", help=words("cli.catalogue.check.help"))
    @click.option("--folder", type=click.Path(path_type=Path), help=words("cli.catalogue.o.folder"))
    @click.option("--bundle", type=click.Path(path_type=Path), help=words("cli.catalogue.o.bundle"))
    @click.option("--signer", type=click.Path(path_type=Path), help=words("cli.catalogue.o.signer"))
    @click.option("--aged-on", metavar="YYYY-MM-DD", help=words("cli.catalogue.o.aged-on"))
    @output_options(words)
    def check(folder: Path | None, bundle: Path | None, signer: Path | None, **given: Any) -> int:
        aged_on = _day(words, given.pop("aged_on"))
        out = take_out(words, given)
        found = _asked_for(folder, bundle, signer)
        aged = aged_facts(found, aged_on) if aged_on is not None else ()
        for fault in found.faults:
            _print_fault(out, fault)
        for one in aged:
            _print_aged(out, one)
        count = len(found.faults)
        out.say(
            "cli.catalogue.faulty" if count else "cli.catalogue.sound",
            count=count,
            version=found.version,
            edition=found.edition,
        )
        if aged_on is not None:
            out.say("cli.catalogue.aged", count=len(aged), day=f"{aged_on:%Y-%m-%d}")
        exit_code = _FAULTY if count else _AGED if aged else 0
        out.document(_check_json(words, found, aged, exit_code))
        return exit_code

    return check


def _update(words: Words) -> click.Command:
    @click.command("update", help=words("cli.catalogue.update.help"))
    @click.argument("file", type=click.Path(path_type=Path))
    @click.option("--signer", type=click.Path(path_type=Path), help=words("cli.catalogue.o.signer"))
    @click.option("--sure", type=click.Choice(["yes", "no"]), help=words("cli.catalogue.o.sure"))
    @common_options(words)
    def update(file: Path, signer: Path | None, sure: str | None, **given: Any) -> int:
        from benban.casework.catalogue_update import offer_from, take_offer
        from benban.remedies.bundle import pinned_signers
        from benban.seal.note import key_id

        options = take_vault_options(given)
        out = take_out(words, given)
        key = _key_in(signer)
        with opened_vault(words, options) as vault, _opened(file) as stream:
            offer = offer_from(vault, stream, pinned_signers(), given=key)
            new, changed, gone = offer.changes
            out.say(
                "cli.catalogue.offer",
                edition=offer.bundle.catalogue.edition,
                version=offer.bundle.catalogue.version,
                used=offer.used.edition,
                key=key_id(offer.bundle.signer),
            )
            for message_id, ids in (("new", new), ("changed", changed), ("gone", gone)):
                out.say(f"cli.catalogue.{message_id}", count=len(ids), ids=", ".join(ids) or "-")
            for moved, old, address in offer.moved:
                out.say("cli.catalogue.moved", id=moved, old=old or "-", new=address or "-")
            if offer.is_new_signer:
                out.warn("cli.catalogue.new-signer", key=key_id(offer.bundle.signer))
            is_taken = ask_yes(words, "cli.catalogue.ask-sure", sure)
            if is_taken:
                take_offer(vault, offer)
        out.say("cli.catalogue.taken" if is_taken else "cli.catalogue.not-taken")
        out.document(
            {
                "taken": is_taken,
                "edition": offer.bundle.catalogue.edition,
                "signer": key_id(offer.bundle.signer),
                "new": list(new),
                "changed": list(changed),
                "gone": list(gone),
            }
        )
        return 0

    return update


def _asked_for(folder: Path | None, bundle: Path | None, signer: Path | None) -> Catalogue:
    if folder is not None:
        from benban.remedies.catalogue import load_catalogue

        return load_catalogue(folder)
    if bundle is not None:
        from benban.remedies.bundle import pinned_signers, read_bundle

        key = _key_in(signer)
        with _opened(bundle) as stream:
            known = (*pinned_signers(), *(() if key is None else (key,)))
            return read_bundle(stream, known).catalogue
    return catalogue()


def _key_in(file: Path | None) -> bytes | None:
    from benban.seal.edition_note import signer_key

    return None if file is None else signer_key(read_text(str(file)))


@contextmanager
def _opened(file: Path) -> Iterator[Any]:
    try:
        stream = file.open("rb")
    except OSError as error:
        raise FileUnreadableError(name=file.name) from error
    with stream:
        yield stream


def _day(words: Words, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(reason=words("cli.catalogue.bad-day")) from error


def _print_fault(out: Out, fault: CatalogueFault) -> None:
    what, mend = _told(out.words, fault)
    out.line(f"{one_line(fault.file)}:{fault.line}  {one_line(fault.key)}: {what}")
    out.line(f"    {mend}")


def _told(words: Words, fault: CatalogueFault) -> tuple[str, str]:
    return (
        words(f"catalogue.fault.{fault.rule}", detail=one_line(fault.detail)),
        words(f"catalogue.mend.{fault.rule}", detail=one_line(fault.detail)),
    )


def _print_aged(out: Out, one: AgedFact) -> None:
    out.line(
        out.words(
            f"cli.catalogue.aged.{one.kind}",
            id=one.id,
            checked=f"{one.checked_on:%Y-%m-%d}",
            until=f"{one.good_until:%Y-%m-%d}",
            confidence=one.confidence.value,
            source=one.source,
        )
    )


def _check_json(
    words: Words, found: Catalogue, aged: tuple[AgedFact, ...], exit_code: int
) -> dict[str, Json]:
    faults: list[Json] = []
    for fault in found.faults:
        what, mend = _told(words, fault)
        faults.append(
            {
                "file": fault.file,
                "line": fault.line,
                "key": fault.key,
                "rule": fault.rule,
                "problem": what,
                "mend": mend,
            }
        )
    return {
        "exit_code": exit_code,
        "version": found.version,
        "edition": found.edition,
        "faults": faults,
        "aged": [
            {
                "id": one.id,
                "kind": one.kind,
                "checked_on": f"{one.checked_on:%Y-%m-%d}",
                "good_until": f"{one.good_until:%Y-%m-%d}",
                "source": one.source,
            }
            for one in aged
        ],
    }
