"""``benban add --witness`` at the command line: dossiers and recordings made elsewhere."""

import io
import sys
import zipfile
from pathlib import Path

import pytest

from benban.model.custody import EventKind
from benban.model.witness import Witness
from benban.testing.pictures import draw_feed_picture
from benban.wording import Language, say
from tests.path.terminal import SEEN, Terminal
from tests.unit.dossier.reading import squeezed, text
from tests.unit.unpack.webfiles import PICTURE, answer_record, packed
from tests.verifier.kept import verified

NAME = "Bạn ở Huế"


@pytest.fixture(scope="module")
def friend(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    return Terminal.with_vault(tmp_path_factory.mktemp("ban"))


def kept(terminal: Terminal, case: str) -> None:
    picture = terminal.file(f"{case}.jpg", draw_feed_picture(4))
    terminal.run("add", case, picture, "--seen-on", "nhóm", *SEEN)


def test_a_dossier_of_somebody_else_is_set_beside(
    terminal: Terminal, friend: Terminal, case: str, tmp_path: Path
) -> None:
    theirs, out = friend.new_case(), str(tmp_path / "cua-ban.zip")
    kept(terminal, case)
    kept(friend, theirs)
    friend.run("dossier", theirs, "--out", out, "--send", "no", "--audience", "lawyer")
    ran = terminal.run("add", case, out, "--witness", NAME)

    assert (ran.code, len(ran.json["same"])) == (0, 1), ran.err
    assert terminal.state(case).events[-1] is EventKind.WITNESS_ADDED
    assert friend.refusals("add", theirs, out, "--witness", NAME) == ["BB-117"] * 2


def test_a_recording_of_another_program_is_set_beside(
    terminal: Terminal, case: str, tmp_path: Path
) -> None:
    kept(terminal, case)
    picture = draw_feed_picture(4)
    recording = tmp_path / "ban-khac.warc.gz"
    recording.write_bytes(packed(answer_record(picture, "image/jpeg", address=PICTURE)))

    ran = terminal.run("add", case, str(recording), "--witness", NAME)

    said = {name: ran.json[name] for name in ("form", "format", "addresses", "differing")}
    assert said == {"form": "recording", "format": "warc", "addresses": 0, "differing": 0}
    assert (ran.code, len(ran.json["same"])) == (0, 1), ran.err
    out = tmp_path / "tai-lieu.zip"
    terminal.run("dossier", case, "--out", str(out), "--send", "no", "--audience", "lawyer")
    failed = [one.name for one in verified(out, None, ()).checks if one.result.value == "FAIL"]
    assert (failed, terminal.failures()) == ([], [])
    with zipfile.ZipFile(out) as bag:
        (report,) = [one for one in bag.namelist() if one.endswith("report.en.pdf")]
        printed = text(bag.read(report))
    for told in ("A recording by another program", "Byte for byte the same as here: 1 item."):
        assert squeezed(told) in printed


def test_the_name_can_come_by_the_input_and_is_warned_of_on_the_command_line(
    terminal: Terminal, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(terminal, case)
    recording = tmp_path / "ban-khac.warc.gz"
    picture = answer_record(draw_feed_picture(4), "image/jpeg", address=PICTURE)
    recording.write_bytes(packed(picture))
    warned = terminal.run("add", case, str(recording), "--witness", NAME).err
    assert terminal.refusals("add", case, str(recording), "--witness", NAME) == ["BB-453"] * 2
    recording.write_bytes(packed(picture, picture))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{NAME}\n".encode())))

    ran = terminal.run("add", case, str(recording), "--witness", "-")

    said = squeezed(say(Language.VI, "cli.witness.in-argv"))
    assert (said in squeezed(warned), said in squeezed(ran.err)) == (True, False)
    with terminal.store(case) as store:
        assert [one.name for one in store.all(Witness)] == [NAME] * 2


def test_what_says_nothing_of_this_case_is_refused(
    terminal: Terminal, case: str, tmp_path: Path
) -> None:
    kept(terminal, case)
    other = tmp_path / "khac.warc.gz"
    other.write_bytes(packed(answer_record(draw_feed_picture(5), "image/jpeg", address=PICTURE)))
    nothing = terminal.file("rac.bin", b"nothing")

    assert terminal.refusals("add", case, str(other), "--witness", NAME) == ["BB-452"] * 2
    assert terminal.refusals("add", case, nothing, "--witness", NAME) == ["BB-116"] * 2
    for wrong in (("--receipt", nothing), ("--witness", NAME, "--seen-on", "nhóm")):
        assert "[BB-001]" in terminal.run("add", case, str(other), *wrong).err
    assert EventKind.WITNESS_ADDED not in terminal.state(case).events


def test_another_case_of_the_same_vault_is_no_witness(
    terminal: Terminal, case: str, tmp_path: Path
) -> None:
    second, out = terminal.new_case(), str(tmp_path / "cung-kho.zip")
    kept(terminal, case)
    kept(terminal, second)
    terminal.run("dossier", second, "--out", out, "--send", "no", "--audience", "lawyer")

    assert terminal.refusals("add", case, out, "--witness", NAME) == ["BB-451"] * 2


def test_a_changed_dossier_is_refused(
    terminal: Terminal, friend: Terminal, case: str, tmp_path: Path
) -> None:
    theirs, out = friend.new_case(), tmp_path / "cua-ban.zip"
    kept(friend, theirs)
    friend.run("dossier", theirs, "--out", str(out), "--send", "no")
    data = bytearray(out.read_bytes())
    data[len(data) // 2] ^= 1
    out.write_bytes(data)

    assert terminal.refusals("add", case, str(out), "--witness", NAME) == ["BB-116"] * 2
    assert EventKind.WITNESS_ADDED not in terminal.state(case).events


def test_a_dossier_for_oneself_names_no_group(
    terminal: Terminal, case: str, tmp_path: Path
) -> None:
    kept(terminal, case)
    printed = []
    for number, audience in enumerate([(), ("--audience", "lawyer")]):
        out = tmp_path / f"{number}.zip"
        terminal.run("dossier", case, "--out", str(out), "--send", "no", *audience)
        with zipfile.ZipFile(out) as bag:
            (name,) = [one for one in bag.namelist() if one.endswith("report.vi.pdf")]
            printed.append(text(bag.read(name)))

    said = [squeezed("theo lời kể") in one and squeezed("nhóm") in one for one in printed]
    assert said[1] is True
    assert [squeezed("[…]") in one for one in printed] == [True, False]


def test_drafts_come_when_they_are_asked_for(terminal: Terminal, case: str, tmp_path: Path) -> None:
    kept(terminal, case)
    out = tmp_path / "tai-lieu.zip"
    asked = ("--audience", "lawyer", "--with-drafts")

    ran = terminal.run("dossier", case, "--out", str(out), "--send", "no", *asked)

    with zipfile.ZipFile(out) as bag:
        drafts = [name for name in bag.namelist() if "/drafts." in name]
    assert (ran.code, len(drafts)) == (0, 2), ran.err
    failed = [one.name for one in verified(out, None, ()).checks if one.result.value == "FAIL"]
    assert failed == []
