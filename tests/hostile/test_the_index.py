"""The index of ``README.md`` names tests that exist, in files that say for which attack."""

import ast
import re
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_ROW = re.compile(r"^\| (\d+) \| .+ \| (.+) \|$", re.MULTILINE)
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
_NUMBERS = range(95, 108)


def _rows() -> dict[int, list[tuple[str, str]]]:
    said = (Path(__file__).parent / "README.md").read_text(encoding="utf-8")
    return {int(number): _TEST.findall(tests) for number, tests in _ROW.findall(said)}


def _numbers_in(words: str) -> set[int]:
    """Return what a docstring names: "B5 95, 96", "B5 95-97" or "B5 95 to 107"."""
    found = set[int]()
    for said in re.findall(r"B5 ([\d,\- to]+)", words):
        for first, last in re.findall(r"(\d+)(?:(?:-| to )(\d+))?", said):
            found |= set(range(int(first), int(last or first) + 1))
    return found


def test_every_number_has_tests() -> None:
    rows = _rows()

    assert list(rows) == list(_NUMBERS)
    assert [number for number, tests in rows.items() if not tests] == []


@pytest.mark.parametrize("number", _NUMBERS)
def test_what_is_named_exists_and_says_its_number(number: int) -> None:
    for file, name in _rows()[number]:
        tree = ast.parse((_ROOT / file).read_text(encoding="utf-8"))
        defined = {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}
        assert name in defined, (file, name)
        named = _numbers_in(ast.get_docstring(tree) or "")
        assert number in named or f"_b5_{number}_" in name, (file, name)
