"""What a vault does on a disk of 3 MiB; run as a program inside a mount of its own."""

import json
import os
import sys
from pathlib import Path

from benban.errors import DiskFullError, WrongPassphraseError
from benban.model.custody import EventKind
from benban.model.exhibit import Exhibit
from benban.vault import CaseStore, check_vault
from tests.unit.vault.keeping import (
    a_case,
    adopted,
    an_event,
    failures,
    kept_text,
    new_vault,
    opened,
    reported,
)


def main(disk: Path) -> dict[str, object]:
    """Fill the disk, be refused, find everything whole, and still be able to forget."""
    folder, case = disk / "vault", a_case()
    said: dict[str, object] = {}
    vault, _ = new_vault(folder, ballast_bytes=512 << 10)
    with vault, vault.create_case(case) as store:
        sighting = reported(store)
        first = adopted(store, sighting, os.urandom(300 << 10))
        try:
            adopted(store, sighting, os.urandom(3 << 20))
        except DiskFullError:
            said["large exhibit"] = "DiskFullError"
        said["tmp"] = [path.name for path in (folder / "tmp").iterdir()]
        said["one record too many"] = _filled(store, disk)
        said["exhibits"] = len(store.all(Exhibit))
        said["content"] = len(kept_text(store, first))
    _fill(disk)
    said["mistyped"] = _mistyped(folder)
    with opened(folder) as vault, vault.open_case(case.id) as store:
        gone = store.forget([first.id], an_event(EventKind.FORGOTTEN))
        said["forgotten"] = list(gone) == [first.id]
        said["ballast"] = (folder / "ballast.bin").exists()
    for filling in disk.glob("filling-*"):
        filling.unlink()
    with opened(folder) as vault, vault.open_case(case.id) as store:
        said["failed"] = failures(check_vault(vault, read=True))
        said["left"] = len(store.all(Exhibit))
    return said


def _fill(disk: Path) -> None:
    number = len(list(disk.glob("filling-*")))
    with (disk / f"filling-{number}").open("wb", buffering=0) as filling:
        try:
            while True:
                filling.write(bytes(4096))
        except OSError:
            pass


def _mistyped(folder: Path) -> str:
    try:
        opened(folder, "another").close()
    except WrongPassphraseError:
        return "WrongPassphraseError"
    return "none"


def _filled(store: CaseStore, disk: Path) -> str:
    _fill(disk)
    try:
        for _ in range(200):
            store.record(an_event(note="x" * 4000))
    except DiskFullError:
        return "DiskFullError"
    return "none"


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]))))  # noqa: T201 - read by the test
