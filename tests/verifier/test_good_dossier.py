"""A dossier as it should be, from the zip and from the unpacked folder."""

from datetime import UTC, datetime
from pathlib import Path

from benban_verify import Anchors, CheckResult, verify

from tests.verifier.dossier_maker import good_files, key_id_of, zip_of

NOW = datetime(2027, 1, 1, tzinfo=UTC)


def test_a_dossier_without_anchors_shows_neither_signer_nor_time(tmp_path: Path) -> None:
    case, files = good_files()
    path = tmp_path / "d.zip"
    path.write_bytes(zip_of(files))
    report = verify(path, anchors=Anchors(), now=NOW, program=None)
    not_done = [check.name for check in report.checks if check.result is not CheckResult.PASS]
    assert (report.exit_code, not_done) == (2, ["signer", "time"])
    assert report.key_id == key_id_of(case.private)
