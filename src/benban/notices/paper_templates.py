"""
The words of the papers, read from the catalogue and checked once.

Source: ``catalogue/forms/papers/vi/<kind>.toml``; docs/explanation/papers.md.
"""

import re
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec

from benban.errors import CatalogueError
from benban.model.paper import PaperKind
from benban.notices.paper_facts import FIELDS, TABLES

_PLACE = re.compile(r"\{([^{}]*)\}")
_LAW = re.compile(r"law:[a-z0-9-]+(?:#.+)?")
# When a part is printed at all.
CONDITIONS = frozenset(
    {
        "adult",
        "minor",
        "self",
        "for-somebody",
        "published",
        "threatened",
        "visited",
        "supplied",
        "kept",
        "nothing-kept",
    }
)


class _Strict(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    pass


class ColumnEntry(_Strict):
    """A column: the name of the value, the heading, the share of the width."""

    name: str
    heading: str
    share: int = 0


class PartEntry(_Strict):
    """
    One part; exactly one of the first six is set.

    Attributes:
        rows: labels with the name of the field behind each.
        writing: number of dotted lines.
        empty: printed instead of a table without rows.
        when: conditions that must all hold.
        unless: a field; the part is printed only when it is not known.
    """

    heading: str = ""
    text: str = ""
    items: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    table: str = ""
    writing: int = 0
    columns: tuple[ColumnEntry, ...] = ()
    empty: str = ""
    lettered: bool = False
    indented: bool = True
    quiet: bool = False
    when: tuple[str, ...] = ()
    unless: str = ""


class SignatureEntry(_Strict):
    """Where somebody signs."""

    title: str
    note: str
    name: str = ""


class PaperTemplate(_Strict):
    """
    One file.

    Attributes:
        laws, laws_if_threatened, laws_if_minor: rules that the list of rules may name; the day of
            the act picks among them.
        reviewed_by: the lawyer who read these words; empty while nobody has.
    """

    title: str
    part: tuple[PartEntry, ...]
    subject: str = ""
    to: tuple[str, ...] = ()
    laws: tuple[str, ...] = ()
    laws_if_threatened: tuple[str, ...] = ()
    laws_if_minor: tuple[str, ...] = ()
    reviewed_by: str = ""
    reviewed_on: date | None = None
    note: tuple[str, ...] = ()
    has_place_and_date: bool = True
    is_official: bool = True
    signature: tuple[SignatureEntry, ...] = ()


@cache
def paper_template(kind: PaperKind) -> PaperTemplate:
    """
    Return the words of a paper that travel with the program.

    Raises:
        CatalogueError: BB-601, the file is faulty; file, key and problem.
    """
    folder = files("benban.catalogue").joinpath("forms", "papers", "vi")
    return read_template(folder.joinpath(f"{kind.value}.toml"))


def read_template(file: Traversable) -> PaperTemplate:
    """
    Return the words of one file.

    Raises:
        CatalogueError: BB-601.
    """
    name = f"papers/vi/{file.name}"
    try:
        template = msgspec.toml.decode(file.read_bytes(), type=PaperTemplate)
    except OSError as error:
        raise CatalogueError(file=name, key="-", problem="cannot be read") from error
    except msgspec.DecodeError as error:
        problem, _, key = str(error).partition(" - at ")
        raise CatalogueError(
            str(error), file=name, key=key.strip("`") or "$", problem=problem
        ) from error
    for key, problem in _faults(template):
        raise CatalogueError(problem, file=name, key=key, problem=problem)
    return template


def words_of(template: PaperTemplate) -> str:
    """Return every word of a template, for checks over all of them."""
    said = [template.title, template.subject, *template.to, *template.note]
    for part in template.part:
        said += [part.heading, part.text, *part.items, part.empty]
        said += [label for label, _ in part.rows] + [one.heading for one in part.columns]
    for one in template.signature:
        said += [one.title, one.note]
    return "\n".join(said)


def fields_of(template: PaperTemplate) -> frozenset[str]:
    """Return the fields that a template prints: what is worth asking for."""
    named = {name for part in template.part for _, name in part.rows}
    named |= {one.name for one in template.signature}
    return frozenset(named | set(_PLACE.findall(words_of(template)))) & FIELDS


def _faults(template: PaperTemplate) -> list[tuple[str, str]]:
    found = [
        (f"part[{number}]", problem)
        for number, part in enumerate(template.part)
        for problem in _part_faults(part)
    ]
    if bool(template.reviewed_by) != (template.reviewed_on is not None):
        found.append(("reviewed_by", "a reviewer stands there with the day, or not at all"))
    found += [
        (name, "an unknown place")
        for name in _PLACE.findall(words_of(template))
        if name not in FIELDS and name != "laws" and not _LAW.fullmatch(name)
    ]
    return found


def _part_faults(part: PartEntry) -> list[str]:
    given = (part.heading, part.text, part.items, part.rows, part.table, part.writing)
    found = []
    if sum(map(bool, given)) != 1:
        found.append("a part is one of heading, text, items, rows, table, writing")
    if not CONDITIONS.issuperset(part.when):
        found.append("an unknown condition")
    if not FIELDS.issuperset((part.unless, *(name for _, name in part.rows))):
        found.append("an unknown field")
    columns = {one.name for one in part.columns}
    if part.table and (not columns or not columns <= TABLES.get(part.table, frozenset())):
        found.append("an unknown table or column")
    return found
