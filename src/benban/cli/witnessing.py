"""``benban add CASE FILE --witness NAME``: a second capture, made elsewhere, beside ours."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from benban.casework.witness import GivenDossier, add_witness
from benban.casework.witness_recording import add_recording
from benban.cli.options import is_interactive, read_text
from benban.cli.out import Out
from benban.cli.questions import ask_needed, local_time
from benban.cli.session import VaultOptions, opened_case
from benban.cli.words import Words
from benban.errors import FileUnreadableError, UsageError, WitnessRefusedError
from benban.model.witness import Witness, WitnessForm
from benban.outside.verifier import ask_verifier
from benban.wiring_case import CaseStore, Vault, authorities, system_clock

# Exit codes of the verifier: all PASS; nothing failed, but something was not done; no dossier.
_NOT_REFUSED = frozenset({0, 2})
_NO_DOSSIER = 3
# Said of a place of our own; a second capture has none of it.
_OF_A_PLACE = (
    *("source", "kind", "seen_at", "seen_on", "seen_by", "whole_page", "reason"),
    *("own_browser", "visit", "adult_now", "adult_in_picture", "nobody_doubts"),
)


def witness_options(words: Words) -> list[click.Option]:
    """Return ``--witness`` and ``--receipt``."""
    return [
        click.Option(["--witness"], metavar="NAME", help=words("cli.add.o.witness")),
        click.Option(
            ["--receipt"],
            type=click.Path(path_type=Path),
            help=words("cli.add.o.witness-receipt"),
        ),
    ]


def is_witness(words: Words, given: dict[str, Any]) -> bool:
    """
    Return whether a second capture is given.

    Raises:
        UsageError: BB-001, a receipt without one.
    """
    if given["witness"] is None and given["receipt"] is not None:
        raise UsageError(reason=words("cli.witness.alone"))
    return given["witness"] is not None


def set_beside(
    out: Out, options: VaultOptions, case: str, things: Sequence[str], given: dict[str, Any]
) -> None:
    """
    Verify or read the one file, note what it says of the same thing and report it.

    Raises:
        UsageError: BB-001, something else is said with it, or no name.
        FileUnreadableError: BB-002.
        WitnessRefusedError: BB-116, neither a dossier that verifies nor a web archive.
        WitnessIsOwnError, WitnessSameVaultError: BB-117, BB-451.
        WitnessUnrelatedError, WitnessKnownError: BB-452, BB-453.
    """
    words = out.words
    if len(things) != 1 or any(given[name] for name in _OF_A_PLACE):
        raise UsageError(reason=words("cli.witness.alone"))
    name, file = _name(out, given["witness"]), Path(things[0])
    if not file.is_file():
        raise FileUnreadableError(name=file.name)
    receipt = given["receipt"]
    asked = [str(file), *(("--receipt", str(receipt)) if receipt else ())]
    exit_code = ask_verifier(asked).exit_code
    # A receipt is for a dossier: with one, nothing else will do.
    is_recording = exit_code == _NO_DOSSIER and receipt is None
    if exit_code not in _NOT_REFUSED and not is_recording:
        raise WitnessRefusedError
    with opened_case(words, options, case) as (vault, store):
        if is_recording:
            added = add_recording(store, name, file, system_clock())
        else:
            added = _add_dossier(vault, store, name, file)
    _report(out, added)


def _add_dossier(vault: Vault, store: CaseStore, name: str, file: Path) -> Witness:
    roots = tuple(root for one in authorities(vault) for root in one.roots)
    with file.open("rb") as dossier:
        given = GivenDossier(name=name, file=dossier, roots=roots)
        return add_witness(vault, store, given, system_clock())


def _name(out: Out, said: str) -> str:
    if said != "-":
        out.warn("cli.witness.in-argv")
    elif is_interactive():
        said = ask_needed(out.words("cli.witness.ask-name"))
    else:
        said = read_text("-")
    if not said.strip():
        raise UsageError(reason=out.words("cli.witness.name-needed"))
    return said.strip()


def _report(out: Out, added: Witness) -> None:
    if added.form is WitnessForm.DOSSIER:
        _say_dossier(out, added)
    else:
        _say_recording(out, added)
    out.document(
        {
            "witness": added.id,
            "form": added.form.value,
            "format": added.format,
            "key_id": added.key_id,
            "items": len(added.items),
            "same": [list(pair) for pair in added.same],
            "addresses": len(added.addresses),
            "stamped_at": added.stamped_at.isoformat() if added.stamped_at else None,
            "differing": added.differing,
            "unread": added.unread,
        }
    )


def _say_dossier(out: Out, added: Witness) -> None:
    out.say("cli.witness.done", items=len(added.items), same=len(added.same))
    out.say("cli.witness.key", key=added.key_id)
    no_time = out.words("cli.stamp.no-time")
    out.say(
        "cli.witness.stamped", time=local_time(added.stamped_at) if added.stamped_at else no_time
    )


def _say_recording(out: Out, added: Witness) -> None:
    out.say(
        "cli.witness.recording-done",
        format=added.format.upper(),
        addresses=len(added.addresses),
        same=len(added.same),
    )
    out.say("cli.witness.recording-unsigned")
    if added.differing is None:
        out.say("cli.witness.not-hashed")
    elif added.differing:
        out.warn("cli.witness.differing", count=added.differing)
