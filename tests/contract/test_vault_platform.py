"""What the vault's ``Platform`` promises, on the platform of this computer."""

import os
import subprocess
import sys
from pathlib import Path

from benban.outside.platforms import ThisPlatform
from benban.vault import Platform


def a_platform() -> Platform:
    return ThisPlatform()


def test_a_lock_is_held_by_one_only(tmp_path: Path) -> None:
    first = a_platform().lock(tmp_path / "LOCK")
    second = a_platform().lock(tmp_path / "LOCK")

    assert (first is not None, second) == (True, None)


def test_a_lock_that_was_let_go_can_be_taken(tmp_path: Path) -> None:
    first = a_platform().lock(tmp_path / "LOCK")
    assert first is not None
    first.release()
    first.release()

    assert a_platform().lock(tmp_path / "LOCK") is not None


def test_a_lock_is_seen_by_another_process(tmp_path: Path) -> None:
    held = a_platform().lock(tmp_path / "LOCK")
    assert held is not None
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from benban.outside.platforms import ThisPlatform\n"
        "print(ThisPlatform().lock(Path(sys.argv[1])))\n"
    )
    source = Path(__file__).parents[2] / "src"
    said = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "LOCK")],
        env={**os.environ, "PYTHONPATH": str(source)},
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    held.release()

    assert said == "None\n"


def test_a_folder_can_be_flushed(tmp_path: Path) -> None:
    (tmp_path / "name").write_bytes(b"x")
    a_platform().flush_folder(tmp_path)

    assert (tmp_path / "name").read_bytes() == b"x"


def test_the_free_room_is_a_number_above_zero(tmp_path: Path) -> None:
    assert a_platform().free_bytes(tmp_path) > 0


def test_a_private_file_can_still_be_read_by_its_owner(tmp_path: Path) -> None:
    (tmp_path / "name").write_bytes(b"x")
    a_platform().set_private(tmp_path / "name")
    a_platform().set_private(tmp_path)

    assert (tmp_path / "name").read_bytes() == b"x"
