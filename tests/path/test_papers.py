"""Papers, consent, allegations and damage as they are typed on the command line."""

import io
from pathlib import Path

import docx
import pytest

from benban.model.custody import EventKind
from benban.model.paper import PaperKind
from benban.testing.pictures import draw_feed_picture
from tests.path.terminal import ADDRESS, SEEN, Terminal, run
from tests.unit.dossier.reading import squeezed, text

DETAILS = "addressee: Công an phường Ví Dụ\nname: Nguyễn Ví Dụ\nid-number: 001198000000\n"
SAID = "Tôi nghi người từng giữ máy của tôi."


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    return Terminal.with_vault(tmp_path_factory.mktemp("papers"))


@pytest.fixture(scope="module")
def case(terminal: Terminal) -> str:
    made = terminal.new_case()
    place = terminal.file("noi.txt", ADDRESS.encode())
    words = (*SEEN, "--seen-at", "2026-11-20 08:00")
    added = terminal.run("add", made, "--from", place, *words)
    assert added.code == 0, added.err
    return made


def paper(terminal: Terminal, case: str, kind: PaperKind, name: str, *more: str) -> bytes:
    target = terminal.folder / name
    details = terminal.file("chi-tiet.txt", DETAILS.encode())
    made = terminal.run(
        *("paper", case, kind.value, "--out", str(target), "--details", details),
        *("--for", "authority", *more),
    )
    assert made.code == 0, made.err
    return target.read_bytes()


@pytest.mark.parametrize("kind", PaperKind)
def test_every_paper_is_made_from_a_case_and_says_that_no_lawyer_reviewed_it(
    terminal: Terminal, case: str, kind: PaperKind
) -> None:
    said = text(paper(terminal, case, kind, f"{kind.value}.pdf"))

    assert "Mẫuchưađượcluậtsưduyệt" in said
    assert ("CỘNGHÒAXÃHỘICHỦNGHĨAVIỆTNAM" in said) is not kind.is_own


def test_the_report_holds_what_was_typed_and_the_address(terminal: Terminal, case: str) -> None:
    said = text(paper(terminal, case, PaperKind.CRIME_REPORT, "don.pdf"))

    wanted = ("Công an phường Ví Dụ", "Nguyễn Ví Dụ", "001198000000", ADDRESS)
    assert [one for one in wanted if squeezed(one) not in said] == []


def test_the_request_to_prosecute_can_be_edited(terminal: Terminal, case: str) -> None:
    made = paper(terminal, case, PaperKind.PROSECUTION_REQUEST, "don.docx", "--docx")

    words = "\n".join(one.text for one in docx.Document(io.BytesIO(made)).paragraphs)
    assert "ĐƠN YÊU CẦU KHỞI TỐ VỤ ÁN HÌNH SỰ" in words
    assert "không được yêu cầu lại" in words


def test_the_warning_stands_beside_the_request(terminal: Terminal, case: str) -> None:
    target = str(terminal.folder / "yeu-cau.pdf")
    words = ("paper", case, "prosecution-request", "--out", target, "--for", "lawyer")

    made = run(*terminal.words(*words), "--language", "vi")

    assert (made.code, "đã rút thì không được yêu cầu lại" in made.out) == (0, True)


def test_without_a_reader_who_may_know_others_no_paper_is_made(
    terminal: Terminal, case: str
) -> None:
    target = terminal.folder / "khong.pdf"

    assert terminal.refusals("paper", case, "reach", "--out", str(target)) == ["BB-650"] * 2
    assert not target.exists()


def test_a_table_of_the_papers_needs_no_vault(terminal: Terminal) -> None:
    listed = terminal.run("paper", "x").json["papers"]

    assert [one["paper"] for one in listed] == [kind.value for kind in PaperKind]
    assert [one["paper"] for one in listed if one["docx"]] == [
        "crime-report",
        "prosecution-request",
    ]


def test_only_two_papers_can_be_edited(terminal: Terminal, case: str) -> None:
    target = str(terminal.folder / "bang.docx")
    words = ("paper", case, "reach", "--out", target, "--docx", "--for", "lawyer")

    assert terminal.refusals(*words) == ["BB-655"] * 2


def test_a_detail_that_no_paper_has_is_wrong_usage(terminal: Terminal, case: str) -> None:
    details = terminal.file("la.txt", b"religion: none\n")
    target = str(terminal.folder / "la.pdf")

    refused = terminal.run(
        *("paper", case, "reach", "--out", target, "--for", "lawyer", "--details", details)
    )

    assert (refused.code, refused.json["error"]["code"], Path(target).exists()) == (
        2,
        "BB-001",
        False,
    )


def test_an_organisation_needs_the_persons_yes_for_this_office(terminal: Terminal) -> None:
    case = terminal.run("case", "new", "--capacity", "organisation").json["case"]
    place = terminal.file("noi2.txt", ADDRESS.encode())
    terminal.run("add", case, "--from", place, *SEEN)
    details = terminal.file("chi-tiet2.txt", DETAILS.encode())
    target = terminal.folder / "to-chuc.pdf"
    words = ("paper", case, "reach", "--out", str(target), "--for", "authority")
    office = terminal.file("noi-nhan.txt", "Công an phường Ví Dụ\n".encode())
    give = ("consent", "give", case, "--purpose", "papers", "--recipient", office)

    assert terminal.refusals(*words, "--details", details) == ["BB-651"] * 2
    assert terminal.refusals(*give) == ["BB-652"] * 2
    given = terminal.run(*give, "--agree", "yes").json
    made = terminal.run(*words, "--details", details)
    ended = terminal.run("consent", "withdraw", case, given["consent"]).json
    listed = terminal.run("consent", "list", case).json["consents"]

    assert ("nhạy cảm" in given["text"], made.code, target.exists()) == (True, 0, True)
    assert (ended["withdrawn_at"] is not None, len(listed)) == (True, 1)


def test_a_document_of_the_capacity_is_recorded_by_its_digest(
    terminal: Terminal, case: str
) -> None:
    document = terminal.file("uy-quyen.pdf", b"giay uy quyen")
    words = ("consent", "capacity", case, document, "--kind", "authorisation")

    made = terminal.run(*words, "--until", "01/01/2027").json

    assert (len(made["sha256"]), made["valid_until"]) == (64, "2027-01-01")


def test_allegations_are_kept_apart_read_and_destroyed(terminal: Terminal) -> None:
    case = terminal.new_case()
    place = terminal.file("noi3.txt", ADDRESS.encode())
    terminal.run("add", case, "--from", place, *SEEN)
    words = terminal.file("nghi.txt", SAID.encode())

    kept = terminal.run("allegation", "add", case, "--from", words).json["allegation"]
    listed = terminal.run("allegation", "list", case)
    annex = text(paper(terminal, case, PaperKind.ALLEGATIONS, "phu-luc.pdf"))
    report = text(paper(terminal, case, PaperKind.CRIME_REPORT, "don3.pdf"))
    stays = terminal.run("allegation", "destroy", case).json["destroyed"]
    read = terminal.run("allegation", "read", case).json["allegations"]
    gone = terminal.run("allegation", "destroy", case, "--destroy", "yes").json["destroyed"]

    assert (listed.json["allegations"][0]["id"], SAID in listed.out) == (kept, False)
    assert (squeezed(SAID) in annex, squeezed(SAID) in report) == (True, False)
    assert (stays, [one["text"] for one in read], gone) == (0, [SAID], 1)
    assert terminal.run("allegation", "read", case).json["allegations"] == []
    assert EventKind.ALLEGATIONS_DESTROYED in terminal.state(case).events


def test_the_ledger_of_damage_adds_up(terminal: Terminal) -> None:
    case = terminal.new_case()
    for amount in ("1.500.000", "250000"):
        entry = terminal.file("muc.txt", f"20/11/2026\nPhí vi bằng\n{amount}\n".encode())
        added = terminal.run("damage", "add", case, "--from", entry)
        assert added.code == 0, added.err
    first = terminal.run("damage", "list", case).json

    removed = terminal.run("damage", "remove", case, first["damage"][0]["entry"]).json

    assert (first["total_vnd"], removed["total_vnd"]) == (1_750_000, 250_000)


@pytest.mark.parametrize("entry", ["", "hôm qua\nphí\n5", "20/11/2026\nphí\n-5", "20/11/2026\n\n5"])
def test_what_is_no_entry_is_refused(terminal: Terminal, case: str, entry: str) -> None:
    source = terminal.file("sai.txt", entry.encode())

    refused = terminal.run("damage", "add", case, "--from", source)

    assert (refused.code in {1, 2}, refused.json["error"]["code"] in {"BB-001", "BB-654"}) == (
        True,
        True,
    )


def test_the_plan_tells_until_when_and_since_when(terminal: Terminal, case: str) -> None:
    limits = terminal.run("plan", case).json["limits"]

    assert [(one["limit"], one["ends_on"]) for one in limits][:2] == [
        ("fine", "2027-11-20"),
        ("logs", "2027-11-20"),
    ]
    assert {one["start_is_sure"] for one in limits if one["start"] == "act"} == {False}


def test_before_an_exhibit_is_destroyed_the_warning_is_read(terminal: Terminal) -> None:
    case = terminal.new_case()
    place = terminal.file("noi4.txt", ADDRESS.encode())
    picture = terminal.file("hinh.jpg", draw_feed_picture(1))
    terminal.run("add", case, picture, "--from", place, *SEEN)
    (exhibit,) = [one.id for one in terminal.state(case).exhibits]

    asked = run(*terminal.words("forget", case, exhibit), "--language", "vi")

    assert "Hủy rồi thì không ai lấy lại được" in asked.out
    assert len(terminal.state(case).exhibits) == 1
