"""How a kept dossier is verified, and what of the answer is expected for ever."""

from datetime import UTC, datetime
from pathlib import Path

from benban_verify import Anchors, Report, verify
from benban_verify.pixels import PillowPixels
from benban_verify.receipt import parse_receipt
from benban_verify.roots import certificates_in
from benban_verify.token_cryptography import CryptographyProgram

CHECKED_AT = datetime(2026, 12, 1, tzinfo=UTC)


def verified(dossier: Path, receipt: bytes | None, roots: tuple[bytes, ...]) -> Report:
    """Verify with all programs; a day is given, so that certificates do not expire in a test."""
    anchors = Anchors(
        receipt=None if receipt is None else parse_receipt(receipt),
        tsa_roots=tuple(der for root in roots for der in certificates_in(root)),
    )
    return verify(
        dossier,
        anchors=anchors,
        now=CHECKED_AT,
        program=CryptographyProgram(),
        pixels=PillowPixels(),
    )


def results(report: Report) -> dict[str, object]:
    """Return what is expected of a kept dossier for ever: words may change, results may not."""
    return {
        "exit_code": report.exit_code,
        "key_id": report.key_id,
        "demonstration": report.is_demonstration,
        "checks": {check.name: check.result.value for check in report.checks},
    }
