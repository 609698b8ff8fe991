"""A new passphrase and a new sheet from the settings; neither stands in an address or a print."""

import re

import pytest
from playwright.sync_api import Page

from tests.desk.rig import PASSPHRASE, Running

NEW = "bốn từ khác hẳn"


def _offered(desk: Running) -> tuple[str, str, tuple[str, ...]]:
    """Ask for a new sheet; return its page, its code, and the groups asked for."""
    path = desk.post("/settings/sheet", known=PASSPHRASE).headers["location"]
    page = desk.get(path).text
    found = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){6}", page)
    assert found is not None
    return path, found[0], tuple(re.findall(r'name="group-(\d)"', page))


def _typed(code: str, places: tuple[str, ...]) -> dict[str, str]:
    groups = code.split("-")
    return {f"group-{place}": groups[int(place) - 1].lower() for place in places}


def test_the_new_passphrase_opens_and_the_old_one_does_not(
    phone: Page, closed_desk: Running
) -> None:
    closed_desk.enter()
    closed_desk.begin()
    phone.goto(f"{closed_desk.place.origin}/settings")
    phone.click("text=Change the passphrase")
    for name, value in (("known", PASSPHRASE), ("passphrase", NEW), ("again", NEW)):
        phone.fill(f"input[name={name}]", value)
    phone.click("main form button")
    assert phone.inner_text("h1") == "The passphrase is changed"

    closed_desk.client.post("/lock")
    old = closed_desk.post("/unlock", passphrase=PASSPHRASE)
    new = closed_desk.post("/unlock", passphrase=NEW)

    assert (old.status_code, new.status_code) == (400, 303)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"known": "đoán", "passphrase": NEW, "again": NEW}, "BB-403"),
        ({"known": PASSPHRASE, "passphrase": NEW, "again": "khác"}, "BB-018"),
        ({"known": PASSPHRASE, "passphrase": "", "again": ""}, "BB-404"),
    ],
)
def test_who_does_not_know_it_or_types_it_differently_changes_nothing(
    desk: Running, fields: dict[str, str], code: str
) -> None:
    desk.begin()

    answer = desk.post("/settings/passphrase", **fields)

    assert (answer.status_code, code in answer.text) == (400, True)
    assert [value for value in fields.values() if value and value in answer.text] == []
    desk.client.post("/lock")
    assert desk.post("/unlock", passphrase=PASSPHRASE).status_code == 303


def test_a_new_sheet_opens_once_two_of_its_groups_were_typed(desk: Running) -> None:
    desk.begin()
    path, code, places = _offered(desk)
    assert desk.post(path, **_typed(code, places)).headers["location"] == "/sheet-changed"
    desk.client.post("/lock")

    answer = desk.post("/unlock/code", code=code, passphrase=NEW, again=NEW)

    assert answer.headers["location"] == "/cases"


def test_a_sheet_that_was_not_copied_replaces_nothing(desk: Running) -> None:
    desk.begin()
    path, code, places = _offered(desk)
    wrong = dict.fromkeys(_typed(code, places), "0000")

    answer = desk.post(path, **wrong)

    assert (answer.status_code, "BB-016" in answer.text) == (400, True)
    desk.client.post("/lock")
    refused = desk.post("/unlock/code", code=code, passphrase=NEW, again=NEW)
    assert (refused.status_code, "BB-403" in refused.text) == (400, True)


def test_without_the_passphrase_no_code_is_shown(desk: Running) -> None:
    desk.begin()

    answer = desk.post("/settings/sheet", known="đoán")

    assert (answer.status_code, "BB-403" in answer.text) == (400, True)


def test_the_code_stands_in_no_address_and_no_printed_line_and_goes_with_the_keys(
    desk: Running, capfd: pytest.CaptureFixture[str]
) -> None:
    desk.begin()
    path, code, _ = _offered(desk)
    desk.client.post("/lock")
    desk.post("/unlock", passphrase=PASSPHRASE)

    answer = desk.get(path)

    assert answer.headers["location"] == "/settings/sheet"
    printed = "".join(capfd.readouterr())
    for group in code.split("-"):
        assert (group in path, group in printed) == (False, False)


def test_no_code_sets_a_passphrase_while_the_vault_is_open(desk: Running) -> None:
    desk.begin()

    answer = desk.post("/unlock/code", code="not-a-code", passphrase=NEW, again=NEW)

    assert answer.headers["location"] == "/cases"
    desk.client.post("/lock")
    desk.post("/unlock", passphrase=PASSPHRASE)
    assert desk.desk.is_open
