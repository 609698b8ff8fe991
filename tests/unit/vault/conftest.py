from collections.abc import Iterator
from pathlib import Path

import pytest

from benban.vault import CaseStore, Vault
from tests.unit.vault.keeping import a_case, laid, opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "vault"


@pytest.fixture
def vault(folder: Path) -> Iterator[Vault]:
    laid(folder)
    with opened(folder) as opened_vault:
        yield opened_vault


@pytest.fixture
def store(vault: Vault) -> Iterator[CaseStore]:
    with vault.create_case(a_case()) as opened_store:
        yield opened_store
