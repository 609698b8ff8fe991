"""Size, names, documentation and error handling of the program's files."""

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import (
    ROOT,
    VERIFIER,
    Source,
    product_sources,
    source_of,
    sources_below,
)

# CONVENTIONS: aim for 400 lines; past this a file holds two things.
MOST_LINES = 450
# One example case, written out, may be longer.
MOST_TEST_LINES = 600
# The logic of the two commands lives in one file.
LONGER = {"run.py": 620}
# Every error by name, twice: imported from its range, and given on.
MOST_ERRORS_LINES = 550
MOST_WIRING_LINES = 120
NAMES_OF_NOTHING = {"utils", "util", "helpers", "helper", "common", "manager", "core", "misc"}
DOCUMENTED_ROOMS = {"seal", "fingerprint", "bank", "compare", "remedies"}
# Where a process ends, an unforeseen error becomes a sentence with a code: the faces' main, the
# fenced child's and the verifier's.
CATCH_ALL_PLACES = {
    "cli.py",
    "cli/main.py",
    "desk/app.py",  # the end of a request
    "desk/main.py",
    "outside/fence_child.py",
    "outside/posix.py",  # the end of a forked copy
    "exchange/trail.py",  # one turn of the audit's writer, which must not end silently
    "service/app.py",  # one turn of the follower, the same
    "service/main.py",
}


def _our_files() -> Iterator[Path]:
    for folder in ("src", "verifier", "tests", "benchmarks"):
        yield from (ROOT / folder).rglob("*.py")
    yield ROOT / "run.py"


def _most_lines(path: Path) -> int:
    if path.parts[-2:] == ("errors", "__init__.py"):
        return MOST_ERRORS_LINES
    usual = MOST_TEST_LINES if path.parts[0] == "tests" else MOST_LINES
    return LONGER.get(path.name, usual)


def test_no_file_is_too_long() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in _our_files()
        if (lines := len(path.read_text(encoding="utf-8").splitlines()))
        > _most_lines(path.relative_to(ROOT))
    }

    assert long == {}


def test_wiring_stays_small() -> None:
    sizes = {
        path.name: len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / "src" / "benban").glob("wiring_*.py")
    }

    assert {name: lines for name, lines in sizes.items() if lines > MOST_WIRING_LINES} == {}


def test_every_name_says_what_is_inside() -> None:
    parts = {
        part
        for path in _our_files()
        for part in (*path.relative_to(ROOT).parts[:-1], path.stem.strip("_"))
    }

    assert parts & NAMES_OF_NOTHING == set()


def test_rooms_with_method_are_documented() -> None:
    found = [
        line
        for source in product_sources()
        if source.room in DOCUMENTED_ROOMS
        for line in _undocumented(source)
    ]

    assert found == []


def test_only_the_faces_catch_everything() -> None:
    found = [
        f"{source.place}:{line}"
        for source in (*product_sources(), *sources_below(VERIFIER))
        if source.place not in CATCH_ALL_PLACES
        for line in _catch_alls(source)
    ]

    assert found == []


def test_no_work_is_left_open_in_the_program() -> None:
    found = [
        line
        for source in (*product_sources(), *sources_below(VERIFIER))
        for line in _open_work(source)
    ]

    assert found == []


def test_an_undocumented_function_is_seen() -> None:
    text = "def root(leaves): pass\nclass Tree:\n    '''A tree.'''\n    def size(self): pass"

    assert _undocumented(source_of(text, "seal/merkle.py")) == [
        "seal/merkle.py:1 root",
        "seal/merkle.py:4 size",
    ]


@pytest.mark.parametrize(
    "handler", ["except:", "except Exception:", "except (ValueError, BaseException) as error:"]
)
def test_a_catch_all_is_seen(handler: str) -> None:
    assert list(_catch_alls(source_of(f"try:\n    f()\n{handler}\n    pass"))) == [3]


def test_tidying_up_before_raising_again_is_no_catch_all() -> None:
    text = "try:\n    f()\nexcept BaseException:\n    g()\n    raise"

    assert list(_catch_alls(source_of(text))) == []


@pytest.mark.parametrize("text", ["x = 1  # TODO: later", "raise NotImplementedError"])
def test_open_work_is_seen(text: str) -> None:
    assert _open_work(source_of(text)) != []


def _undocumented(source: Source) -> list[str]:
    # Functions inside functions are nobody's interface.
    nodes = [
        *source.tree.body,
        *(
            member
            for owner in source.tree.body
            if isinstance(owner, ast.ClassDef) and not owner.name.startswith("_")
            for member in owner.body
        ),
    ]
    return [
        f"{source.place}:{node.lineno} {node.name}"
        for node in nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
    ]


def _catch_alls(source: Source) -> Iterator[int]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler) and not _raises_again(node):
            names = {name.id for name in ast.walk(node.type or node) if isinstance(name, ast.Name)}
            if node.type is None or names & {"Exception", "BaseException"}:
                yield node.lineno
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name | ast.Attribute)
            and (node.func.id if isinstance(node.func, ast.Name) else node.func.attr) == "suppress"
            and any(isinstance(arg, ast.Name) and arg.id == "Exception" for arg in node.args)
        ):
            yield node.lineno


def _raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def _open_work(source: Source) -> list[str]:
    found = [
        f"{source.place}:{token.start[0]} {token.string}"
        for token in tokenize.generate_tokens(io.StringIO(source.text).readline)
        if token.type == tokenize.COMMENT
        and any(mark in token.string for mark in ("TODO", "FIXME", "HACK", "XXX"))
    ]
    found += [
        f"{source.place}:{node.lineno} NotImplementedError"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Name) and node.id == "NotImplementedError"
    ]
    return found
