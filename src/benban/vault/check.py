"""
Name every damaged, missing, swapped or extra part of a vault; change nothing.

The names of checks are stable; ``subject`` is the part. What an interruption leaves between two
openings (a head that lags, a file that still has to go) is no damage.
"""

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeAlias

from benban.errors import BenbanError, CaseMissingError, VaultDamagedError
from benban.model.custody import Receipt
from benban.model.ids import CaseId
from benban.model.report import Check, CheckResult, Report
from benban.seal.digests import digest_bytes
from benban.seal.merkle import tree_root
from benban.seal.note import key_id
from benban.vault.audit import PART as AUDIT_PART
from benban.vault.check_case import DROPPINGS, CheckedCase, check_case
from benban.vault.entering import Entered
from benban.vault.index import CaseState, SlotEntry
from benban.vault.keys import KeyUse, subkey
from benban.vault.layout import VAULT_KEY, VaultFolder
from benban.vault.people import PART as PEOPLE_PART
from benban.vault.people import People
from benban.vault.plain_files import HEADER_NAME, read_header, read_slot
from benban.vault.reporting import (
    EXTRA,
    MISSING,
    NOT_COMPARED,
    NOT_OPENED,
    failed,
    not_done,
    passed,
)
from benban.vault.sharing import sound_holders
from benban.vault.unlocking import slot_files
from benban.vault.vault import Vault
from benban.vault.watching import Watch, unwatched

_Seen: TypeAlias = tuple[tuple[Check, ...], CheckedCase | None]
_NAMED = frozenset(
    {
        HEADER_NAME,
        "slots",
        "keys",
        "index.db",
        "index.db-wal",
        "index.db-shm",
        "cases",
        "tmp",
        "ballast.bin",
        "attempts",
        "LOCK",
    }
)
_NAMED_SHARED = _NAMED | {PEOPLE_PART, *(f"{AUDIT_PART}{end}" for end in ("", "-wal", "-shm"))}


def check_vault(
    vault: Vault,
    *,
    read: bool = False,
    receipt: Receipt | None = None,
    watch: Watch = unwatched,
) -> Report:
    """
    Return what is whole, damaged, missing, swapped or extra.

    In a shared vault a person's own cases are looked into; of the others their key files only.
    Others may write meanwhile: what looks wrong is looked at again while nobody does.

    Args:
        vault: open; cases may be open too.
        read: decrypt every content and compare its SHA-256; else its size and place only.
        receipt: of one case; shows whether the vault was put back to before it was given.
        watch: told of each piece of a case that was read, and before each case.
    """
    entered = vault.entered
    checks = list(_settled(vault, lambda _again: (_parts(vault), None))[0])
    known: list[CheckedCase] = []
    for case_id in vault.case_ids():
        watch(0, 0)
        look = partial(_case, vault, case_id, read=read, watch=watch)
        case_checks, checked = _settled(vault, look)
        checks += case_checks
        known += [checked] if checked is not None else []
    checks += _settled(vault, lambda _again: (tuple(_extra(entered.folder, vault)), None))[0]
    checks.append(_rollback(known, receipt))
    checks.append(_counter(entered))
    return Report(checks=tuple(checks))


def _settled(vault: Vault, look: Callable[[frozenset[str] | None], _Seen]) -> _Seen:
    """Return what a look finds; once more while nobody writes, if something looks wrong."""
    seen = look(None)
    wrong = frozenset(one.subject for one in seen[0] if one.result is CheckResult.FAIL)
    if not wrong:
        return seen
    # An act that another thread ends between two of our reads looks like damage. Everybody waits
    # for this look: of the contents it reads what was wrong alone.
    with vault.writers_held(is_copied=False):
        return look(wrong)


def _parts(vault: Vault) -> tuple[Check, ...]:
    entered = vault.entered
    return (
        _header(entered),
        *_slots(entered),
        _vault_key(entered),
        *_database(entered),
        *_several(vault),
    )


def _header(entered: Entered) -> Check:
    # Its MAC was verified at the opening; here it must still be the same file.
    try:
        header = read_header(entered.folder.path)
    except BenbanError as error:
        return failed("vault.json", HEADER_NAME, error.detail)
    if header != entered.header:
        return failed("vault.json", HEADER_NAME, "changed since the vault was opened")
    return passed("vault.json", HEADER_NAME)


def _slots(entered: Entered) -> Iterator[Check]:
    files = {path.stem: path for path in slot_files(entered.folder)}
    for entry in entered.index.slots():
        yield _slot(entry, files.pop(entry.slot_id, None))
    for path in files.values():
        yield failed("extra", f"slots/{path.name}", "the index does not know it", EXTRA)


def _slot(entry: SlotEntry, path: Path | None) -> Check:
    name = f"slots/{entry.slot_id}.json"
    if path is None:
        return failed("slot", name, "missing", MISSING)
    try:
        read_slot(path)
        is_known = entry.is_file(hashlib.sha256(path.read_bytes()).digest())
    except (BenbanError, OSError) as error:
        return failed("slot", name, str(getattr(error, "detail", "unreadable")))
    if not is_known:
        return failed("slot", name, "not the file that the index commits to")
    return passed("slot", name)


def _vault_key(entered: Entered) -> Check:
    name = f"keys/{VAULT_KEY}.{entered.unlocked.user_id}.json"
    try:
        entered.check_vault_key()
    except VaultDamagedError as error:
        return failed("key", name, error.detail)
    return passed("key", name)


def _database(entered: Entered) -> Iterator[Check]:
    problems = entered.index.database.problems()
    for problem in problems:
        yield failed("database", "index.db", problem)
    if not problems:
        yield passed("database", "index.db")


def _case(
    vault: Vault, case_id: CaseId, again: frozenset[str] | None, *, read: bool, watch: Watch
) -> _Seen:
    try:
        entry = vault.case_entry(case_id)
    except CaseMissingError:
        # Destroyed, or taken from this person, since the check began.
        return (), None
    key_name = vault.entered.folder.key(case_id, vault.entered.unlocked.user_id).name
    try:
        places = vault.case_places(entry)
    except VaultDamagedError as error:
        return (failed("key", f"keys/{key_name}", error.detail),), None
    checks, checked = check_case(places, entry, read=read, watch=watch, again=again)
    return (passed("key", f"keys/{key_name}"), *checks), checked


def _several(vault: Vault) -> Iterator[Check]:
    """Return what is wrong with what only a shared vault has."""
    entered, people = vault.entered, vault.entered.people
    if people is None:
        return
    wanted = people.names_file(entered.vault_id, subkey(entered.vault_key(), KeyUse.PEOPLE))
    try:
        is_same = entered.folder.people.read_bytes() == wanted
    except OSError:
        is_same = False
    if is_same:
        yield passed("people", PEOPLE_PART)
    else:
        yield failed("people", PEOPLE_PART, "not the names that the index has")
    if vault.audit is not None:
        yield from vault.audit.check()
    yield from _keys_of_colleagues(vault, people)


def _keys_of_colleagues(vault: Vault, people: People) -> Iterator[Check]:
    """Return which key files are what the index commits to; not what they open."""
    entered, own = vault.entered, set(vault.case_ids())
    others_wrong = 0
    for case_id in _live(vault):
        sound = set(sound_holders(entered, case_id))
        for user_id in people.holder_ids(case_id):
            if user_id in sound:
                continue
            if case_id in own:
                name = f"keys/{entered.folder.key(case_id, user_id).name}"
                yield failed("key", name, "missing, or not the file that the index commits to")
            else:
                # Who works on which case is told to nobody who is not in it.
                others_wrong += 1
    if others_wrong:
        yield failed("key", "keys", f"{others_wrong} of cases of colleagues are not as noted")
    if others := len(_live(vault) - own):
        yield not_done("cases", str(others), "cases of colleagues", NOT_OPENED)


def _live(vault: Vault) -> set[CaseId]:
    return {one.case_id for one in vault.entered.index.cases() if one.state is CaseState.LIVE}


def _extra(folder: VaultFolder, vault: Vault) -> Iterator[Check]:
    known_cases, people = _live(vault), vault.entered.people
    known_keys = {
        folder.key(name, user_id).name
        for name in (VAULT_KEY, *(known_cases if people is None else ()))
        for user_id in vault.entered.index.user_ids()
    }
    if people is not None:
        known_keys |= {f"{stem}.json" for stem in people.key_digests()}
    expected = (
        (folder.path, _NAMED if people is None else _NAMED_SHARED),
        (folder.keys, known_keys),
        (folder.cases, known_cases),
        (folder.slots, {path.name for path in slot_files(folder)}),
    )
    for place, names in expected:
        # A folder that is gone holds nothing extra: copying programs drop empty ones.
        for path in sorted(place.glob("*")):
            if path.name not in names and path.name not in DROPPINGS:
                shown = path.relative_to(folder.path).as_posix()
                yield failed("extra", shown, "the index does not know it", EXTRA)


def _rollback(known: list[CheckedCase], receipt: Receipt | None) -> Check:
    if receipt is None:
        return not_done("rollback", "", "no receipt to compare with", NOT_COMPARED)
    for case in known:
        if case.origin == receipt.origin:
            return _compared(case, receipt)
    return failed("rollback", receipt.origin, "no case of this vault has this log")


def _compared(case: CheckedCase, receipt: Receipt) -> Check:
    if key_id(case.public_key) != receipt.key_id:
        return failed("rollback", case.case_id, "another key")
    if len(case.leaves) < receipt.size:
        missing = receipt.size - len(case.leaves)
        return failed("rollback", case.case_id, f"{missing} entries fewer than the receipt shows")
    if tree_root(case.leaves[: receipt.size]) != digest_bytes(receipt.root):
        return failed("rollback", case.case_id, "other entries than the receipt shows")
    return passed("rollback", case.case_id)


def _counter(entered: Entered) -> Check:
    noted = entered.counter.read(entered.vault_id) if entered.counter is not None else None
    if noted is None:
        return not_done("counter", "", "no counter is kept outside", NOT_COMPARED)
    ours = entered.index.generation()
    if ours < noted:
        return failed("counter", "", f"{noted - ours} openings fewer than noted outside")
    return passed("counter", "")
