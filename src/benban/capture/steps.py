"""The steps of a capture, each written down the moment it ends."""

import contextlib
from collections.abc import Callable, Iterator

from benban.errors import BenbanError
from benban.model.clock import Clock
from benban.model.exhibit import CaptureStep, StepOutcome

# What a step may fail with and the others go on: capture and network, seal. A vault that is full
# or a permit that was withdrawn ends the capture.
_STEP_CODES = ("BB-2", "BB-5")

StepListener = Callable[[CaptureStep], None]


class StepLog:
    """
    Keeps the steps in order and tells a listener of each.

    Args:
        clock: dates each step.
        listener: called as each step ends; a killed program has told of all before.
    """

    def __init__(self, clock: Clock, listener: StepListener) -> None:
        self._clock = clock
        self._listener = listener
        self._steps: list[CaptureStep] = []

    @property
    def steps(self) -> tuple[CaptureStep, ...]:
        """All steps up to now."""
        return tuple(self._steps)

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Record the block as done, or as failed with its error's code when it is one of a step."""
        try:
            yield
        except BenbanError as error:
            self.failed(name, error)
            if not error.code.startswith(_STEP_CODES):
                raise
        else:
            self._add(name, StepOutcome.DONE, "")

    def failed(self, name: str, error: BenbanError) -> None:
        """Record a step as failed."""
        self._add(name, StepOutcome.FAILED, reason_of(error))

    def not_done(self, name: str, reason: str) -> None:
        """Record a step as not done."""
        self._add(name, StepOutcome.NOT_DONE, reason)

    def done(self, name: str, reason: str = "") -> None:
        """Record a step as done; *reason* says what is particular about it."""
        self._add(name, StepOutcome.DONE, reason)

    def outcome_of(self, name: str) -> StepOutcome | None:
        """Return what became of the last step called *name*; None if there was none."""
        found = [step.outcome for step in self._steps if step.name == name]
        return found[-1] if found else None

    def _add(self, name: str, outcome: StepOutcome, reason: str) -> None:
        step = CaptureStep(name=name, outcome=outcome, at=self._clock.now(), reason=reason)
        self._steps.append(step)
        self._listener(step)


def reason_of(error: BenbanError) -> str:
    """Return the code of *error* and its technical reason, e.g. ``BB-207 ERR_CERT_INVALID``."""
    reason = str(error.params.get("reason", ""))
    return f"{error.code} {reason}".strip()
