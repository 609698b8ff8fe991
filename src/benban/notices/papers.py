"""A paper for an office: a template and the facts of a case, put together; pure."""

import re
from datetime import date

from benban.model.catalogue import instrument_name
from benban.model.paper import (
    Blank,
    Line,
    Paper,
    PaperColumn,
    PaperHeading,
    PaperItems,
    PaperKind,
    PaperPart,
    PaperSignature,
    PaperTable,
    PaperText,
    PaperWriting,
    Piece,
)
from benban.model.remedy import Provision
from benban.notices.paper_facts import CODES, PaperFacts
from benban.notices.paper_templates import PaperTemplate, PartEntry
from benban.wording import Language, say

_PLACE = re.compile(r"\{([^{}]*)\}")
_ARTICLE = re.compile(
    r"(?P<article>\d+(?:-\d+)?)(?:\((?P<clause>\d+)\)(?P<points>(?:\([a-zđ]\))*))?"
)
_SHORT = frozenset({"born", "made_on", "act_on", "log_entries", "exhibit_count", "file_count"})


def write_paper(kind: PaperKind, template: PaperTemplate, facts: PaperFacts) -> Paper:
    """
    Return the paper; what is not known is a blank, and no word of it is markup.

    The same facts give the same paper whether or not a picture was compared: none is taken.
    """
    desk = _Desk(facts, _laws(template, facts))
    parts = tuple(
        made
        for part in template.part
        if facts.conditions.issuperset(part.when) and not desk.value(part.unless)
        for made in desk.parts(part)
    )
    note = tuple(desk.plain(one) for one in template.note)
    return Paper(
        kind=kind,
        title=template.title,
        subject=template.subject,
        to=tuple(desk.line(one) for one in template.to),
        parts=parts,
        signatures=tuple(
            PaperSignature(title=one.title, note=one.note, name=desk.value(one.name))
            for one in template.signature
        ),
        review=f"{_review(template)} {_checked([*desk.cited, *facts.cited])}".strip(),
        made_on=facts.made_on,
        demonstration=(say(Language.VI, "dossier.demonstration") if facts.is_demonstration else ""),
        note=note,
        has_place_and_date=template.has_place_and_date,
        is_official=template.is_official,
    )


def _laws(template: PaperTemplate, facts: PaperFacts) -> tuple[str, ...]:
    said = template.laws
    said += template.laws_if_threatened if "threatened" in facts.conditions else ()
    return said + (template.laws_if_minor if "minor" in facts.conditions else ())


def _review(template: PaperTemplate) -> str:
    if template.reviewed_on is None:
        return say(Language.VI, "paper.not-reviewed")
    day = vietnamese_day(template.reviewed_on)
    return say(Language.VI, "paper.reviewed", name=template.reviewed_by, date=day)


def _checked(cited: list[Provision]) -> str:
    """Return when the oldest of the named rules was last held against its source (promise 8)."""
    if not cited:
        return ""
    oldest = min(rule.checked_on for rule in cited)
    return say(Language.VI, "paper.checked", date=vietnamese_day(oldest))


def vietnamese_day(day: date) -> str:
    """Return a day as it is written in Viet Nam."""
    return f"{day:%d/%m/%Y}"


class _Desk:
    """Fills the places of one template."""

    def __init__(self, facts: PaperFacts, laws: tuple[str, ...]) -> None:
        self._facts = facts
        self._laws = laws
        self._rules = {rule.id: rule for rule in facts.rules}
        self.cited: list[Provision] = []
        person = facts.person
        self._values = {
            "name": person.name,
            "born": person.born,
            "id_number": person.id_number,
            "id_issued": person.id_issued,
            "residence": person.residence,
            "contact": person.contact,
            "represented": person.represented,
            "addressee": facts.addressee,
            "made_on": vietnamese_day(facts.made_on),
            "act_on": vietnamese_day(min(facts.acts_on)) if facts.acts_on else "",
            **facts.fields,
        }

    def value(self, name: str) -> str:
        """Return a value; empty when it is not known."""
        return self._values.get(name, "")

    def line(self, template: str) -> Line:
        """Return the pieces of a text with its places filled."""
        only = _PLACE.fullmatch(template)
        if only and not self.value(only[1]) and not only[1].startswith("law:"):
            return (Piece(blank=Blank.REST),)
        pieces: list[Piece] = []
        end = 0
        for place in _PLACE.finditer(template):
            pieces += _literal(template[end : place.start()])
            pieces.append(self._filled(place[1]))
            end = place.end()
        return (*pieces, *_literal(template[end:]))

    def parts(self, entry: PartEntry) -> tuple[PaperPart, ...]:
        """Return what one part of the template becomes."""
        if entry.heading:
            return (PaperHeading(text=entry.heading),)
        if entry.writing:
            return (PaperWriting(lines=entry.writing),)
        if entry.table:
            return self._table(entry)
        if entry.rows:
            return tuple(
                PaperText(line=self._labelled(label, name), is_indented=False)
                for label, name in entry.rows
            )
        if entry.items:
            lines = [line for one in entry.items for line in self._item(one)]
            return (PaperItems(lines=tuple(lines), is_lettered=entry.lettered),) if lines else ()
        line = self.line(entry.text)
        return (PaperText(line=line, is_indented=entry.indented, is_quiet=entry.quiet),)

    def _item(self, template: str) -> tuple[Line, ...]:
        if template != "{laws}":
            return (self.line(template),)
        named = [rule for one in self._laws if (rule := self._rules.get(one)) is not None]
        # The day of an act picks its rules; where none is known, today's law is named.
        days = self._facts.acts_on or (self._facts.made_on,)
        valid = [rule for rule in named if any(_is_valid(rule, day) for day in days)]
        self.cited += valid
        cited = [_cite(rule) for rule in valid]
        return tuple((Piece(text=one[:1].upper() + one[1:]),) for one in cited)

    def _table(self, entry: PartEntry) -> tuple[PaperPart, ...]:
        rows = self._facts.tables.get(entry.table, ())
        if not rows:
            return (PaperText(line=self.line(entry.empty)),) if entry.empty else ()
        return (
            PaperTable(
                columns=tuple(
                    PaperColumn(heading=one.heading, share=one.share) for one in entry.columns
                ),
                rows=tuple(
                    tuple(_cell(one.name, row.get(one.name, "")) for one in entry.columns)
                    for row in rows
                ),
            ),
        )

    def _labelled(self, label: str, name: str) -> Line:
        text = self.value(name)
        shown = _cell(name, text) if text else (Piece(blank=Blank.REST),)
        return (Piece(text=f"{label}: "), *shown)

    def _filled(self, place: str) -> Piece:
        if place.startswith("law:"):
            return Piece(text=self._law(place.removeprefix("law:")))
        text = self.value(place)
        if text:
            return Piece(text=text, is_code=place in CODES)
        return Piece(blank=Blank.SHORT if place in _SHORT else Blank.MEDIUM)

    def _law(self, named: str) -> str:
        """Return a rule by name: procedure is today's; a part of an article may be given."""
        rule_id, _, part = named.partition("#")
        rule = self._rules.get(rule_id)
        if rule is None or not _is_valid(rule, self._facts.made_on):
            return say(Language.VI, "paper.law-in-force")
        self.cited.append(rule)
        return f"{part} {instrument_name(rule, Language.VI)}" if part else _cite(rule)

    def plain(self, template: str) -> str:
        """Return a text with its places filled; only rules of law may stand in it."""
        return "".join(piece.text for piece in self.line(template))


def _cite(rule: Provision) -> str:
    name = instrument_name(rule, Language.VI)
    return say(Language.VI, "paper.cite", article=vietnamese_article(rule.article), instrument=name)


def vietnamese_article(article: str) -> str:
    """
    Return an article as Vietnamese papers cite it: ``7(2)(c)(d)`` is ``điểm c, d khoản 2 Điều 7``.

    A way of writing that is not understood is given as it stands, behind "Điều".
    """
    parts = [one.strip() for one in article.split(",")]
    found = [_ARTICLE.fullmatch(one) for one in parts]
    if not all(found):
        return f"Điều {article}"
    comma = "; " if "(" in article else ", "
    return comma.join(_article(one) for one in found if one)


def _article(found: re.Match[str]) -> str:
    points = ", ".join(re.findall(r"\((.)\)", found["points"] or ""))
    point = f"điểm {points} " if points else ""
    clause = f"khoản {found['clause']} " if found["clause"] else ""
    return f"{point}{clause}Điều {found['article']}"


def _is_valid(rule: Provision, day: date) -> bool:
    has_begun = rule.valid_from is not None and rule.valid_from <= day
    return has_begun and (rule.valid_until is None or day <= rule.valid_until)


def _literal(text: str) -> tuple[Piece, ...]:
    return (Piece(text=text),) if text else ()


def _cell(name: str, text: str) -> Line:
    return (Piece(text=text, is_code=name in CODES),)
