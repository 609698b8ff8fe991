"""A dossier that somebody unpacked."""

from collections.abc import Callable
from pathlib import Path

import pytest
from benban_verify import verify
from benban_verify.token_cryptography import CryptographyProgram

from tests.verifier.attacks import (
    NOW,
    SCENE,
)


def test_an_unpacked_dossier_is_checked_like_its_zip(tmp_path: Path) -> None:
    for path, data in SCENE.files.items():
        target = tmp_path / "bag" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    for folder in (tmp_path, tmp_path / "bag"):
        report = verify(folder, anchors=SCENE.anchors, now=NOW, program=CryptographyProgram())
        assert report.exit_code == 0


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda bag: (bag / "data" / "link").symlink_to("/etc/passwd"), "structure.link"),
        (lambda bag: (bag / "data" / "more").symlink_to(bag), "structure.link"),
        (lambda bag: (bag / ".DS_Store").write_bytes(b""), "structure.name"),
        (lambda bag: (bag / "Thumbs.db").write_bytes(b""), "structure.extra"),
        (lambda bag: (bag / "data" / "é").write_bytes(b""), "structure.name"),
        (lambda bag: (bag / "proofs.json").unlink(), "structure.missing"),
    ],
)
def test_an_unpacked_dossier_with_something_else_in_it_is_refused(
    tmp_path: Path, spoil: Callable[[Path], object], expected: str
) -> None:
    for path, data in SCENE.files.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    spoil(tmp_path)
    report = verify(tmp_path, anchors=SCENE.anchors, now=NOW, program=None)
    assert (report.checks[0].message_id, report.exit_code) == (expected, 1)
