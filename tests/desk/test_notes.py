"""Notes on a case: who may read one is always said, and printing shows public ones alone."""

from playwright.sync_api import Page, expect

from tests.desk.rig import Running

PUBLIC, INTERNAL, PRIVATE = "Điều công khai", "Điều nội bộ", "Điều riêng tư"


def _three(desk: Running) -> str:
    case = desk.begin()
    for text, reader in ((PUBLIC, "public"), (INTERNAL, "internal"), (PRIVATE, "private")):
        desk.post(f"{case}/notes", text=text, reader=reader)
    return case


def test_all_notes_stand_on_the_page_and_public_ones_alone_on_the_one_to_print(
    desk: Running,
) -> None:
    case = _three(desk)

    page, printed = desk.text(f"{case}/notes"), desk.text(f"{case}/notes/print")

    assert [one in page for one in (PUBLIC, INTERNAL, PRIVATE)] == [True, True, True]
    assert [one in printed for one in (PUBLIC, INTERNAL, PRIVATE)] == [True, False, False]


def test_a_note_of_which_it_is_not_said_who_may_read_it_is_not_kept_and_stays_typed(
    desk: Running,
) -> None:
    case = desk.begin()

    answer = desk.post(f"{case}/notes", text=PRIVATE)

    assert (answer.status_code, f">{PRIVATE}</textarea>" in answer.text) == (400, True)
    assert "There is no note yet." in desk.text(f"{case}/notes")


def test_a_private_note_is_no_longer_there_after_it_was_removed(desk: Running) -> None:
    case = _three(desk)
    page = desk.get(f"{case}/notes").text
    # The newest stands first.
    note = page.partition('name="note" value="')[2].partition('"')[0]

    desk.post(f"{case}/notes/remove", note=note)

    assert PRIVATE not in desk.text(f"{case}/notes")
    assert INTERNAL in desk.text(f"{case}/notes")


def test_what_is_written_in_a_note_is_text_and_nothing_else(desk: Running) -> None:
    case = desk.begin()

    desk.post(f"{case}/notes", text="<b onclick=x>đậm</b>", reader="internal")

    assert "<b onclick" not in desk.get(f"{case}/notes").text
    assert "<b onclick=x>đậm</b>" in desk.text(f"{case}/notes")


def test_a_note_is_written_in_the_browser_after_it_was_said_for_whom(
    phone: Page, closed_desk: Running
) -> None:
    closed_desk.enter()
    case = closed_desk.begin()
    phone.goto(f"{closed_desk.place.origin}{case}/notes")
    assert phone.locator("main input:checked").count() == 0
    phone.fill("textarea", INTERNAL)
    phone.click("text=Keep the note")
    expect(phone.get_by_role("alert")).to_be_visible()
    assert phone.input_value("textarea") == INTERNAL
    phone.check("input[name=reader][value=internal]")
    phone.click("text=Keep the note")

    expect(phone.locator(".said")).to_have_text([INTERNAL])
    phone.click("text=The notes that may be printed")
    phone.wait_for_url("**/notes/print")
    assert INTERNAL not in phone.inner_text("main")
