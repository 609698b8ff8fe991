"""``benban witness`` at the command line, with a dossier of another vault."""

from pathlib import Path

import pytest

from benban.model.custody import EventKind
from benban.testing.pictures import draw_feed_picture
from tests.path.terminal import SEEN, Terminal


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
    name = terminal.file("ten.txt", "Bạn ở Huế".encode())

    ran = terminal.run("witness", case, out, "--name-from", name)

    assert (ran.code, len(ran.json["same"])) == (0, 1), ran.err
    assert terminal.state(case).events[-1] is EventKind.WITNESS_ADDED
    assert friend.refusals("witness", theirs, out, "--name-from", name) == ["BB-117"] * 2


def test_a_changed_dossier_is_refused(
    terminal: Terminal, friend: Terminal, case: str, tmp_path: Path
) -> None:
    theirs, out = friend.new_case(), tmp_path / "cua-ban.zip"
    kept(friend, theirs)
    friend.run("dossier", theirs, "--out", str(out), "--send", "no")
    data = bytearray(out.read_bytes())
    data[len(data) // 2] ^= 1
    out.write_bytes(data)
    name = terminal.file("ten.txt", "Bạn ở Huế".encode())

    assert terminal.refusals("witness", case, str(out), "--name-from", name) == ["BB-116"] * 2
    assert EventKind.WITNESS_ADDED not in terminal.state(case).events


def test_a_dossier_for_oneself_names_no_group(
    terminal: Terminal, case: str, tmp_path: Path
) -> None:
    from tests.unit.dossier.reading import squeezed, text

    kept(terminal, case)
    printed = []
    for number, audience in enumerate([(), ("--audience", "lawyer")]):
        out = tmp_path / f"{number}.zip"
        terminal.run("dossier", case, "--out", str(out), "--send", "no", *audience)
        import zipfile

        with zipfile.ZipFile(out) as bag:
            (name,) = [one for one in bag.namelist() if one.endswith("report.vi.pdf")]
            printed.append(text(bag.read(name)))

    said = [squeezed("theo lời kể") in one and squeezed("nhóm") in one for one in printed]
    assert said[1] is True
    assert [squeezed("[…]") in one for one in printed] == [True, False]


def test_drafts_come_when_they_are_asked_for(terminal: Terminal, case: str, tmp_path: Path) -> None:
    import zipfile

    kept(terminal, case)
    out = tmp_path / "tai-lieu.zip"
    asked = ("--audience", "lawyer", "--with-drafts")

    ran = terminal.run("dossier", case, "--out", str(out), "--send", "no", *asked)

    with zipfile.ZipFile(out) as bag:
        drafts = [name for name in bag.namelist() if "/drafts." in name]
    assert (ran.code, len(drafts)) == (0, 2), ran.err
    from tests.verifier.kept import verified

    failed = [one.name for one in verified(out, None, ()).checks if one.result.value == "FAIL"]
    assert failed == []
