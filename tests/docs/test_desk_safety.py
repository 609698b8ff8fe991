"""The page on what the desk is tried with is complete, and what it names is there."""

import ast
import re

import pytest

from tests.architecture.sources import ROOT

PAGE = (ROOT / "docs" / "explanation" / "desk-safety.md").read_text(encoding="utf-8")
WANTED = [29, 38, 41, *range(73, 95), *range(108, 121)]
ROWS = {int(row[1]): row[0] for row in re.finditer(r"^\| (\d+) \|.*$", PAGE, re.MULTILINE)}


def test_every_number_has_its_row() -> None:
    assert list(ROWS) == WANTED


@pytest.mark.parametrize("number", WANTED)
def test_a_row_names_tests_that_can_be_collected(number: int) -> None:
    named = re.findall(r"`(tests/[^`]+\.py)::(\w+)`", ROWS[number])

    assert named
    for path, name in named:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        functions = {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}
        assert name in functions, (path, name)
