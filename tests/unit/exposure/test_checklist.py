"""The list on paper: words and boxes, nothing loaded, nothing hidden."""

import base64
import hashlib
import re
from dataclasses import replace
from datetime import date
from html import unescape

import pytest

from benban.exposure.checklist import Checklist, checklist_page, checklist_text
from benban.exposure.order import Listed, reasons_for
from benban.exposure.steps import steps_for_line
from benban.model.own_photo import Audience, AuditedPhoto, PhotoPlace, PhotoService
from benban.wording import Language, say
from tests.unit.exposure.listed_photos import named, photo

DAY = date(2026, 11, 29)
HOSTILE = "<script>alert(1)</script>\u202egpj.\x1b[31m&\"'.jpg"


def _list(*groups: tuple[AuditedPhoto, ...], is_adult: bool = True) -> Checklist:
    lines = tuple(Listed(photos=one, reasons=reasons_for(one)) for one in groups)
    return Checklist(lines=lines, made_on=DAY, is_adult=is_adult)


def _page(checklist: Checklist, language: Language = Language.EN) -> str:
    return checklist_page(language, checklist).decode("utf-8")


@pytest.mark.parametrize("language", Language)
def test_it_opens_without_blame_before_anything_is_asked(language: Language) -> None:
    first = {
        Language.VI: "Đăng ảnh không phải là lỗi của bạn.",
        Language.EN: ("You did not cause this by posting a photo."),
    }[language]

    page, text = _page(_list((photo(),)), language), checklist_text(language, _list((photo(),)))
    assert re.search(r"</h1>\s*<p[^>]*>([^<]+)<", page).group(1) == first  # type: ignore[union-attr]
    assert text.splitlines()[1] == first


def test_the_page_loads_nothing_runs_nothing_and_shows_no_picture() -> None:
    page = _page(_list((photo(),)))

    style = re.findall(r"<style>(.*)</style>", page, re.DOTALL)[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)[0]
    assert unescape(policy).startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert re.findall(r"<(?:script|img|link|iframe|object|embed|form|svg)\b", page) == []
    assert re.findall(r"\son\w+=|\sstyle=|url\(|@import", page) == []
    assert set(re.findall(r'(?:href|src)="([^"]*)"', page)) == {"#help"}


def test_its_title_says_nothing_of_why_it_was_made() -> None:
    title = re.findall(r"<title>(.*)</title>", _page(_list((photo(),))))

    assert title == ["List of things to do"]


def test_names_from_outside_are_escaped_and_hide_nothing() -> None:
    checklist = _list((named(HOSTILE, album=HOSTILE), named(HOSTILE, number="2")))

    page, text = _page(checklist), checklist_text(Language.EN, checklist)
    assert ("<script" in page, "&lt;script&gt;" in page) == (False, True)
    assert [one for one in ("\u202e", "\x1b") if one in page + text] == []
    assert (page.count("[U+202E]"), text.count("[U+202E]")) == (3, 3)


def test_what_was_done_is_shown_done() -> None:
    checklist = _list((photo(done=("facebook-archive", "gone")),))

    text, page = checklist_text(Language.EN, checklist), _page(checklist)
    assert re.findall(r"\[x\] (.*)", text) == ["Facebook: Archive the post instead of deleting it"]
    assert (page.count('class="done"'), "1 of 8 done" in page) == (1, True)


def test_photos_that_look_alike_are_one_line_with_the_steps_of_every_place() -> None:
    avatar = photo(PhotoService.INSTAGRAM, PhotoPlace.POST)
    group = (photo(), avatar, *(named(f"burst-{at}.jpg") for at in range(6)))

    text = checklist_text(Language.EN, _list(group))
    assert len(re.findall(r"^\d+\. ", text, re.MULTILINE)) == 1
    assert ("and 7 photos that look like it:" in text, "and 2 others" in text) == (True, True)
    ids = [one.id for one in steps_for_line(group)]
    assert {"facebook-archive", "instagram-archive"} <= set(ids)
    assert len(ids) == len(set(ids))


def test_a_tick_on_any_of_a_line_counts_for_the_line() -> None:
    group = (photo(), replace(photo(), done=("facebook-archive",)))

    assert checklist_text(Language.EN, _list(group)).count("[x]") == 1


def test_how_to_do_a_step_is_told_once_with_its_source() -> None:
    text = checklist_text(Language.EN, _list((photo(),), (named("2.jpg", number="2"),)))

    assert text.count("An archived post is seen by you alone") == 1
    assert text.count("Looked at on 2026-11-29 (a stored copy), level B") == 1


def test_what_is_private_already_says_that_there_is_nothing_to_do() -> None:
    lone = photo(place=PhotoPlace.MESSAGE, audience=Audience.PRIVATE)

    assert say(Language.EN, "exposure.page.no-step") in checklist_text(Language.EN, _list((lone,)))


def test_whoever_did_not_say_18_is_not_told_to_keep_a_file() -> None:
    page = _page(_list((photo(),), is_adult=False))

    assert ("Keep an unchanged copy" in page, "Hide first, delete later" in page) == (False, True)


@pytest.mark.parametrize("language", Language)
def test_help_is_on_the_page(language: Language) -> None:
    assert say(language, "guide.help.link") in _page(_list(), language)


@pytest.mark.parametrize("language", Language)
def test_an_empty_list_says_so(language: Language) -> None:
    assert say(language, "exposure.page.empty") in _page(_list(), language)
