"""Notices of a simulated year: sent, answered late or never, held against a book of ours."""

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

from benban.casework.due import due_in_case
from benban.casework.make_plan import make_plan
from benban.casework.notify import approve_notice, draft_for_step, mark_notice_sent
from benban.casework.recheck import WatchTools
from benban.casework.replies import keep_reply
from benban.casework.watch_summary import summarise
from benban.errors import DailyNoticeLimitError, NoNoticeForStepError, NoticeOpenError
from benban.model.ids import NoticeId, SightingId
from benban.model.remedy import Notice, NoticeState, Reply, Signature, Step, StepKind
from benban.model.sighting import Answer, Sighting
from benban.notices.draft import NoticeAnswers
from benban.notices.statements import required_statements
from benban.vault import CaseStore
from benban.wording import Language

# To whom a person would write: the service, and under a law that sets it a time.
FORMS = ("telegram-abuse", "vn-decree-147", "vn-erasure")
ANSWERS = (NoticeState.ACKNOWLEDGED, NoticeState.REMOVED, NoticeState.REFUSED)
SILENT, SECOND_TRY = 0.5, 0.3
_OPEN = frozenset({NoticeState.SENT, NoticeState.ACKNOWLEDGED})


@dataclass(slots=True, kw_only=True)
class Tally:
    """
    What the notices of a year came to.

    Attributes:
        repeated: a second one that was let through while the first was open.
        refused: second ones that were tried, and stopped.
        deadlines: that passed without an answer.
        missed: of these, not told on the day, told too early or too often, or without a next step.
    """

    sent: int = 0
    follow_ups: int = 0
    repeated: int = 0
    refused: int = 0
    deadlines: int = 0
    missed: int = 0
    why: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True, kw_only=True)
class _Kept:
    """One line of the book."""

    notice: NoticeId
    sighting: SightingId
    channel: str
    due_at: datetime | None
    answer: NoticeState | None
    answer_at: datetime
    state: NoticeState = NoticeState.SENT
    is_told: bool = False


class Letters:
    """The notices of one case, with a book that nothing of the program has written."""

    def __init__(
        self, store: CaseStore, tools: WatchTools, chance: random.Random, tally: Tally
    ) -> None:
        """Begin with an empty book."""
        self._store = store
        self._tools = tools
        self._chance = chance
        self._tally = tally
        self._book: list[_Kept] = []
        self._numbers = count(1)

    def ask_about(self, sighting: Sighting) -> None:
        """Send a notice for each step that has one of the forms; now and then try twice."""
        plan = make_plan(self._store, sighting, self._tools.catalogue, self._tools.clock)
        for step in plan.steps:
            if step.notice_form not in FORMS:
                continue
            first = self._draft(sighting, step)
            second = self._draft(sighting, step) if self._chance.random() < SECOND_TRY else None
            for draft in (first, second):
                if draft is not None:
                    self._send(draft, step)

    def live_a_day(self) -> None:
        """Let services answer, hold what is told to be due against the book, and follow up."""
        now = self._tools.clock.now()
        for one in self._book:
            if one.answer is not None and one.answer_at <= now:
                self._answer(one, now)
        late = {one.notice for one in self._book if self._is_late(one, now)}
        told = [one.notice.id for one in due_in_case(self._store, now) if one.is_overdue]
        self._miss("not told, or told too early", len(late ^ set(told)))
        self._miss("told twice", len(told) - len(set(told)))
        counted = summarise(self._store, self._tools.clock, run=self._tools.run).overdue
        self._miss("counted otherwise in the summary", int(counted != len(late)))
        for one in [one for one in self._book if one.notice in late and not one.is_told]:
            one.is_told = True
            self._tally.deadlines += 1
            self._go_on(one)

    def _is_late(self, one: _Kept, now: datetime) -> bool:
        return one.state in _OPEN and one.due_at is not None and one.due_at < now

    def _miss(self, why: str, times: int) -> None:
        self._tally.missed += times
        if times:
            self._tally.why[why] += times

    def _go_on(self, late: _Kept) -> None:
        """Take the step that the plan now has for what was not answered."""
        sighting = self._store.get(Sighting, late.sighting)
        plan = make_plan(self._store, sighting, self._tools.catalogue, self._tools.clock)
        follows = [one for one in plan.steps if one.follows == late.notice and one.notice_form]
        self._miss("no step for what is late", int(not follows))
        for step in follows[:1]:
            draft = self._draft(sighting, step)
            if draft is not None:
                self._send(draft, step)

    def _answer(self, one: _Kept, now: datetime) -> None:
        if one.answer is None:
            return
        reply = Reply(at=now, text="Chúng tôi đã nhận.", ticket=f"T-{next(self._numbers)}")
        keep_reply(self._store, one.notice, reply, one.answer, self._tools.clock)
        one.state, one.answer = one.answer, None

    def _draft(self, sighting: Sighting, step: Step) -> Notice | None:
        try:
            return draft_for_step(
                self._store,
                sighting,
                step.id,
                answers=NoticeAnswers(is_intimate=Answer.YES, is_speech=Answer.NO),
                language=Language.VI,
                catalogue=self._tools.catalogue,
                clock=self._tools.clock,
            )
        except NoNoticeForStepError:
            self._tally.refused += 1
            return None

    def _send(self, draft: Notice, step: Step) -> None:
        store, clock = self._store, self._tools.clock
        form = self._tools.catalogue.form(draft.form)
        signature = Signature(
            name="M. N.",
            is_pseudonym=True,
            contact="case@mail.example",
            statements=required_statements(form, store.case.capacity) if form else (),
            at=clock.now(),
        )
        is_open = any(
            (one.sighting, one.channel) == (draft.sighting_id, draft.channel_id)
            and one.state in _OPEN
            for one in self._book
        )
        try:
            approve_notice(store, draft.id, signature, self._tools.catalogue, elsewhere=())
        except NoticeOpenError:
            self._tally.refused += 1
            return
        except DailyNoticeLimitError:
            return
        self._tally.repeated += is_open and draft.follows is None
        mark_notice_sent(store, draft.id, clock)
        self._tally.sent += 1
        self._tally.follow_ups += draft.follows is not None
        self._enter(draft, step)

    def _enter(self, draft: Notice, step: Step) -> None:
        now = self._tools.clock.now()
        # What the plan stated, counted here: a follow-up sets nobody a new time.
        is_clock = step.deadline is not None and step.kind is not StepKind.POLICE
        hours = step.deadline.hours if is_clock and step.deadline else None
        starts_here = hours is not None and draft.follows is None
        is_silent = self._chance.random() < SILENT
        self._book.append(
            _Kept(
                notice=draft.id,
                sighting=draft.sighting_id,
                channel=draft.channel_id,
                due_at=now + timedelta(hours=hours or 0) if starts_here else None,
                answer=None if is_silent else self._chance.choice(ANSWERS),
                answer_at=now + timedelta(days=self._chance.uniform(0.2, 40)),
            )
        )


def added(one: Tally, other: Tally) -> Tally:
    """Return the sum of two tallies."""
    return replace(
        one,
        sent=one.sent + other.sent,
        follow_ups=one.follow_ups + other.follow_ups,
        repeated=one.repeated + other.repeated,
        refused=one.refused + other.refused,
        deadlines=one.deadlines + other.deadlines,
        missed=one.missed + other.missed,
        why=one.why + other.why,
    )
