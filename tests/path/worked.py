"""
Worked examples: from a sighting to the plan, the letter, its answer and what follows.

``BENBAN_WRITE_PLANS=1 ./run test tests/path/test_worked_plans.py`` writes the kept plans again;
read the difference before you keep it: it is what a person will read.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benban.casework.make_plan import make_plan
from benban.casework.notify import (
    approve_notice,
    draft_for_step,
    mark_notice_sent,
)
from benban.casework.replies import keep_reply
from benban.casework.routes import answer_tie, keep_host_facts
from benban.casework.take_in import SightingReport, take_in
from benban.cli.commands.plan import print_plan
from benban.cli.out import Out
from benban.cli.words import Words
from benban.model.case import Capacity, Case
from benban.model.ids import CaseId, StepId
from benban.model.remedy import Notice, NoticeState, Plan, Reply, Signature
from benban.model.routes import HostFacts, LinkTo
from benban.model.sighting import AgeAnswers, Answer, Sighting, SightingKind
from benban.notices.draft import NoticeAnswers
from benban.notices.statements import required_statements
from benban.outside.platforms import ThisPlatform
from benban.remedies import packaged_catalogue, parse_address
from benban.testing.clock import FakeClock
from benban.vault import CaseStore, KdfCost, Vault
from benban.wording import Language

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
CATALOGUE = packaged_catalogue()
ADULT = AgeAnswers(adult_now=Answer.YES, adult_in_picture=Answer.YES, nobody_doubts=Answer.YES)
OURS = NoticeAnswers(is_intimate=Answer.YES, is_speech=Answer.NO)
KEPT = Path(__file__).parent / "plans"
HOUR = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """One case on its way; every verb is the product's own, on a real vault."""

    store: CaseStore
    clock: FakeClock
    sighting: Sighting
    shown: list[str] = field(default_factory=list)

    def plan(self) -> Plan:
        return make_plan(self.store, self.sighting, CATALOGUE, self.clock)

    def ids(self) -> list[str]:
        return [str(one.id) for one in self.plan().steps]

    def reason(self, step_id: str) -> str:
        step = next(one for one in self.plan().steps if one.id == step_id)
        return step.reason_id.removeprefix("plan.reason.")

    def tie(self, *places: LinkTo) -> None:
        for place in places:
            answer_tie(self.store, place, Answer.YES, self.clock)

    def host(self, facts: HostFacts) -> None:
        keep_host_facts(self.store, self.sighting, facts)

    def sent(self, step_id: str, language: Language = Language.EN) -> Notice:
        drafted = draft_for_step(
            self.store,
            self.sighting,
            StepId(step_id),
            answers=OURS,
            language=language,
            catalogue=CATALOGUE,
            clock=self.clock,
        )
        form = CATALOGUE.form(drafted.form)
        assert form is not None
        signature = Signature(
            name="M. N.",
            is_pseudonym=False,
            contact="case@mail.example",
            statements=required_statements(form, Capacity.SELF),
            at=self.clock.now(),
        )
        approve_notice(self.store, drafted.id, signature, CATALOGUE, elsewhere=())
        return mark_notice_sent(self.store, drafted.id, self.clock)

    def answered(self, notice: Notice, outcome: NoticeState, ticket: str = "") -> Notice:
        reply = Reply(at=self.clock.now(), text="Chúng tôi đã nhận.", ticket=ticket)
        return keep_reply(self.store, notice.id, reply, outcome, self.clock)

    def wait(self, hours: float) -> None:
        self.clock.advance(hours * HOUR)


@contextmanager
def walked(
    folder: Path,
    address: str | None,
    kind: SightingKind = SightingKind.PUBLISHED,
    answers: AgeAnswers = ADULT,
) -> Iterator[Walked]:
    """Give a case with one sighting in a vault of its own."""
    clock = FakeClock(NOW)
    vault, _ = Vault.create(
        folder / "kho",
        passphrase="bốn từ dễ nhớ",
        cost=KdfCost.cheap_for_tests(),
        clock=clock,
        platform=ThisPlatform(),
        ballast_bytes=0,
    )
    case = Case(
        id=CaseId("case-0000000000000001"),
        title="Hồ sơ",
        language=Language.VI,
        capacity=Capacity.SELF,
        opened_at=NOW,
    )
    report = SightingReport(
        address=None if address is None else parse_address(address, CATALOGUE),
        kind=kind,
        answers=answers,
        seen_at=NOW,
    )
    with vault, vault.create_case(case) as store:
        yield Walked(store=store, clock=clock, sighting=take_in(store, report, clock).sighting)


def printed(walk: Walked, language: Language, capsys: pytest.CaptureFixture[str]) -> str:
    """Return the plan as a person reads it, with ids that stay the same."""
    capsys.readouterr()
    out = Out(Words(language, "benban"), is_json=False)
    print_plan(out, "case-1", walk.sighting, walk.plan(), has_laws=False)
    return capsys.readouterr().out.replace(str(walk.sighting.id), "sig-1").lstrip("\n")


def compare_with_kept(
    name: str, walk: Walked, capsys: pytest.CaptureFixture[str]
) -> dict[str, tuple[str, str]]:
    """Return, for each language, what is printed and what is kept under *name*."""
    both: dict[str, tuple[str, str]] = {}
    for language in Language:
        file = KEPT / f"{name}.{language.value}.txt"
        text = printed(walk, language, capsys)
        if os.environ.get("BENBAN_WRITE_PLANS"):
            file.write_text(text, encoding="utf-8")
        both[language.value] = (text, file.read_text(encoding="utf-8"))
    return both
