"""Open the vault and one case for the length of a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from benban.casework.catalogue_in_use import use_catalogue_of
from benban.casework.standing import live_permission
from benban.casework.withdraw_hash import recalled_of, watched_sharings
from benban.cli.options import read_secret, vault_folder
from benban.cli.out import Out
from benban.cli.questions import tell
from benban.cli.words import Words
from benban.errors import BenbanError, CaseMissingError, VaultMissingError
from benban.model.case import Case
from benban.model.exhibit import Exhibit, Original
from benban.model.ids import SharingId
from benban.model.remedy import Notice
from benban.model.sighting import Sighting
from benban.model.standing import StandingAct
from benban.wiring_case import (
    CaseStore,
    Vault,
    authorities,
    open_vault,
    system_clock,
)

Item = TypeVar("Item", Exhibit, Original, Sighting, Notice)


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultOptions:
    """What the common options said."""

    vault: Path | None
    passphrase_file: Path | None
    passphrase_fd: int | None


def take_vault_options(given: dict[str, Any]) -> VaultOptions:
    """Take the common vault options out of a command's keyword arguments."""
    return VaultOptions(
        vault=given.pop("vault"),
        passphrase_file=given.pop("passphrase_file"),
        passphrase_fd=given.pop("passphrase_fd"),
    )


def take_out(words: Words, given: dict[str, Any]) -> Out:
    """Take the output options out of a command's keyword arguments."""
    given.pop("language")
    return Out(words, is_json=given.pop("is_json"))


@contextmanager
def opened_vault(words: Words, options: VaultOptions) -> Iterator[Vault]:
    """Open the vault with the passphrase from where the options say; closed at the end."""
    folder = vault_folder(options.vault)
    if not folder.is_dir():
        # Said before a passphrase is asked for that could open nothing.
        raise VaultMissingError
    secret = read_secret(
        words,
        file=options.passphrase_file,
        descriptor=options.passphrase_fd,
        prompt_id="cli.ask.passphrase",
    )
    with open_vault(folder, passphrase=secret) as vault:
        use_catalogue_of(vault)
        yield vault


@contextmanager
def opened_case(
    words: Words, options: VaultOptions, case: str
) -> Iterator[tuple[Vault, CaseStore]]:
    """Open the vault and the case named by its id or the beginning of it; closed at the end."""
    with opened_vault(words, options) as vault:
        store = vault.open_case(find_case(vault, case).id)
        try:
            shared = watched_sharings(store)
            yield vault, store
            _tell_recalled(words, store, shared)
            _ask_again(words, vault, store)
        finally:
            store.close()


def _tell_recalled(words: Words, store: CaseStore, shared: frozenset[SharingId]) -> None:
    """Say which hashes were recalled with a picture, by whatever command, and what is to do."""
    recalled = recalled_of(store, shared)
    for one in recalled:
        tell(words("cli.share-hash.recalled", exchange=one.exchange_name, address=one.withdraw_at))
    if recalled:
        tell(words("cli.share-hash.seen"))
        tell(words("cli.share-hash.recalled.files", case=store.case.id))
        tell(words("cli.share-hash.say-so", case=store.case.id))


def _ask_again(words: Words, vault: Vault, store: CaseStore) -> None:
    """Ask for stamps that did not come, if the person gave standing permission for that."""
    if live_permission(store, StandingAct.STAMP, system_clock().now()) is None:
        return
    # Late: only a case with a permission pays for it.
    from benban.casework.retry import retry_if_permitted
    from benban.outside.revocation import HttpRevocationSource

    try:
        answered = retry_if_permitted(
            store, authorities(vault), system_clock(), lists=HttpRevocationSource()
        )
    except BenbanError as error:
        # What the person asked for is done; this came on top of it and must not undo that.
        tell(words(error.code, **error.params))
        return
    for token in answered:
        tell(words("cli.stamp.asked-again", authority=token.authority))


def find_one(store: CaseStore, kind: type[Item], text: str) -> Item:
    """
    Return the only value of *kind* whose id begins with *text*, with or without its first word.

    Raises:
        ExhibitMissingError: BB-104; NotStoredError: BB-412. None begins like that, or several.
    """
    found = [
        item
        for item in store.all(kind)
        if text and (item.id.startswith(text) or item.id.partition("-")[2].startswith(text))
    ]
    return found[0] if len(found) == 1 else store.get(kind, text)


def find_case(vault: Vault, text: str) -> Case:
    """
    Return the only case whose id begins with *text*.

    Raises:
        CaseMissingError: BB-103, none or several.
    """
    wanted = text if text.startswith("case-") else f"case-{text}"
    found = [case for case in vault.cases() if case.id.startswith(wanted)]
    if len(found) != 1:
        raise CaseMissingError
    return found[0]
