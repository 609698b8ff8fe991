"""Coming in: name, passphrase, second factor, and nothing of the desk before both."""

from datetime import date
from pathlib import Path

import pytest

from benban.desk.server.entering import COOKIE
from tests.desk.server.rig import ADMINISTRATOR, PASSPHRASE, Duty, RunningServer, mark_of

# Whoever can write the disk can write it; the vault's own counts.
_ANOTHERS = b'{"day": "2026-11-01", "vi": ["Kh\xc3\xb4ng."], "en": ["We report nothing."]}'
_PAGES = ("/cases", "/queue", "/settings", "/begin", "/c/case-1", "/jobs/0", "/static/entry.js")


def test_the_duty_text_stands_before_any_question(server: RunningServer) -> None:
    server.administrator()
    page = server.browser().get("/")

    duty, question = page.text.index("We report what the law"), page.text.index("<form method")
    assert page.status_code == 200
    assert page.text.index("<main") < duty
    assert page.text.index('name="passphrase"') > duty
    assert question


@pytest.mark.parametrize("path", _PAGES)
def test_whoever_gave_no_second_factor_sees_no_page(server: RunningServer, path: str) -> None:
    browser = server.browser()
    nothing = browser.get("/no-such-page")
    before = browser.get(path)

    half = browser.send("/enter", name=ADMINISTRATOR, passphrase=PASSPHRASE)
    led_to = browser.past_duty(half)
    after = browser.get(path)

    assert led_to == "/second/set"
    assert (before.status_code, before.content) == (404, nothing.content)
    assert (after.status_code, after.content) == (404, nothing.content)


def test_the_second_factor_leads_in_with_another_cookie(server: RunningServer) -> None:
    browser = server.browser()
    browser.send("/enter", name=ADMINISTRATOR, passphrase=PASSPHRASE)
    half = browser.cookie
    browser.send("/duty", shown=mark_of(browser.get("/duty").text))

    answer = browser.send("/second/set", word="phở")

    given = answer.headers["set-cookie"]
    assert given.startswith(f"{COOKIE}=")
    assert given.endswith("; Secure; HttpOnly; SameSite=Strict; Path=/")
    assert browser.cookie != half
    assert browser.get("/settings").status_code == 200


def test_a_wrong_passphrase_and_a_name_nobody_has_are_answered_alike(server: RunningServer) -> None:
    wrong = server.browser().send("/enter", name=ADMINISTRATOR, passphrase="không đúng mật khẩu")
    nobody = server.browser().send("/enter", name="Nobody", passphrase=PASSPHRASE)

    assert (wrong.status_code, nobody.status_code) == (400, 400)
    assert wrong.text.replace(ADMINISTRATOR, "Nobody") == nobody.text
    assert "set-cookie" not in wrong.headers


def test_a_first_entry_wants_the_sheet_typed_back_before_the_second_factor(
    server: RunningServer,
) -> None:
    code = server.code_for("Lan")
    browser = server.browser()

    browser.send("/first", name="Lan", code=code, passphrase=PASSPHRASE, again=PASSPHRASE)
    early = browser.get("/second/set")
    wrong = browser.send("/first/sheet", **{"group-1": "AAAA", "group-2": "AAAA"})

    assert early.status_code == 404
    assert "BB-016" in wrong.text


def test_a_code_works_once(server: RunningServer) -> None:
    code = server.code_for("Lan")
    server.browser().accept("Lan", code)

    again = server.browser().send(
        "/first", name="Lan", code=code, passphrase=PASSPHRASE, again=PASSPHRASE
    )

    assert (again.status_code, "BB-063" in again.text) == (400, True)


@pytest.mark.parametrize("code", ["AAAA", "0000-0000-0000-0000-0000-0000-0000"])
def test_whoever_mistypes_an_invitation_is_told_of_the_paper_they_were_given(
    server: RunningServer, code: str
) -> None:
    server.code_for("Lan")

    wrong = server.browser().send(
        "/first", name="Lan", code=code, passphrase=PASSPHRASE, again=PASSPHRASE
    )

    assert (wrong.status_code, "BB-063" in wrong.text) == (400, True)
    assert "the paper you were given" in wrong.text


def test_without_the_duty_text_only_administrators_come_in(server: RunningServer) -> None:
    lan = server.invited("Lan")
    lan.send("/exit")
    server.duty = None

    refused = server.browser().enter("Lan")

    assert "BB-025" in refused.text
    assert server.administrator().is_in


@pytest.mark.parametrize("content", [None, b"", b"\xff{", b'{"day": "2026-11-01"}', _ANOTHERS])
def test_without_its_copy_at_the_door_nobody_works_before_the_text_was_shown(
    server: RunningServer, tmp_path: Path, content: bytes | None
) -> None:
    server.invited("Lan").send("/exit")
    copy = tmp_path / "chung.duty.json"
    copy.unlink() if content is None else copy.write_bytes(content)
    browser = server.browser()

    shown = mark_of(browser.get("/").text)
    half = browser.send("/enter", name="Lan", passphrase=PASSPHRASE, shown=shown)
    early = browser.send("/second/word", word="phở")
    text = browser.text("/duty")
    unread = browser.send("/duty", shown=shown)

    assert half.headers["location"] == "/duty"
    assert (early.status_code, browser.is_in) == (404, False)
    assert "We report what the law makes us report." in text
    assert unread.headers["location"] == "/duty"
    assert browser.send(browser.past_duty(unread), word="phở").headers["location"] == "/"
    assert browser.is_in
    assert "We report what the law makes us report." in server.browser().text("/")


def test_a_text_that_was_changed_while_it_was_read_is_shown_anew(server: RunningServer) -> None:
    server.invited("Lan").send("/exit")
    browser = server.browser()
    shown = mark_of(browser.get("/").text)
    server.duty = Duty(day=date(2026, 12, 1))

    browser.send("/enter", name="Lan", passphrase=PASSPHRASE, shown=shown)
    server.duty = Duty(day=date(2026, 12, 2))
    again = browser.send("/duty", shown=mark_of(browser.get("/duty").text))

    assert again.headers["location"] == "/duty"
    assert "02/12/2026" in browser.text("/duty")


def test_whoever_comes_by_the_text_is_not_shown_it_twice(server: RunningServer) -> None:
    server.invited("Lan").send("/exit")
    browser = server.browser()
    shown = mark_of(browser.get("/").text)

    half = browser.send("/enter", name="Lan", passphrase=PASSPHRASE, shown=shown)

    assert half.headers["location"] == "/second/word"


def test_where_the_copy_cannot_be_written_only_administrators_come_in(
    server: RunningServer, tmp_path: Path
) -> None:
    server.invited("Lan").send("/exit")
    server.administrator().send("/exit")
    copy = tmp_path / "chung.duty.json"
    copy.unlink()
    copy.mkdir()

    refused = server.browser().enter("Lan")

    assert "BB-004" in refused.text
    assert server.administrator().is_in
