"""A permit to keep pictures comes from ``Case.storage_permit`` and from nowhere else."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import Source, product_sources, source_of

HOME = "model/case.py"


def test_permits_are_made_only_by_the_case() -> None:
    found = [
        f"{source.place}:{line}"
        for source in product_sources()
        if source.place != HOME
        for line in _permits_made(source)
    ]

    assert found == []


def test_the_case_makes_permits_in_one_place() -> None:
    (home,) = (source for source in product_sources() if source.place == HOME)

    assert len(list(_permits_made(home))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "StoragePermit(case_id=a)",
        "case.StoragePermit(case_id=a)",
        "from benban.model.case import StoragePermit as Leave",
        "object.__new__(StoragePermit)",
        "msgspec.convert(row, StoragePermit)",
        "make = StoragePermit",
        "dataclasses.replace(permit, sighting_id=other)",
    ],
)
def test_a_forged_permit_is_seen(text: str) -> None:
    assert list(_permits_made(source_of(text))) == [1]


@pytest.mark.parametrize(
    "text",
    [
        "from benban.model.case import StoragePermit",
        "def adopt(permit: StoragePermit) -> StoragePermit: return permit",
        "adopt: Callable[[StoragePermit], None]",
        "Adopt = Callable[[StoragePermit], None]",
    ],
)
def test_naming_the_type_is_no_forgery(text: str) -> None:
    assert list(_permits_made(source_of(text))) == []


def _permits_made(source: Source) -> Iterator[int]:
    types = set(_names_in_types(source.tree))
    for node in ast.walk(source.tree):
        match node:
            case ast.Name(id="StoragePermit") | ast.Attribute(attr="StoragePermit"):
                if node not in types:
                    yield node.lineno
            case ast.alias(name="StoragePermit", asname=str()):
                yield node.lineno
            case ast.Call(args=[ast.Name(id=name), *_], func=ast.Attribute(attr="replace")) | (
                ast.Call(args=[ast.Name(id=name), *_], func=ast.Name(id="replace"))
            ) if "permit" in name:
                yield node.lineno


def _names_in_types(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        places: list[ast.AST | None] = []
        match node:
            case ast.arg(annotation=annotation) | ast.AnnAssign(annotation=annotation):
                places = [annotation]
            case ast.FunctionDef(returns=returns) | ast.AsyncFunctionDef(returns=returns):
                places = [returns]
            case ast.Subscript(slice=inner):
                places = [inner]
        for place in places:
            if place is not None:
                yield from ast.walk(place)
