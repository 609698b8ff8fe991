"""The vault: one folder, one writer, nothing in the clear."""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Self

from benban.errors import (
    DiskFailedError,
    DiskFullError,
    VaultDamagedError,
    VaultSharedError,
    WrongPassphraseError,
)
from benban.model.case import Case
from benban.model.clock import Clock
from benban.model.exhibit import Original
from benban.model.ids import CaseId, Digest
from benban.model.people import Person
from benban.seal.note import key_id
from benban.vault.among_people import AmongPeople
from benban.vault.audit import Audit
from benban.vault.case_opening import (
    NewLog,
    finish_interrupted,
    make_case,
    open_case,
    open_case_database,
)
from benban.vault.case_store import CaseStore
from benban.vault.disk import Disk, Step, no_listener
from benban.vault.documents import Documents, T
from benban.vault.entering import Entered, enter, give_up_ballast, locked
from benban.vault.index import CaseEntry, CaseState
from benban.vault.inside import Inside
from benban.vault.kdf import KdfCost
from benban.vault.keys import commitment, fresh_key, user_public_key
from benban.vault.layout import VaultFolder
from benban.vault.making import make_vault
from benban.vault.open_cases import OpenCases
from benban.vault.plain_files import read_header
from benban.vault.ports import (
    Platform,
    RollbackCounter,
    Sleep,
    Workplace,
    nothing_known,
)
from benban.vault.recovery import RecoveryCode
from benban.vault.unlocking import Attempts, secret_of, try_slots
from benban.vault.writing import CasePlaces, OpenCase

# Enough for SQLite to write the pages of a delete and its log.
BALLAST_BYTES = 64 << 20


class Vault(AmongPeople):
    """
    An open vault; nobody else can open it until it is closed. Use it in a with-statement.

    Made by :meth:`create` and :meth:`open`; for one of several people by ``SharedVault.enter``.
    """

    def __init__(
        self,
        entered: Entered,
        workplace: Workplace = nothing_known,
        *,
        person: Person | None = None,
        inside: Inside | None = None,
        audit: Audit | None = None,
    ) -> None:
        self._entered = entered
        self._workplace = workplace
        self._folder = entered.folder
        self._disk = entered.disk
        self._clock = entered.clock
        self._index = entered.index
        self._person, self._inside, self._audit = person, inside, audit
        self._lock = threading.RLock() if inside is None else inside.lock
        self._open_cases = OpenCases() if inside is None else inside.cases
        self._mine: dict[CaseId, OpenCase] = {}
        self._stores_of: dict[CaseId, int] = {}
        self._is_closed = False

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        passphrase: str,
        cost: KdfCost,
        clock: Clock,
        platform: Platform,
        ballast_bytes: int = BALLAST_BYTES,
        workplace: Workplace = nothing_known,
        on_step: Callable[[Step], None] = no_listener,
    ) -> "tuple[Vault, RecoveryCode]":
        """
        Make a vault and return it open, with the code that opens it when the passphrase is lost.

        Args:
            folder: empty or not there yet.
            passphrase: anything but empty.
            cost: what trying a passphrase costs.
            clock: of the program.
            platform: of this system.
            ballast_bytes: random bytes kept so that a delete goes through on a full disk.
            workplace: device and programs, for the records of what is kept.
            on_step: told before each step on the disk; for tests.

        Raises:
            VaultFolderTakenError: BB-402.
            PassphraseRefusedError: BB-404.
            DiskFullError: BB-410; nothing is left behind.
        """
        disk = Disk(platform, on_step)
        unlocked, code = make_vault(
            folder,
            passphrase=passphrase,
            cost=cost,
            clock=clock,
            disk=disk,
            ballast_bytes=ballast_bytes,
        )
        place = VaultFolder(folder)
        with locked(place, platform, disk) as lock:
            entered = enter(place, unlocked, disk=disk, clock=clock, lock=lock)
            return cls(entered, workplace), code

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        passphrase: str | None = None,
        recovery_code: str | None = None,
        clock: Clock,
        platform: Platform,
        sleep: Sleep = time.sleep,
        counter: RollbackCounter | None = None,
        workplace: Workplace = nothing_known,
        on_step: Callable[[Step], None] = no_listener,
    ) -> "Vault":
        """
        Open a vault with a passphrase or a recovery code.

        Args:
            folder: of the vault.
            passphrase: None when a code is given.
            recovery_code: as typed; None when a passphrase is given.
            clock: of the program.
            platform: of this system.
            sleep: waits so many seconds after earlier failures.
            counter: a number kept outside that shows a rollback of the whole folder.
            workplace: device and programs, for the records of what is kept.
            on_step: told before each step on the disk; for tests.

        Raises:
            VaultMissingError: BB-401.
            WrongPassphraseError: BB-403, in the same words for both ways.
            VaultTooNewError: BB-405; nothing was read or written.
            VaultDamagedError: BB-406.
            VaultInUseError: BB-407.
            KdfParametersError: BB-408.
            RecoveryCodeMistypedError: BB-409.
            MemoryShortError: BB-415.
            VaultSharedError: BB-461, people enter it by name.
        """
        header = read_header(folder)
        if header.is_shared:
            raise VaultSharedError
        secret, kind = secret_of(passphrase, recovery_code)
        disk, place = Disk(platform, on_step), VaultFolder(folder)
        with locked(place, platform, disk) as lock:
            attempts = Attempts(place, disk, sleep)
            attempts.wait()
            try:
                unlocked = try_slots(place, secret, kind, header.vault_id)
            except WrongPassphraseError:
                attempts.note_failure()
                raise
            entered = enter(place, unlocked, disk=disk, clock=clock, lock=lock, counter=counter)
            if failed := attempts.failed():
                # On a full disk this waits for the next success: room is made inside only.
                with suppress(DiskFullError):
                    entered.index.note_unlock(failed, clock.now())
                    attempts.clear()
            vault = cls(entered, workplace)
            vault.finish_interrupted()
            return vault

    # --- cases ----------------------------------------------------------------------------

    def case_ids(self) -> tuple[CaseId, ...]:
        """Return the ids of all cases that this person has, oldest first, damaged ones too."""
        live = tuple(one.case_id for one in self._index.cases() if one.state is CaseState.LIVE)
        if self._entered.people is None:
            return live
        held = self._entered.people.held_by(self._entered.unlocked.user_id)
        return tuple(case_id for case_id in live if case_id in held)

    def cases(self) -> tuple[Case, ...]:
        """Return all cases that can be read, oldest first; :func:`check_vault` names the others."""
        found = [self._peek(case_id, Case) for case_id in self.case_ids()]
        return tuple(case for one in found for case in one)

    def keeps_log(self, origin: str, public_key: bytes) -> bool:
        """Return whether a case of this vault has this log or signs with this key."""
        return self._index.has_log(origin, commitment(public_key))

    def cases_with_original(self, sha256: Digest) -> tuple[CaseId, ...]:
        """Return the cases that hold this original (HARM 11: one photo serves one case)."""
        return tuple(
            case_id
            for case_id in self.case_ids()
            if any(one.sha256 == sha256 for one in self._peek(case_id, Original))
        )

    def create_case(self, case: Case) -> CaseStore:
        """
        Make a case and return it open; its first event is ``case opened``.

        Raises:
            RoleRefusedError: BB-460, has no cases.
            DiskFullError: BB-410; nothing is left behind.
        """
        with self._lock:
            self.require_cases()
            if self._index.case(case.id) is not None:
                raise ValueError("the id is taken")
            key, log = fresh_key(), NewLog()
            entry = CaseEntry(
                case_id=case.id,
                state=CaseState.CREATING,
                key_commitment=commitment(key),
                log_key_commitment=commitment(log.public_key),
                origin=log.origin,
            )
            try:
                self._index.announce_case(entry, self._clock.now())
                make_case(self._places(case.id, key), case, log)
                self._entered.write_case_key(case.id, key)
                self._index.settle_case(case.id)
            except Exception:
                with suppress(DiskFullError, DiskFailedError, VaultDamagedError):
                    self._entered.take_back_case(case.id)
                raise
            return self.open_case(case.id)

    def open_case(self, case_id: CaseId) -> CaseStore:
        """
        Open a case; several may hold it open at once.

        Raises:
            CaseMissingError: BB-103.
            VaultDamagedError: BB-406, its key, database or log is damaged or another case's.
        """
        with self._lock:
            if case_id not in self._mine:
                entry = self.case_entry(case_id)
                # With one's own key, also when a colleague has the case open already.
                places = self.case_places(entry)
                opened = self._open_cases.take(case_id, lambda: open_case(places, entry))
                self._mine[case_id], self._stores_of[case_id] = opened.beside(places), 0
            self._stores_of[case_id] += 1
            mine = self._mine[case_id]
            return CaseStore(mine, lambda: self._leave(case_id, mine))

    def shred_case(self, case_id: CaseId) -> None:
        """
        Destroy a case with its key; an interruption is finished at the next opening.

        Raises:
            CaseMissingError: BB-103.
        """
        with self._lock:
            self.case_entry(case_id)
            # Before anything goes: nobody who can write the disk destroys a case in silence.
            self._note("case/destroyed", case_id)
            self._open_cases.end(case_id)
            for vault in (self,) if self._inside is None else self._inside.vaults:
                vault.let_go(case_id)
            self._index.unsettle_case(case_id)
            self._entered.take_back_case(case_id)

    # --- room and order -------------------------------------------------------------------

    @contextmanager
    def temporary_folder(self, purpose: str) -> Iterator[Path]:
        """
        Lend a private folder in ``tmp/``, e.g. for a browser's profile; it goes with the block.

        Args:
            purpose: for the reader of the code; the name on disk is random.
        """
        _ = purpose
        path = self._folder.tmp / f"lent-{secrets.token_hex(8)}"
        self._disk.make_folder(path)
        try:
            yield path
        finally:
            # A browser may still be letting go of its files; what stays is swept at the opening.
            with suppress(DiskFailedError):
                self._disk.remove_folder(path)

    def give_up_ballast(self) -> bool:
        """Free the ballast's room on a full disk and return whether there was any."""
        return self._entered.give_up_ballast()

    @property
    def is_closed(self) -> bool:
        """Whether its keys are gone."""
        return self._is_closed

    def close(self) -> None:
        """Close all cases, forget the keys in memory as far as Python can, let the lock go."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
            for case_id in tuple(self._mine):
                self._give_back(case_id)
            if self._audit is not None:
                self._audit.close()
            try:
                self._entered.leave()
            finally:
                self._entered = self._entered.without_key()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    # --- for check and backup -------------------------------------------------------------

    @property
    def entered(self) -> Entered:
        """Folder, keys and index; for this room only."""
        return self._entered

    def case_entry(self, case_id: CaseId) -> CaseEntry:
        """
        Return what the index says of a case.

        Raises:
            CaseMissingError: BB-103.
        """
        return self._entered.held_case(case_id)

    def case_places(self, entry: CaseEntry) -> CasePlaces:
        """
        Return where a case lies and its key.

        Raises:
            VaultDamagedError: BB-406, the key file is damaged, swapped or another vault's.
        """
        return self._places(entry.case_id, self._entered.case_key(entry))

    def case_places_under(self, case_id: CaseId, key: bytes) -> CasePlaces:
        """Return where a case that is being taken over lies, under a key of another vault."""
        return self._places(case_id, key)

    @contextmanager
    def writers_held(self, *, is_copied: bool = True) -> Iterator[None]:
        """Let nobody write in the body; where it copies the files, logs are folded in first."""
        with self._lock, ExitStack() as stack:
            databases = (self._index.database, *self._open_cases.databases())
            for database in databases if self._inside is None else self._inside.databases():
                stack.enter_context(database.held())
                if is_copied:
                    database.truncate_wal()
            yield

    def finish_interrupted(self) -> None:
        """
        Mend the cases that were open when the program was stopped; closed ones need nothing.

        What was promised to be gone goes although nobody opens that case again.
        """
        for case_id in self.case_ids():
            if self._open_cases.get(case_id) is not None:
                continue
            # SQLite removes this file when a database is closed in order.
            if self._folder.case(case_id).write_ahead_log.exists():
                entry = self.case_entry(case_id)
                with suppress(VaultDamagedError, DiskFullError, DiskFailedError):
                    finish_interrupted(self.case_places(entry), entry)

    def let_go(self, case_id: CaseId) -> None:
        """Take an open case that is theirs no more from this person: then it is BB-103."""
        with self._lock:
            mine = self._mine.get(case_id)
            if mine is not None:
                mine.database.take_away()
                self._give_back(case_id)

    def _give_back(self, case_id: CaseId) -> None:
        mine = self._mine.pop(case_id)
        mine.database.close()
        self._open_cases.give_back(case_id)

    def _places(self, case_id: CaseId, key: bytes) -> CasePlaces:
        return CasePlaces(
            folder=self._folder.case(case_id),
            key=key,
            tmp=self._folder.tmp,
            disk=self._disk,
            clock=self._clock,
            # Not a method of what holds the key: a colleague may have the case open after us.
            give_up_ballast=partial(give_up_ballast, self._folder, self._disk),
            # Another pseudonym in each case: two dossiers must not tell that one vault made both.
            operator=key_id(user_public_key(self._entered.unlocked.private_key) + case_id.encode()),
            workplace=self._workplace,
            # Where several people work, each act in a case says whose it is.
            names_operator=self._person is not None,
        )

    def _peek(self, case_id: CaseId, kind: type[T]) -> tuple[T, ...]:
        with self._lock:
            entry = self.case_entry(case_id)
            try:
                places = self.case_places(entry)
                opened = self._open_cases.get(case_id)
                if opened is not None:
                    return opened.documents.all(kind)
                database = open_case_database(places, entry)
            except VaultDamagedError:
                return ()
            try:
                return Documents(database).all(kind)
            finally:
                database.close()

    def _leave(self, case_id: CaseId, mine: OpenCase) -> None:
        with self._lock:
            if self._mine.get(case_id) is mine:
                self._stores_of[case_id] -= 1
                if not self._stores_of[case_id]:
                    self._give_back(case_id)
