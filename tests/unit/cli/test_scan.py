"""The command as an operator runs it: in the fence, on this machine."""

import json
from pathlib import Path

import click
import pytest

from benban.cli.main import main, make_group
from benban.cli.words import Words
from benban.wording import Language
from tests.scan_store import BANKED, jpeg, make_store, numbers, problems, turned_png


def test_a_store_is_scanned_in_the_fence_and_again_without_doing_anything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = make_store(tmp_path, pictures=4)
    call = ["scan", str(store.source), "--bank", str(store.bank), "--out", str(store.out)]

    codes = [main([*call, "--workers", "1", "--json"]), main(call)]

    said = capsys.readouterr().out
    document = json.loads(said[: said.rindex("}") + 1])
    assert codes == [0, 0]
    assert document == {
        "action": "review",
        "files": 9,
        "matched": 2,
        "no_picture": 2,
        "problems": {"BB-002": 1, "BB-304": 1},
    }
    assert numbers(store.out) == {"deep/3.jpg": 70, "turned.png": 70}
    assert len(problems(store.out)) == 4


def test_what_is_printed_holds_no_name_no_number_of_bits_and_no_hash(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = make_store(tmp_path, pictures=1)

    main(["scan", str(store.source), "--bank", str(store.bank), "--out", str(store.out)])

    said = capsys.readouterr()
    for canary in ("turned", "broken", "70", *store.bank.read_text(encoding="ascii").split()):
        assert canary not in said.out + said.err


def test_a_picture_is_no_bank(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """HARM 12: nobody looks through a store for a photograph."""
    photo = tmp_path / "photo.jpg"
    for data in (jpeg(next(iter(BANKED))), turned_png(3)):
        photo.write_bytes(data)
        out = tmp_path / "out"

        code = main(["scan", str(tmp_path), "--bank", str(photo), "--out", str(out)])

        assert code == 1
        assert "BB-982" in capsys.readouterr().err
        assert not out.exists()


def test_nothing_but_a_bank_says_what_to_look_for() -> None:
    group = make_group(Words(Language.EN))
    command = group.get_command(click.Context(group), "scan")
    assert command is not None

    assert {name for one in command.params for name in one.opts} == {
        *("source", "--bank", "--out", "--engine", "--workers", "--column"),
        *("--ray-address", "--json", "--language"),
    }
