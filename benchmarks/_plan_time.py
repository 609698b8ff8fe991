"""How long a plan takes once the catalogue is loaded; `benchmarks.watch` makes it a claim."""

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles

from benban.model.case import Capacity, Case
from benban.model.ids import CaseId, SightingId
from benban.model.remedy import Notice, NoticeState
from benban.model.routes import Circumstances, HostFacts, LinkAnswer, LinkTo, RegistryContact
from benban.model.sighting import AgeAnswers, Answer, Sighting, SightingKind
from benban.notices.draft import NoticeAnswers, draft_notice
from benban.remedies import packaged_catalogue, parse_address, plan_removal
from benban.wording import Language

_NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
_PLACES = (
    "https://t.me/kenh_vi_du/55?comment=7",
    "https://x.com/i/status/1234567890123456789",
    "https://www.facebook.com/reel/1234567890",
    "https://www.tiktok.com/@ten.vi.du/video/7123456789012345678",
    "https://www.youtube.com/watch?v=AAAAAAAAAAA",
    "https://zalo.me/g/abcdef123",
    "https://dien-dan.vi-du.vn/chu-de/77/#bai-9",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTime:
    """
    Milliseconds for one plan with all ties, host facts and *notices* earlier notices.

    Attributes:
        median_ms, p99_ms, worst_ms: over ``count`` plans of all kinds and places.
    """

    median_ms: float
    p99_ms: float
    worst_ms: float
    count: int
    notices: int


def measure_plan_time(*, rounds: int = 40) -> PlanTime:
    """
    Return how long plans take after the catalogue is loaded.

    Args:
        rounds: how often each of the 7 places and 6 kinds is planned.
    """
    catalogue = packaged_catalogue()
    case = Case(
        id=CaseId("case-1"),
        title="",
        language=Language.VI,
        capacity=Capacity.SELF,
        opened_at=_NOW,
    )
    known = _circumstances()
    notices = _notices(case)
    sightings = [_sighting(place, kind) for place in _PLACES for kind in SightingKind]
    later = _NOW + timedelta(days=9)
    taken: list[float] = []
    for _ in range(rounds):
        for sighting in sightings:
            begun = time.perf_counter()
            plan_removal(sighting, case, catalogue, later, notices, circumstances=known)
            taken.append((time.perf_counter() - begun) * 1000)
    return PlanTime(
        median_ms=median(taken),
        p99_ms=quantiles(taken, n=100)[98],
        worst_ms=max(taken),
        count=len(taken),
        notices=len(notices),
    )


def _circumstances() -> Circumstances:
    contact = RegistryContact(name="x", mails=("abuse@x.example",), registry="rdap.apnic.net")
    facts = HostFacts(
        host="dien-dan.vi-du.vn",
        looked_up_at=_NOW,
        network_abuse=contact,
        upstream_abuse=contact,
        registrar_abuse=contact,
    )
    said = (LinkAnswer(to=one, answer=Answer.YES, answered_at=_NOW) for one in LinkTo)
    return Circumstances(links=tuple(said), host=facts)


def _sighting(place: str, kind: SightingKind) -> Sighting:
    return Sighting(
        id=SightingId("sig-1"),
        kind=kind,
        address=parse_address(place, packaged_catalogue()),
        text="",
        answers=AgeAnswers(
            adult_now=Answer.YES, adult_in_picture=Answer.YES, nobody_doubts=Answer.YES
        ),
        reported_at=_NOW,
        seen_at=_NOW,
    )


def _notices(case: Case) -> tuple[Notice, ...]:
    """Return a sent notice for every step of a plan that has one: the most that can lie there."""
    catalogue = packaged_catalogue()
    seen = _sighting(_PLACES[1], SightingKind.PUBLISHED)
    steps = plan_removal(seen, case, catalogue, _NOW, circumstances=_circumstances()).steps
    answers = NoticeAnswers(is_intimate=Answer.YES, is_speech=Answer.NO)
    drafts = [
        draft_notice(step, seen, Language.VI, _NOW, catalogue=catalogue, case=case, answers=answers)
        for step in steps
        if step.notice_form
    ]
    return tuple(_sent(draft) for draft in drafts)


def _sent(draft: Notice) -> Notice:
    return replace(draft, state=NoticeState.SENT, sent_at=_NOW)
