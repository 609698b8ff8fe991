"""One language's voice: our own words, and other people's words made safe to print."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from babel.numbers import format_decimal

from benban.dossier.blocks import Cell, Column, Face, Fact
from benban.dossier.glyphs import printable
from benban.dossier.mask import Masker
from benban.wording import Language, message_ids, say
from benban.wording.visits import say_missing, say_reason

# Long enough for every honest title and address; the rest is counted, and page texts lie whole
# under data/texts.
LINE_CHARACTERS = 1_000
TEXT_CHARACTERS = 6_000
# A title in a heading band and a line on page 1, so that page 1 stays one page.
SUMMARY_CHARACTERS = 70

_VIETNAM = timezone(timedelta(hours=7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """
    Speaks for one report.

    Attributes:
        glyphs: code points that the report's fonts can show.
    """

    language: Language
    masker: Masker
    glyphs: frozenset[int]

    def say(self, message: str, **params: str | int) -> str:
        """Return our own words; *params* must be printable already."""
        return say(self.language, f"dossier.{message}", **params)

    def user(self, untrusted: str, limit: int = LINE_CHARACTERS) -> str:
        """Return other people's words: masked, everything unseen shown, shortened with a count."""
        text = printable(self.masker.text(untrusted), self.glyphs)
        if len(text) <= limit:
            return text
        return self.say("shortened", text=text[:limit], count=self.number(len(text) - limit))

    def known(self, *families_and_id: str) -> str:
        """Return our words for a stable id (the last one), or the id where no family has any."""
        *families, identifier = families_and_id
        for family in families:
            message = f"{family}.{identifier.replace(' ', '-')}"
            if f"dossier.{message}" in message_ids(self.language):
                return self.say(message)
        return self.user(identifier)

    def missing(self, what: str) -> str:
        """Return our words for what a visit misses; a detail behind a colon stays what it is."""
        told = self.known("missing", "step", what)
        return told if told != self.user(what) else self.user(say_missing(self.language, what))

    def reason(self, reason: str) -> str:
        """Return our words for why; an error's code stays the code."""
        told = self.known("reason", reason)
        if told != self.user(reason) or reason.startswith("BB-"):
            return told
        return self.user(say_reason(self.language, reason))

    def watched(self, family: str, identifier: str) -> str:
        """Return the watch's own words for a state or a reason."""
        return say(self.language, f"watch.{family}.{identifier}")

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number as this language writes it."""
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return str(format_decimal(value, format=pattern, locale=self.language.value))

    def percent(self, share: float) -> str:
        """Return a share of 0..1 in per cent with one decimal."""
        return f"{self.number(100 * share, 1)} %"

    def moment(self, at: datetime) -> str:
        """Return a time in UTC and UTC+7, for a line of text."""
        return self.say("moment", utc=utc(at), local=vietnam(at))

    def fact(self, label: str, value: str, face: Face = Face.PLAIN) -> Fact:
        """Return a labelled value; *value* must be printable already."""
        return Fact(label=self.say(f"label.{label}"), value=Cell(text=value, face=face))

    def columns(self, *names: str, shares: tuple[int, ...] = ()) -> tuple[Column, ...]:
        """Return columns with our headings; a share of 0 takes what its text needs."""
        widths = shares or (0,) * len(names)
        return tuple(
            Column(heading=self.say(f"column.{name}"), share=width)
            for name, width in zip(names, widths, strict=True)
        )


def utc(at: datetime) -> str:
    """Return ISO date and time in UTC to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def vietnam(at: datetime) -> str:
    """Return day, month, year and time in UTC+7, the way dates are written in Vietnam."""
    return at.astimezone(_VIETNAM).strftime("%d/%m/%Y %H:%M:%S")


def capitalised(text: str) -> str:
    """Return *text* with its first letter large, for a label that stands alone."""
    return text[:1].upper() + text[1:]


def text_cell(text: str) -> Cell:
    """Return a plain cell."""
    return Cell(text=text)


def code_cell(text: str) -> Cell:
    """Return a cell in a fixed-width face, broken anywhere."""
    return Cell(text=text, face=Face.MONO)


def muted_cell(text: str) -> Cell:
    """Return a cell that steps back."""
    return Cell(text=text, face=Face.MUTED)
