"""Every dependency that the project declares is explained."""

import re
import tomllib

from packaging.requirements import Requirement

from tests.architecture.sources import ROOT


def test_every_declared_dependency_is_explained() -> None:
    page = (ROOT / "docs" / "explanation" / "dependencies.md").read_text(encoding="utf-8")
    words = set(re.findall(r"[\w.-]+", " ".join(re.findall(r"^\|.*$", page, re.MULTILINE))))

    assert _declared() - words == set()


def _declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lists = [
        project["project"]["dependencies"],
        *project["project"]["optional-dependencies"].values(),
        *project["dependency-groups"].values(),
    ]
    names = {Requirement(text).name for declared in lists for text in declared}
    return names - {project["project"]["name"]}
