from collections.abc import Iterator
from pathlib import Path

import pytest

from benban.vault import CaseStore, Vault
from tests.unit.vault.keeping import a_case, laid, opened, quick_folder
from tests.unit.vault.kept import Kept


@pytest.fixture
def folder() -> Iterator[Path]:
    with quick_folder() as place:
        yield place / "vault"


@pytest.fixture
def vault(folder: Path) -> Iterator[Vault]:
    laid(folder)
    with opened(folder) as opened_vault:
        yield opened_vault


@pytest.fixture
def store(vault: Vault) -> Iterator[CaseStore]:
    with vault.create_case(a_case()) as opened_store:
        yield opened_store


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return Kept(tmp_path_factory.mktemp("check") / "vault")


@pytest.fixture
def kept(template: Kept, folder: Path) -> Kept:
    return template.copied(folder)
