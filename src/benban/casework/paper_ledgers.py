"""What ledgers of the case know for a paper: damage, time limits, consents, allegations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from benban.casework.damage import ledger, total_vnd
from benban.casework.paper_facts import ACTS, Desk, Row, moment, safe
from benban.model.allegation import Allegation
from benban.model.catalogue import Catalogue, instrument_name
from benban.model.consent import CapacityDocument, Consent
from benban.model.damage import Damage
from benban.model.exhibit import Capture
from benban.model.limitation import TimeLimit
from benban.model.paper import PaperKind
from benban.model.post import PostFactName
from benban.model.sighting import Sighting
from benban.notices.papers import vietnamese_day
from benban.remedies.limitation import time_limits
from benban.vault import CaseStore
from benban.wording import Language, say

_VIET_NAM = timezone(timedelta(hours=7))
_MONTHS_OF_A_YEAR = 12
# Which limits a paper speaks of; the others speak of all.
_LIMITS_OF = {
    PaperKind.LOG_REQUEST: frozenset({"logs", "logs-domestic"}),
    PaperKind.DAMAGE: frozenset({"civil"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """
    The days that limits are computed from.

    Attributes:
        acts_on: of each place of which one is known, its earliest; earliest first.
        shown_on: those that a page showed; of the others somebody said that they saw it.
        known_on: the first day it was seen or reported.
    """

    acts_on: tuple[date, ...]
    shown_on: frozenset[date]
    known_on: date | None

    @property
    def act_on(self) -> date | None:
        """The earliest that is known; None when none is."""
        return min(self.acts_on, default=None)


def days_of(sightings: Sequence[Sighting], captures: Sequence[Capture]) -> Days:
    """
    Return the days of the places in Viet Nam's time.

    Only where content stood or was threatened is an act, if the case has such a place: the day of
    a service's own page, or of somebody's talk, starts no time and picks no rule.
    """
    acts = [one for one in sightings if one.kind in ACTS] or sightings
    shown = {
        one.id: [day for visit in captures if visit.sighting_id == one.id for day in _posted(visit)]
        for one in acts
    }
    told = {one.id: _told(one) for one in acts}
    days = [min(every) for one in acts if (every := [*shown[one.id], *told[one.id]])]
    # What has been reported was known by then, whatever day stands beside another place.
    known = [day for one in acts for day in (*told[one.id], local_day(one.reported_at))]
    return Days(
        acts_on=tuple(sorted(days)),
        shown_on=frozenset(day for every in shown.values() for day in every),
        known_on=min(known, default=None),
    )


def _told(sighting: Sighting) -> list[date]:
    """Return what the person said: who names a day mostly names the one on which they saw it."""
    seen = [local_day(sighting.seen_at)] if sighting.seen_at is not None else []
    return [*seen, sighting.act_on] if sighting.act_on is not None else seen


def limits_of(store: CaseStore, catalogue: Catalogue) -> tuple[TimeLimit, ...]:
    """Return the time limits of the whole case, each from the first act that its rules judge."""
    days = days_of(store.all(Sighting), store.all(Capture))
    found: dict[str, TimeLimit] = {}
    for day in days.acts_on or (None,):
        made = time_limits(
            act_on=day,
            known_on=days.known_on,
            is_act_sure=day in days.shown_on,
            catalogue=catalogue,
        )
        for one in made:
            found.setdefault(one.id, one)
    return tuple(sorted(found.values(), key=lambda one: (one.ends_on, one.id)))


def limit_start(limit: TimeLimit, language: Language) -> str:
    """Return what starts the time, with its day."""
    how = limit.start.value if limit.is_start_sure else "seen"
    return say(language, f"limit.start.{how}", date=vietnamese_day(limit.starts_on))


def ledger_tables(
    desk: Desk,
    store: CaseStore,
    kind: PaperKind,
    *,
    catalogue: Catalogue,
    allegations: Sequence[Allegation],
) -> dict[str, tuple[Row, ...]]:
    """Return the tables that come from the case's ledgers."""
    wanted = _LIMITS_OF.get(kind)
    limits = limits_of(store, catalogue)
    return {
        "damages": tuple(
            _damage(desk, number, one) for number, one in enumerate(ledger(store), start=1)
        ),
        "limits": tuple(_limit(one) for one in limits if wanted is None or one.id in wanted),
        "allegations": tuple(
            {"number": str(number), "kept": _day(one.kept_at), "text": safe(one.text)}
            for number, one in enumerate(allegations, start=1)
        ),
        "consents": tuple(
            _consent(number, one) for number, one in enumerate(store.all(Consent), start=1)
        ),
        "capacities": tuple(_capacity(one) for one in store.all(CapacityDocument)),
    }


def ledger_fields(desk: Desk, store: CaseStore) -> dict[str, str]:
    """Return the single facts that come from the case's ledgers."""
    texts = dict.fromkeys(one.text for one in store.all(Consent))
    return {
        "damage_total": desk.voice.number(total_vnd(ledger(store))),
        "consent_text": safe("\n\n".join(texts)),
    }


def _damage(desk: Desk, number: int, damage: Damage) -> Row:
    receipt = desk.labels.of(damage.receipt)
    return {
        "number": str(number),
        "on": vietnamese_day(damage.on),
        "what": safe(damage.what),
        "kind": say(Language.VI, f"damage.kind.{damage.kind.value}"),
        "amount": desk.voice.number(damage.amount_vnd),
        # A receipt that was not chosen is not named.
        "receipt": receipt or "–",
    }


def _limit(limit: TimeLimit) -> Row:
    names = dict.fromkeys(instrument_name(rule, Language.VI) for rule in limit.basis)
    years, months = divmod(limit.months, _MONTHS_OF_A_YEAR)
    length = ("years", years) if not months else ("months", limit.months)
    return {
        "what": say(Language.VI, f"limit.{limit.id}"),
        "basis": "; ".join(names),
        "starts": limit_start(limit, Language.VI),
        "length": say(Language.VI, f"limit.{length[0]}", count=length[1]),
        "ends": vietnamese_day(limit.ends_on),
    }


def _consent(number: int, consent: Consent) -> Row:
    return {
        "number": str(number),
        "purpose": say(Language.VI, f"consent.purpose.{consent.purpose.value}"),
        "recipient": safe(consent.recipient),
        "given": moment(consent.given_at),
        "withdrawn": moment(consent.withdrawn_at) if consent.withdrawn_at else "–",
        "version": consent.version,
    }


def _capacity(document: CapacityDocument) -> Row:
    kind = say(Language.VI, f"capacity.paper.{document.kind.value}")
    until = document.valid_until
    ends = say(Language.VI, "capacity.until", date=vietnamese_day(until)) if until else ""
    return {
        "what": f"{kind} {ends}".strip(),
        "added": _day(document.added_at),
        "sha256": document.sha256.hex,
    }


def _posted(capture: Capture) -> list[date]:
    said = capture.post.value(PostFactName.POSTED_AT) if capture.post is not None else ""
    try:
        at = datetime.fromisoformat(said)
        return [local_day(at if at.tzinfo is not None else at.replace(tzinfo=UTC))]
    except (ValueError, OverflowError):
        # A page may name any year, and the first and the last have no other zone.
        return []


def local_day(at: datetime) -> date:
    """Return the day in Viet Nam: the papers are read there."""
    return at.astimezone(_VIET_NAM).date()


def _day(at: datetime) -> str:
    return vietnamese_day(local_day(at))
