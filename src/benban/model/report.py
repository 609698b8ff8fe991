"""The result of a check: never a bare bool."""

from dataclasses import dataclass
from enum import Enum


class CheckResult(Enum):
    """What one check showed."""

    PASS = "PASS"
    FAIL = "FAIL"
    NOT_DONE = "NOT_DONE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """
    One named check.

    Attributes:
        detail: stable English id or short technical text, e.g. the part that is damaged.
        message_id: what the person reads, with ``subject`` for its ``{subject}`` place.
    """

    name: str
    result: CheckResult
    detail: str = ""
    message_id: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All checks of one run, in order."""

    checks: tuple[Check, ...]

    @property
    def exit_code(self) -> int:
        """0 all PASS, 1 any FAIL, 2 no FAIL but something NOT_DONE."""
        results = {check.result for check in self.checks}
        if CheckResult.FAIL in results:
            return 1
        return 2 if CheckResult.NOT_DONE in results else 0
