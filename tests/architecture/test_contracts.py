"""The import contracts name the rooms that there are, and forget none."""

from configparser import ConfigParser
from functools import cache

from tests.architecture.sources import PRODUCT, ROOT

# The rooms that may go outside, and what stands above all rooms (see DESIGN, section 2).
OPEN_ROOMS = {
    "cli",
    "desk",
    "service",
    "outside",
    "testing",
    "wiring_case",
    "wiring_shared",
    "wiring_exchange",
}
WITHOUT_CODE = {"__main__", "catalogue"}


def test_every_room_of_the_program_is_in_the_layers() -> None:
    there = {
        path.stem
        for path in PRODUCT.iterdir()
        if (path.is_dir() and any(path.glob("*.py"))) or path.suffix == ".py"
    }

    assert there - {"__init__", "__pycache__"} - WITHOUT_CODE <= _layers()


def test_every_room_that_may_not_go_outside_is_in_the_contract() -> None:
    assert _names("closed_rooms", "source_modules") == _layers() - OPEN_ROOMS


def test_contracts_name_rooms_of_the_layers_only() -> None:
    # A room that is missing is passed over by the contract, so a misspelt one would be too.
    named = {
        name.partition(".")[0]
        for section in _contracts().sections()
        for option in ("source_modules", "forbidden_modules")
        for name in _names(section.rpartition(":")[2], option)
    }

    assert named <= _layers()


def test_everything_but_casework_and_its_wiring_is_kept_from_the_vault() -> None:
    stages_and_below = _layers_from("vault")
    kept = _names("one_writer", "source_modules")

    assert kept | stages_and_below | {"casework", "wiring_case", "wiring_shared"} == _layers()


@cache
def _contracts() -> ConfigParser:
    parser = ConfigParser()
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    return parser


def _rows() -> list[set[str]]:
    text = _contracts()["importlinter:contract:layers"]["layers"]
    return [
        {name.strip(" ()") for name in row.split("|")} for row in text.splitlines() if row.strip()
    ]


def _layers() -> set[str]:
    return set().union(*_rows())


def _layers_from(room: str) -> set[str]:
    rows = _rows()
    start = next(index for index, row in enumerate(rows) if room in row)
    return set().union(*rows[start:])


def _names(contract: str, option: str) -> set[str]:
    section = f"importlinter:contract:{contract}"
    if not _contracts().has_option(section, option):
        return set()
    return {
        name.removeprefix("benban.")
        for name in _contracts()[section][option].split()
        if name.startswith("benban.")
    }
