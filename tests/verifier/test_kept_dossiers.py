"""Dossiers of every released version are kept for ever and verify for ever as they did."""

import json
from pathlib import Path

import pytest

from tests.verifier.kept import results, verified

KEPT = sorted((Path(__file__).parents[2] / "vectors" / "dossiers").iterdir())


@pytest.mark.parametrize("kept", KEPT, ids=lambda folder: folder.name)
@pytest.mark.parametrize("what", ["with_receipt_and_roots", "with_nothing"])
def test_a_kept_dossier_verifies_as_expected(kept: Path, what: str) -> None:
    expected = json.loads((kept / "expected.json").read_text(encoding="utf-8"))[what]
    receipt: bytes | None = None
    roots: tuple[bytes, ...] = ()
    if what == "with_receipt_and_roots":
        receipt = (kept / "receipt.txt").read_bytes()
        roots = tuple(path.read_bytes() for path in sorted(kept.glob("root-*.pem")))

    assert results(verified(kept / "dossier.zip", receipt, roots)) == expected


def test_a_dossier_of_the_first_version_is_kept() -> None:
    assert "0.1.0" in [folder.name for folder in KEPT]
