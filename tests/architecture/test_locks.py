"""The locks pin everything by hash, agree with pyproject.toml and name no place on the network."""

import re
import tomllib
from collections import defaultdict

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.architecture.locks import OTHER_LOCKS, PRODUCT_LOCKS, lock_files, lock_text, pins_of
from tests.architecture.sources import ROOT

ALL_LOCKS = (*PRODUCT_LOCKS, *OTHER_LOCKS)
# An address, an option of pip, a path, or something that reads like a host.
_PLACE = re.compile(r"://|^\s*-|@|(^|\s)[./~]|\b[\w-]+\.(com|dev|io|net|org)\b", re.MULTILINE)


def test_each_group_of_the_project_has_a_lock() -> None:
    assert lock_files() == set(ALL_LOCKS) == set(_declared())


@pytest.mark.parametrize("lock", ALL_LOCKS)
def test_a_lock_names_no_place(lock: str) -> None:
    assert _places(lock_text(lock)) == []


@pytest.mark.parametrize("lock", ALL_LOCKS)
def test_every_package_of_a_lock_has_hashes(lock: str) -> None:
    pins = pins_of(lock_text(lock))

    assert pins
    assert [pin.name for pin in pins if pin.hashes == 0] == []


@pytest.mark.parametrize("lock", ALL_LOCKS)
def test_a_lock_holds_what_the_project_declares(lock: str) -> None:
    locked = {pin.name: pin.version for pin in pins_of(lock_text(lock))}

    wrong = [
        str(requirement)
        for requirement in _declared()[lock]
        if not _is_met(requirement, locked.get(canonicalize_name(requirement.name)))
    ]

    assert wrong == []


def test_no_two_locks_disagree() -> None:
    versions: defaultdict[str, set[Version]] = defaultdict(set)
    for lock in ALL_LOCKS:
        for pin in pins_of(lock_text(lock)):
            versions[pin.name].add(pin.version)

    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    "text",
    [
        "--index-url https://packages.example/simple",
        "--find-links /opt/wheels",
        "a @ file:wheel.whl",
        "    # via -r /home/me/requirements.txt",
        "a==1 # from packages.example.org",
    ],
)
def test_a_place_is_seen(text: str) -> None:
    assert _places(text) != []


def test_a_package_without_hash_is_seen() -> None:
    assert [pin.hashes for pin in pins_of("a==1.0\n")] == [0]


def _places(text: str) -> list[str]:
    return [
        line
        for line in text.replace("\\\n    --hash=", " hash=").splitlines()
        if _PLACE.search(line)
    ]


def _is_met(requirement: Requirement, version: Version | None) -> bool:
    return version is not None and version in requirement.specifier


def _declared() -> dict[str, list[Requirement]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    core = project["project"]["dependencies"]
    extras = project["project"]["optional-dependencies"]
    groups = project["dependency-groups"]
    # The installer and the build tools stand alone; every other group comes on top of the core.
    texts = {
        "core": core,
        **{name: core + declared for name, declared in extras.items()},
        **{
            name: declared if name in {"bootstrap", "build"} else core + declared
            for name, declared in groups.items()
        },
    }
    return {
        name: [
            requirement
            for requirement in map(Requirement, declared)
            if requirement.name != project["project"]["name"]
        ]
        for name, declared in texts.items()
    }
