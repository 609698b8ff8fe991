"""A signed text leaves by the person's own mail as it was shown; questions open further steps."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from benban.model.ids import SightingId
from benban.model.mail import MailSecurity
from benban.model.remedy import Notice, NoticeState
from benban.model.routes import HostFacts, LinkAnswer, SourcePhoto
from benban.model.sighting import Answer
from benban.wording import Language
from tests.desk.rig import ADULT, Running
from tests.path.mail_server import PASSWORD, MailServer

PLACE = "https://t.me/kenh_vi_du/55?comment=7"
STEP = "telegram-2"
RECIPIENT = "abuse@telegram.org"
OURS = {"intimate": "yes", "speech": "no"}


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer(MailSecurity.TLS) as running:
        yield running


def _place(desk: Running, address: str = PLACE) -> tuple[str, str]:
    case = desk.begin()
    age = desk.post(f"{case}/add/link", address=address, kind="published").headers["location"]
    desk.post(age, **ADULT)
    return case, age.removesuffix("/age")


def _signed(desk: Running) -> tuple[str, str]:
    case, place = _place(desk)
    notice = desk.post(f"{place}/write/{STEP}", **OURS).headers["location"]
    statements = re.findall(r'name="statement" value="([^"]+)"', desk.get(notice).text)
    signed = desk.post(
        f"{notice}/sign", name="Mây", contact="may@thu.example", statement=statements
    )
    assert signed.status_code == 303, signed.text
    return case, notice


def _name_account(desk: Running, server: MailServer) -> None:
    one = server.account
    answer = desk.post(
        "/settings/mail",
        host=one.host,
        port=str(one.port),
        security=one.security.value,
        user=one.user,
        sender=one.sender,
        roots=one.roots_pem,
    )
    assert answer.status_code == 303


def _notice(desk: Running, case: str) -> Notice:
    with desk.desk.case(case.removeprefix("/c/")) as store:
        (one,) = store.all(Notice)
    return one


def _shown(page: str) -> str:
    (found,) = re.findall(r'name="mail" value="([0-9a-f]{64})"', page)
    return str(found)


def test_the_bytes_on_the_page_are_the_bytes_on_the_wire(
    phone: Page, closed_desk: Running, server: MailServer
) -> None:
    closed_desk.enter()
    closed_desk.desk.speak(Language.VI)
    case, notice = _signed(closed_desk)
    _name_account(closed_desk, server)
    phone.goto(f"{closed_desk.place.origin}{notice}")
    phone.click("a[href$='/send']")
    assert server.came == []
    phone.click("a[href$='/mail']")
    phone.click("summary")
    shown = phone.text_content("#bytes") or ""
    assert (phone.inner_text("h1"), server.came) == ("Đây là thư sẽ được gửi", [])
    phone.fill("input[name=password]", PASSWORD)
    phone.click("text=Gửi thư này ngay")
    phone.wait_for_url(f"**{notice}")

    ((sender, recipients, content),) = server.came
    assert (sender, recipients) == (server.account.sender, [RECIPIENT])
    assert content.decode("ascii").replace("\r\n", "\n") == shown
    one = _notice(closed_desk, case)
    assert (one.state, PASSWORD in phone.content()) == (NoticeState.SENT, False)


def test_a_mail_that_no_page_showed_is_not_sent(desk: Running, server: MailServer) -> None:
    case, notice = _signed(desk)
    _name_account(desk, server)

    answer = desk.post(f"{notice}/mail", mail="0" * 64, password=PASSWORD)

    assert (answer.status_code, "BB-040" in answer.text, server.came) == (400, True, [])
    assert _notice(desk, case).state is NoticeState.APPROVED


def test_a_wrong_password_sends_nothing_and_the_mail_can_be_sent_after(
    desk: Running, server: MailServer
) -> None:
    case, notice = _signed(desk)
    _name_account(desk, server)
    first = desk.post(
        f"{notice}/mail", mail=_shown(desk.get(f"{notice}/mail").text), password="sai"
    )
    assert (first.status_code, server.came) == (400, [])
    assert "sai" not in re.findall(r'name="password"[^>]*value="([^"]*)"', first.text)

    second = desk.post(f"{notice}/mail", mail=_shown(first.text), password=PASSWORD)

    assert (second.status_code, len(server.came)) == (303, 1)
    assert _notice(desk, case).state is NoticeState.SENT


def test_a_second_click_sends_no_second_mail(desk: Running, server: MailServer) -> None:
    _, notice = _signed(desk)
    _name_account(desk, server)
    mail = _shown(desk.get(f"{notice}/mail").text)
    fields = {"form": desk.desk.forms.new(), "mail": mail, "password": PASSWORD}

    desk.client.post(f"{notice}/mail", data=fields)
    desk.client.post(f"{notice}/mail", data=fields)

    assert len(server.came) == 1


def test_the_mail_is_a_file_whose_name_says_nothing(desk: Running) -> None:
    case, notice = _signed(desk)

    answer = desk.post(f"{notice}/file", sender="may@thu.example")

    assert answer.headers["content-disposition"].startswith('attachment; filename="tai-lieu-')
    assert f"To: {RECIPIENT}".encode() in answer.content
    assert _notice(desk, case).state is NoticeState.APPROVED


def test_a_text_that_is_not_signed_has_no_way_out(desk: Running) -> None:
    _, place = _place(desk)
    notice = desk.post(f"{place}/write/{STEP}", **OURS).headers["location"]

    for way in ("send", "mail"):
        assert desk.get(f"{notice}/{way}").headers["location"] == notice
    assert "BB-606" in desk.post(f"{notice}/file", sender="may@thu.example").text


def test_only_what_was_answered_about_places_is_kept(desk: Running) -> None:
    case, place = _place(desk)
    assert "checked" not in desk.get(f"{case}/ties").text

    desk.post(f"{case}/ties", AU="yes")

    with desk.desk.case(case.removeprefix("/c/")) as store:
        assert [(one.to.value, one.answer) for one in store.all(LinkAnswer)] == [("AU", Answer.YES)]
    assert "eSafety" in desk.text(f"{place}/plan")


def test_the_copyright_route_opens_by_three_answers_only(desk: Running) -> None:
    case, place = _place(desk)
    sighting = SightingId(place.rpartition("/")[2])
    desk.post(f"{place}/photo", owns="yes", photo="ảnh ở biển")
    with desk.desk.case(case.removeprefix("/c/")) as store:
        assert not store.get(SourcePhoto, sighting).opens_copyright

    desk.post(f"{place}/photo", owns="yes", read="yes", photo="ảnh ở biển")

    with desk.desk.case(case.removeprefix("/c/")) as store:
        assert store.get(SourcePhoto, sighting).opens_copyright


def test_the_page_about_a_host_says_who_learns_what_and_asks_nobody(desk: Running) -> None:
    case, place = _place(desk, "https://dien-dan.vi-du.vn/chu-de/55")

    said = desk.text(f"{place}/host")

    assert ("dien-dan.vi-du.vn" in said, "The site itself is not contacted" in said) == (True, True)
    with desk.desk.case(case.removeprefix("/c/")) as store:
        assert store.all(HostFacts) == ()


def test_a_paper_is_a_file_and_what_was_typed_is_kept_nowhere(desk: Running) -> None:
    case, _ = _place(desk)
    path = f"{case}/papers/crime-report"
    said = desk.text(path)
    assert "No lawyer has read" in said

    pdf = desk.post(path, **{"for": "lawyer", "name": "Tên-Rất-Lạ"})
    word = desk.post(path, **{"for": "lawyer", "docx": "yes"})

    assert (pdf.content[:5], word.content[:2]) == (b"%PDF-", b"PK")
    assert pdf.headers["content-disposition"].startswith('attachment; filename="tai-lieu-')
    assert "Tên-Rất-Lạ" not in desk.get(path).text


def test_a_paper_for_nobody_in_particular_is_not_made(desk: Running) -> None:
    case, _ = _place(desk)

    answer = desk.post(f"{case}/papers/crime-report", name="Mây")

    assert (answer.status_code, "BB-650" in answer.text, 'value="Mây"' in answer.text) == (
        400,
        True,
        True,
    )
