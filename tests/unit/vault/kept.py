"""A closed vault with two cases, to be spoiled by the tests of the check."""

from copy import copy
from pathlib import Path

from benban.model.custody import Receipt
from benban.model.report import CheckResult, Report
from benban.vault import CaseStore, check_vault
from benban.vault.layout import VaultFolder
from tests.unit.vault.keeping import (
    NOW,
    a_case,
    adopted,
    an_original,
    copy_of,
    failures,
    laid,
    opened,
    reported,
    spooled,
)


class Kept:
    """A closed vault with two cases, to be spoiled."""

    def __init__(self, folder: Path) -> None:
        laid(folder)
        self.folder = folder
        with opened(folder) as vault:
            self.other = a_case("hai")
            vault.create_case(self.other).close()
            self.case = a_case("một")
            with vault.create_case(self.case) as store:
                sighting = reported(store)
                self.first = adopted(store, sighting, b"first" * 40_000)
                self.first_file = self.contents()[0]
                self.second = adopted(store, sighting, b"second" * 40_000)
                store.adopt_original(spooled(store, b"statue"), an_original())
                store.put_derived(self.first.id, "veiled", b"grey")
                self.receipt = a_receipt(store)

    def copied(self, folder: Path) -> "Kept":
        """Return the same vault at *folder*."""
        one = copy(self)
        one.folder = copy_of(self.folder, folder)
        one.first_file = folder / self.first_file.relative_to(self.folder)
        return one

    @property
    def place(self) -> VaultFolder:
        return VaultFolder(self.folder)

    @property
    def case_folder(self) -> Path:
        return self.place.cases / self.case.id

    def contents(self) -> list[Path]:
        return sorted(path for path in self.folder.rglob("blobs/*/*") if path.is_file())

    def check(self, *, read: bool = True, receipt: Receipt | None = None) -> Report:
        with opened(self.folder) as vault:
            return check_vault(vault, read=read, receipt=receipt)

    def failed(self, *, read: bool = True, receipt: Receipt | None = None) -> dict[str, str]:
        return failures(self.check(read=read, receipt=receipt))


def a_receipt(store: CaseStore) -> Receipt:
    checkpoint = store.checkpoint()
    return Receipt(
        origin=checkpoint.origin,
        size=checkpoint.size,
        root=checkpoint.root,
        key_id=checkpoint.key_id,
        given_at=NOW,
    )


def results(report: Report, name: str) -> list[CheckResult]:
    return [check.result for check in report.checks if check.name == name]


def flip(path: Path, place: int) -> None:
    whole = bytearray(path.read_bytes())
    whole[place] ^= 1
    path.write_bytes(whole)
