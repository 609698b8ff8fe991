"""Data-protection papers of an organisation, and what the program saw of itself."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum


class OrganisationPaperKind(Enum):
    """What a paper is; each is a draft."""

    PROCESSING_RECORD = "processing-record"
    IMPACT_ASSESSMENT = "impact-assessment"
    BREACH_FORM = "breach-form"

    @property
    def is_editable(self) -> bool:
        """Whether it is written as a text document as well: each is to be filled in."""
        return True


class MeasureState(Enum):
    """Whether a measure is there, as far as the program could see."""

    ON = "on"
    OFF = "off"
    UNKNOWN = "unknown"
    # Part of every copy of the program; nobody can switch it off, and the project tests it.
    BUILT_IN = "built-in"


@dataclass(frozen=True, slots=True, kw_only=True)
class StampHost:
    """A time-stamping authority that is asked: its name and its host."""

    name: str
    host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramState:
    """
    What was seen of the program at one moment, without opening a case.

    Attributes:
        looked_at: UTC.
        cases: how many cases lie in the vault; None where that is hidden, for it is under five.
        encryption: the index is a database that no plain reader opens.
        case_keys: each case has a sealed key of its own.
        memory_kib: what trying the cheapest passphrase takes; 0 where it was not seen.
        is_dear: no passphrase is cheaper to try than the floor.
        audit: who saw what is noted in a chained book; each case has its log besides.
        backup_on: the day on which ``benban`` last made a copy; None where it noted none.
        rest_minutes: without a click until the keys go; 0 where it was not seen.
        wrong_tries: before an opening, all together.
        mail: an account for sending notices is set.
    """

    looked_at: datetime
    version: str
    catalogue_version: str
    is_shared: bool
    cases: int | None
    encryption: MeasureState
    case_keys: MeasureState
    second_factor: MeasureState
    audit: MeasureState
    mail: MeasureState
    memory_kib: int = 0
    passes: int = 0
    is_dear: bool = False
    backup_on: date | None = None
    rest_minutes: int = 0
    wrong_tries: int = 0
    stamp_hosts: tuple[StampHost, ...] = field(default=())
