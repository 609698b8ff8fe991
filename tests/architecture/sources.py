"""Our own sources as syntax trees, and the questions that the architecture tests ask of them."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ROOT / "src" / "benban"
VERIFIER = ROOT / "verifier" / "src" / "benban_verify"


@dataclass(frozen=True, kw_only=True)
class Source:
    """One file: its place below its package, as in ``outside/posix.py``, and its tree."""

    place: str
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        """Return the top folder, or the name of a module that stands alone."""
        return self.place.partition("/")[0].removesuffix(".py")


@dataclass(frozen=True, kw_only=True)
class Use:
    """A dotted name that a source imports or reaches through an attribute."""

    name: str
    line: int


def source_of(text: str, place: str = "example.py") -> Source:
    """Return *text* as if it stood at *place*."""
    return Source(place=place, text=text, tree=ast.parse(text))


@cache
def sources_below(folder: Path) -> tuple[Source, ...]:
    """Return every Python file below *folder*."""
    return tuple(
        source_of(path.read_text(encoding="utf-8"), path.relative_to(folder).as_posix())
        for path in sorted(folder.rglob("*.py"))
    )


def product_sources() -> tuple[Source, ...]:
    """Return the files of the program; a test over none would prove nothing."""
    found = sources_below(PRODUCT)
    assert found
    return found


@cache
def uses_of(source: Source) -> tuple[Use, ...]:
    """
    Return every dotted name that *source* imports or reaches.

    Aliases are resolved: after ``import cv2 as cv``, ``cv.dnn`` and ``getattr(cv, "dnn")`` are
    both ``cv2.dnn``. Names imported as text by ``import_module`` and ``__import__`` count.
    """
    aliases: dict[str, str] = {}
    nodes = tuple(ast.walk(source.tree))
    imported = [use for node in nodes for use in _imports(node, aliases)]
    reached = [
        Use(name=name, line=getattr(node, "lineno", 0))
        for node in nodes
        if (name := _dotted(node, aliases)) is not None
    ]
    return (*imported, *reached)


def matches(name: str, forbidden: Iterable[str]) -> bool:
    """Return whether *name* is one of *forbidden* or lies inside one."""
    return any(name == entry or name.startswith(f"{entry}.") for entry in forbidden)


def _imports(node: ast.AST, aliases: dict[str, str]) -> Iterator[Use]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            bound = alias.asname or alias.name.partition(".")[0]
            aliases[bound] = alias.name if alias.asname else bound
            yield Use(name=alias.name, line=node.lineno)
    if isinstance(node, ast.ImportFrom) and node.module is not None and node.level == 0:
        yield Use(name=node.module, line=node.lineno)
        for alias in node.names:
            aliases[alias.asname or alias.name] = f"{node.module}.{alias.name}"
            yield Use(name=f"{node.module}.{alias.name}", line=node.lineno)


def _dotted(node: ast.AST, aliases: dict[str, str]) -> str | None:
    match node:
        case ast.Name(id=name):
            return aliases.get(name)
        case ast.Attribute(value=value, attr=attribute):
            owner = _dotted(value, aliases)
            return None if owner is None else f"{owner}.{attribute}"
        case ast.Call(
            func=ast.Name(id="getattr"), args=[value, ast.Constant(value=str(attribute))]
        ):
            owner = _dotted(value, aliases)
            return None if owner is None else f"{owner}.{attribute}"
        case ast.Call(
            func=ast.Name(id="__import__" | "import_module") | ast.Attribute(attr="import_module"),
            args=[ast.Constant(value=str(name)), *_],
        ):
            return name
        case _:
            return None
