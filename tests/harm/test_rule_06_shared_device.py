"""HARM 6: nothing telling in arguments, file names, titles and logs on a shared computer."""

import io
import re
import zipfile
from pathlib import Path

import pikepdf
import pytest

from tests.harm.scenes import ADDRESS
from tests.harm.walk import CONTACT, FILE_NAME, NAME, STORY, Walk

CANARIES = (ADDRESS, "kenh_vi_du", NAME, CONTACT, STORY)
# Words that would tell somebody who looks over the shoulder what this is about.
TELLING = re.compile(
    r"benban|fake|nude|naked|sex|porn|abuse|victim|intimate|evidence|khoa.?than|riêng.?tư|nhạy.?cảm",
    re.IGNORECASE,
)
# What prints addresses and words back is asked for by the person in front of the screen.
SPEAKS_OF_THE_PLACE = {"plan", "plan in words", "notice draft", "notice approve"}


def canaries_in(text: str) -> list[str]:
    return [one for one in CANARIES if one in text]


def test_no_command_took_an_address_name_or_text_as_an_argument(walk: Walk) -> None:
    assert canaries_in(" ".join(word for ran in walk.ran.values() for word in ran.words)) == []


def test_no_child_process_is_told_anything_by_its_arguments(walk: Walk) -> None:
    said = " ".join(walk.witness.children)
    # Where bubblewrap is installed, it is tried once with nothing to do.
    ours = ("fence_child", "bwrap --unshare-all ")
    known = [one for one in walk.witness.children if any(name in one for name in ours)]

    assert (known, canaries_in(said), FILE_NAME in said) == (walk.witness.children, [], False)


def test_no_name_of_a_file_on_the_computer_tells_anything(walk: Walk) -> None:
    names = [path.name for path in walk.computer.rglob("*")]

    assert (len(names) > 10, [name for name in names if TELLING.search(name)]) == (True, [])
    assert [name for name in names if canaries_in(name) or FILE_NAME in name] == []


def test_the_folder_of_the_vault_has_a_neutral_name(walk: Walk) -> None:
    folders = {path.parent.name for path in walk.computer.rglob("vault.json")}

    assert folders == {"ghi-chu"}


def test_no_half_written_file_carries_the_name_of_what_it_becomes(walk: Walk) -> None:
    left = {path.name for path in walk.leaving.iterdir()}

    opened = {Path(path).name for path in walk.witness.opened if "leaving" in Path(path).parts[:-1]}

    # Written without any name where the system can, else under a random one.
    named = {one for one in opened if not re.fullmatch(r"\.[0-9a-f]{16}\.part", one)}
    assert (len(left) >= 4, named) == (True, set())


def test_no_log_line_holds_an_address_a_name_or_a_text(walk: Walk) -> None:
    assert canaries_in("\n".join(walk.logged)) == []


def test_error_output_holds_no_address_name_or_text(walk: Walk) -> None:
    assert canaries_in("\n".join(ran.err for ran in walk.ran.values())) == []


def test_only_what_is_about_the_place_speaks_of_it(walk: Walk) -> None:
    speaking = {name for name, ran in walk.ran.items() if canaries_in(ran.out)}

    assert (speaking - SPEAKS_OF_THE_PLACE, "plan in words" in speaking) == (set(), True)


def test_no_title_of_a_document_tells_anything(walk: Walk) -> None:
    documents = {"thu.pdf": (walk.leaving / "thu.pdf").read_bytes()}
    with zipfile.ZipFile(walk.leaving / "tai-lieu.zip") as bag:
        documents |= {name: bag.read(name) for name in bag.namelist() if name.endswith(".pdf")}
    titles = {}
    for name, data in documents.items():
        with pikepdf.open(io.BytesIO(data)) as opened:
            known = (
                str(opened.docinfo.get(key, "")) for key in ("/Title", "/Subject", "/Keywords")
            )
            titles[name] = " ".join((*known, str(opened.open_metadata().get("dc:title", ""))))

    assert (len(titles), [one for one in titles.values() if TELLING.search(one)]) == (3, [])
    assert [one for one in titles.values() if canaries_in(one)] == []


def test_an_address_typed_after_a_command_is_taken_with_a_warning(terminal: Walk) -> None:
    case = terminal.ask("case", "new")["case"]
    said = terminal.run(
        *("add", case, ADDRESS, "--kind", "published", "--visit", "no"), language="en"
    )

    assert "may stay in this computer's command history" in said.err


@pytest.mark.parametrize("text", ["benban-deepfake.zip", "anh-khoa-than.jpg"])
def test_a_telling_name_is_seen(text: str) -> None:
    assert TELLING.search(text)
