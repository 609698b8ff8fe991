"""HARM 3: under 18 the whole story ends with a usable plan, in words that ask for no picture."""

import re
from dataclasses import dataclass, field

import pytest

from benban.notices.lint import find_avoided_words
from benban.wording import Language
from tests.harm.scenes import ADDRESS, CATALOGUE
from tests.harm.walk import Walk

UNDER_18 = ("--adult-now", "no", "--adult-in-picture", "no", "--nobody-doubts", "yes")
FIRST_WORDS = {
    Language.VI: "Bạn không làm gì sai cả.",
    Language.EN: "You have done nothing wrong.",
}
HOTLINE = "111"


@dataclass(slots=True, kw_only=True)
class Story:
    """Everything that somebody under 18 reads from the first command to the last."""

    pages: dict[str, str] = field(default_factory=dict)
    kinds: list[str] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)
    notice: str = ""
    exhibits: list[str] = field(default_factory=list)

    def tell(self, walk: Walk, *words: str, name: str, language: Language) -> None:
        ran = walk.run(*words, language=language.value)
        self.pages[name], self.codes[name] = ran.out + ran.err, ran.code


def told(walk: Walk, language: Language) -> Story:
    story = Story()
    case = walk.ask("case", "new")["case"]
    places = walk.file("noi.txt", ADDRESS)
    added = ("--from", places, "--kind", "published", "--visit", "no", *UNDER_18)
    story.tell(walk, "add", case, *added, name="add", language=language)
    story.tell(walk, "plan", case, name="plan", language=language)
    plan = walk.ask("plan", case)["plans"][0]
    story.kinds = [step["kind"] for step in plan["steps"]]
    step = next(step["step"] for step in plan["steps"] if step["form"])
    asked = (plan["sighting"], step, "--intimate", "yes", "--speech", "no")
    story.tell(walk, "notice", "draft", case, *asked, name="draft", language=language)
    draft = walk.ask("notice", "draft", case, *asked)
    signature = walk.file("ky", "Mây\nmay@mail.example\n")
    confirmed = [word for one in draft["statements"] for word in ("--confirm", one)]
    signed = walk.run(
        *("notice", "approve", case, draft["notice"], "--signature", signature), *confirmed
    )
    story.notice, story.codes["approve"] = signed.out, signed.code
    letter = ("--out", walk.out("thu.txt"), "--to", "school")
    story.tell(walk, "letter", case, *letter, name="letter", language=language)
    story.tell(walk, "help", name="help", language=language)
    story.exhibits = walk.ask("case", "show", case)["exhibits"]
    return story


@pytest.fixture(params=list(Language), ids=lambda language: language.value)
def language(request: pytest.FixtureRequest) -> Language:
    chosen: Language = request.param
    return chosen


@pytest.fixture
def story(terminal: Walk, language: Language) -> Story:
    return told(terminal, language)


def test_the_story_ends_with_a_plan_a_notice_and_a_letter(story: Story, language: Language) -> None:
    assert (set(story.codes.values()), len(story.kinds) >= 4, story.kinds[0]) == (
        {0},
        True,
        "hotline",
    )
    assert (ADDRESS in story.notice, HOTLINE in story.pages["plan"], story.exhibits) == (
        True,
        True,
        [],
    )
    # The first words of the plan, before any step.
    said = story.pages["plan"]
    assert 0 <= said.find(FIRST_WORDS[language]) < said.find(" 1. ")
    # Nothing that they read asks for a picture, blames, or assumes a parent.
    hits = {
        page: find_avoided_words(text, language, CATALOGUE, for_minors=True)
        for page, text in story.pages.items()
    }
    assert set(hits.values()) == {()}, hits
    assert [one for page in story.pages.values() for one in _parents_needed(page)] == []
    assert not re.search(r"\b[0-9a-f]{32,}\b|data:image|<img", story.notice)


def _parents_needed(page: str) -> list[str]:
    parents = r"parents?|guardians?|mother|father|cha mẹ|bố mẹ|phụ huynh|người giám hộ"
    free = r"no parent is required|a parent, a carer or|không (cần|bắt buộc)|cha mẹ, người|cha, mẹ"
    sentences = re.split(r"(?<=[.!?])\s+", " ".join(page.split()))
    return [
        one
        for one in sentences
        if re.search(rf"\b({parents})\b", one, re.IGNORECASE)
        and not re.search(free, one, re.IGNORECASE)
    ]


@pytest.mark.parametrize(
    "sentence",
    ["Ask your parents to sign.", "Your guardian must file this.", "Bạn phải có phụ huynh ký."],
)
def test_a_step_that_needs_a_parent_is_seen(sentence: str) -> None:
    assert _parents_needed(f"Được. {sentence} Ok.") == [sentence]
