"""
Uses of the wrong fingerprint, each refused by mypy (HARM 12); never run.

Only what was found as a fake is searched for; a declared original or a scanned picture never is.
The linter fails when a line is no longer refused, since its remark is then one too many.
"""

from collections.abc import Sequence
from dataclasses import replace

from benban.casework.watch_pictures import Wanted
from benban.compare.copies import find_copies, nearest_orientation
from benban.fingerprint.scan import decide_matches
from benban.model.fingerprint import (
    OriginalFingerprint,
    Pdq,
    PictureFingerprint,
    QuestionedFingerprint,
    ScannedPicture,
)
from benban.scan.banked import BankedHashes
from benban.scan.batch import scan_batch
from benban.scan.ports import Looker
from benban.vault.forgetting import Kept


def search_for_an_original(
    original: OriginalFingerprint, measured: PictureFingerprint, stored: Sequence[Pdq]
) -> None:
    """Look for the person's own photograph instead of the fake."""
    Wanted(fingerprints=(original,), sighting_of={})  # type: ignore[arg-type]
    Wanted(fingerprints=(measured,), sighting_of={})  # type: ignore[arg-type]
    find_copies([original])  # type: ignore[list-item]
    find_copies([measured])  # type: ignore[list-item]
    nearest_orientation(measured, original)  # type: ignore[arg-type]
    nearest_orientation(original, measured)  # type: ignore[arg-type]
    decide_matches(original, stored, lambda: measured, border_bits=31)  # type: ignore[arg-type]


def call_an_original_questioned(
    original: OriginalFingerprint, questioned: QuestionedFingerprint
) -> None:
    """Make the one kind into the other."""
    QuestionedFingerprint(exhibit_id=original.original_id, picture=original.picture)  # type: ignore[arg-type]
    OriginalFingerprint(original_id=questioned.exhibit_id, picture=questioned.picture)  # type: ignore[arg-type]
    QuestionedFingerprint(exhibit_id=questioned.exhibit_id, picture=original)  # type: ignore[arg-type]


def let_the_wrong_one_go(
    kept: Kept, original: OriginalFingerprint, questioned: QuestionedFingerprint
) -> None:
    """Forget the one in place of the other."""
    replace(kept, questioned=[original])  # type: ignore[list-item]
    replace(kept, declared=[questioned])  # type: ignore[list-item]


def keep_a_scanned_hash(
    original: OriginalFingerprint, questioned: QuestionedFingerprint, scanned: ScannedPicture
) -> None:
    """Keep or compare a hash that is only near the exact one."""
    QuestionedFingerprint(exhibit_id=questioned.exhibit_id, picture=scanned)  # type: ignore[arg-type]
    OriginalFingerprint(original_id=original.original_id, picture=scanned)  # type: ignore[arg-type]
    nearest_orientation(scanned, questioned.picture)  # type: ignore[arg-type]
    decide_matches(scanned, [scanned], lambda: questioned.picture, border_bits=31)  # type: ignore[list-item]
    decide_matches(scanned, (), lambda: scanned, border_bits=31)  # type: ignore[arg-type,return-value]


def scan_a_store_for_an_original(original: OriginalFingerprint, looker: Looker) -> None:
    """Look through a store of files for the person's own photograph."""
    scan_batch([], original, looker)  # type: ignore[arg-type]
    scan_batch([], [original], looker)  # type: ignore[arg-type]
    scan_batch([], original.picture, looker)  # type: ignore[arg-type]
    BankedHashes(original, original.picture)  # type: ignore[arg-type]
