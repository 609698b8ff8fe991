"""Tries to come into a shared vault: counted for each name, and as slow for a name nobody has."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from benban.errors import (
    BenbanError,
    DiskFailedError,
    DiskFullError,
    KdfParametersError,
    VaultDamagedError,
    WrongPassphraseError,
)
from benban.vault.disk import Disk
from benban.vault.kdf import derive_key
from benban.vault.keys import KeyRefusedError, unwrap_key
from benban.vault.layout import VaultFolder
from benban.vault.plain_files import Slot, SlotKind, read_slot
from benban.vault.ports import Sleep
from benban.vault.unlocking import Attempts, Unlocked, slot_files, wait_after

# Trying a passphrase takes 256 MiB: twenty people at nine in the morning must not take them all.
_AT_ONCE = 2
_MOST_UNKNOWN_NAMES = 4096
# Names that nobody has wait for each other, never for a colleague's.
_NOBODYS = ""


class Tries:
    """Counts failures under each name, and lets one try under a name at a time."""

    def __init__(self, folder: VaultFolder, disk: Disk, sleep: Sleep) -> None:
        self._folder = folder
        self._disk = disk
        self._sleep = sleep
        self._guard = threading.Lock()
        self._turns: dict[str, threading.Lock] = {}
        # In memory only: what was typed as a name may be a passphrase in the wrong field.
        self._unknown: OrderedDict[bytes, int] = OrderedDict()
        self._deriving = threading.BoundedSemaphore(_AT_ONCE)

    @contextmanager
    def one(self, name: str, user_id: str) -> Iterator[int]:
        """
        Give how many tries failed before, after the wait that these ask for.

        Args:
            name: as folded.
            user_id: of whom it is; empty for a name that nobody has.
        """
        with self._turn(user_id):
            path = self._folder.attempts_of(user_id) if user_id else None
            attempts = Attempts(self._folder, self._disk, self._sleep, path)
            failed = attempts.failed() if user_id else self._failed_under(name)
            wait_after(failed, self._sleep)
            try:
                yield failed
            except WrongPassphraseError:
                if user_id:
                    attempts.note_failure()
                else:
                    self._note_under(name)
                raise
            with suppress(DiskFullError, DiskFailedError):
                attempts.clear()

    def unlocked(
        self, name: str, user_id: str, secret: bytes, kind: SlotKind, vault_id: str
    ) -> Unlocked:
        """
        Return who *secret* lets in by the slots of one person.

        Raises:
            WrongPassphraseError: BB-403.
            VaultDamagedError: BB-406, their slot is damaged.
            KdfParametersError: BB-408, their slot asks for too much.
        """
        own, others, problem = self._slots(user_id, kind)
        with self._deriving:
            if not own and others:
                # How long an answer takes must not say whether a name is known.
                digest = hashlib.sha256(f"{vault_id}/{name}".encode()).digest()
                derive_key(secret, others[digest[0] % len(others)].kdf)
            for slot in own:
                kek = derive_key(secret, slot.kdf)
                with suppress(KeyRefusedError):
                    key = unwrap_key(kek, slot.nonce, slot.ciphertext, slot.bound(vault_id))
                    return Unlocked(user_id=user_id, slot_id=slot.slot_id, private_key=key)
        if user_id and not own and problem is not None:
            raise problem
        raise WrongPassphraseError

    def _slots(
        self, user_id: str, kind: SlotKind
    ) -> tuple[list[Slot], list[Slot], BenbanError | None]:
        own: list[Slot] = []
        others: list[Slot] = []
        problem: BenbanError | None = None
        for path in slot_files(self._folder):
            try:
                slot = read_slot(path)
            except (VaultDamagedError, KdfParametersError) as error:
                problem = error
                continue
            if slot.kind is kind:
                (own if user_id and slot.user_id == user_id else others).append(slot)
        return own, others, problem

    @contextmanager
    def _turn(self, user_id: str) -> Iterator[None]:
        with self._guard:
            turn = self._turns.setdefault(user_id or _NOBODYS, threading.Lock())
        with turn:
            yield

    def _failed_under(self, name: str) -> int:
        return self._unknown.get(_mark(name), 0)

    def _note_under(self, name: str) -> None:
        mark = _mark(name)
        self._unknown[mark] = self._unknown.pop(mark, 0) + 1
        if len(self._unknown) > _MOST_UNKNOWN_NAMES:
            self._unknown.popitem(last=False)


def _mark(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()
