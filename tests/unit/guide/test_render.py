"""Each file is complete in itself, forbids everything else, and takes no markup from data."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from benban.casework.make_guide import make_guide
from benban.guide import GuideStep, guide_files
from benban.notices.lint import find_avoided_words
from benban.wording import Language
from tests.unit.remedies.scenes import CATALOGUE, NOW

CONTENTS = tuple(make_guide(CATALOGUE, one, NOW) for one in Language)
FILES = {name: data.decode("utf-8") for name, data in guide_files(CONTENTS).items()}
MINOR_PAGES = {Language.VI: "vi-2.html", Language.EN: "en-2.html"}


class Reader(HTMLParser):
    """What a page links to and shows."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.sources: list[str] = []
        self.ids: list[str] = []
        self.ticked: list[str] = []
        self.words: list[str] = []
        self._is_code = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._is_code = tag in {"script", "style"}
        self.links += [given["href"] or ""] if "href" in given else []
        self.sources += [str(given[one]) for one in ("src", "srcset", "action") if one in given]
        self.ids += [given["id"] or ""] if "id" in given else []
        self.ticked += [tag] if "checked" in given or "selected" in given else []

    def handle_data(self, data: str) -> None:
        if not self._is_code:
            self.words.append(data)


@pytest.mark.parametrize("name", FILES)
def test_a_file_refers_to_nothing_but_itself_and_its_neighbours(name: str) -> None:
    read = Reader(FILES[name])
    inside = {f"#{one}" for one in read.ids} | set(FILES) | {"about:blank"}

    assert read.sources == []
    assert set(read.links) - inside == set()
    assert len(read.ids) == len(set(read.ids))


@pytest.mark.parametrize("name", FILES)
def test_the_policy_allows_only_the_pages_own_style_and_script(name: str) -> None:
    page = FILES[name]
    policy = re.findall(r'Security-Policy" content="([^"]+)"', page)[0].replace("&#39;", "'")
    own = {
        base64.b64encode(hashlib.sha256(code.encode("utf-8")).digest()).decode("ascii")
        for code in re.findall(r"<(?:style|script)>(.*?)</(?:style|script)>", page, re.DOTALL)
    }

    assert policy.startswith("default-src 'none'; ")
    assert own <= set(re.findall(r"'sha256-([^']+)'", policy))
    assert not re.search(r"https?:|\*|unsafe", policy)


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_answered_or_ticked_beforehand(name: str) -> None:
    assert Reader(FILES[name]).ticked == []


def test_what_the_catalogue_says_is_text_and_never_markup() -> None:
    hostile = GuideStep(title="<script>x</script>", lines=("<img src=x>",), where='"><a href="h:">')
    content = replace(CONTENTS[0], first_steps=(hostile,))

    page = guide_files((content,))["vi.html"].decode("utf-8")

    assert "<img" not in page
    assert page.count("<script>") == 1
    assert Reader(page).links == Reader(FILES["vi.html"]).links


@pytest.mark.parametrize("language", list(Language))
def test_the_page_for_under_18_asks_for_no_picture_and_blames_nobody(language: Language) -> None:
    # The names of a service's own menus are theirs.
    page = re.sub(r'<p class="where">.*?</p>', "", FILES[MINOR_PAGES[language]])
    words = " ".join(Reader(page).words)

    assert find_avoided_words(words, language, CATALOGUE, for_minors=True) == ()


@pytest.mark.parametrize("language", list(Language))
def test_the_first_control_comes_before_sixty_words(language: Language) -> None:
    for name in (f"{language.value}.html", MINOR_PAGES[language]):
        start = FILES[name].partition('<section id="start">')[2].partition("<nav>")[0]

        assert 3 <= len(re.sub(r"<[^>]+>", " ", start).split()) <= 60


def test_no_file_name_or_title_tells_what_it_is_about() -> None:
    titles = {re.findall(r"<title>(.*?)</title>", page)[0] for page in FILES.values()}

    assert titles == {"Ghi chú", "Notes"}
    assert set(FILES) == {"index.html", "vi.html", "en.html", "vi-2.html", "en-2.html"}


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("section", ["what", "threat", "keep", "steps", "texts"])
def test_each_part_for_adults_shows_the_way_to_the_page_for_under_18(
    language: Language, section: str
) -> None:
    page = FILES[f"{language.value}.html"]
    part = page.partition(f'<section id="{section}">')[2].partition("</section>")[0]

    assert f'href="{MINOR_PAGES[language]}"' in part


def test_the_only_telephone_number_is_the_one_of_the_catalogue() -> None:
    for page in FILES.values():
        words = " ".join(Reader(page).words)

        assert "tel:" not in page
        assert re.findall(r"(?<![\d/.-])(?:1800|1900|0\d{2,3})[ .]?\d{3}", words) == []
