"""The document that every benchmark prints: what was claimed, what came out, against whom."""

import importlib.metadata
import os
import platform
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]


class Comparison(Enum):
    """How a value stands to its target."""

    AT_MOST = "<="
    AT_LEAST = ">="
    EQUAL = "=="


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """What was measured beside us in the same run, in the unit of the claim."""

    name: str
    version: str
    value: float

    def as_json(self, ours: float) -> dict[str, JsonValue]:
        """Return the peer with the ratio of our value to its value."""
        ratio = ours / self.value if self.value else None
        return {"name": self.name, "version": self.version, "value": self.value, "ratio": ratio}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """
    One number and the target that was asked for, also when it is not met.

    ``n`` is the number of samples behind ``value``; ``note`` holds the interval, the data and,
    for a quick run, that it was one. A claim without a target is a measurement: ``met`` is null.
    """

    name: str
    value: float
    unit: str
    n: int
    note: str
    target: float | None = None
    comparison: Comparison | None = None
    peer: Peer | None = None

    def __post_init__(self) -> None:
        """Refuse a target without a comparison and the other way round."""
        if (self.target is None) != (self.comparison is None):
            message = f"{self.name}: a target needs a comparison"
            raise ValueError(message)

    @property
    def is_met(self) -> bool | None:
        """Return whether the value reaches the target; nothing when there is none."""
        if self.target is None:
            return None
        match self.comparison:
            case Comparison.AT_MOST:
                return self.value <= self.target
            case Comparison.AT_LEAST:
                return self.value >= self.target
            case _:
                return self.value == self.target

    def as_json(self) -> dict[str, JsonValue]:
        """Return the claim in the agreed order of fields."""
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "target": self.target,
            "comparison": self.comparison.value if self.comparison else None,
            "met": self.is_met,
            "peer": self.peer.as_json(self.value) if self.peer else None,
            "n": self.n,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What ``run(quick)`` of a benchmark module returns."""

    name: str
    claims: tuple[Claim, ...]
    # Names of installed distributions whose versions explain the numbers.
    packages: tuple[str, ...] = ()

    def as_json(self) -> dict[str, JsonValue]:
        """Return the whole document."""
        return {
            "name": self.name,
            "versions": dict(_versions(self.packages)),
            "machine": _machine(),
            "claims": [claim.as_json() for claim in self.claims],
        }


def _versions(packages: Iterable[str]) -> Iterable[tuple[str, JsonValue]]:
    yield "python", platform.python_version()
    for package in packages:
        yield package, importlib.metadata.version(package)


def _machine() -> dict[str, JsonValue]:
    return {
        "system": f"{platform.system()} {platform.release()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": _memory_gib(),
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def _memory_gib() -> float | None:
    if sys.platform == "win32":
        return None
    size_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return round(size_bytes / 2**30, 1)
