"""From a link to a mail on the wire, typed command by command, against a real mail server."""

import email
import io
import json
import sys
from collections.abc import Iterator
from email.policy import default
from pathlib import Path

import pytest
from icalendar import Calendar

from benban.model.mail import MailSecurity
from tests.harm.scenes import Example
from tests.harm.walk import ANSWERS, Walk, computer_of, new_walk
from tests.path.mail_server import PASSWORD, SENDER, MailServer

PLACE = "https://t.me/kenh_vi_du/55?comment=7"
STEP = "telegram-2"
RECIPIENT = "abuse@telegram.org"


@pytest.fixture(scope="module")
def example() -> Example:
    return Example.drawn()


@pytest.fixture
def terminal(tmp_path: Path, example: Example, monkeypatch: pytest.MonkeyPatch) -> Iterator[Walk]:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    begun = new_walk(tmp_path, example)
    with computer_of(begun):
        yield begun


def signed(walk: Walk, step: str = STEP) -> tuple[str, str]:
    case = walk.ask("case", "new")["case"]
    places = walk.file("noi.txt", PLACE)
    added = ("--from", places, "--kind", "published", "--visit", "no", *ANSWERS)
    walk.ask("add", case, *added)
    sighting = walk.ask("plan", case)["plans"][0]["sighting"]
    asked = (sighting, step, "--intimate", "yes", "--speech", "no")
    draft = walk.ask("notice", "draft", case, *asked)
    confirmed = [word for one in draft["statements"] for word in ("--confirm", one)]
    signature = walk.file("ky", f"Mây\n{SENDER}\n")
    walk.ask("notice", "approve", case, draft["notice"], "--signature", signature, *confirmed)
    return case, draft["notice"]


def named(walk: Walk, server: MailServer) -> None:
    account = server.account
    lines = (account.host, account.port, account.security.value, account.user, account.sender)
    roots = walk.file("goc.pem", account.roots_pem)
    file = walk.file("hop-thu", "\n".join(map(str, lines)))
    walk.ask("notice", "account", "--from", file, "--roots", roots)


@pytest.fixture
def server() -> MailServer:
    return MailServer(MailSecurity.STARTTLS)


def test_what_the_screen_shows_is_what_the_server_gets(terminal: Walk, server: MailServer) -> None:
    case, notice = signed(terminal)
    password = terminal.file("mk", PASSWORD)
    with server:
        named(terminal, server)
        ran = terminal.run(
            *("notice", "send", case, notice, "--send", "yes", "--password-file", password)
        )

    ((sender, recipients, content),) = server.came
    assert (ran.code, sender, recipients) == (0, SENDER, [RECIPIENT])
    assert content.decode("ascii").replace("\r\n", "\n") in ran.out
    # What is not in the bytes and may be added on the way.
    assert "(IP)" in ran.out
    body = email.message_from_bytes(content, policy=default).get_content()
    assert PLACE in body.splitlines()
    (listed,) = terminal.ask("notice", "list", case)["notices"]
    assert (listed["state"], listed["attempts"]) == ("sent", ["accepted"])


@pytest.mark.parametrize("answer", [(), ("--send", "no")])
def test_without_a_yes_nothing_is_connected(
    terminal: Walk, server: MailServer, answer: tuple[str, ...]
) -> None:
    case, notice = signed(terminal)
    with server:
        named(terminal, server)
        terminal.run("notice", "send", case, notice, *answer)

    assert (server.came, server.names) == ([], [])


def test_the_password_is_nowhere_afterwards(terminal: Walk, server: MailServer) -> None:
    case, notice = signed(terminal)
    password = terminal.file("mk", PASSWORD)
    with server:
        named(terminal, server)
        terminal.run("notice", "send", case, notice, "--send", "yes", "--password-file", password)

    held = b"".join(one.read_bytes() for one in terminal.computer.rglob("*") if one.is_file())
    assert PASSWORD.encode() not in held
    assert SENDER.encode() not in held


def test_a_mail_for_ones_own_program_is_the_same_mail(terminal: Walk) -> None:
    case, notice = signed(terminal)
    out = terminal.out("thu.eml")
    sender = terminal.file("toi", SENDER)
    terminal.ask("notice", "eml", case, notice, "--out", out, "--sender", sender)

    read = email.message_from_bytes(Path(out).read_bytes(), policy=default)
    assert (read["To"], read["From"]) == (RECIPIENT, SENDER)
    assert PLACE in read.get_content().splitlines()


def test_a_text_to_paste_is_printed_whole(terminal: Walk) -> None:
    case, notice = signed(terminal, "telegram-3")
    pasted = terminal.ask("notice", "paste", case, notice, "--open", "no")

    assert PLACE in pasted["text"].splitlines()
    assert pasted["opened"] is False


def test_a_draft_cannot_be_pasted_or_sent(terminal: Walk) -> None:
    case = terminal.ask("case", "new")["case"]
    places = terminal.file("noi.txt", PLACE)
    terminal.ask(*("add", case, "--from", places, "--kind", "published", "--visit", "no"), *ANSWERS)
    sighting = terminal.ask("plan", case)["plans"][0]["sighting"]
    asked = (sighting, STEP, "--intimate", "yes", "--speech", "no")
    draft = terminal.ask("notice", "draft", case, *asked)["notice"]

    ran = terminal.run("notice", "paste", case, draft, "--open", "no")
    assert (ran.code, "BB-606" in ran.err) == (1, True)


def test_the_record_for_a_machine_is_written(terminal: Walk) -> None:
    case, notice = signed(terminal)
    out = terminal.out("bao-cao.json")
    terminal.ask("notice", "record", case, notice, "--out", out)

    assert json.loads(Path(out).read_text(encoding="utf-8"))["addresses"] == [PLACE]


def test_deadlines_are_listed_and_go_into_a_calendar(terminal: Walk) -> None:
    case, notice = signed(terminal, "vn-complaint")
    terminal.ask("notice", "sent", case, notice)
    out = terminal.out("lich.ics")
    terminal.ask("notice", "calendar", case, "--out", out)

    (due,) = terminal.ask("notice", "due")["due"]
    assert (due["notice"], due["overdue"], due["started_by"]) == (
        notice,
        False,
        "person-complaint",
    )
    content = Path(out).read_bytes()
    assert len(Calendar.from_ical(content).walk("VEVENT")) == 1
    assert b"t.me" not in content


def test_what_was_answered_is_listed_without_a_day_to_wait_for(terminal: Walk) -> None:
    case, notice = signed(terminal, "vn-complaint")
    terminal.ask("notice", "sent", case, notice)
    before = terminal.run("notice", "list", case).out
    answer = terminal.file("tra-loi", "Removed.")
    terminal.ask("notice", "reply", case, notice, "--state", "removed", "--from", answer)
    after = terminal.run("notice", "list", case).out

    assert ["(UTC" in one for one in (before, after)] == [True, False]


def test_an_answer_in_a_saved_mail_becomes_an_exhibit(terminal: Walk) -> None:
    case, notice = signed(terminal)
    terminal.ask("notice", "sent", case, notice)
    mail = terminal.file(
        "tra-loi.eml",
        f"From: help@noi-nhan.example\nTo: {SENDER}\nDate: Mon, 23 Nov 2026 03:00:00 +0000\n"
        "Subject: Re\n\nRemoved.\n",
    )
    kept = terminal.ask("notice", "reply", case, notice, "--state", "removed", "--mail", mail)

    assert (kept["state"], kept["replies"]) == ("removed", 1)
    kinds = [one["kind"] for one in terminal.ask("case", "show", case)["exhibits"]]
    assert "reply" in kinds


@pytest.mark.parametrize(
    "lines",
    ["", "thu.example", "thu.example\nx\ntls\nmay\nmay@thu.example", "a\n1\nplain\nb\nc@d.ee"],
)
def test_an_account_with_a_wrong_line_is_explained(terminal: Walk, lines: str) -> None:
    ran = terminal.run("notice", "account", "--from", terminal.file("hop-thu", lines))

    assert (ran.code, "BB-642" in ran.err) == (1, True)


def test_without_an_account_the_other_ways_are_named(terminal: Walk) -> None:
    case, notice = signed(terminal)
    ran = terminal.run("notice", "send", case, notice, "--send", "yes")

    assert (ran.code, "BB-640" in ran.err, "notice eml" in ran.err) == (1, True, True)
