import stat
import sys
from pathlib import Path

import pytest

from benban.cli.files import new_file, write_new
from benban.errors import BenbanError, TargetExistsError, TargetUnwritableError


@pytest.mark.skipif(sys.platform == "win32", reason="modes are of POSIX")
def test_what_leaves_the_vault_is_readable_for_its_owner_only(tmp_path: Path) -> None:
    write_new(tmp_path / "thu.pdf", b"%PDF-")

    assert stat.S_IMODE((tmp_path / "thu.pdf").stat().st_mode) == 0o600


@pytest.mark.parametrize("error", [BenbanError, KeyboardInterrupt])
def test_a_block_that_breaks_off_leaves_no_file(tmp_path: Path, error: type[BaseException]) -> None:
    def write() -> None:
        with new_file(tmp_path / "a.zip") as stream:
            stream.write(b"half")
            raise error

    with pytest.raises(error):
        write()

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"mine")

    with pytest.raises(TargetExistsError):
        write_new(tmp_path / "a", b"other")

    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("a", b"mine")]


def test_a_name_that_was_taken_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "a"

    with pytest.raises(TargetExistsError), new_file(target):
        target.write_bytes(b"mine")

    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("a", b"mine")]


def test_a_link_that_leads_nowhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(TargetExistsError):
        write_new(tmp_path / "a", b"x")

    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_is_none_is_explained(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")

    with pytest.raises(TargetUnwritableError):
        write_new(tmp_path / "a" / "b", b"x")
