"""The page on promises is complete, and what it names is there."""

import ast
import re
from functools import cache

import pytest

from tests.architecture.sources import PRODUCT, ROOT

PAGE = (ROOT / "docs" / "explanation" / "promises.md").read_text(encoding="utf-8")
WANTED = [f"P{number}" for number in range(1, 11)] + [f"H{number}" for number in range(1, 20)]
ROOMS = (
    "Evidence that stands up",
    "Getting it removed",
    "The desk",
    "From which photo",
    "Check what is public",
    "The exchange",
)
ROWS = {
    cells[0]: cells
    for line in PAGE.splitlines()
    if re.match(r"\| [PH]\d+ \|", line)
    for cells in [[cell.strip() for cell in line.strip().strip("|").split(" |")]]
}
NOTHING_YET = "nothing of it exists yet"


def test_every_promise_and_every_rule_has_its_row() -> None:
    assert list(ROWS) == WANTED


@pytest.mark.parametrize("row", WANTED)
def test_a_row_names_a_test_or_says_that_there_is_nothing_yet(row: str) -> None:
    _, _, _, tests, later = ROWS[row]

    assert tests.startswith("`tests/") or NOTHING_YET in later


@pytest.mark.parametrize("row", WANTED)
def test_what_is_not_there_yet_names_its_room(row: str) -> None:
    later = ROWS[row][4]
    named = [room for room in ROOMS if room in later]

    assert bool(named) or ("*later*" not in later and NOTHING_YET not in later)


def test_every_test_that_is_named_can_be_collected() -> None:
    named = re.findall(r"`(tests/[^`]+\.py)::(\w+)`", PAGE)

    assert (len(named) > 80, [one for one in named if one[1] not in _functions(one[0])]) == (
        True,
        [],
    )


def test_everything_named_as_enforcing_exists() -> None:
    named = re.findall(r"`((?!tests/)[\w/]+\.(?:py|toml))(?:::(\w+))?`", PAGE)
    missing = [
        f"{path}::{name}"
        for path, name in named
        if not (PRODUCT / path).is_file()
        or (name and name not in _names((PRODUCT / path).read_text(encoding="utf-8")))
    ]

    assert (len(named) > 40, missing) == (True, [])


def test_every_rule_with_a_file_of_tests_names_it() -> None:
    folder = ROOT / "tests" / "harm"
    files = {
        f"{'P' if kind == 'promise' else 'H'}{int(number)}": path.name
        for path in folder.glob("test_*.py")
        for kind, number in re.findall(r"test_(promise|rule)_(\d+)_", path.name)
    }

    assert [row for row, name in files.items() if name not in ROWS[row][3]] == []


@cache
def _functions(path: str) -> frozenset[str]:
    if not (ROOT / path).is_file():
        return frozenset()
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


@cache
def _names(source: str) -> frozenset[str]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return frozenset(node.name for node in ast.walk(ast.parse(source)) if isinstance(node, kinds))
