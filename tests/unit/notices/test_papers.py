"""The words of the papers: whole, neutral, in force, and nothing in them but what was given."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from benban.errors import CatalogueError
from benban.model.paper import Blank, Paper, PaperItems, PaperKind, PaperTable, PaperText
from benban.notices.lint import find_avoided_words
from benban.notices.paper_facts import PaperFacts, Person
from benban.notices.paper_templates import paper_template, read_template, words_of
from benban.notices.papers import vietnamese_article, write_paper
from benban.remedies import packaged_catalogue
from benban.wording import Language

CATALOGUE = packaged_catalogue()
# "bị hại" is the term of procedure (facts/terms.md): it stands where the Code asks for it.
PROCEDURE = {PaperKind.PROSECUTION_REQUEST: ("bị hại",)}
MADE_ON = date(2026, 11, 22)
FACTS = PaperFacts(
    person=Person(),
    addressee="",
    fields={},
    tables={},
    conditions=frozenset({"adult", "self", "published"}),
    rules=CATALOGUE.provisions,
    made_on=MADE_ON,
)


def written(kind: PaperKind, facts: PaperFacts = FACTS) -> Paper:
    return write_paper(kind, paper_template(kind), facts)


def lines(paper: Paper) -> list[str]:
    """Every line of a paper; a blank is ``___``."""
    found = []
    for part in paper.parts:
        if isinstance(part, PaperText):
            found.append(part.line)
        elif isinstance(part, PaperItems):
            found += list(part.lines)
        elif isinstance(part, PaperTable):
            found += [cell for row in part.rows for cell in row]
    return ["".join(one.text or "___" for one in line) for line in [*paper.to, *found]]


@pytest.mark.parametrize("kind", PaperKind)
def test_no_paper_holds_a_word_that_blames_or_one_that_a_child_must_not_read(
    kind: PaperKind,
) -> None:
    found = find_avoided_words(
        words_of(paper_template(kind)), Language.VI, CATALOGUE, for_minors=True
    )

    assert [one for one in found if one not in PROCEDURE.get(kind, ())] == []


@pytest.mark.parametrize("kind", PaperKind)
def test_no_paper_cites_law_but_through_the_catalogue(kind: PaperKind) -> None:
    words = words_of(paper_template(kind))
    spellings = [one for rule in CATALOGUE.repealed for one in rule.spellings]

    numbers = [one for one in ("/QH", "NĐ-CP", "Bộ luật") if one in words]
    assert (numbers, [one for one in spellings if one in words]) == ([], [])


@pytest.mark.parametrize("kind", PaperKind)
def test_every_rule_that_a_paper_names_may_be_printed(kind: PaperKind) -> None:
    said = "\n".join(lines(written(kind, replace(FACTS, conditions=frozenset({"minor"})))))
    said += "\n".join(lines(written(kind)))

    assert "quy định của pháp luật hiện hành" not in said


def test_a_rule_that_is_withheld_is_not_named() -> None:
    facts = replace(FACTS, rules=())

    said = lines(written(PaperKind.REMOVAL_DEMAND, facts))

    assert [one for one in said if "quy định của pháp luật hiện hành" in one] != []
    assert [one for one in said if "NĐ-CP" in one] == []


def test_the_day_of_the_act_picks_the_rules_that_judge_it() -> None:
    before = replace(FACTS, acts_on=(date(2026, 6, 1),))

    said = [lines(written(PaperKind.CRIME_REPORT, one)) for one in (before, FACTS)]

    named = [[one for one in each if "Luật An ninh mạng" in one] for each in said]
    assert (named[0], len(named[1])) == ([], 2)


def test_of_two_acts_each_has_its_rules() -> None:
    both = replace(FACTS, acts_on=(date(2026, 6, 1), date(2026, 11, 20)))

    said = lines(written(PaperKind.CRIME_REPORT, both))

    assert len([one for one in said if "Luật An ninh mạng" in one]) == 2


@pytest.mark.parametrize("kind", PaperKind)
def test_a_paper_says_that_no_lawyer_has_reviewed_it(kind: PaperKind) -> None:
    assert written(kind).review.startswith("Mẫu chưa được luật sư duyệt")


def test_a_reviewer_takes_the_place_of_the_mark() -> None:
    template = paper_template(PaperKind.REACH)
    reviewed = type(template)(
        title=template.title,
        part=template.part,
        reviewed_by="Trần Thị Thử",
        reviewed_on=date(2026, 12, 1),
    )

    made = write_paper(PaperKind.REACH, reviewed, FACTS)

    assert made.review.startswith("Mẫu do luật sư Trần Thị Thử duyệt ngày 01/12/2026.")


@pytest.mark.parametrize("kind", PaperKind)
def test_a_paper_without_any_fact_is_a_form_to_fill_in_by_hand(kind: PaperKind) -> None:
    made = written(kind)

    assert [one for one in lines(made) if "{" in one or "None" in one] == []
    assert made.parts != ()


def test_what_is_not_known_is_a_blank_and_what_is_known_is_text() -> None:
    person = Person(name="Nguyễn Ví Dụ")

    said = lines(written(PaperKind.CRIME_REPORT, replace(FACTS, person=person)))

    assert "Tôi tên là: Nguyễn Ví Dụ" in said
    assert "Số căn cước: ___" in said


def test_nobody_can_type_a_blank_or_a_place() -> None:
    person = Person(name="{addressee} {law:vn-pc-155}", residence="....")

    made = written(PaperKind.CRIME_REPORT, replace(FACTS, person=person))

    assert "Tôi tên là: {addressee} {law:vn-pc-155}" in lines(made)
    first = made.parts[0]
    assert isinstance(first, PaperText)
    assert [one.blank for one in first.line] == [None, None]


@pytest.mark.parametrize("kind", PaperKind)
def test_no_paper_of_a_person_claims_hours_that_an_authority_starts(kind: PaperKind) -> None:
    said = "\n".join(lines(written(kind)))

    assert [one for one in ("24 giờ", "48 giờ", "24h", "48h") if one in said] == []


def test_nobody_is_called_what_only_a_court_may_call_them() -> None:
    words = "\n".join(words_of(paper_template(kind)) for kind in PaperKind).lower()

    accusing = ("thủ phạm", "đối tượng", "kẻ ", "bị can", "bị cáo", "đã phạm tội", "tội phạm là")
    assert [one for one in accusing if one in words] == []


@pytest.mark.parametrize(
    ("article", "said"),
    [
        ("155", "Điều 155"),
        ("144-146", "Điều 144-146"),
        ("87, 99, 107", "Điều 87, Điều 99, Điều 107"),
        ("7(1)(c), 7(2)(c)(d)(g)(h)", "điểm c khoản 1 Điều 7; điểm c, d, g, h khoản 2 Điều 7"),
        ("13(3)(d)(đ)(e)(h)", "điểm d, đ, e, h khoản 3 Điều 13"),
        ("49(2)-(3)", "Điều 49(2)-(3)"),
    ],
)
def test_an_article_is_cited_as_vietnamese_papers_do(article: str, said: str) -> None:
    assert vietnamese_article(article) == said


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ('title = "A"', "$"),
        ('title = "A"\n[[part]]\ntext = "{nobody}"', "nobody"),
        ('title = "A"\n[[part]]\ntext = "a"\nheading = "b"', "part[0]"),
        ('title = "A"\n[[part]]\ntable = "people"', "part[0]"),
        ('title = "A"\n[[part]]\ntext = "a"\nwhen = ["rich"]', "part[0]"),
        ('title = "A"\nreviewed_by = "B"\n[[part]]\ntext = "a"', "reviewed_by"),
        ('title = "A"\n[[part]]\ntext = "a"\ncolour = "red"', "$.part[0]"),
    ],
)
def test_a_faulty_template_is_refused_with_its_key(tmp_path: Path, content: str, key: str) -> None:
    path = tmp_path / "mau.toml"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(CatalogueError) as refused:
        read_template(path)

    assert (refused.value.params["file"], refused.value.params["key"]) == (
        "papers/vi/mau.toml",
        key,
    )


@pytest.mark.parametrize(
    ("conditions", "signer"),
    [
        ({"adult", "self"}, "Tôi là người bị hại trong"),
        ({"adult", "for-somebody"}, "Tôi là người đại diện của người bị hại trong"),
        ({"minor", "self"}, "Tôi là người bị hại (hoặc người đại diện của"),
        ({"minor", "for-somebody"}, "Tôi là người bị hại (hoặc người đại diện của"),
    ],
)
def test_a_request_to_prosecute_says_once_as_what_it_is_signed(
    conditions: set[str], signer: str
) -> None:
    made = written(PaperKind.PROSECUTION_REQUEST, replace(FACTS, conditions=frozenset(conditions)))

    said = [one for one in lines(made) if one.startswith("Tôi là ")]
    assert [one.startswith(signer) for one in said] == [True]
    # Source: Criminal Procedure Code 155(1), rule vn-cpc-155.
    assert any("do chính người bị hại ký" in one and "Điều 155" in one for one in made.note)


def test_the_line_after_to_is_dotted_to_its_end_when_nobody_is_named() -> None:
    ((piece,),) = written(PaperKind.CRIME_REPORT).to

    assert piece.blank is Blank.REST


def test_a_paper_about_somebody_under_18_names_their_rules_and_says_that_nothing_is_kept() -> None:
    minor = replace(FACTS, conditions=frozenset({"minor", "self", "published"}))

    said = "\n".join(lines(written(PaperKind.CRIME_REPORT, minor)))

    assert ("Điều 147 Bộ luật Hình sự" in said, "mã băm của hình ảnh" in said) == (True, True)
