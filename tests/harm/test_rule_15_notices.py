"""HARM 15: published intimate content only, one by one, nothing ticked, twenty a day."""

import ast
from dataclasses import replace

import click
import pytest

from benban.casework.consent import give_consent
from benban.casework.notify import approve_notice, draft_for_step, notices_elsewhere
from benban.cli.main import make_group
from benban.cli.words import Words
from benban.errors import (
    ConsentMissingError,
    DailyNoticeLimitError,
    NoNoticeForStepError,
    NotRemovedByUsError,
    StatementNotConfirmedError,
)
from benban.model.case import Capacity
from benban.model.consent import ConsentPurpose
from benban.model.remedy import Notice, NoticeState, Signature
from benban.model.sighting import Answer, SightingKind
from benban.notices.draft import NoticeAnswers
from benban.notices.state import NOTICES_A_DAY
from benban.notices.statements import required_statements
from benban.remedies.plan import plan_removal
from benban.testing.clock import FakeClock
from benban.vault import CaseStore, Vault
from benban.wording import Language
from tests.architecture.sources import product_sources, source_of
from tests.harm.scenes import CATALOGUE, NOW, a_case, reported
from tests.harm.walk import Walk

YES = NoticeAnswers(is_intimate=Answer.YES, is_speech=Answer.NO)


def drafted(store: CaseStore, clock: FakeClock, number: int = 5) -> Notice:
    sighting = reported(store, clock, address=f"https://t.me/kenh_vi_du/{number}")
    steps = plan_removal(sighting, store.case, CATALOGUE, NOW).steps
    step = next(one for one in steps if one.notice_form and one.kind.value == "platform")
    return draft_for_step(
        store,
        sighting,
        step.id,
        answers=YES,
        language=Language.EN,
        catalogue=CATALOGUE,
        clock=clock,
    )


def signature_for(store: CaseStore, notice: Notice) -> Signature:
    form = CATALOGUE.form(notice.form)
    assert form is not None
    return Signature(
        name="M. N.",
        is_pseudonym=True,
        contact="case@mail.example",
        statements=required_statements(form, store.case.capacity),
        at=NOW,
    )


def signed(vault: Vault, store: CaseStore, clock: FakeClock, number: int) -> Notice:
    notice = drafted(store, clock, number)
    return approve_notice(
        store,
        notice.id,
        signature_for(store, notice),
        CATALOGUE,
        elsewhere=notices_elsewhere(vault, store),
    )


def test_twenty_notices_a_day_however_many_cases_one_person_opens(
    vault: Vault, store: CaseStore, clock: FakeClock
) -> None:
    for number in range(NOTICES_A_DAY):
        signed(vault, store, clock, number)

    with vault.create_case(a_case()) as second, pytest.raises(DailyNoticeLimitError):
        signed(vault, second, clock, 99)

    assert NOTICES_A_DAY == 20


def test_a_lawyers_cases_do_not_use_up_one_anothers_day(vault: Vault, clock: FakeClock) -> None:
    with (
        vault.create_case(a_case(Capacity.LAWYER)) as one,
        vault.create_case(a_case(Capacity.LAWYER)) as other,
    ):
        for store in (one, other):
            agreed_to_removal(store, clock)
        for number in range(NOTICES_A_DAY):
            signed(vault, one, clock, number)

        assert signed(vault, other, clock, 99).state is NoticeState.APPROVED


def test_a_lawyer_signs_nothing_that_the_person_did_not_agree_to(
    vault: Vault, clock: FakeClock
) -> None:
    with vault.create_case(a_case(Capacity.LAWYER)) as one:
        with pytest.raises(ConsentMissingError):
            signed(vault, one, clock, 1)

        assert {notice.state for notice in one.all(Notice)} == {NoticeState.DRAFT}


def agreed_to_removal(store: CaseStore, clock: FakeClock) -> None:
    give_consent(
        store,
        ConsentPurpose.REMOVAL,
        drafted(store, clock, 500).recipient,
        language=Language.VI,
        is_agreed=True,
        clock=clock,
    )


def test_no_statement_is_ticked_for_the_person(store: CaseStore, clock: FakeClock) -> None:
    notice = drafted(store, clock)
    nothing_said = replace(signature_for(store, notice), statements=())

    with pytest.raises(StatementNotConfirmedError):
        approve_notice(store, notice.id, nothing_said, CATALOGUE, elsewhere=())

    assert (store.get(Notice, notice.id).state, notice.signature) == (NoticeState.DRAFT, None)


def test_the_command_ticks_nothing_by_itself(terminal: Walk) -> None:
    case, draft = drafted_on(terminal)
    signature = terminal.file("ky", "Mây\nmay@mail.example\n")

    refused = terminal.run("notice", "approve", case, draft, "--signature", signature, "--json")

    assert refused.json["error"]["code"] == "BB-607"


def drafted_on(terminal: Walk) -> tuple[str, str]:
    case = terminal.ask("case", "new")["case"]
    places = terminal.file("noi.txt", "https://t.me/kenh_vi_du/5")
    answers = ("--adult-now", "yes", "--adult-in-picture", "yes", "--nobody-doubts", "yes")
    terminal.ask("add", case, "--from", places, "--kind", "published", "--visit", "no", *answers)
    plan = terminal.ask("plan", case)["plans"][0]
    step = next(one["step"] for one in plan["steps"] if one["form"])
    asked = (plan["sighting"], step, "--intimate", "yes", "--speech", "no")
    return case, terminal.ask("notice", "draft", case, *asked)["notice"]


def test_no_option_of_a_notice_stands_for_yes_to_everything() -> None:
    group = make_group(Words(Language.EN)).get_command(click.Context(click.Group()), "notice")
    assert isinstance(group, click.Group)
    options = [one for command in group.commands.values() for one in command.params]

    # One case and one notice per call; what is confirmed is named, and nothing has a default.
    assert {one.nargs for one in options if isinstance(one, click.Argument)} == {1}
    assert {name for one in options for name in one.opts} & {
        "--all",
        "--yes",
        "-y",
        "--force",
    } == set()
    (confirm,) = [one for one in options if one.name == "confirm"]
    assert not isinstance(confirm.get_default(click.Context(group)), (str, list, tuple))


@pytest.mark.parametrize("speech", [Answer.YES, Answer.UNSURE, Answer.NOT_ANSWERED])
def test_news_or_testimony_or_no_answer_gets_no_notice(
    store: CaseStore, clock: FakeClock, speech: Answer
) -> None:
    sighting = reported(store, clock)
    steps = plan_removal(sighting, store.case, CATALOGUE, NOW).steps
    to_services = [one for one in steps if one.notice_form not in {"", "crime-report"}]

    for step in to_services:
        with pytest.raises(NotRemovedByUsError):
            draft_for_step(
                store,
                sighting,
                step.id,
                answers=replace(YES, is_speech=speech),
                language=Language.EN,
                catalogue=CATALOGUE,
                clock=clock,
            )

    assert (len(to_services) >= 2, store.all(Notice)) == (True, ())


@pytest.mark.parametrize("kind", [one for one in SightingKind if one is not SightingKind.PUBLISHED])
def test_another_kind_of_sighting_has_no_notice_to_a_service(
    store: CaseStore, clock: FakeClock, kind: SightingKind
) -> None:
    reported(store, clock, address="https://t.me/kenh_khac/1")
    published = reported(store, clock, address="https://t.me/kenh_vi_du/5")
    steps = [
        one
        for one in plan_removal(published, store.case, CATALOGUE, NOW).steps
        if one.notice_form not in {"", "crime-report"}
    ]
    other = reported(store, clock, address="https://t.me/kenh_vi_du/6", kind=kind)

    for step in steps:
        with pytest.raises(NoNoticeForStepError):
            draft_for_step(
                store,
                other,
                step.id,
                answers=YES,
                language=Language.EN,
                catalogue=CATALOGUE,
                clock=clock,
            )

    assert store.all(Notice) == ()


# --- never in bulk ----------------------------------------------------------------------------


def _signs_several(tree: ast.AST) -> list[str]:
    """Return the loops in which something is approved or marked as sent."""
    acts = {"approve", "approve_notice", "mark_sent", "mark_notice_sent"}
    loops = (ast.For, ast.While, ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp)
    return [
        name
        for loop in ast.walk(tree)
        if isinstance(loop, loops)
        for node in ast.walk(loop)
        if isinstance(node, ast.Call)
        for name in [getattr(node.func, "attr", getattr(node.func, "id", ""))]
        if name in acts
    ]


def test_nothing_in_the_program_signs_or_sends_in_a_loop() -> None:
    assert [
        f"{source.place} {name}"
        for source in product_sources()
        for name in _signs_several(source.tree)
    ] == []


@pytest.mark.parametrize(
    "text", ["for one in notices:\n    approve_notice(one)", "[mark_sent(n, t) for n in many]"]
)
def test_signing_in_a_loop_is_seen(text: str) -> None:
    assert len(_signs_several(source_of(text).tree)) == 1
