"""``benban entrust``: seal the case for a key compared by voice, then keep nothing here."""

from pathlib import Path
from typing import Any

import click

from benban.casework.destroy_case import plan_destroying
from benban.casework.entrust import entrust as seal_and_destroy
from benban.casework.hand_over import require_voice_code
from benban.cli.files import new_file, require_outside
from benban.cli.options import common_options, is_interactive, read_text, vault_folder
from benban.cli.questions import ask_needed, ask_yes, confirm, tell
from benban.cli.sealing import recipient, sealing_options, tell_left_behind
from benban.cli.session import find_case, opened_vault, take_out, take_vault_options
from benban.cli.words import Words
from benban.errors import UsageError, VoiceCodeError
from benban.model.allegation import SealedAllegation
from benban.model.ids import CaseId
from benban.wiring_case import CaseStore, Vault


def build(words: Words) -> click.Command:
    """Return the command in the person's language."""

    @click.command("entrust", help=words("cli.entrust.help"))
    @click.argument("case")
    @click.option("--heard", help=words("cli.entrust.o.heard"))
    @click.option(
        "--destroy", type=click.Choice(["yes", "no"]), help=words("cli.entrust.o.destroy")
    )
    @click.option(
        "--allegations",
        type=click.Choice(["yes", "no"]),
        help=words("cli.entrust.o.allegations"),
    )
    @common_options(words)
    def entrust(case: str, key_file: Path, file: Path, **given: Any) -> None:
        options = take_vault_options(given)
        out = take_out(words, given)
        to = recipient(words, key_file, given["disclosure"])
        require_outside(vault_folder(options.vault), file)
        require_voice_code(to.key, _heard(words, given["heard"]))
        with opened_vault(words, options) as vault:
            case_id = find_case(vault, case).id
            tell_left_behind(words, vault, case_id, "cli.entrust.spoken")
            _tell_shared(words, vault, case_id)
            if not _agreed(words, given["destroy"]):
                out.say("cli.entrust.not-done")
                out.document({"destroyed": False})
                return
            with vault.open_case(case_id) as store:
                handed = seal_and_destroy(
                    vault,
                    store,
                    to,
                    write=lambda: new_file(file),
                    read=lambda: file.open("rb"),
                    with_allegations=_includes(words, store, given["allegations"]),
                )
        out.say("cli.entrust.done", file=str(file))
        out.say("cli.entrust.limits")
        out.document({"destroyed": True, "file": str(file), "sha256": handed.sha256})

    entrust.params[1:1] = sealing_options(words)
    return entrust


def _tell_shared(words: Words, vault: Vault, case_id: CaseId) -> None:
    """Say that the way back of shared hashes leaves with the case; nothing where none is shared."""
    with vault.open_case(case_id) as store:
        if plan_destroying(store).shared_hashes:
            tell(words("cli.entrust.shared", case=case_id))


def _heard(words: Words, source: str | None) -> str:
    """Return what the other side read aloud: typed, or from a file; never shown beforehand."""
    if source is not None:
        return read_text(source)
    if not is_interactive():
        raise VoiceCodeError
    tell(words("cli.entrust.call"))
    return ask_needed(words("cli.entrust.ask-heard"))


def _includes(words: Words, store: CaseStore, said: str | None) -> bool:
    """
    Return whether the allegations go along: what does not, is gone for good.

    Raises:
        UsageError: BB-001, there are some, nothing was said, and nobody can be asked.
    """
    if not store.all(SealedAllegation):
        return False
    if said is None and not is_interactive():
        raise UsageError(reason=words("cli.entrust.o.allegations"))
    return ask_yes(words, "cli.entrust.ask-allegations", said)


def _agreed(words: Words, said: str | None) -> bool:
    if said is not None:
        return said == "yes"
    return is_interactive() and confirm(words, words("cli.entrust.ask"))
