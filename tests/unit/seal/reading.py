"""Reading of vectors/."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

VECTORS = Path(__file__).resolve().parents[3] / "vectors"


class Case(NamedTuple):
    """One vector; every value is read through a typed door."""

    content: dict[str, object]

    @property
    def name(self) -> str:
        return self.text("name")

    def text(self, key: str) -> str:
        value = self.content[key]
        assert isinstance(value, str)
        return value

    def number(self, key: str) -> int:
        value = self.content[key]
        assert isinstance(value, int)
        return value

    def flag(self, key: str) -> bool:
        value = self.content[key]
        assert isinstance(value, bool)
        return value

    def raw(self, key: str) -> bytes:
        return bytes.fromhex(self.text(key))

    def raws(self, key: str) -> tuple[bytes, ...]:
        value = self.content[key]
        assert isinstance(value, list)
        return tuple(bytes.fromhex(item) for item in value)

    def cases(self, key: str) -> tuple["Case", ...]:
        value = self.content[key]
        assert isinstance(value, list)
        return tuple(Case(item) for item in value)


def cases(file: str, section: str) -> tuple[Case, ...]:
    document = json.loads((VECTORS / file).read_text(encoding="utf-8"))
    return tuple(Case(item) for item in document[section])


def hashes(file: str, section: str) -> tuple[bytes, ...]:
    document = json.loads((VECTORS / file).read_text(encoding="utf-8"))
    return tuple(bytes.fromhex(item) for item in document[section])


def named(found: tuple[Case, ...]) -> Iterator[str]:
    return (case.name for case in found)
