"""What a paper may be made of: values of the case, gathered by casework, and what was typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from benban.model.remedy import Provision

# Names that a template may use, in running text or behind a label.
FIELDS = frozenset(
    {
        "name",
        "born",
        "id_number",
        "id_issued",
        "residence",
        "contact",
        "addressee",
        "represented",
        "story",
        "harm",
        "remark",
        "witness",
        "medium",
        "case_origin",
        "key_id",
        "log_entries",
        "first_seen",
        "first_stamp",
        "exhibit_count",
        "file_count",
        "total_bytes",
        "tools",
        "damage_total",
        "made_on",
        "act_on",
        "consent_text",
        "",
    }
)
_PLACES = frozenset({"label", "kind", "address", "seen"})
# Tables and the names of their columns.
TABLES: Mapping[str, frozenset[str]] = {
    # Every place; what a report to the police is about; where content stood or was threatened,
    # and of these what somebody could be told to remove.
    "places": _PLACES,
    "reported": _PLACES,
    "acts": _PLACES,
    "addressed": _PLACES,
    "accounts": frozenset({"place", "account", "account_id", "channel", "posted", "seen"}),
    "exhibits": frozenset({"label", "what", "bytes", "sha256", "taken", "entry", "place"}),
    "counters": frozenset({"place", "counter", "shown", "value", "at"}),
    "visits": frozenset({"label", "place", "began", "ended", "status", "browser"}),
    "notices": frozenset({"recipient", "place", "sent", "state", "ticket"}),
    "damages": frozenset({"number", "on", "what", "kind", "amount", "receipt"}),
    "limits": frozenset({"what", "basis", "starts", "length", "ends"}),
    "allegations": frozenset({"number", "kept", "text"}),
    "consents": frozenset({"number", "purpose", "recipient", "given", "withdrawn", "version"}),
    "capacities": frozenset({"what", "added", "sha256"}),
}
# Values of these columns and fields are codes: they may break anywhere.
CODES = frozenset({"address", "sha256", "account_id", "key_id", "case_origin"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """
    Who signs, as typed; every part may be empty and is then filled in by hand.

    Attributes:
        id_issued: day and place of issue.
        represented: the person for whom somebody else signs.
    """

    name: str = ""
    born: str = ""
    id_number: str = ""
    id_issued: str = ""
    residence: str = ""
    contact: str = ""
    represented: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFacts:
    """
    The facts of one paper; all texts are printable already.

    Attributes:
        addressee: the office, as typed; empty is filled in by hand.
        fields: by name; one that is not there is a blank.
        tables: rows by the table's name, each row by the column's name.
        conditions: which parts of the template are printed.
        rules: of the catalogue, without those that may not be printed.
        acts_on: the day of each act, as far as known; they pick the rules.
        cited: rules that a table names.
    """

    person: Person
    addressee: str
    fields: Mapping[str, str]
    tables: Mapping[str, tuple[Mapping[str, str], ...]]
    conditions: frozenset[str]
    rules: tuple[Provision, ...]
    made_on: date
    acts_on: tuple[date, ...] = ()
    cited: tuple[Provision, ...] = field(default=())
    is_demonstration: bool = field(default=False)
