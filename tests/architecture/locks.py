"""The hash-pinned requirement files, read."""

import re
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.architecture.sources import ROOT

FOLDER = ROOT / "locks"
# What a person can install: the core and the extras.
PRODUCT_LOCKS = ("core", "exchange", "fast", "provenance", "scan", "server")
OTHER_LOCKS = ("bootstrap", "build", "peers", "test")

_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One package of a lock."""

    name: str
    version: Version
    hashes: int


def lock_text(name: str) -> str:
    """Return the text of ``locks/<name>.txt``."""
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def pins_of(text: str) -> tuple[Pin, ...]:
    """Return the packages of a lock; a requirement that is not pinned raises ValueError."""
    entries = text.replace("\\\n", " ").splitlines()
    return tuple(_pin(entry) for entry in entries if entry and not entry.lstrip().startswith("#"))


def names_in(*locks: str) -> frozenset[str]:
    """Return the names of all packages in *locks*."""
    return frozenset(pin.name for lock in locks for pin in pins_of(lock_text(lock)))


def lock_files() -> frozenset[str]:
    """Return the names of the locks that there are."""
    return frozenset(Path(path).stem for path in FOLDER.glob("*.txt"))


def _pin(entry: str) -> Pin:
    requirement = Requirement(entry.partition("--hash")[0].strip())
    (specifier,) = requirement.specifier
    if specifier.operator != "==":
        message = f"not pinned: {entry}"
        raise ValueError(message)
    return Pin(
        name=canonicalize_name(requirement.name),
        version=Version(specifier.version),
        hashes=len(_HASH.findall(entry)),
    )
