"""A scan from its first file to its manifest; begun anew it goes on where it was ended."""

from collections.abc import Iterator
from pathlib import Path

from benban.errors import BenbanError
from benban.errors.scan import ScanEngineError, ScanFolderError
from benban.outside.clock import SystemClock
from benban.outside.scan_bank import identity, require_not_old
from benban.outside.scan_folder import ScanFolder, ScanOrder, ScanSummary
from benban.outside.scan_places import Place, open_place
from benban.outside.scan_tables import group_count
from benban.scan.ports import Engine, Work
from benban.scan.unit import Kind, Listed, cut_units, kind_of


def run_scan(work: Work, engine: Engine, out: Path) -> ScanSummary:
    """
    Return what the scan found, once its manifest is written.

    Raises:
        ScanSourceError: BB-981.
        ScanFolderError: BB-983.
        ScanUnwrittenError: BB-969; what was done stays done.
        PulledBankOldError: BB-944, likewise; also where the bank's time ends during the scan.
        ScanEngineError: BB-984, likewise; before anything begins where a library is missing.
        FenceUnavailableError: BB-306; likewise.
    """
    _check_libraries()
    place = open_place(work.source)
    if out.resolve().is_relative_to(Path(work.source).resolve()):
        raise ScanFolderError("inside of the source")
    began_at = SystemClock().now()
    require_not_old(work.banked, began_at)
    folder = ScanFolder(out)
    try:
        salt = folder.salt()
        folder.begin(
            ScanOrder(
                source=work.source,
                column=work.column,
                border_bits=work.border_bits,
                salt=salt,
                bank=identity(work.banked, bytes.fromhex(salt)),
            )
        )
        folder.plan(lambda: cut_units(_listed(place)))
        for done in engine.run(work, folder.left()):
            # What was withdrawn meanwhile may have matched in it.
            require_not_old(work.banked, SystemClock().now())
            folder.add(done)
        return folder.finish(work.banked.taken_from, began_at)
    finally:
        folder.close()


def _check_libraries() -> None:
    try:
        import pyarrow.compute
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise ScanEngineError("the library of tables is not installed") from error


def _listed(place: Place) -> Iterator[Listed]:
    for name in place.names():
        is_table = kind_of(name) is Kind.PARQUET
        yield Listed(name=name, groups=_groups(place, name) if is_table else 0)


def _groups(place: Place, name: str) -> int:
    try:
        with place.open(name) as stream:
            return group_count(stream)
    except (OSError, BenbanError):
        return 0  # its unit reads all of it, or says what is wrong with it
