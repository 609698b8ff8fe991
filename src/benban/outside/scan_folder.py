"""
The folder of a scan's results: what is scanned, the plan, a part for each unit, the manifest.

Every file is written aside, made to last and renamed: what stands under its name is whole.
"""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benban.errors.scan import ScanError, ScanFolderError, ScanUnwrittenError
from benban.outside.platforms import ThisPlatform
from benban.outside.scan_tables import as_table
from benban.scan.banked import TakenFrom
from benban.scan.ports import Done
from benban.scan.unit import Kind, Unit

if TYPE_CHECKING:
    import pyarrow as pa

_ORDER, _PLAN, _MANIFEST, _PARTS, _LOCK = (
    *("scan.json", "plan.jsonl", "manifest.json"),
    *("parts", "scan.lock"),
)
_ORDER_BYTES = 1 << 16
# What is no picture: a page or a script of an archive, a note in a folder. Nothing is wrong there.
_NO_PICTURE = "BB-303"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanOrder:
    """
    What makes two scans the same.

    Attributes:
        bank: what is common to banks of the same hashes, made with *salt*.
        salt: hex, of this folder alone.
    """

    source: str
    column: str
    border_bits: int
    salt: str
    bank: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanSummary:
    """
    What stands in the parts.

    Attributes:
        no_picture: how many are no picture at all; not among the problems.
        problems: how many rows have each other code.
    """

    files: int
    matched: int
    no_picture: int
    problems: dict[str, int]


class ScanFolder:
    """A folder that one scan holds until it is closed."""

    def __init__(self, folder: Path) -> None:
        """
        Hold *folder*, made if it is not there.

        Raises:
            ScanFolderError: BB-983, it holds something else, or another scan holds it.
        """
        self._folder, self._platform = folder, ThisPlatform()
        self._parts = folder / _PARTS
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not (folder / _LOCK).exists() and any(folder.iterdir()):
                raise ScanFolderError("a folder with something else in it")
            self._platform.set_private(folder)
            self._lock = self._platform.lock(folder / _LOCK)
            if self._lock is not None:
                self._parts.mkdir(exist_ok=True)
        except OSError as error:
            raise ScanFolderError(type(error).__name__) from error
        if self._lock is None:
            raise ScanFolderError("a scan that runs")

    def close(self) -> None:
        """Let go of the folder."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def salt(self) -> str:
        """Return the salt of the scan begun here, or a fresh one."""
        order = self._order()
        return order.salt if order else os.urandom(16).hex()

    def begin(self, order: ScanOrder) -> None:
        """
        Return once the folder is this scan's; one begun before goes on.

        Raises:
            ScanFolderError: BB-983, it is another one's: source, bank, column or border differ.
        """
        found = self._order()
        if found is None:
            said = {name: getattr(order, name) for name in ScanOrder.__slots__}
            self._write(_ORDER, lambda path: _write_text(path, [json.dumps(said)]))
        elif found != order:
            raise ScanFolderError("another scan")

    def plan(self, units: Callable[[], Iterable[Unit]]) -> None:
        """Write the plan if there is none; units listed once are those of every later go."""
        if not (self._folder / _PLAN).exists():
            lines = (_line(unit) for unit in units())
            self._write(_PLAN, lambda path: _write_text(path, lines))

    def left(self) -> Iterator[Unit]:
        """Yield the units of the plan that have no part yet."""
        with (self._folder / _PLAN).open(encoding="utf-8") as plan:
            for line in plan:
                unit = _unit(line)
                if not self._part(unit.index).exists():
                    yield unit

    def add(self, done: Done) -> None:
        """Return once the unit's part is on disk under its name."""
        import pyarrow.parquet as pq

        table = as_table(done.records)
        name = f"{_PARTS}/{done.unit.index:09d}.parquet"
        self._write(name, lambda path: pq.write_table(table, path, compression="zstd"))

    def finish(self, taken_from: TakenFrom | None, began_at: datetime) -> ScanSummary:
        """
        Return what the parts hold, once the manifest names each with its digest.

        Args:
            taken_from: the exchange that the bank is of; the manifest says how old it was.
            began_at: when this go began.

        Raises:
            ScanError: BB-980, a part is damaged; it is set aside, and the next go does it anew.
            ScanUnwrittenError: BB-969.
        """
        import pyarrow.compute as pc

        files = matched = 0
        problems: Counter[str] = Counter()
        digests: dict[str, str] = {}
        for path in sorted(self._parts.glob("*.parquet")):
            table = _read_part(path)
            files += table.num_rows
            matched += pc.sum(table["is_matched"]).as_py() or 0
            counted = pc.value_counts(table["problem"].drop_null())
            for one in counted.to_pylist():
                problems[one["values"]] += one["counts"]
            with path.open("rb") as part:
                digests[path.name] = hashlib.file_digest(part, "sha256").hexdigest()
        summary = ScanSummary(
            files=files,
            matched=matched,
            no_picture=problems.pop(_NO_PICTURE, 0),
            problems=dict(sorted(problems.items())),
        )
        said = {
            **({} if taken_from is None else {"bank": _told(taken_from, began_at)}),
            "files": files,
            "matched": matched,
            "no_picture": summary.no_picture,
            "problems": summary.problems,
            "parts": digests,
        }
        self._write(_MANIFEST, lambda path: _write_text(path, [json.dumps(said)]))
        return summary

    def _part(self, index: int) -> Path:
        return self._parts / f"{index:09d}.parquet"

    def _order(self) -> ScanOrder | None:
        path = self._folder / _ORDER
        if not path.exists():
            return None
        try:
            with path.open("rb") as file:
                return ScanOrder(**json.loads(file.read(_ORDER_BYTES)))
        except (OSError, ValueError, TypeError) as error:
            raise ScanFolderError("no scan") from error

    def _write(self, name: str, written: Callable[[Path], None]) -> None:
        path = self._folder / name
        aside = path.with_name(f"{path.name}.new")
        try:
            written(aside)
            self._platform.set_private(aside)
            with aside.open("rb+") as file:
                os.fsync(file.fileno())
            aside.replace(path)
            self._platform.flush_folder(path.parent)
        except OSError as error:
            raise ScanUnwrittenError(type(error).__name__) from error


def _told(taken_from: TakenFrom, began_at: datetime) -> dict[str, str | int]:
    return {
        "exchange": taken_from.exchange,
        "name": taken_from.name,
        "change": taken_from.change,
        "made_at": taken_from.made_at.isoformat(),
        "fresh_until": taken_from.fresh_until.isoformat(),
        "age_s": max(0, int((began_at - taken_from.made_at).total_seconds())),
    }


def _read_part(path: Path) -> "pa.Table":
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.read_table(path, columns=["is_matched", "problem"])
    except (pa.ArrowException, OSError, ValueError) as error:
        try:
            path.replace(path.with_name(f"{path.name}.damaged"))
        except OSError as unwritten:
            raise ScanUnwrittenError(type(unwritten).__name__) from unwritten
        raise ScanError("a damaged part") from error


def _write_text(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.writelines(f"{line}\n" for line in lines)


def _line(unit: Unit) -> str:
    # ASCII alone: names may hold bytes that are no text.
    return json.dumps([unit.index, unit.kind.value, unit.names, unit.group, unit.groups])


def _unit(line: str) -> Unit:
    try:
        index, kind, names, group, groups = json.loads(line)
        return Unit(index=index, kind=Kind(kind), names=tuple(names), group=group, groups=groups)
    except (ValueError, TypeError) as error:
        raise ScanFolderError("a plan that cannot be read") from error
