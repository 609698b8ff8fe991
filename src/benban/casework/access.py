"""The access statement: who saw or had a case, as far as its log knows, and what no log knows."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from benban.casework.custody_words import Speaks, ToldEvent, name_of, subjects_of, tell
from benban.casework.events import event, open_field, sealed_field
from benban.casework.kept_page import shown_in_a_line
from benban.model.clock import Clock
from benban.model.custody import CustodyEvent, EventKind
from benban.model.exhibit import Exhibit
from benban.model.ids import CaseId, ExhibitId
from benban.vault import CaseStore, Vault

# Acts that reach somebody outside; the others are work on this computer.
_OUTWARD = ("visit", "stamp ", "watch", "look up host")
_COUNTED = frozenset({EventKind.SHOWN_VEILED, EventKind.SHOWN_UNVEILED, EventKind.DOSSIER_SEALED})
_OPERATOR = "operator"
# By what a page's pattern names, the nearest thing first.
_KINDS = (
    *(("/look/", "picture"), ("/pair/", "picture"), ("/sound", "picture")),
    *(("{exhibit}", "exhibit"), ("{notice}", "notice"), ("{sighting}", "sighting")),
)
_KIND = "access-statement"


class Access(Enum):
    """In which way somebody came to see or have something."""

    HAD_KEY = "had-key"
    SHOWN = "shown"
    GIVEN = "given"
    MOVED = "moved"
    ASKED = "asked"


_ACCESS_OF = {
    EventKind.COLLEAGUE_LET_IN: Access.HAD_KEY,
    EventKind.COLLEAGUE_TAKEN_OUT: Access.HAD_KEY,
    EventKind.LEAD_GIVEN: Access.HAD_KEY,
    EventKind.SHOWN_VEILED: Access.SHOWN,
    EventKind.SHOWN_UNVEILED: Access.SHOWN,
    EventKind.DOSSIER_SEALED: Access.GIVEN,
    EventKind.PAPER_WRITTEN: Access.GIVEN,
    EventKind.LETTER_WRITTEN: Access.GIVEN,
    EventKind.RECEIPT_GIVEN: Access.GIVEN,
    EventKind.NOTICE_SENT: Access.GIVEN,
    EventKind.MAIL_TRIED: Access.GIVEN,
    EventKind.HANDED_OVER: Access.MOVED,
    EventKind.TAKEN_OVER: Access.MOVED,
    EventKind.ENTRUSTED: Access.MOVED,
    EventKind.KEY_CHANGED: Access.MOVED,
    EventKind.CAPACITY_STATED: Access.MOVED,
    EventKind.CAPACITY_SHOWN: Access.MOVED,
    EventKind.WITNESS_ADDED: Access.MOVED,
    EventKind.CAPTURED: Access.ASKED,
    EventKind.STAMPED: Access.ASKED,
    EventKind.HOST_LOOKED_UP: Access.ASKED,
    EventKind.LOOKED: Access.ASKED,
    EventKind.STANDING_GIVEN: Access.ASKED,
    EventKind.STANDING_REVOKED: Access.ASKED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAccess:
    """How often an item was shown, and in how many dossiers and hand-overs it went."""

    exhibit_id: ExhibitId
    name: str
    taken_in_at: datetime
    veiled: int
    unveiled: int
    dossiers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """
    A key with which somebody worked on the case; a pseudonym, another one in each case.

    Attributes:
        entries: of the log that name it; not every act does.
    """

    key: str
    first_at: datetime
    last_at: datetime
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenBy:
    """
    How often somebody saw a kind of page on a day, in a vault that several people share.

    Attributes:
        name: with which they come in; empty when nobody of that number is known any more.
        what: id of our words for the kind of page.
        first_at: on that day.
    """

    name: str
    what: str
    first_at: datetime
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessStatement:
    """
    Who saw or had a case.

    Attributes:
        groups: each way with its events, oldest first; also those where there were none.
        forgotten: entries whose words were destroyed; what they said is not known any more.
    """

    case_id: CaseId
    made_at: datetime
    entries: int
    forgotten: int
    groups: tuple[tuple[Access, tuple[ToldEvent, ...]], ...]
    items: tuple[ItemAccess, ...]
    workers: tuple[Worker, ...]
    seen_by: tuple[SeenBy, ...] = ()


def views_of(vault: Vault, case_id: CaseId) -> tuple[SeenBy, ...]:
    """Return who saw which kind of page of a case on which day; none in a vault of one's own."""
    names = {one.user_id: one.name for one in vault.people()}
    days: dict[tuple[date, str, str], list[datetime]] = {}
    for view in vault.views(case_id):
        if view.what.startswith("/"):
            day = view.at.astimezone().date()
            days.setdefault((day, view.by, kind_of_page(view.what)), []).append(view.at)
    return tuple(
        SeenBy(name=names.get(by, ""), what=what, first_at=min(times), count=len(times))
        for (_, by, what), times in sorted(days.items(), key=lambda one: min(one[1]))
    )


def kind_of_page(pattern: str) -> str:
    """Return which kind of page a pattern is: the nearest thing that it names."""
    if pattern == "/c/{case}":
        return "case"
    return next((kind for part, kind in _KINDS if part in pattern), "other")


def seen_line(seen: SeenBy, words: Speaks) -> str:
    """Return who saw what and when."""
    return words(
        "access.views.one",
        time=moment(seen.first_at),
        name=seen.name or words("access.views.gone"),
        what=words(f"access.views.kind.{seen.what}"),
        count=seen.count,
    )


def access_of(
    store: CaseStore, words: Speaks, clock: Clock, seen_by: tuple[SeenBy, ...] = ()
) -> AccessStatement:
    """Return who saw or had the case, as its log has it, in words; nothing is written."""
    events = store.events()
    about = subjects_of(store, words)
    by_way: dict[Access, list[ToldEvent]] = {way: [] for way in Access}
    for one in events:
        if (way := _way_of(one)) is not None:
            by_way[way].append(tell(words, one, about))
    return AccessStatement(
        case_id=store.case.id,
        made_at=clock.now(),
        entries=len(events),
        forgotten=sum(one.is_forgotten for one in events),
        groups=tuple((way, tuple(told)) for way, told in by_way.items()),
        items=_items(store, words, events),
        workers=_workers(events),
        seen_by=seen_by,
    )


def write_access_text(
    store: CaseStore, words: Speaks, clock: Clock, seen_by: tuple[SeenBy, ...] = ()
) -> str:
    """Return the statement as a text to be saved; first the log says that one was written."""
    statement = access_of(store, words, clock, seen_by)
    store.record(
        event(
            EventKind.PAPER_WRITTEN,
            "",
            open_field("paper", _KIND),
            open_field("audience", "myself"),
            # Never opened in a dossier; it says later which item was named in it.
            sealed_field("included", " ".join(one.exhibit_id for one in statement.items)),
        )
    )
    return access_text(statement, words)


def access_text(statement: AccessStatement, words: Speaks) -> str:
    """Return the statement as lines to read; nobody else's words can begin one."""
    return "\n".join(_lines(statement, words)) + "\n"


def _lines(statement: AccessStatement, words: Speaks) -> Iterable[str]:
    yield words("access.title")
    yield words("access.of", case=statement.case_id, time=moment(statement.made_at))
    for way, events in statement.groups:
        yield from ("", words(f"access.{way.value}"))
        yield from (line for one in events for line in _event_lines(one))
        if not events:
            yield f"  {words('cli.custody.none')}"
    yield from ("", words("access.items"))
    for item in statement.items:
        yield f"  {item.name}"
        yield f"    {item_line(item, words)}"
    if not statement.items:
        yield f"  {words('cli.custody.none')}"
    yield from ("", words("access.workers"), f"  {words('access.workers.about')}")
    for one in statement.workers:
        yield f"  {one.key}"
        yield f"    {worker_line(one, words)}"
    if statement.seen_by:
        yield from ("", words("access.views"))
        yield from (f"  {seen_line(one, words)}" for one in statement.seen_by)
    yield from ("", words("access.not-known"))
    yield from (f"  - {line}" for line in not_known(statement, words))


def item_line(item: ItemAccess, words: Speaks) -> str:
    """Return how often an item was shown and given, "none" where it was not."""
    none = words("cli.custody.none")
    return words(
        "access.items.one",
        time=moment(item.taken_in_at),
        veiled=item.veiled or none,
        unveiled=item.unveiled or none,
        dossiers=item.dossiers or none,
    )


def worker_line(worker: Worker, words: Speaks) -> str:
    """Return when a key worked on the case, and in how many entries."""
    return words(
        "access.workers.one",
        first=moment(worker.first_at),
        last=moment(worker.last_at),
        count=worker.entries,
    )


def not_known(statement: AccessStatement, words: Speaks) -> tuple[str, ...]:
    """Return what the log cannot know, said with it each time."""
    lines = words("access.not-known.lines").split("\n")
    if statement.forgotten:
        lines.append(words("access.not-known.forgotten", count=statement.forgotten))
    return tuple(lines)


def moment(value: datetime) -> str:
    """Return a time of this computer's zone with the zone: dd/mm/yyyy hh:mm:ss (+07:00)."""
    here = value.astimezone()
    zone = f"{here:%z}"
    return f"{here:%d/%m/%Y %H:%M:%S} ({zone[:3]}:{zone[3:5]})"


def _event_lines(one: ToldEvent) -> Iterable[str]:
    when = moment(one.at) if one.at else ""
    about = f". {one.about}" if one.about else ""
    yield f"  {one.position}. {when}  {one.what}{about}"
    yield from (f"      {field.name}: {shown_in_a_line(field.value)}" for field in one.fields)


def _way_of(entry: CustodyEvent) -> Access | None:
    if entry.kind is None:
        return None
    if entry.kind is EventKind.ATTEMPT:
        acts = (field.value for field in entry.fields if field.name == "act")
        return Access.ASKED if any(one.startswith(_OUTWARD) for one in acts) else None
    return _ACCESS_OF.get(entry.kind)


def _items(
    store: CaseStore, words: Speaks, events: Sequence[CustodyEvent]
) -> tuple[ItemAccess, ...]:
    # Once over the log: the log is longer than the list of items, and both may be long.
    counted = Counter(
        (one.kind, named) for one in events if one.kind in _COUNTED for named in _named(one)
    )
    return tuple(
        ItemAccess(
            exhibit_id=one.id,
            name=name_of(one, words),
            taken_in_at=one.taken_in_at,
            veiled=counted[EventKind.SHOWN_VEILED, one.id],
            unveiled=counted[EventKind.SHOWN_UNVEILED, one.id],
            dossiers=counted[EventKind.DOSSIER_SEALED, one.id],
        )
        for one in store.all(Exhibit)
    )


def _named(entry: CustodyEvent) -> set[str]:
    """Return the ids an event names: its subject, and what it carried."""
    return {entry.subject}.union(*(field.value.split(" ") for field in entry.fields))


def _workers(events: Sequence[CustodyEvent]) -> tuple[Worker, ...]:
    seen: dict[str, list[datetime]] = {}
    for entry in events:
        for field in entry.fields:
            if field.name == _OPERATOR and entry.at is not None:
                seen.setdefault(field.value, []).append(entry.at)
    return tuple(
        Worker(key=key, first_at=min(times), last_at=max(times), entries=len(times))
        for key, times in seen.items()
    )
