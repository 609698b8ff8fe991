"""The ways in: make, try and replace slots; wait longer after each failure."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benban.errors import (
    BenbanError,
    DiskFailedError,
    DiskFullError,
    KdfParametersError,
    VaultDamagedError,
    WrongPassphraseError,
)
from benban.vault.disk import Disk
from benban.vault.index import Index
from benban.vault.kdf import SALT_BYTES, KdfCost, KdfParameters, derive_key, passphrase_bytes
from benban.vault.keys import NONCE_BYTES, KeyRefusedError, unwrap_key, wrap_key
from benban.vault.layout import VaultFolder
from benban.vault.plain_files import Slot, SlotKind, read_slot
from benban.vault.recovery import recovery_secret

_ID_BYTES = 8
# The first slips of the hand cost nothing; the seventh and later ones cost half a minute.
_FREE_ATTEMPTS = 2
_LONGEST_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlocked:
    """Who came in, and through which slot."""

    user_id: str
    slot_id: str
    private_key: bytes


def fresh_id() -> str:
    """Return 16 random hex digits for a slot or a user."""
    return secrets.token_hex(_ID_BYTES)


def make_slot(
    secret: bytes,
    kind: SlotKind,
    *,
    slot_id: str,
    user_id: str,
    private_key: bytes,
    vault_id: str,
    cost: KdfCost,
) -> Slot:
    """Return a slot that *secret* opens, with a fresh salt and nonce."""
    parameters = KdfParameters(
        memory_kib=cost.memory_kib,
        passes=cost.passes,
        lanes=cost.lanes,
        salt=secrets.token_bytes(SALT_BYTES),
    )
    nonce = secrets.token_bytes(NONCE_BYTES)
    empty = Slot(
        slot_id=slot_id, kind=kind, user_id=user_id, kdf=parameters, nonce=nonce, ciphertext=b""
    )
    kek = derive_key(secret, parameters)
    return Slot(
        slot_id=slot_id,
        kind=kind,
        user_id=user_id,
        kdf=parameters,
        nonce=nonce,
        ciphertext=wrap_key(kek, nonce, private_key, empty.bound(vault_id)),
    )


def write_slot(folder: VaultFolder, slot: Slot, index: Index, disk: Disk) -> None:
    """Put a slot in place: either the old file or the new one is there, and the index knows it."""
    data = slot.to_bytes()
    sha256 = hashlib.sha256(data).digest()
    index.announce_slot(slot.slot_id, slot.user_id, slot.kind, sha256)
    disk.replace_file(folder.slot(slot.slot_id), data, staging=folder.staging())
    index.settle_slot(slot.slot_id, sha256)


def settle_slots(folder: VaultFolder, index: Index) -> None:
    """Bring the index up to the slot files after an interruption."""
    for entry in index.slots():
        if entry.next_sha256 is None:
            continue
        try:
            found = hashlib.sha256(folder.slot(entry.slot_id).read_bytes()).digest()
        except OSError:
            found = b""
        if entry.is_file(found):
            index.settle_slot(entry.slot_id, found)
        elif entry.file_sha256 is None:
            index.drop_slot(entry.slot_id)


def secret_of(passphrase: str | None, recovery_code: str | None) -> tuple[bytes, SlotKind]:
    """
    Return the secret bytes of what was typed, and which kind of slot they open.

    Raises:
        PassphraseRefusedError: BB-404.
        RecoveryCodeMistypedError: BB-409.
        ValueError: neither was given; a mistake of the calling code.
    """
    if passphrase is not None:
        return passphrase_bytes(passphrase), SlotKind.PASSPHRASE
    if recovery_code is not None:
        return recovery_secret(recovery_code), SlotKind.RECOVERY
    raise ValueError("a passphrase or a recovery code")


def try_slots(
    folder: VaultFolder, secret: bytes, kind: SlotKind, vault_id: str, user_id: str = ""
) -> Unlocked:
    """
    Return who *secret* lets in.

    Args:
        folder: of the vault.
        secret: bytes.
        kind: of the slots to try.
        vault_id: of the vault.
        user_id: tries the slots of one person only; empty for everybody's.

    Raises:
        WrongPassphraseError: BB-403; the same for every reason that is not damage.
        VaultDamagedError: BB-406, nothing opened and a slot of this kind is damaged.
        KdfParametersError: BB-408, nothing opened and a slot asks for too much.
    """
    problem: BenbanError = WrongPassphraseError()
    for path in slot_files(folder):
        try:
            slot = read_slot(path)
        except (VaultDamagedError, KdfParametersError) as error:
            problem = error
            continue
        if slot.kind is not kind or user_id not in {"", slot.user_id}:
            continue
        kek = derive_key(secret, slot.kdf)
        try:
            key = unwrap_key(kek, slot.nonce, slot.ciphertext, slot.bound(vault_id))
        except KeyRefusedError:
            continue
        return Unlocked(user_id=slot.user_id, slot_id=slot.slot_id, private_key=key)
    raise problem


def slot_files(folder: VaultFolder) -> Sequence[Path]:
    """Return the slot files in a fixed order."""
    return sorted(folder.slots.glob("*.json"))


def wait_of(failed: int) -> float:
    """Return the seconds that so many failures ask for: 0, 0, 1, 2, 4, 8, 16, then 30."""
    beyond = failed - _FREE_ATTEMPTS
    return min(_LONGEST_S, float(2 ** min(beyond, 5))) if beyond >= 0 else 0.0


class Attempts:
    """
    Failed unlocks since the last success, in a file of their own.

    It slows down a person at the keyboard of this program; whoever has the files tries elsewhere.
    """

    def __init__(
        self,
        folder: VaultFolder,
        disk: Disk,
        sleep: Callable[[float], None],
        path: Path | None = None,
    ) -> None:
        """
        Keep where they are counted.

        Args:
            folder: of the vault.
            disk: of the program.
            sleep: waits so many seconds.
            path: of one person's in a shared vault.
        """
        self._folder = folder
        self._path = path or folder.attempts
        self._disk = disk
        self._sleep = sleep

    def failed(self) -> int:
        """Return how many failed; anything unreadable counts as none."""
        try:
            text = self._path.read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError):
            return 0
        return int(text) if text.isdecimal() and len(text) <= 6 else 0  # noqa: PLR2004 - digits

    def wait(self) -> None:
        """Sleep as long as the failures so far ask for: 0, 0, 1, 2, 4, 8, 16, then 30 s."""
        if seconds := wait_of(self.failed()):
            self._sleep(seconds)

    def note_failure(self) -> None:
        """Count one more; a disk that takes nothing is no reason to say anything else."""
        count = str(self.failed() + 1).encode()
        try:
            self._disk.make_folder(self._folder.tmp)
            self._disk.make_folder(self._path.parent)
            self._disk.replace_file(self._path, count, staging=self._folder.staging())
        except (DiskFullError, DiskFailedError):
            return

    def clear(self) -> None:
        """Start from nothing after a success."""
        self._disk.unlink(self._path)
