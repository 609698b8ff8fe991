"""A vault that several people share: one folder, one program, everybody with keys of their own."""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Self

from benban.errors import (
    BenbanError,
    DiskFailedError,
    DiskFullError,
    VaultDamagedError,
    VaultNotSharedError,
    WrongPassphraseError,
)
from benban.model.clock import Clock
from benban.model.people import Person
from benban.vault.audit import Audit
from benban.vault.disk import Disk, Step, no_listener
from benban.vault.entering import Entered, enter, locked, sweep
from benban.vault.inside import Inside
from benban.vault.kdf import KdfCost, calibrated_cost, passphrase_bytes
from benban.vault.layout import VaultFolder
from benban.vault.letting_in import (
    accept,
    new_keys,
    require_active,
    require_invited,
    require_slot,
    write_names,
)
from benban.vault.making import make_vault
from benban.vault.names import folded, proper_name
from benban.vault.people import Known, read_names
from benban.vault.plain_files import Header, SlotKind, read_header
from benban.vault.ports import (
    FileLock,
    Platform,
    RollbackCounter,
    Workplace,
    nothing_known,
)
from benban.vault.recovery import RecoveryCode, recovery_secret
from benban.vault.tries import Tries
from benban.vault.unlocking import Unlocked, secret_of, try_slots
from benban.vault.vault import BALLAST_BYTES, Vault

_NOBODY = Known(user_id="", invitation="")


class _Leaving:
    """Stands for the lock of the folder in one person's vault: leaving lets the person go only."""

    def __init__(self, inside: Inside, disk: Disk, place: VaultFolder) -> None:
        self._inside = inside
        self._disk = disk
        self._place = place

    def release(self) -> None:
        """Remove the person's own room below ``tmp/``; the last one closes the databases."""
        with suppress(DiskFullError, DiskFailedError):
            self._disk.remove_folder(self._place.tmp)
        self._inside.left(self._place.room)


class SharedVault:
    """
    The folder of a shared vault, held; nobody is in until they enter.

    Made by :meth:`create` and :meth:`hold`. Use it in a with-statement.
    """

    def __init__(
        self,
        place: VaultFolder,
        header: Header,
        *,
        disk: Disk,
        clock: Clock,
        lock: FileLock,
        elapsed: Callable[[], float],
        counter: RollbackCounter | None,
        workplace: Workplace,
    ) -> None:
        self._place = place
        self._header = header
        self._disk = disk
        self._clock = clock
        self._lock = lock
        self._counter = counter
        self._workplace = workplace
        self._inside = Inside(place, disk)
        self._tries = Tries(place, elapsed)
        self._is_closed = False

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        name: str,
        passphrase: str,
        cost: KdfCost,
        clock: Clock,
        platform: Platform,
        elapsed: Callable[[], float] = time.monotonic,
        ballast_bytes: int = BALLAST_BYTES,
        workplace: Workplace = nothing_known,
        on_step: Callable[[Step], None] = no_listener,
    ) -> "tuple[SharedVault, Vault, RecoveryCode]":
        """
        Make a shared vault and return it held, with its first administrator in.

        Args:
            folder: empty or not there yet.
            name: of the first administrator.
            passphrase: of the first administrator.
            cost: what trying a passphrase costs.
            clock: of the program.
            platform: of this system.
            elapsed: seconds that only go up, for the waits after failures.
            ballast_bytes: random bytes kept so that a delete goes through on a full disk.
            workplace: device and programs, for the records of what is kept.
            on_step: told before each step on the disk; for tests.

        Raises:
            VaultFolderTakenError: BB-402.
            PassphraseRefusedError: BB-404.
            NameRefusedError: BB-463.
            DiskFullError: BB-410; nothing is left behind.
        """
        first = proper_name(name)
        unlocked, code = make_vault(
            folder,
            passphrase=passphrase,
            cost=cost,
            clock=clock,
            disk=Disk(platform, on_step),
            ballast_bytes=ballast_bytes,
            first=first,
        )
        shared = cls.hold(
            folder,
            clock=clock,
            platform=platform,
            elapsed=elapsed,
            workplace=workplace,
            on_step=on_step,
        )
        try:
            return shared, shared.come_in(unlocked, first), code
        except BaseException:
            shared.close()
            raise

    @classmethod
    def hold(
        cls,
        folder: Path,
        *,
        clock: Clock,
        platform: Platform,
        elapsed: Callable[[], float] = time.monotonic,
        counter: RollbackCounter | None = None,
        workplace: Workplace = nothing_known,
        on_step: Callable[[Step], None] = no_listener,
    ) -> "SharedVault":
        """
        Take the lock of a shared vault; nobody is in.

        Raises:
            VaultMissingError: BB-401.
            VaultTooNewError: BB-405; nothing was read or written.
            VaultNotSharedError: BB-462.
            VaultInUseError: BB-407.
        """
        header = read_header(folder)
        if not header.is_shared:
            raise VaultNotSharedError
        disk, place = Disk(platform, on_step), VaultFolder(folder)
        with locked(place, platform, disk) as lock:
            platform.forbid_core_dumps()
            sweep(place, disk)
            return cls(
                place,
                header,
                disk=disk,
                clock=clock,
                lock=lock,
                elapsed=elapsed,
                counter=counter,
                workplace=workplace,
            )

    @staticmethod
    def lies_in(folder: Path) -> bool:
        """Return whether a folder holds a shared vault."""
        try:
            return read_header(folder).is_shared
        except BenbanError:
            return False

    def enter(
        self, name: str, *, passphrase: str | None = None, recovery_code: str | None = None
    ) -> Vault:
        """
        Return the vault of a person, with their keys.

        Args:
            name: as typed.
            passphrase: None when a code is given.
            recovery_code: of the person's own sheet, as typed.

        Raises:
            WrongPassphraseError: BB-403, in the same words and at the same cost for a name that
                nobody has.
            TriedTooSoonError: BB-471, likewise; nothing was tried.
            VaultDamagedError: BB-406.
            RecoveryCodeMistypedError: BB-409.
            MemoryShortError: BB-415.
        """
        secret, kind = secret_of(passphrase, recovery_code)
        vault_id = self._header.vault_id
        try:
            known = self._known(name)
        except VaultDamagedError:
            # The list of names can be lost without a key being lost; the index has them all.
            with self._tries.one(folded(name)) as failed:
                unlocked = try_slots(self._place, secret, kind, vault_id)
                return self.come_in(unlocked, name, failed=failed)
        with self._tries.one(folded(name)) as failed:
            unlocked = self._tries.unlocked(folded(name), known.user_id, secret, kind, vault_id)
            return self.come_in(unlocked, name, failed=failed)

    def accept(
        self, name: str, code: str, passphrase: str, cost: KdfCost | None = None
    ) -> tuple[Vault, RecoveryCode]:
        """
        Return the vault of somebody who comes in for the first time, and their recovery code.

        Args:
            name: as typed.
            code: of the invitation; it opens nothing any more afterwards.
            passphrase: chosen now.
            cost: None takes what this computer bears.

        Raises:
            WrongPassphraseError: BB-403, for every reason; also when the folder is let go.
            TriedTooSoonError: BB-471; nothing was tried.
            PassphraseRefusedError: BB-404; the code still works.
            RecoveryCodeMistypedError: BB-409.
            DiskFullError: BB-410; the code still works.
        """
        chosen, secret = passphrase_bytes(passphrase), recovery_secret(code)
        borne = calibrated_cost(self._clock) if cost is None else cost
        known, vault_id = self._known(name), self._header.vault_id
        with self._tries.one(folded(name)) as failed:
            unlocked = self._tries.unlocked(
                folded(name), known.invitation, secret, SlotKind.RECOVERY, vault_id
            )
            with self._as_invited(unlocked, name) as (_, person):
                user_id = person.user_id
            # Seconds long: meanwhile everybody else goes on.
            keys = new_keys(vault_id, user_id, borne, chosen)
            with self._inside.lock:
                # Asked again: the code may have worked, or been taken back, in between.
                with self._as_invited(unlocked, name) as (entered, person):
                    if person.user_id != user_id:
                        raise WrongPassphraseError
                    new = accept(entered, person, keys)
                return self.come_in(new, name, failed=failed), keys.code

    def close(self) -> None:
        """Let everybody out, forget what is in memory, let the lock go."""
        with self._inside.lock:
            if self._is_closed:
                return
            self._is_closed = True
            for vault in tuple(self._inside.vaults):
                vault.close()
            try:
                with suppress(DiskFullError, DiskFailedError):
                    sweep(self._place, self._disk)
            finally:
                self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    # --- coming in ------------------------------------------------------------------------

    def _known(self, name: str) -> Known:
        return read_names(self._place.people).get(folded(name), _NOBODY)

    def _entered(self, unlocked: Unlocked) -> Entered:
        room = f"in-{secrets.token_hex(8)}"
        place = replace(self._place, room=room)
        try:
            return enter(
                place,
                unlocked,
                disk=self._disk,
                clock=self._clock,
                lock=_Leaving(self._inside, self._disk, place),
                counter=self._counter,
                among=self._inside,
            )
        except BaseException:
            self._inside.left("")
            raise

    @contextmanager
    def _as_invited(self, unlocked: Unlocked, name: str) -> Iterator[tuple[Entered, Person]]:
        """Give the vault through an invitation that stands, and who was invited; locked."""
        with self._inside.lock:
            if self._is_closed:
                # Whoever holds the folder now is somebody else; the code still works.
                raise WrongPassphraseError
            if not self._place.slot(unlocked.slot_id).is_file():
                # Taken back while the code was tried: its key is gone too, and no damage.
                raise WrongPassphraseError
            entered = self._entered(unlocked)
            try:
                require_slot(entered)
                yield entered, require_invited(entered, name)
            finally:
                entered.leave()

    def come_in(self, unlocked: Unlocked, name: str, *, failed: int = 0) -> Vault:
        """Return the vault of somebody whose key is known; for this room only."""
        with self._inside.lock:
            if self._is_closed:
                raise WrongPassphraseError
            entered = self._entered(unlocked)
            try:
                require_slot(entered)
                # Before anything is refused: whoever shows a key has the list put right.
                write_names(entered)
                person = require_active(entered, name)
                audit = self._audit(entered, person)
                # Whoever reads who saw what sees that somebody tried, and how often.
                audit.note(f"people/entered/{failed}")
            except BaseException:
                entered.leave()
                raise
            vault = Vault(entered, self._workplace, person=person, inside=self._inside, audit=audit)
            self._inside.vaults.append(vault)
            try:
                vault.finish_interrupted()
            except BaseException:
                # Nobody would hold what stays listed.
                vault.close()
                raise
            return vault

    def _audit(self, entered: Entered, person: Person) -> Audit:
        database = self._inside.audit(entered.vault_key())
        return Audit(database, vault_id=entered.vault_id, clock=self._clock, person=person)
