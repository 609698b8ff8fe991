"""One running desk: the vault or none, the language, what was answered, jobs, forms, drafts."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from pathlib import Path
from types import MappingProxyType

from benban.casework.catalogue_in_use import use_catalogue_of, use_the_programs_own
from benban.casework.send_notice import PreparedMail
from benban.casework.show import ShownPicture
from benban.desk.audits import Audits
from benban.desk.door import Door
from benban.desk.drafts import Drafts
from benban.desk.frames import Frames
from benban.desk.jobs import Jobs
from benban.desk.looks import Looks
from benban.desk.once import OnceForms
from benban.desk.outcomes import Outcomes
from benban.desk.outgoing import Outgoing
from benban.desk.readings import Readings
from benban.errors import BenbanError, CaseBusyError, DeskLockedError
from benban.model.clock import Clock
from benban.model.ids import CaseId
from benban.model.sighting import NO_ANSWERS, AgeAnswers, SightingKind
from benban.wiring_case import CaseStore, RecoveryCode, Vault, create_vault, open_vault
from benban.wording import Language

_LANGUAGE = "desk.language"
_IDLE = "desk.idle_minutes"
_MODE = "desk.mode"
DEFAULT_IDLE = timedelta(minutes=10)
# Pages that lie open at once; an older one is shown anew.
_MAILS_KEPT = 20
_A_MOMENT = timedelta(seconds=2)


class Keeping(Enum):
    """Where what is written is kept."""

    UNDECIDED = "undecided"
    PAPER = "paper"
    VAULT = "vault"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """
    What was answered before there is a vault; it lives in memory only.

    Attributes:
        kind: None while not answered.
        story: in the person's own words.
        address: as typed; parsed when it is taken in.
    """

    kind: SightingKind | None = None
    answers: AgeAnswers = NO_ANSWERS
    story: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step on the page of a case: its place in the order, its message id, its path there."""

    order: int
    label: str
    path: str


class Desk:
    """All that a running desk knows; used from many threads."""

    # What names a file of this computer by its path is shown to whoever sits before it.
    on_server = False

    def __init__(
        self,
        *,
        folder: Path,
        language: Language,
        clock: Clock,
        unforeseen: Callable[[Callable[[], None]], BenbanError | None],
        leave: Callable[[], None],
        make: Callable[..., tuple[Vault, RecoveryCode]] = create_vault,
    ) -> None:
        """
        Make a desk without an open vault.

        Args:
            folder: where the vault is or would be.
            language: until the person chooses another.
            clock: of the program.
            unforeseen: runs a body and returns what went wrong as an error with a code.
            leave: ends the program.
            make: makes a vault in a folder with ``passphrase=``.
        """
        self._make = make
        self.folder = self.usual_folder = folder
        self.clock = clock
        self.door = Door()
        self.forms = OnceForms()
        self.drafts = Drafts()
        self.unforeseen = unforeseen
        self.jobs = Jobs(unforeseen)
        self.frames = Frames()
        self.looks = Looks(clock)
        self.readings = Readings()
        self.audits = Audits()
        self.outgoing = Outgoing(folder / "tmp")
        # Known when it listens; empty means that no frame is offered.
        self.frame_origin = ""
        self.steps: tuple[Step, ...] = ()
        self.intake = Intake()
        self.keeping = Keeping.UNDECIDED
        self.language = language
        self.idle = DEFAULT_IDLE
        self.new_code: RecoveryCode | None = None
        # What a queue shows of each case, with the count of its log's entries then.
        self.queue_search: dict[str, str] = {}
        self.queue_rows: dict[CaseId, tuple[int, object]] = {}
        self.outcomes = Outcomes()
        # What a page showed, by the digest of its bytes: these and no others are sent.
        self.shown_mails: dict[str, PreparedMail] = {}
        self._leave = leave
        # On a server: every desk that is open, this one among them; and how the person's other
        # browsers are let out.
        self.everywhere: Callable[[], Iterable[Desk]] = lambda: (self,)
        self.end_elsewhere: Callable[[], None] = lambda: None
        self._lock = threading.RLock()
        # Trying a passphrase takes seconds; locking and leaving must not wait for it.
        self._opening = threading.Lock()
        self.has_left = False
        self.locks = 0
        self._vault: Vault | None = None
        self._stores: dict[CaseId, CaseStore] = {}
        self.note_request()

    # --- the vault ------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Whether a vault is open."""
        return self._vault is not None

    @property
    def has_vault(self) -> bool:
        """Whether there is one to open."""
        return self.folder.is_dir() and any(self.folder.iterdir())

    @property
    def vault(self) -> Vault:
        """
        The open vault.

        Raises:
            DeskLockedError: BB-015.
        """
        vault = self._vault
        if vault is None:
            raise DeskLockedError
        return vault

    def create(self, passphrase: str) -> RecoveryCode:
        """Make a vault, open it, and return the code of its recovery sheet."""
        with self._opening:
            locks = self.locks
            vault, code = self._make(self.folder, passphrase=passphrase)
            self._take_unless_locked(vault, locks)
            self.new_code = code
            return code

    def unlock(self, *, passphrase: str | None = None, recovery_code: str | None = None) -> bool:
        """
        Open the vault and return True; False when it was open already and nothing was tried.

        :func:`open_vault` says what can go wrong.
        """
        with self._opening:
            locks = self.locks
            if self._vault is not None:
                return False
            vault = open_vault(self.folder, passphrase=passphrase, recovery_code=recovery_code)
            self._take_unless_locked(vault, locks)
            return True

    @contextmanager
    def case(self, case_id: str) -> Iterator[CaseStore]:
        """
        Give a case; it stays open until the desk is locked.

        Raises:
            CaseMissingError: BB-103.
            DeskLockedError: BB-015.
        """
        with self._lock:
            wanted = CaseId(case_id)
            kept = self._stores.get(wanted)
            # Who was taken out of it may have been let in again.
            if kept is None or kept.is_gone:
                self._stores[wanted] = self.vault.open_case(wanted)
            store = self._stores[wanted]
        yield store

    def keep_row(self, case_id: CaseId, count: int, row: object) -> None:
        """Keep what a queue shows of a case; nothing once the keys are gone."""
        with self._lock:
            if self._vault is not None:
                self.queue_rows[case_id] = (count, row)

    def note_seen(self, pattern: str, case_ids: Iterable[CaseId]) -> None:
        """Note whose cases a page shows that is the page of none; alone, one watches nobody."""

    def look_at(
        self,
        case_id: CaseId,
        of: str,
        shown: ShownPicture,
        beside: Mapping[str, bytes] = MappingProxyType({}),
    ) -> str:
        """
        Return the number under which a picture that was just logged can be seen.

        Raises:
            DeskLockedError: BB-015, the keys went meanwhile.
        """
        with self._lock:
            if self._vault is None:
                raise DeskLockedError
            return self.looks.add(case_id, of, shown, beside)

    def show_pages(self, case_id: CaseId, pages: Sequence[bytes]) -> tuple[str, ...]:
        """
        Return the numbers under which pages of a case's document can be seen.

        Raises:
            DeskLockedError: BB-015, the keys went meanwhile.
        """
        with self._lock:
            if self._vault is None:
                raise DeskLockedError
            return self.looks.show_pages(case_id, pages)

    def stop_work_on(self, case_id: str) -> None:
        """Tell all that is at work on a case to stop, whoever began it."""
        for one in self.everywhere():
            one.jobs.stop_all_of(case_id)

    def forget_shown(self, case_id: str) -> None:
        """Let nothing of a case be seen or fetched that lies open: something was destroyed."""
        for one in self.everywhere():
            one.frames.forget_of(case_id)
            one.looks.forget_of(case_id)
            one.outgoing.forget_of(case_id)
            one.audits.forget_of(case_id)

    def search_queue(self, wish: dict[str, str]) -> None:
        """Search the queue for this from now on; forgotten with the keys."""
        with self._lock:
            if self._vault is not None:
                self.queue_search = wish

    def let_go(self, case_id: str) -> None:
        """Close a case, e.g. before it is destroyed."""
        with self._lock:
            store = self._stores.pop(CaseId(case_id), None)
            if store is not None:
                store.close()

    def forget_closed(self, case_id: CaseId) -> None:
        """Forget a case that the vault closed: its key is not this person's any more."""
        with self._lock:
            self._stores.pop(case_id, None)
            self.queue_rows.pop(case_id, None)

    def bring_to_rest(self, case_id: str) -> None:
        """
        Return if nothing long is at work on a case; what is, is told to stop.

        Raises:
            CaseBusyError: BB-050, something was; it ends in a moment.
        """
        running = [one for one in self.jobs.of_case(case_id) if not one.state.is_over]
        for one in running:
            self.jobs.stop(one.id)
        if running:
            raise CaseBusyError

    def forget_case(self, case_id: str) -> None:
        """Close a case that was destroyed, and forget what pages and jobs know of it."""
        self.let_go(case_id)
        for one in self.everywhere():
            one.jobs.forget_case(case_id)
            one.forget_closed(CaseId(case_id))
        self.forget_shown(case_id)
        with self._lock:
            self.queue_rows.pop(CaseId(case_id), None)
            self.shown_mails.clear()

    def lock(self) -> None:
        """Let the keys go from memory; jobs end, drafts stay in the vault."""
        # First: a job may hold the vault, and somebody who waits for it holds the lock below.
        self.jobs.forget()
        with self._lock:
            self.locks += 1
            self.jobs.forget()
            self.frames.forget()
            self.looks.forget()
            self.readings.forget()
            self.audits.forget()
            self.outgoing.forget()
            self.drafts.leave_vault()
            self.forms.forget()
            self.shown_mails.clear()
            self.outcomes.forget()
            self.intake, self.keeping, self.new_code = Intake(), Keeping.UNDECIDED, None
            self._stores.clear()
            self.queue_rows.clear()
            self.queue_search = {}
            vault, self._vault = self._vault, None
            self._forget_catalogue()
            if vault is not None:
                vault.close()

    def leave(self) -> None:
        """Lock, let no cookie open anything any more, and end the program."""
        self.has_left = True
        self.door.lock()
        try:
            self.lock()
        finally:
            self._leave()

    def note_asked(self, pattern: str, parts: Mapping[str, str]) -> None:
        """
        Note what is about to be shown, where views are noted; here nobody else could ask.

        Args:
            pattern: of the path, as it is registered.
            parts: its variable parts, untrusted.
        """

    def _forget_catalogue(self) -> None:
        use_the_programs_own()

    def _take_unless_locked(self, vault: Vault, locks: int) -> None:
        # Somebody left or locked while the passphrase was being tried: that was meant.
        with self._lock:
            if self.has_left or self.locks != locks:
                vault.close()
                raise DeskLockedError
            self._take(vault)

    def _take(self, vault: Vault) -> None:
        use_catalogue_of(vault)
        self._vault = vault
        self.outcomes.open()
        self.keeping = Keeping.VAULT
        self.drafts.move_into(vault)
        if known := vault.setting(_LANGUAGE):
            self.language = Language(known.decode())
        else:
            vault.set_setting(_LANGUAGE, self.language.value.encode())
        if minutes := vault.setting(_IDLE):
            self.idle = timedelta(minutes=int(minutes))

    def note_shown(self, mail: PreparedMail) -> None:
        """Remember a mail that a page shows, until it is sent or the keys go."""
        with self._lock:
            while len(self.shown_mails) >= _MAILS_KEPT:
                self.shown_mails.pop(next(iter(self.shown_mails)))
            self.shown_mails[mail.sha256.hex] = mail

    # --- settings -------------------------------------------------------------------------

    def speak(self, language: Language) -> None:
        """Use *language* from now on; kept when there is a vault."""
        self.language = language
        if self._vault is not None:
            self._vault.set_setting(_LANGUAGE, language.value.encode())

    @property
    def leads_to(self) -> str:
        """Where a person comes when the vault is open: a case, or a queue of many."""
        return "/queue" if self.is_work else "/cases"

    @property
    def is_work(self) -> bool:
        """Whether somebody works with cases of others: what they see is small and grey."""
        return self.vault.setting(_MODE) == b"work"

    def set_mode(self, mode: str) -> None:
        """Lead to a queue (``work``) or to a case (``person``) from now on; kept in the vault."""
        self.vault.set_setting(_MODE, mode.encode())

    def rest_after(self, idle: timedelta) -> None:
        """Lock after *idle* without a request; kept in the vault."""
        self.idle = idle
        self.vault.set_setting(_IDLE, str(int(idle.total_seconds() // 60)).encode())

    # --- idleness -------------------------------------------------------------------------

    def note_request(self) -> None:
        """Note that somebody is here."""
        self._asked_at = self.clock.now()
        self._asked_ns = self.clock.monotonic_ns()

    def lock_if_idle(self) -> bool:
        """Lock when nobody asked anything for as long as was set; return whether it did."""
        # A clock that was set back keeps nothing open; one sleep of the computer counts as rest.
        elapsed = timedelta(microseconds=(self.clock.monotonic_ns() - self._asked_ns) // 1000)
        rested = max(elapsed, self.clock.now() - self._asked_at)
        # A page asks to be locked by its own clock, which may be a moment ahead of ours.
        if not self.holds_something or rested < self.idle - _A_MOMENT:
            return False
        self.lock()
        return True

    @property
    def holds_something(self) -> bool:
        """Whether memory holds what somebody else must not find: keys, answers, words."""
        answered = self.intake != Intake() or not self.drafts.is_empty
        return self.is_open or answered or not self.audits.is_empty
