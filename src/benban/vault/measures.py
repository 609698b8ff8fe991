"""What protects a vault, seen from outside its cases: none is opened, no name is read."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from benban.errors import BenbanError
from benban.model.ids import CaseId
from benban.vault.backup import BACKED_UP_AT
from benban.vault.index import CaseState
from benban.vault.kdf import FLOOR_MEMORY_KIB, KdfParameters
from benban.vault.layout import VAULT_KEY, VaultFolder
from benban.vault.plain_files import SlotKind, read_sealed_key, read_slot
from benban.vault.vault import Vault

# https://www.sqlite.org/fileformat2.html section 1.3.1: how a database begins that anybody reads.
_PLAIN = b"SQLite format 3\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultMeasures:
    """
    What was seen.

    Attributes:
        is_encrypted: the index does not begin as a plain database does.
        cases: that are whole.
        keyed: of them, those with a key of their own that the index commits to once.
        memory_kib, passes: of the cheapest passphrase; 0 where no slot could be read.
        is_dear: not below the floor.
        backed_up_at: when this program last made a copy; None when never.
        wrong_tries: before an opening, all together.
    """

    is_encrypted: bool
    cases: int
    keyed: int
    memory_kib: int
    passes: int
    is_dear: bool
    backed_up_at: datetime | None
    wrong_tries: int


def measures_of(vault: Vault) -> VaultMeasures:
    """Return what protects an open vault, as it lies there now."""
    entered = vault.entered
    live = [one for one in entered.index.cases() if one.state is CaseState.LIVE]
    held = {case_id for _, case_id in keys_held(vault)}
    commitments = [one.key_commitment for one in live]
    costs = _costs(entered.folder)
    memory_kib, passes = min(((one.memory_kib, one.passes) for one in costs), default=(0, 0))
    said = entered.index.setting(BACKED_UP_AT)
    with entered.folder.index.open("rb") as file:
        is_plain = file.read(len(_PLAIN)) == _PLAIN
    return VaultMeasures(
        is_encrypted=not is_plain,
        cases=len(live),
        keyed=sum(
            one.case_id in held and commitments.count(one.key_commitment) == 1 for one in live
        ),
        memory_kib=memory_kib,
        passes=passes,
        is_dear=memory_kib >= FLOOR_MEMORY_KIB,
        backed_up_at=datetime.fromisoformat(said.decode()) if said else None,
        wrong_tries=sum(count for _, count in vault.failed_unlocks()),
    )


def keys_held(vault: Vault) -> tuple[tuple[str, CaseId], ...]:
    """Return who holds the key of which case, by user id: the names of files; none is opened."""
    folder = vault.entered.folder
    found = []
    for path in sorted(folder.keys.glob("*.json")):
        # A damaged one opens nothing; the check of the vault names it.
        with suppress(BenbanError):
            file = read_sealed_key(path)
            if file.name != VAULT_KEY:
                found.append((file.user_id, CaseId(file.name)))
    live = {one.case_id for one in vault.entered.index.cases() if one.state is CaseState.LIVE}
    return tuple(one for one in found if one[1] in live)


def _costs(folder: VaultFolder) -> list[KdfParameters]:
    found = []
    for path in sorted(folder.slots.glob("*.json")):
        with suppress(BenbanError):
            slot = read_slot(path)
            if slot.kind is SlotKind.PASSPHRASE:
                found.append(slot.kdf)
    return found
