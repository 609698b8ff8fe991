"""Coming in: name, passphrase, second factor, and nothing of the desk before both."""

import pytest

from benban.desk.server.entering import COOKIE
from tests.desk.server.rig import ADMINISTRATOR, PASSPHRASE, RunningServer

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
    after = browser.get(path)

    assert half.headers["location"] == "/second/set"
    assert (before.status_code, before.content) == (404, nothing.content)
    assert (after.status_code, after.content) == (404, nothing.content)


def test_the_second_factor_leads_in_with_another_cookie(server: RunningServer) -> None:
    browser = server.browser()
    browser.send("/enter", name=ADMINISTRATOR, passphrase=PASSPHRASE)
    half = browser.cookie

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

    assert again.status_code == 400


def test_without_the_duty_text_only_administrators_come_in(server: RunningServer) -> None:
    lan = server.invited("Lan")
    lan.send("/exit")
    server.duty = None

    refused = server.browser().enter("Lan")

    assert "BB-025" in refused.text
    assert server.administrator().is_in
