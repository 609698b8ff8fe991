"""From the first question to an open case, in a real browser and over plain requests."""

from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page

from benban.testing.clock import FakeClock
from tests.desk.rig import ADULT, PASSPHRASE, Running, running_desk


def test_a_person_comes_to_an_open_case(phone: Page) -> None:
    phone.check("input[name=alone][value=yes]")
    phone.click("main button")
    phone.click("text=I see, go on")
    phone.click("text=I am safe")
    phone.check("input[name=kind][value=published]")
    phone.click("main button")
    for question in ADULT:
        phone.check(f"input[name={question}][value=yes]")
    phone.click("main button")
    phone.check("input[name=where][value=here]")
    phone.click("main button")
    phone.fill("input[name=passphrase]", PASSPHRASE)
    phone.fill("input[name=again]", PASSPHRASE)
    phone.click("main button")
    groups = phone.inner_text(".code").strip().split("-")
    for field in phone.query_selector_all("input[name^=group-]"):
        number = int((field.get_attribute("name") or "").removeprefix("group-"))
        field.fill(groups[number - 1])
    phone.click("main button >> nth=0")
    phone.click("text=Open the case")

    assert "/c/case-" in phone.url
    assert "Places where it was seen: 1" in phone.inner_text("main")


def test_a_folder_that_no_system_has_is_said_on_the_page(desk: Running) -> None:
    answer = desk.post("/where", where="elsewhere", folder="a\0b")

    assert (answer.status_code, "BB-004" in answer.text) == (400, True)


def test_choosing_this_computer_after_another_folder_means_this_computer(
    desk: Running, tmp_path: Path
) -> None:
    usual = desk.desk.folder
    desk.post("/where", where="elsewhere", folder=str(tmp_path / "usb"))
    desk.post("/where", where="here")
    desk.post("/passphrase", passphrase=PASSPHRASE, again=PASSPHRASE)

    assert (usual.exists(), (tmp_path / "usb").exists()) == (True, False)


def test_nothing_is_on_the_disk_before_a_passphrase_is_set(desk: Running) -> None:
    desk.post("/what", kind="published")
    desk.post("/age", **ADULT)
    desk.post("/where", where="here")

    assert not desk.desk.folder.exists()


def test_wrong_groups_of_the_sheet_are_asked_again(desk: Running) -> None:
    desk.post("/passphrase", passphrase=PASSPHRASE, again=PASSPHRASE)

    answer = desk.post("/sheet", **{"group-1": "0000", "group-2": "0000"})

    assert (answer.status_code, "BB-016" in answer.text) == (400, True)


def test_two_different_passphrases_make_no_vault(desk: Running) -> None:
    answer = desk.post("/passphrase", passphrase="một", again="hai")

    assert "BB-018" in answer.text
    assert not desk.desk.folder.exists()


def test_a_second_click_shows_what_the_first_one_did(desk: Running) -> None:
    desk.post("/passphrase", passphrase=PASSPHRASE, again=PASSPHRASE)
    desk.post("/sheet/without")
    number = desk.desk.forms.new()

    first = desk.client.post("/begin", data={"form": number})
    second = desk.client.post("/begin", data={"form": number})

    assert first.headers["location"] == second.headers["location"]
    assert len(desk.desk.vault.cases()) == 1


def test_locked_pages_lead_to_the_passphrase_and_it_opens_them(desk: Running) -> None:
    case = desk.begin()
    desk.client.post("/lock")

    assert desk.get(case).headers["location"] == "/unlock"
    wrong = desk.post("/unlock", passphrase="sai")
    assert "BB-403" in wrong.text
    assert desk.post("/unlock", passphrase=PASSPHRASE).headers["location"] == "/cases"
    assert desk.get(case).status_code == 200


def test_the_keys_go_after_the_time_that_was_set(tmp_path: Path) -> None:
    clock = FakeClock(datetime(2026, 11, 28, 8, 0, tzinfo=UTC))
    with running_desk(tmp_path / "kho", clock=clock) as desk:
        desk.enter()
        case = desk.begin()
        desk.post("/settings/rest", minutes="2")
        clock.advance(119)
        assert desk.get(case).status_code == 200
        clock.advance(60)
        # What a page asks by itself is nobody being here.
        desk.get(f"{case}?quiet=1")
        clock.advance(60)

        answer = desk.get("/rest?quiet=1")

        assert (answer.headers["location"], desk.desk.is_open) == ("/unlock", False)


def test_leaving_locks_and_ends_the_program(phone: Page, closed_desk: Running) -> None:
    closed_desk.enter()
    closed_desk.begin()
    phone.goto(f"{closed_desk.place.origin}/cases")

    with phone.expect_response(lambda answer: answer.url.endswith("/exit")) as left:
        phone.keyboard.press("Shift")
        phone.keyboard.press("Shift")
        phone.keyboard.press("Shift")

    assert '"cookies"' in left.value.all_headers()["clear-site-data"]
    assert closed_desk.is_over.wait(60)
    assert not closed_desk.desk.is_open
