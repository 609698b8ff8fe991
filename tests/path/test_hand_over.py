"""A case from one vault to another at the command line, and one that is entrusted."""

from io import BytesIO
from pathlib import Path

import pytest

from benban.casework.spoken import keep_recording
from benban.cli.program import program_name
from benban.cli.words import Words
from benban.model.ids import CaseId
from benban.outside.clock import SystemClock
from benban.testing.pictures import draw_feed_picture
from benban.wording import Language
from tests.path.terminal import SEEN, Terminal, opened

# What a recording begins with; no command decodes one.
SOUND = b"\x1a\x45\xdf\xa3" + bytes(range(256))


@pytest.fixture(scope="module")
def lawyer(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    return Terminal.with_vault(tmp_path_factory.mktemp("luat-su"))


@pytest.fixture
def kept(terminal: Terminal, case: str) -> str:
    picture = terminal.file(f"{case}.jpg", draw_feed_picture(1))
    terminal.run("add", case, picture, "--seen-on", "nhóm", *SEEN)
    return case


@pytest.fixture
def key(terminal: Terminal, lawyer: Terminal) -> tuple[str, str]:
    shown = lawyer.run("take-over", "--show-key").json
    path = terminal.folder / "khoa.txt"
    path.write_text(f"# khoá của luật sư\n{shown['key']}\n", encoding="utf-8")
    return str(path), shown["voice_code"]


@pytest.fixture
def why(terminal: Terminal) -> str:
    path = terminal.folder / "ben-nhan.txt"
    path.write_text("Luật sư A\nđại diện\nuỷ quyền\n", encoding="utf-8")
    return str(path)


def test_it_arrives_whole_and_stays(
    terminal: Terminal, lawyer: Terminal, kept: str, key: tuple[str, str], why: str
) -> None:
    out = str(terminal.folder / f"{kept}.age")

    handed = terminal.run("hand-over", kept, "--to", key[0], "--out", out, "--disclosure", why)
    taken = lawyer.run("take-over", out, "--capacity", "lawyer")

    assert (handed.code, handed.json["voice_code"]) == (0, key[1]), handed.err
    assert (taken.json["case"], taken.json["exhibits"]) == (kept, 1)
    assert len(terminal.state(kept).exhibits) == 1
    assert (terminal.failures(), lawyer.failures()) == ([], [])


def test_with_an_identity_of_stock_age_it_opens_as_well(
    terminal: Terminal, kept: str, why: str, tmp_path: Path
) -> None:
    from benban.seal.age import fresh_identity, recipient_of

    identity = fresh_identity()
    (tmp_path / "key.txt").write_text(f"# created: today\n{identity}\n")
    (tmp_path / "to.txt").write_text(recipient_of(identity))
    out = str(tmp_path / "case.age")
    to = ("--to", str(tmp_path / "to.txt"))
    terminal.run("hand-over", kept, *to, "--out", out, "--disclosure", why)
    another = Terminal.with_vault(tmp_path)

    taken = another.run(
        "take-over", out, "--capacity", "self", "--identity", str(tmp_path / "key.txt")
    )

    assert taken.json["case"] == kept, taken.err


def test_entrusted_means_kept_there_and_gone_here(
    terminal: Terminal, lawyer: Terminal, kept: str, key: tuple[str, str], why: str
) -> None:
    out = str(terminal.folder / f"{kept}.age")
    heard = terminal.file("nghe.txt", key[1].encode())
    asked = ("--to", key[0], "--out", out, "--disclosure", why, "--heard", heard)

    waited = terminal.run("entrust", kept, *asked)
    done = terminal.run("entrust", kept, *asked, "--destroy", "yes")

    assert (waited.json, done.json["destroyed"]) == ({"destroyed": False}, True), done.err
    assert terminal.refusals("case", "show", kept) == ["BB-103"] * 2
    assert lawyer.run("take-over", out, "--capacity", "lawyer").json["exhibits"] == 1
    assert terminal.failures() == []


@pytest.mark.parametrize("language", list(Language), ids=lambda one: one.value)
def test_what_was_said_aloud_and_stays_behind_is_told_before_anything_is_sealed(
    terminal: Terminal, kept: str, key: tuple[str, str], why: str, language: Language
) -> None:
    out = str(terminal.folder / f"{kept}-noi.age")
    heard = terminal.file("nghe-3.txt", key[1].encode())
    to = ("--to", key[0], "--out", out, "--disclosure", why)
    entrust = ("entrust", kept, *to, "--heard", heard)
    before = terminal.run(*entrust, language=language)
    with opened(terminal.vault) as vault:
        keep_recording(vault, CaseId(kept), BytesIO(SOUND), SystemClock())

    told = [
        terminal.run(*one, language=language).err for one in (entrust, ("hand-over", kept, *to))
    ]

    assert before.err == ""
    assert ["".join(one.split()) for one in told] == [
        "".join(Words(language, program_name())(f"cli.{one}.spoken", count=1).split())
        for one in ("entrust", "hand-over")
    ]


def test_other_numbers_seal_and_destroy_nothing(
    terminal: Terminal, kept: str, key: tuple[str, str], why: str
) -> None:
    out = terminal.folder / f"{kept}.age"
    heard = terminal.file("nghe-sai.txt", b"12345 12345 12345 12345 12345 12345")
    asked = ("--to", key[0], "--out", str(out), "--disclosure", why, "--heard", heard)

    assert terminal.refusals("entrust", kept, *asked, "--destroy", "yes") == ["BB-115"] * 2
    assert (out.exists(), len(terminal.state(kept).exhibits)) == (False, 1)


@pytest.mark.parametrize("inside", ["tmp", "cases"])
def test_what_is_sealed_does_not_lie_where_it_would_be_destroyed(
    terminal: Terminal, kept: str, key: tuple[str, str], why: str, inside: str
) -> None:
    folder = terminal.vault / inside / (kept if inside == "cases" else "")
    out = folder / "giao.age"
    heard = terminal.file("nghe-2.txt", key[1].encode())
    to = ("--to", key[0], "--out", str(out), "--disclosure", why)
    entrust = ("entrust", kept, *to, "--heard", heard, "--destroy", "yes")

    for asked in (entrust, ("hand-over", kept, *to)):
        assert terminal.refusals(*asked) == ["BB-004"] * 2
    assert (out.exists(), len(terminal.state(kept).exhibits)) == (False, 1)


def test_a_hand_over_that_cannot_be_used_is_refused(
    terminal: Terminal, lawyer: Terminal, kept: str, key: tuple[str, str], why: str
) -> None:
    nonsense = terminal.file("rac.age", b"age-encryption.org/v1\nnot really\n")
    out = str(terminal.folder / f"{kept}-2.age")
    terminal.run("hand-over", kept, "--to", key[0], "--out", out, "--disclosure", why)

    assert lawyer.refusals("take-over", nonsense, "--capacity", "lawyer") == ["BB-417"] * 2
    assert terminal.refusals("take-over", out, "--capacity", "self") == ["BB-419"] * 2
    assert (
        terminal.refusals("hand-over", kept, "--to", key[0], "--out", out + "x") == ["BB-450"] * 2
    )
