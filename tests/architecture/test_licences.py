"""Every package has a known licence, and what a person installs has one that we may build on."""

import importlib.metadata
import re
import tomllib

import pytest

from tests.architecture.locks import FOLDER, OTHER_LOCKS, PRODUCT_LOCKS, names_in

PERMISSIVE = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "LLVM-exception",
    "MIT",
    "MIT-0",
    "MIT-CMU",
    "MPL-2.0",  # per file: our files stay ours
    "PSF-2.0",
    "Unlicense",
    "Zlib",
}
# Copyleft that a person installs, each for a reason (see docs/explanation/dependencies.md).
BY_NAME = {
    "av": "GPL-2.0-or-later",  # FFmpeg in the wheel with x264, x265; runs only in the fenced child
    "opencv-python-headless": "LGPL-2.1-or-later",  # FFmpeg in the wheel, never called
    "pi-heif": "LGPL-3.0-or-later",  # libheif, libde265
    "psycopg": "LGPL-3.0-only",  # exchange only
    "psycopg-binary": "LGPL-3.0-only",
}


def test_every_package_of_the_locks_has_a_recorded_licence() -> None:
    recorded = {*_recorded("product"), *_recorded("tools")}

    assert recorded == names_in(*PRODUCT_LOCKS, *OTHER_LOCKS)


def test_what_a_person_installs_is_listed_as_product() -> None:
    assert set(_recorded("product")) == names_in(*PRODUCT_LOCKS)


def test_what_a_person_installs_may_be_built_on() -> None:
    assert _refused(_recorded("product")) == {}


def test_recorded_licences_are_what_the_installed_packages_state() -> None:
    recorded = {**_recorded("product"), **_recorded("tools")}
    stated = {
        name: expression
        for name in recorded
        if (expression := _stated(name)) and name not in BY_NAME
    }

    assert stated
    assert stated == {name: recorded[name] for name in stated}


@pytest.mark.parametrize(
    "licence", ["AGPL-3.0-only", "MIT AND GPL-3.0-or-later", "LGPL-3.0-only", "Proprietary"]
)
def test_another_licence_is_refused(licence: str) -> None:
    assert set(_refused({"newcomer": licence})) == {"newcomer"}


def test_an_exception_covers_one_licence_of_one_package() -> None:
    assert set(_refused({"psycopg": "GPL-3.0-only", "av": "BSD-3-Clause"})) == {"psycopg"}


def _recorded(table: str) -> dict[str, str]:
    entries = tomllib.loads((FOLDER / "licences.toml").read_text(encoding="utf-8"))[table]
    return {str(name): str(licence) for name, licence in entries.items()}


def _refused(licences: dict[str, str]) -> dict[str, set[str]]:
    words = {
        name: set(re.split(r"[ ()]+", licence)) - {"AND", "OR", "WITH", ""}
        for name, licence in licences.items()
    }
    unknown = {name: found - PERMISSIVE - {BY_NAME.get(name, "")} for name, found in words.items()}
    return {name: found for name, found in unknown.items() if found}


def _stated(name: str) -> str | None:
    try:
        stated = importlib.metadata.metadata(name).get_all("License-Expression")
    except importlib.metadata.PackageNotFoundError:
        return None  # another platform's, or of a group that is not installed here
    return str(stated[0]) if stated else None
