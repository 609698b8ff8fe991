"""The steps, a notice signed and sent by hand, the days that are waited for, and nothing kept."""

from playwright.sync_api import Page

from benban.model.custody import EventKind
from benban.model.remedy import Notice, NoticeState
from benban.model.sighting import Sighting, SightingKind
from tests.desk.rig import ADULT, PASSPHRASE, Running

POST = "https://x.com/i/status/1234567890123456789"
OURS = {"intimate": "yes", "speech": "no"}


def _place(desk: Running, address: str = POST) -> tuple[str, str]:
    """Open a case with one address in it; return the paths of both."""
    case = desk.begin()
    age = desk.post(f"{case}/add/link", address=address, kind="published").headers["location"]
    desk.post(age, **ADULT)
    return case, age.removesuffix("/age")


def _drafted(desk: Running, place: str, step: str) -> str:
    return desk.post(f"{place}/write/{step}", **OURS).headers["location"]


def _notice(desk: Running, case: str) -> Notice:
    with desk.desk.case(case.removeprefix("/c/")) as store:
        (one,) = store.all(Notice)
    return one


def test_looking_at_a_plan_writes_nothing(desk: Running) -> None:
    case, place = _place(desk)
    with desk.desk.case(case.removeprefix("/c/")) as store:
        before = len(store.leaves())
        desk.get(f"{place}/plan")

        assert len(store.leaves()) == before


def test_a_text_is_signed_by_what_was_typed_and_ticked_and_its_time_starts_when_sent(
    phone: Page, closed_desk: Running
) -> None:
    closed_desk.enter()
    case, place = _place(closed_desk)
    phone.goto(f"{closed_desk.place.origin}{place}/plan")
    phone.click("a[href$='/write/vn-complaint']")
    phone.check("input[name=intimate][value=yes]")
    phone.check("input[name=speech][value=no]")
    phone.click("main button")
    assert phone.locator("main input[type=checkbox]:checked").count() == 0
    assert POST in phone.inner_text("pre")
    phone.fill("input[name=name]", "M. N.")
    phone.fill("input[name=contact]", "hop-thu@mail.example")
    for box in phone.query_selector_all("input[name=statement]"):
        box.check()
    phone.click("text=Sign this text")
    phone.click("text=I have sent it")

    one = _notice(closed_desk, case)
    assert (one.state, one.signature and one.signature.name) == (NoticeState.SENT, "M. N.")
    assert "answer due" in phone.inner_text("main")
    assert phone.inner_text("h1") == "What was sent"
    phone.goto(f"{closed_desk.place.origin}{case}/timeline")
    assert one.recipient in phone.inner_text("main")


def test_a_statement_that_was_not_ticked_leaves_the_notice_unsigned(desk: Running) -> None:
    case, place = _place(desk)
    notice = _drafted(desk, place, "vn-complaint")

    answer = desk.post(f"{notice}/sign", name="M. N.", contact="hop-thu@mail.example")

    assert (answer.status_code, _notice(desk, case).state) == (400, NoticeState.DRAFT)
    assert 'value="hop-thu@mail.example"' in answer.text


def test_somebody_s_speech_gets_no_notice(desk: Running) -> None:
    case, place = _place(desk)

    answer = desk.post(f"{place}/write/vn-complaint", intimate="yes", speech="unsure")

    assert (answer.status_code, "Ask a lawyer" in answer.text) == (400, True)
    with desk.desk.case(case.removeprefix("/c/")) as store:
        assert store.all(Notice) == ()


def test_a_calendar_file_says_nothing_of_what_it_is_about(desk: Running) -> None:
    case, place = _place(desk)
    notice = _drafted(desk, place, "vn-complaint")
    statements = _ticks(desk.get(notice).text)
    desk.post(f"{notice}/sign", name="M. N.", contact="a@mail.example", statement=statements)
    desk.post(f"{notice}/sent")

    answer = desk.get(f"{case}/calendar")

    assert answer.headers["content-disposition"].startswith('attachment; filename="tai-lieu-')
    assert b"BEGIN:VEVENT" in answer.content
    assert b"x.com" not in answer.content


def test_a_letter_is_a_file_without_a_name_that_tells(desk: Running) -> None:
    case, _ = _place(desk)

    answer = desk.post(f"{case}/letter", to="work", wish=["do-not-share"])

    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["content-disposition"].startswith('attachment; filename="tai-lieu-')
    with desk.desk.case(case.removeprefix("/c/")) as store:
        assert store.events()[-1].kind is EventKind.LETTER_WRITTEN


def test_a_threat_without_an_address_leads_to_steps(desk: Running) -> None:
    case = desk.begin(SightingKind.THREATENED)

    path = desk.get(f"{case}/plan").headers["location"]

    assert "StopNCII" in desk.text(path)
    assert "not pay" in desk.text(path)


def test_somebody_under_18_comes_to_a_usable_plan_and_nothing_is_on_the_disk(
    phone: Page, closed_desk: Running
) -> None:
    phone.check("input[name=alone][value=yes]")
    phone.click("main button")
    phone.click("text=I see, go on")
    phone.click("text=I am safe")
    phone.check("input[name=kind][value=published]")
    phone.click("main button")
    phone.check("input[name=adult_now][value=no]")
    phone.click("main button")
    assert phone.inner_text("h1") == "You have done nothing wrong."
    phone.click("text=Go on")
    phone.check("input[name=where][value=paper]")
    phone.click("main button")
    phone.fill("input[name=address]", "https://t.me/kenh_vi_du/55")
    phone.click("text=See the steps")

    said = phone.inner_text("main")
    assert ("111" in said, "stopCA@telegram.org" in said) == (True, True)
    assert not closed_desk.desk.folder.exists()


def test_two_tabs_keep_both_what_was_written(desk: Running) -> None:
    case, place = _place(desk)
    first, second = desk.desk.forms.new(), desk.desk.forms.new()
    desk.client.post(f"{place}/words", data={"form": first, "text": "một"})
    desk.client.post(f"{place}/words", data={"form": second, "text": "hai"})

    with desk.desk.case(case.removeprefix("/c/")) as store:
        (_, one) = store.all(Sighting)
    assert one.text == "một\n\nhai"


def test_a_page_from_before_the_lock_does_nothing_and_says_so(desk: Running) -> None:
    case, place = _place(desk)
    old = desk.desk.forms.new()
    desk.client.post("/lock")
    desk.post("/unlock", passphrase=PASSPHRASE)

    answer = desk.client.post(f"{place}/words", data={"form": old, "text": "một"})

    assert (answer.status_code, "BB-013" in answer.text) == (400, True)
    with desk.desk.case(case.removeprefix("/c/")) as store:
        assert store.all(Sighting)[-1].text == ""


def _ticks(page: str) -> list[str]:
    pieces = page.split('name="statement" value="')[1:]
    return [one.partition('"')[0] for one in pieces]
