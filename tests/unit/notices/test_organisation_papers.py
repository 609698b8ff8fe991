"""The words of an organisation's drafts: law only from the catalogue, nothing that blames."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from benban.model.catalogue import Catalogue
from benban.model.organisation_paper import (
    MeasureState,
    OrganisationPaperKind,
    ProgramState,
    StampHost,
)
from benban.model.paper import Blank, PaperText
from benban.model.remedy import Confidence, Provision
from benban.notices.lint import find_avoided_words
from benban.notices.organisation_law import DECREE, DUTIES, Duty, duties_known
from benban.notices.organisation_lines import OrganisationFacts
from benban.notices.organisation_measures import RISKS, measures_in
from benban.notices.organisation_papers import FIELDS, write_organisation_paper
from benban.remedies import packaged_catalogue
from benban.wording import Language, message_ids, template
from tests.unit.notices.test_papers import lines

CATALOGUE = packaged_catalogue()
(RULE,) = (one for one in CATALOGUE.provisions if one.id == "vn-l91-21")
ON = date(2026, 11, 22)
STATE = ProgramState(
    looked_at=datetime(2026, 11, 22, 13, 15, tzinfo=UTC),
    version="0.1.0",
    catalogue_version=CATALOGUE.version,
    is_shared=True,
    cases=None,
    encryption=MeasureState.ON,
    case_keys=MeasureState.ON,
    second_factor=MeasureState.ON,
    audit=MeasureState.ON,
    mail=MeasureState.UNKNOWN,
)
FULL = replace(
    STATE,
    is_shared=False,
    cases=12,
    memory_kib=65_536,
    passes=3,
    is_dear=True,
    backup_on=ON,
    rest_minutes=10,
    wrong_tries=4,
    stamp_hosts=(StampHost(name="A", host="a.example"),),
)
OFF = replace(
    FULL,
    encryption=MeasureState.OFF,
    case_keys=MeasureState.OFF,
    second_factor=MeasureState.OFF,
    audit=MeasureState.OFF,
    mail=MeasureState.OFF,
    is_dear=False,
)
UNSEEN = replace(STATE, case_keys=MeasureState.UNKNOWN, second_factor=MeasureState.UNKNOWN)
_OURS = ("organisation.", "cli.organisation.", "desk.organisation.")


def facts(
    kind: OrganisationPaperKind,
    language: Language = Language.EN,
    state: ProgramState = STATE,
    catalogue: Catalogue = CATALOGUE,
    on: date = ON,
) -> OrganisationFacts:
    return OrganisationFacts(
        kind=kind, language=language, state=state, catalogue=catalogue, made_on=on
    )


def ours(language: Language) -> dict[str, str]:
    ids = [one for one in message_ids(language) if one.startswith(_OURS)]
    return {one: template(language, one) for one in ids}


@pytest.mark.parametrize("state", [STATE, FULL, OFF, UNSEEN])
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", OrganisationPaperKind)
def test_a_paper_of_every_state_is_whole(
    kind: OrganisationPaperKind, language: Language, state: ProgramState
) -> None:
    words = lines(write_organisation_paper(facts(kind, language, state)))

    assert [one for one in words if "{" in one or "None" in one or "organisation." in one] == []
    assert len(words) > 20


@pytest.mark.parametrize("kind", OrganisationPaperKind)
def test_every_question_has_room_for_an_answer(kind: OrganisationPaperKind) -> None:
    paper = write_organisation_paper(facts(kind))

    asked = [
        one.line
        for one in paper.parts
        if isinstance(one, PaperText) and one.line[0].text.startswith("[?] ")
    ]
    open_ends = [one for one in asked if one[-1].blank is not Blank.REST]
    long_ones = {
        f"[?] {template(Language.EN, f'organisation.ask.{one}')}"
        for one in ("happened", "done", "necessity")
    }
    assert len(asked) > len(FIELDS[kind])
    assert {one[0].text for one in open_ends} <= long_ones


@pytest.mark.parametrize("language", Language)
def test_no_word_blames_and_the_letter_may_be_read_by_a_child(language: Language) -> None:
    words = ours(language)

    found = {
        name: terms
        for name, one in words.items()
        if (terms := find_avoided_words(one, language, CATALOGUE, for_minors=".letter." in name))
    }
    assert (found, len(words) > 200) == ({}, True)


@pytest.mark.parametrize("language", Language)
def test_no_word_cites_law_but_through_the_catalogue(language: Language) -> None:
    cites = re.compile(r"/QH|NĐ-CP|Điều \d|[Aa]rticle \d|Luật \d|Law \d|GDPR|Bộ luật")
    repealed = [one for rule in CATALOGUE.repealed for one in rule.spellings]

    words = ours(language).values()

    assert [one for one in words if cites.search(one)] == []
    assert [one for one in words if any(each in one for each in repealed)] == []


@pytest.mark.parametrize("language", Language)
def test_no_span_of_time_stands_outside_a_duty(language: Language) -> None:
    span = re.compile(r"\d+ ?(giờ|ngày|tháng|h\b|hours?|days?|months?)")

    found = [name for name, one in ours(language).items() if span.search(one)]

    assert [one for one in found if not one.startswith("organisation.duty.")] == []


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("duty", DUTIES, ids=lambda one: one.name)
def test_every_number_of_a_duty_stands_in_the_words_that_it_rests_on(
    duty: Duty, language: Language
) -> None:
    numbers = re.findall(r"\d+", template(language, f"organisation.duty.{duty.name}"))

    assert [one for one in numbers if one not in re.findall(r"\d+", duty.rests_on)] == []


@pytest.mark.parametrize("kind", OrganisationPaperKind)
def test_the_catalogue_says_every_duty_today(kind: OrganisationPaperKind) -> None:
    known = {one.duty.name for one in duties_known(kind, CATALOGUE, ON)}

    assert known == {one.name for one in DUTIES if kind in one.kinds}


@pytest.mark.parametrize("kind", OrganisationPaperKind)
def test_a_duty_stands_with_confidence_day_of_the_check_and_source(
    kind: OrganisationPaperKind,
) -> None:
    words = "\n".join(lines(write_organisation_paper(facts(kind))))

    for known in duties_known(kind, CATALOGUE, ON):
        assert template(Language.EN, f"organisation.duty.{known.duty.name}") in words
        assert known.rule.source in words
    assert "A: the official text was read" in words
    assert words.count("2026-11-22") >= len(duties_known(kind, CATALOGUE, ON))


def test_each_duty_cites_the_article_that_says_it() -> None:
    words = {
        kind: "\n".join(lines(write_organisation_paper(facts(kind))))
        for kind in OrganisationPaperKind
    }

    record, impact, breach = (words[one] for one in OrganisationPaperKind)
    assert "Decree 356/2025/NĐ-CP, article 3(6), 4(1)(e)" in breach
    assert "Decree 356/2025/NĐ-CP, article 5(4)" in record
    assert "within 30 days when others must act" in record
    assert "must prove that this was so" in impact
    assert "91/2025/QH15, article 23" in breach
    assert any(DECREE in one.replaced_by for one in CATALOGUE.repealed)


def _with(changed: Provision) -> Catalogue:
    rules = (changed if one.id == changed.id else one for one in CATALOGUE.provisions)
    return replace(CATALOGUE, provisions=tuple(rules))


@pytest.mark.parametrize(
    "catalogue",
    [
        replace(CATALOGUE, provisions=()),
        _with(replace(RULE, gives="breach notice to the agency within 96 h")),
        _with(replace(RULE, valid_until=date(2026, 11, 21))),
        _with(replace(RULE, valid_from=None)),
        _with(replace(RULE, confidence=Confidence.D)),
    ],
    ids=["withheld", "changed", "ended", "first-day-unknown", "unverified"],
)
def test_no_deadline_is_printed_that_the_catalogue_does_not_say(catalogue: Catalogue) -> None:
    paper = write_organisation_paper(facts(OrganisationPaperKind.BREACH_FORM, catalogue=catalogue))

    words = "\n".join(lines(paper))
    assert [one for one in ("72 hours", "96 hours", "A05") if one in words] == []
    assert "The catalogue names no agency." in words


def test_without_any_rule_the_paper_says_so_and_leaves_room() -> None:
    bare = replace(CATALOGUE, provisions=())

    paper = write_organisation_paper(facts(OrganisationPaperKind.BREACH_FORM, catalogue=bare))

    assert any("No deadline is printed" in one for one in lines(paper))
    assert paper.review == template(Language.EN, "paper.not-reviewed")


def test_the_catalogue_names_no_start_of_the_time_as_the_breach_form_says() -> None:
    assert (RULE.clock_h, RULE.clock_started_by) == (None, "")


def test_no_day_is_reckoned_from_what_was_typed() -> None:
    typed = replace(facts(OrganisationPaperKind.BREACH_FORM), typed={"noticed": "2026-11-20 08:00"})

    words = "\n".join(lines(write_organisation_paper(typed)))

    days = set(re.findall(r"\d{4}-\d{2}-\d{2}", words))
    # The day of the check and of the paper, of the two texts of the law, and what was typed.
    assert days == {"2026-11-22", "2025-07-24", "2025-12-31", "2026-11-20"}


def test_every_risk_names_measures_that_there_are() -> None:
    known = {one.name for one in measures_in(STATE, Language.EN)}

    assert [
        one.name for one in RISKS if not one.measures or not known.issuperset(one.measures)
    ] == []
