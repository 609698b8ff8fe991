"""The desk of one person in one browser: what was looked at is noted, the folder is another's."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from benban.desk.desk import Desk
from benban.errors import (
    BenbanError,
    CaseMissingError,
    JobMissingError,
    PageMissingError,
    ViewsNotNotedError,
)
from benban.model.clock import Clock
from benban.model.ids import CaseId
from benban.wiring_case import CaseStore, Vault
from benban.wording import Language

MOST_IDLE = timedelta(minutes=30)
# They name cases of this person without being the page of one.
_LISTS = ("/cases", "/queue")
_LOOK, _JOB = "/look/", "/jobs/"


class PersonsDesk(Desk):
    """A desk whose vault was opened by whoever let the person in; without it, it is over."""

    on_server = True
    # Whether the server was begun with a folder for copies, and this is an administrator.
    makes_copies = False

    def __init__(
        self,
        *,
        vault: Vault,
        folder: Path,
        language: Language,
        clock: Clock,
        unforeseen: Callable[[Callable[[], None]], BenbanError | None],
        leave: Callable[[], None],
    ) -> None:
        """
        Make a desk over *vault*.

        Args:
            vault: the person's; closed with the desk.
            folder: of the shared vault.
            language: until the person chooses another.
            clock: of the program.
            unforeseen: as for every desk.
            leave: told that this person left; the program goes on.
        """
        super().__init__(
            folder=folder, language=language, clock=clock, unforeseen=unforeseen, leave=leave
        )
        # Never that of the pages before entering: those would not cover what a session showed.
        self.locks = 1
        self._take(vault)
        self.idle = min(self.idle, MOST_IDLE)
        self._noted_jobs: set[str] = set()

    @property
    def is_open(self) -> bool:
        """Whether the person is in: an administrator who ends their access closes the vault."""
        # Read once: locking may take it away between two looks.
        vault = self._vault
        return vault is not None and not vault.is_closed

    @contextmanager
    def case(self, case_id: str) -> Iterator[CaseStore]:
        """
        Give a case whose key this person holds now.

        Raises:
            CaseMissingError: BB-103.
            DeskLockedError: BB-015.
        """
        wanted = CaseId(case_id)
        if wanted not in self.vault.case_ids():
            # A colleague took them out, and what was open of it is closed.
            self.forget_closed(wanted)
            raise CaseMissingError
        with super().case(case_id) as store:
            yield store

    def note_asked(self, pattern: str, parts: Mapping[str, str]) -> None:
        """
        Note who is about to see which page of which case, before anything is done or shown.

        Raises:
            CaseMissingError: BB-103, this person has no key of the case.
            PageMissingError: BB-011, nor of that of a picture.
            DeskLockedError: BB-015.
            ViewsNotNotedError: BB-024, the vault notes nothing; nothing is shown then.
        """
        if "{case}" in pattern:
            # Before any page asks anything: without its key a case is none, whatever was sent.
            self._note(pattern, self.vault.case_entry(CaseId(parts["case"])).case_id)
        elif pattern.startswith(_LOOK):
            self._note_look(pattern, next(iter(parts.values())))
        elif pattern.startswith(_JOB):
            self._note_job(pattern, parts["job"])
        elif pattern.startswith(_LISTS):
            self._note(pattern, "")

    def note_seen(self, pattern: str, case_ids: Iterable[CaseId]) -> None:
        """Note each case that a page of several shows."""
        for case_id in case_ids:
            self._note(pattern, self.vault.case_entry(case_id).case_id)

    def _note_look(self, pattern: str, untrusted_number: str) -> None:
        case_id = self.looks.case_of(untrusted_number)
        if not case_id:
            return
        try:
            entry = self.vault.case_entry(CaseId(case_id))
        except CaseMissingError as error:
            # Whoever was taken out of the case reads what a number reads that nobody was given.
            raise PageMissingError from error
        self._note(pattern, entry.case_id)

    def _note_job(self, pattern: str, job_id: str) -> None:
        # Its page asks every second how far it is; it was seen once.
        try:
            job = self.jobs.get(job_id)
        except JobMissingError:
            return
        # Whoever was taken out of a case sees nothing more of what they began on it.
        cases = [
            self.vault.case_entry(CaseId(one)).case_id
            for one in sorted({job.case_id, *job.cases} - {""})
        ]
        if job_id in self._noted_jobs:
            return
        for case_id in cases:
            self._note(pattern, case_id)
        self._noted_jobs.add(job_id)

    def _note(self, pattern: str, case_id: str) -> None:
        audit = self.vault.audit
        if audit is None:
            raise ViewsNotNotedError
        audit.note(pattern, case_id)

    def _forget_catalogue(self) -> None:
        """Return with the catalogue in place: it is the organisation's, and others work by it."""
