"""Long work in threads: how far it is, stopping it, what came of it; pages may be closed."""

import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from benban.errors import BenbanError, JobMissingError, StoppedError, TooManyWaitingError

# A browser and a fence at once are what two cores bear.
_AT_ONCE = 2
# A page stands open while somebody chooses; then what could not be told apart stays out.
_PATIENCE_S = 600.0
# Somebody reads and chooses; who goes away is locked out long before.
_READING_S = 4 * 3600.0
# Work that waits for somebody takes no place from the rest.
_WAITING_AT_ONCE = 4


class JobState(Enum):
    """How a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes."""
        return self not in {JobState.WAITING, JobState.RUNNING}


@dataclass(slots=True, kw_only=True)
class Job:
    """
    One piece of long work.

    Attributes:
        title: message id of what is done.
        case_id: whose it is; empty for none.
        step, params: message id of the present step and its places; empty before the first.
        done, total: how far; 0 of 0 when nobody can say.
        after: path of the page that shows what came of it.
        error: why it failed.
        choices: what the person is asked to choose from, in the middle of the work.
        waits_at: path of the page on which it is asked; empty when nothing is.
        waits: whether it waits for somebody most of the time.
        is_once: what was asked before it has to be asked again before it is done again.
        cases: whose they are, where it is work on several.
    """

    id: str
    title: str
    case_id: str
    state: JobState = JobState.WAITING
    step: str = ""
    params: Mapping[str, str | int] = field(default_factory=dict)
    done: int = 0
    total: int = 0
    after: str = ""
    error: BenbanError | None = None
    choices: tuple[str, ...] = ()
    waits_at: str = ""
    waits: bool = False
    is_once: bool = False
    cases: frozenset[str] = frozenset()

    @property
    def asks(self) -> bool:
        """Whether it goes on only after somebody answered."""
        return bool(self.choices or self.waits_at)


class Progress:
    """What a job's work holds in its hands: it says how far it is and learns that it may stop."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._stop = threading.Event()
        self._answered = threading.Event()
        self._answer: tuple[str, ...] = ()

    @property
    def job_id(self) -> str:
        """The id of the job whose work this is."""
        return self._job.id

    def say(self, step: str, done: int = 0, total: int = 0, **params: str | int) -> None:
        """
        Say how far the work is.

        Raises:
            StoppedError: BB-005, the person stopped it.
        """
        self.require_wanted()
        self._job.step, self._job.params = step, params
        self._job.done, self._job.total = done, total

    def require_wanted(self) -> None:
        """
        Return while nobody stopped the work.

        Raises:
            StoppedError: BB-005.
        """
        if self._stop.is_set():
            raise StoppedError

    def ask(self, choices: tuple[str, ...]) -> tuple[str, ...]:
        """
        Return those that the person chose on the job's page; none when they took too long.

        Raises:
            StoppedError: BB-005.
        """
        self.require_wanted()
        self._answered.clear()
        self._answer = ()
        self._job.choices = choices
        try:
            self._answered.wait(_PATIENCE_S)
        finally:
            self._job.choices = ()
        self.require_wanted()
        return tuple(one for one in choices if one in self._answer)

    def wait_at(self, page: str) -> None:
        """
        Wait until what is asked on *page* was answered there.

        Raises:
            StoppedError: BB-005, also when nobody answers for hours.
        """
        self.require_wanted()
        self._answered.clear()
        self._job.waits_at = page
        try:
            if not self._answered.wait(_READING_S):
                raise StoppedError
        finally:
            self._job.waits_at = ""
        self.require_wanted()

    def answer(self, chosen: tuple[str, ...]) -> None:
        """Give the answer that :meth:`ask` waits for."""
        self._answer = chosen
        self._answered.set()

    def stop(self) -> None:
        """Let the work end at the next place where it can."""
        self._stop.set()
        self._answered.set()

    @property
    def is_unwanted(self) -> bool:
        """Whether the person stopped it."""
        return self._stop.is_set()


Work: TypeAlias = Callable[[Progress], str]


class Jobs:
    """All jobs of a running desk; they end with it."""

    def __init__(self, unforeseen: Callable[[Callable[[], None]], BenbanError | None]) -> None:
        """
        Keep jobs.

        Args:
            unforeseen: runs the body and returns what went wrong as an error with a code.
        """
        self._unforeseen = unforeseen
        self._lock = threading.RLock()
        self._jobs: dict[str, tuple[Job, Progress, Work]] = {}
        self._pool = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="job")
        self._waiting = ThreadPoolExecutor(
            max_workers=_WAITING_AT_ONCE, thread_name_prefix="waiting"
        )

    def start(
        self,
        title: str,
        work: Work,
        *,
        case_id: str = "",
        cases: Iterable[str] = (),
        waits: bool = False,
        is_once: bool = False,
    ) -> Job:
        """
        Begin *work*, which returns the path of the page that shows what came of it.

        Args:
            title: message id.
            work: what is done.
            case_id: whose page leads to it; empty for none.
            cases: all on which it works, where that is not this one alone.
            waits: whether it waits for somebody most of the time.
            is_once: whether it cannot be begun again from its page.
        """
        job = Job(
            id=secrets.token_hex(8),
            title=title,
            case_id=case_id,
            cases=frozenset(cases),
            waits=waits,
            is_once=is_once,
        )
        return self._submit(job, work)

    def require_room_to_wait(self) -> None:
        """
        Return if one more piece of work may wait for somebody.

        Raises:
            TooManyWaitingError: BB-022.
        """
        if sum(job.waits for job in self.running()) >= _WAITING_AT_ONCE:
            raise TooManyWaitingError(most=_WAITING_AT_ONCE)

    def get(self, job_id: str) -> Job:
        """
        Return a job.

        Raises:
            JobMissingError: BB-010.
        """
        with self._lock:
            if job_id not in self._jobs:
                raise JobMissingError
            return self._jobs[job_id][0]

    def of_case(self, case_id: str) -> tuple[Job, ...]:
        """Return the jobs of a case, oldest first."""
        with self._lock:
            return tuple(
                job for job, _, _ in self._jobs.values() if case_id in {job.case_id, *job.cases}
            )

    def stop_all_of(self, case_id: str) -> None:
        """Ask everything that is at work on a case to end."""
        with self._lock:
            for job, progress, _ in self._jobs.values():
                if case_id in {job.case_id, *job.cases}:
                    progress.stop()

    def running(self) -> tuple[Job, ...]:
        """Return the jobs that are not over."""
        with self._lock:
            return tuple(job for job, _, _ in self._jobs.values() if not job.state.is_over)

    def stop(self, job_id: str) -> None:
        """Ask a job to end; what it finished stays."""
        self.get(job_id)
        with self._lock:
            self._jobs[job_id][1].stop()

    def answer(self, job_id: str, chosen: tuple[str, ...]) -> None:
        """Give the answer that a job waits for; one that asks nothing takes no harm."""
        self.get(job_id)
        with self._lock:
            self._jobs[job_id][1].answer(chosen)

    def resume(self, job_id: str) -> Job:
        """Begin a job that is over once more, under the same id."""
        self.get(job_id)
        with self._lock:
            job, _, work = self._jobs[job_id]
            if not job.state.is_over or job.is_once:
                return job
            again = Job(
                id=job.id,
                title=job.title,
                case_id=job.case_id,
                cases=job.cases,
                waits=job.waits,
            )
            return self._submit(again, work)

    def forget(self) -> None:
        """Stop everything and forget all of it: somebody left, or the keys go."""
        with self._lock:
            for _, progress, _ in self._jobs.values():
                progress.stop()
            self._jobs.clear()

    def forget_case(self, case_id: str) -> None:
        """Stop and forget the jobs of one case: it is gone."""
        with self._lock:
            for job, progress, _ in tuple(self._jobs.values()):
                if job.case_id == case_id:
                    progress.stop()
                    del self._jobs[job.id]

    def close(self) -> None:
        """Stop everything and take no more."""
        self.forget()
        for pool in (self._pool, self._waiting):
            pool.shutdown(wait=False, cancel_futures=True)

    def _submit(self, job: Job, work: Work) -> Job:
        progress = Progress(job)
        with self._lock:
            self._jobs[job.id] = (job, progress, work)
        pool = self._waiting if job.waits else self._pool
        pool.submit(self._run, job, progress, work)
        return job

    def _run(self, job: Job, progress: Progress, work: Work) -> None:
        def live() -> None:
            progress.require_wanted()
            job.state = JobState.RUNNING
            try:
                job.after = work(progress)
            except BenbanError:
                raise
            except Exception as error:
                # Whatever the vault's closing did to it: it was told to end, nothing is amiss.
                if progress.is_unwanted:
                    raise StoppedError from error
                raise

        error = self._unforeseen(live)
        if error is None:
            job.state = JobState.DONE
        elif isinstance(error, StoppedError) or progress.is_unwanted:
            job.state = JobState.STOPPED
        else:
            job.error, job.state = error, JobState.FAILED
