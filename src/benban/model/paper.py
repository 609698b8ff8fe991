"""Papers for an office or a lawyer: lines made of pieces; a blank is no character."""

from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import TypeAlias

from benban.model.organisation_paper import OrganisationPaperKind
from benban.wording import Language


class PaperKind(Enum):
    """What a paper is."""

    CRIME_REPORT = "crime-report"
    PROSECUTION_REQUEST = "prosecution-request"
    INVENTORY = "inventory"
    HAND_OVER_RECORD = "hand-over-record"
    CAPTURE_STATEMENT = "capture-statement"
    REMOVAL_DEMAND = "removal-demand"
    LOG_REQUEST = "log-request"
    CONFIDENTIALITY = "confidentiality"
    REACH = "reach"
    DAMAGE = "damage"
    TIME_LIMITS = "time-limits"
    ALLEGATIONS = "allegations"
    CONSENTS = "consents"

    @property
    def is_editable(self) -> bool:
        """Whether it is written as a text document as well."""
        return self in {PaperKind.CRIME_REPORT, PaperKind.PROSECUTION_REQUEST}

    @property
    def is_own(self) -> bool:
        """Whether it is a record of the person's own, which names no account of others."""
        return self in {PaperKind.TIME_LIMITS, PaperKind.CONSENTS}


class Blank(Enum):
    """Room to write by hand."""

    SHORT = "short"
    MEDIUM = "medium"
    # To the end of the line.
    REST = "rest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """
    A part of a line.

    Attributes:
        text: literal, never markup; empty in a blank.
        blank: room to write instead of a text.
        is_code: an address or a digest, which may break anywhere.
    """

    text: str = ""
    blank: Blank | None = None
    is_code: bool = False


Line: TypeAlias = tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperHeading:
    """A heading inside a paper."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperText:
    """A paragraph."""

    line: Line
    is_indented: bool = True
    is_quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperItems:
    """Lines with a dash or a letter in front."""

    lines: tuple[Line, ...]
    is_lettered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperWriting:
    """Empty dotted lines to write on."""

    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperColumn:
    """A column: its heading and its share of the width; 0 takes what its text needs."""

    heading: str
    share: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperTable:
    """A table whose header row is repeated on every page."""

    columns: tuple[PaperColumn, ...]
    rows: tuple[tuple[Line, ...], ...]


PaperPart: TypeAlias = PaperHeading | PaperText | PaperItems | PaperWriting | PaperTable


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSignature:
    """Where somebody signs; two of them stand side by side."""

    title: str
    note: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """
    One paper, complete but for what is filled in by hand.

    Attributes:
        subject: what stands below the title in brackets; empty for none.
        to: the lines after "Kính gửi"; empty for a paper addressed to nobody.
        review: who reviewed the template and when, or that no lawyer has.
        demonstration: printed on every page when the case is one; else empty.
        note: for the person who signs, below the signatures, to be cut off; the first line is its
            heading.
        has_place_and_date: the line above the title.
        is_official: headed by state and motto; a record of the person's own is not.
        annexes: each begins a page of its own behind the signatures, to be taken off or kept.
        draft: printed on every page of what nobody has approved; empty for a paper to hand in.
    """

    kind: PaperKind | OrganisationPaperKind
    title: str
    subject: str
    to: tuple[Line, ...]
    parts: tuple[PaperPart, ...]
    signatures: tuple[PaperSignature, ...]
    review: str
    made_on: date
    demonstration: str = ""
    note: tuple[str, ...] = ()
    has_place_and_date: bool = field(default=True)
    is_official: bool = field(default=True)
    annexes: tuple[tuple[PaperPart, ...], ...] = ()
    draft: str = ""
    language: Language = Language.VI

    @property
    def banner(self) -> str:
        """What stands at the head of every page; empty for nothing."""
        return " · ".join(one for one in (self.draft, self.demonstration) if one)
