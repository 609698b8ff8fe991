"""Tries to come into a shared vault: counted for each name, and as slow for a name nobody has."""

import hashlib
import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from benban.errors import (
    BenbanError,
    KdfParametersError,
    TriedTooSoonError,
    VaultDamagedError,
    WrongPassphraseError,
)
from benban.vault.kdf import derive_key
from benban.vault.keys import KeyRefusedError, unwrap_key
from benban.vault.layout import VaultFolder
from benban.vault.plain_files import Slot, SlotKind, read_slot
from benban.vault.unlocking import Unlocked, slot_files, wait_of

# Trying a passphrase takes 256 MiB: twenty people at nine in the morning must not take them all.
_AT_ONCE = 2
_MOST_NAMES = 4096


@dataclass(slots=True)
class _Turn:
    """One try under a name at a time; gone when nobody waits for it."""

    lock: threading.Lock
    users: int = 0


class Tries:
    """
    Counts failures under each name, and lets one try under a name at a time.

    A name that nobody has is treated as one that somebody has, in every respect: counted in the
    same place, forgotten for the same reason, refused in the same words. All of it is in memory
    only: what was typed as a name may be a passphrase in the wrong field.
    """

    def __init__(self, folder: VaultFolder, elapsed: Callable[[], float]) -> None:
        self._folder = folder
        self._elapsed = elapsed
        self._guard = threading.Lock()
        self._turns: dict[bytes, _Turn] = {}
        # How many failed, and when the last one did.
        self._failed: OrderedDict[bytes, tuple[int, float]] = OrderedDict()
        self._deriving = threading.BoundedSemaphore(_AT_ONCE)

    @contextmanager
    def one(self, name: str) -> Iterator[int]:
        """
        Give how many tries failed before, when the wait that these ask for is over.

        Nobody sleeps here: who comes too soon is refused at once, and that costs nothing.

        Args:
            name: as folded.

        Raises:
            TriedTooSoonError: BB-471.
        """
        mark = hashlib.sha256(name.encode()).digest()
        with self._turn(mark):
            failed, last = self._failed.get(mark, (0, 0.0))
            left = wait_of(failed) - (self._elapsed() - last)
            if failed and left > 0:
                raise TriedTooSoonError(seconds=math.ceil(left))
            try:
                yield failed
            except WrongPassphraseError:
                self._note(mark, failed + 1)
                raise
            with self._guard:
                self._failed.pop(mark, None)

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
    def _turn(self, mark: bytes) -> Iterator[None]:
        with self._guard:
            turn = self._turns.setdefault(mark, _Turn(threading.Lock()))
            turn.users += 1
        try:
            with turn.lock:
                yield
        finally:
            with self._guard:
                turn.users -= 1
                if not turn.users:
                    del self._turns[mark]

    def _note(self, mark: bytes, failed: int) -> None:
        with self._guard:
            self._failed[mark] = (failed, self._elapsed())
            self._failed.move_to_end(mark)
            if len(self._failed) > _MOST_NAMES:
                self._failed.popitem(last=False)
