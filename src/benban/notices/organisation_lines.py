"""Lines of an organisation's papers: what the program saw is marked, and so is what is asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from benban.model.catalogue import Catalogue, instrument_name
from benban.model.organisation_paper import OrganisationPaperKind, ProgramState
from benban.model.paper import (
    Blank,
    Line,
    PaperColumn,
    PaperHeading,
    PaperItems,
    PaperPart,
    PaperTable,
    PaperText,
    PaperWriting,
    Piece,
)
from benban.notices.organisation_law import DECREE, KnownDuty, duties_known
from benban.notices.organisation_measures import Measure, measures_in, written_day
from benban.notices.papers import vietnamese_article
from benban.wording import Language, say

# How a line begins that the program filled in, and one that somebody must answer.
SEEN, ASKED = "[B] ", "[?] "


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationFacts:
    """
    What a paper is made of.

    Attributes:
        typed: by field; printable, and never kept.
        case_ids: for the annex of the breach form; None where it was not asked for.
        holder: whose keys the annex lists; empty for the whole vault.
    """

    kind: OrganisationPaperKind
    language: Language
    state: ProgramState
    catalogue: Catalogue
    made_on: date
    typed: Mapping[str, str] = field(default_factory=dict)
    case_ids: tuple[str, ...] | None = None
    holder: str = ""


class Desk:
    """Makes the parts of one paper."""

    def __init__(self, facts: OrganisationFacts) -> None:
        self.facts = facts
        self.measures = {one.name: one for one in measures_in(facts.state, facts.language)}
        self.duties = duties_known(facts.kind, facts.catalogue, facts.made_on)

    def say(self, name: str, /, **values: str | int) -> str:
        """Return words of this area."""
        return say(self.facts.language, f"organisation.{name}", **values)

    def day(self, day: date) -> str:
        """Return a day in the reader's way."""
        return written_day(day, self.facts.language)

    def heading(self, name: str) -> PaperHeading:
        """Return a heading."""
        return PaperHeading(text=self.say(f"heading.{name}"))

    def text(self, name: str, /, **values: str | int) -> PaperText:
        """Return a paragraph of explanation."""
        line = (Piece(text=self.say(name, **values)),)
        return PaperText(line=line, is_indented=False, is_quiet=True)

    def seen(self, *names: str) -> PaperItems:
        """Return what the program states, one item each."""
        return PaperItems(lines=tuple(_seen(self.say(one)) for one in names))

    def asked(self, *fields: str) -> tuple[PaperPart, ...]:
        """Return questions, with what was typed or with room to write."""
        return tuple(PaperText(line=self._asked(one), is_indented=False) for one in fields)

    def written(self, field_name: str, lines: int) -> tuple[PaperPart, ...]:
        """Return a question whose answer is long."""
        typed = self.facts.typed.get(field_name, "")
        question = ASKED + self.say(f"ask.{field_name}")
        if typed:
            return (
                PaperText(line=(Piece(text=question),), is_indented=False),
                PaperText(line=(Piece(text=typed),)),
            )
        head = PaperText(line=(Piece(text=question),), is_indented=False)
        return (head, PaperWriting(lines=lines))

    def table(
        self, name: str, shares: Sequence[tuple[str, int]], rows: Iterable[Sequence[str]]
    ) -> PaperTable:
        """Return a table; *shares* are the names and widths of its columns."""
        columns = tuple(
            PaperColumn(heading=self.say(f"column.{name}.{one}"), share=share)
            for one, share in shares
        )
        made = tuple(tuple((Piece(text=cell),) for cell in row) for row in rows)
        return PaperTable(columns=columns, rows=made)

    def measure_table(self, names: Iterable[str]) -> PaperTable:
        """Return measures, whether each is there, and what was looked at."""
        rows = [self._measure(self.measures[one]) for one in names]
        return self.table("measure", (("what", 4), ("state", 2), ("seen", 5)), rows)

    def duty_parts(self) -> tuple[PaperPart, ...]:
        """Return what the catalogue knows of duties, with how well and since when it knows it."""
        if not self.duties:
            return (self.text("law.nothing"), *self.asked("law"))
        rows = [self._duty(one) for one in self.duties]
        rules = {one.rule.id: one.rule for one in self.duties}
        sources = tuple(
            (
                Piece(text=self.say("law.source", id=rule.id, date=rule.source_date)),
                Piece(text=rule.source, is_code=True),
            )
            for rule in rules.values()
        )
        shares = (("what", 5), ("rule", 4), ("confidence", 3), ("checked", 2))
        return (
            self.text("law.about"),
            self.table("law", shares, rows),
            PaperItems(lines=sources),
            *self.asked("law"),
        )

    def _asked(self, name: str) -> Line:
        typed = self.facts.typed.get(name, "")
        shown = Piece(text=typed) if typed else Piece(blank=Blank.REST)
        return (Piece(text=f"{ASKED}{self.say(f'ask.{name}')} "), shown)

    def _measure(self, one: Measure) -> tuple[str, str, str]:
        said = say(self.facts.language, one.seen_id, **one.values)
        name = SEEN + self.say(f"measure.{one.name}")
        return (name, self.say(f"state.{one.state.value}"), said)

    def _duty(self, one: KnownDuty) -> tuple[str, str, str, str]:
        grade = one.rule.confidence.value
        law, article = instrument_name(one.rule, self.facts.language), one.duty.article
        cited = [self._cited(law, one.rule.article if article is None else article)]
        cited.append(self._cited(self.say("duty.decree", number=DECREE), one.duty.decree))
        return (
            SEEN + self.say(f"duty.{one.duty.name}"),
            "; ".join(filter(None, cited)),
            say(self.facts.language, f"cli.catalogue.confidence.{grade}"),
            self.day(one.rule.checked_on),
        )

    def _cited(self, instrument: str, article: str) -> str:
        if not article:
            return ""
        if self.facts.language is Language.VI:
            return f"{instrument}, {vietnamese_article(article)}"
        return f"{instrument}, {self.say('law.article', article=article)}"


def _seen(text: str) -> Line:
    return (Piece(text=SEEN + text),)
