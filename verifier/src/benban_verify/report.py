"""The result of a verification: every check by name, never a bare bool."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from benban_verify.messages import Language, words


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
        message_id: stable id of what was found; key of the message tables.
        about: values for the named places of the message.
    """

    name: str
    result: CheckResult
    message_id: str
    about: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def detail(self) -> str:
        """The message id and the values, in English, for programs."""
        values = " ".join(f"{name}={value}" for name, value in sorted(self.about.items()))
        return f"{self.message_id} {values}".rstrip()

    def title(self, language: Language) -> str:
        """Return the name of the check as a person reads it."""
        return _title(language, self.name)

    def message(self, language: Language) -> str:
        """Return what a person reads."""
        about = dict(self.about)
        if "check" in about:
            about["check"] = _title(language, str(about["check"]))
        return words(language, self.message_id, about)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """
    All checks of one run, in order.

    Attributes:
        key_id: id of the key that the bag carries, once its note was read; else empty.
        is_demonstration: the log or the receipt says that the case is an example.
    """

    checks: tuple[Check, ...]
    key_id: str = ""
    is_demonstration: bool = False

    @property
    def exit_code(self) -> int:
        """0 all PASS, 1 any FAIL, 2 no FAIL but something NOT_DONE."""
        results = {check.result for check in self.checks}
        if CheckResult.FAIL in results:
            return 1
        return 0 if results == {CheckResult.PASS} else 2


def _title(language: Language, name: str) -> str:
    kind, _, authority = name.partition(" ")
    if kind == "earlier":
        return words(language, "check.earlier", {"authority": authority.partition("-")[2]})
    if kind == "token":
        return words(language, "check.token", {"authority": authority})
    return words(language, f"check.{name}", {})
