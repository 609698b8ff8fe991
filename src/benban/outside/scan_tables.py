"""Tables of a scan: the pictures in a Parquet file, and the results as Parquet."""

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO

from benban.errors import ImportDamagedError
from benban.errors.scan import ScanSourceError
from benban.scan.batch import BATCH_ITEMS
from benban.scan.record import ScanRecord

if TYPE_CHECKING:
    import pyarrow as pa

# A footer of a million row groups is a trap.
_MOST_GROUPS = 1_000_000
_FOOTER_BYTES = 256 << 20
_REVIEW = "review"
# An archive's own address is cut: a record of a page may claim a whole picture as one.
_ADDRESS_CHARACTERS = 4096


def group_count(stream: BinaryIO) -> int:
    """
    Return how many row groups a Parquet file has.

    Raises:
        ImportDamagedError: BB-803, it is none.
    """
    import pyarrow as pa

    try:
        count = int(_opened(stream).metadata.num_row_groups)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise ImportDamagedError from error
    if count > _MOST_GROUPS:
        raise ImportDamagedError
    return count


def rows_of(
    stream: BinaryIO, group: int, column: str, *, groups: int
) -> Iterator[tuple[int, bytes | None]]:
    """
    Yield position in the file and bytes of each row of a group; None where there are none.

    A file that has other groups than were planned is read as far as the plan goes, and then said
    to be broken: rows that no unit reads are never passed over in silence.

    Args:
        stream: the file, seekable.
        group: 0-based row group.
        groups: how many were planned; 0 reads the whole file.
        column: its name, ``outer.inner`` for a field of a structure; empty: the only one of bytes.

    Raises:
        ImportDamagedError: BB-803, the file is broken here, or it has other groups than planned.
        ScanSourceError: BB-981, no column is meant, or it is none of bytes.
    """
    import pyarrow as pa

    try:
        table = _opened(stream)
        chosen = _column(table.schema_arrow, column)
        there = table.metadata.num_row_groups
        chosen_groups = [group] if groups else list(range(there))
        if group >= there and groups:
            raise ImportDamagedError
        row = sum(table.metadata.row_group(one).num_rows for one in range(group))
        for batch in table.iter_batches(BATCH_ITEMS, row_groups=chosen_groups, columns=[chosen]):
            values = batch.column(0)
            for inner in chosen.split(".")[1:] if pa.types.is_struct(values.type) else ():
                values = values.field(inner)
            for value in values:
                yield row, value.as_py()
                row += 1
        if groups and there != groups:
            raise ImportDamagedError
    except (pa.ArrowException, OSError, ValueError) as error:
        raise ImportDamagedError from error


def as_table(records: Sequence[ScanRecord]) -> "pa.Table":
    """Return the rows of results, in the columns that docs/explanation/scan.md names."""
    import pyarrow as pa

    matches = [one.match for one in records]
    return pa.table(
        {
            "path": pa.array([_written(one.path) for one in records], pa.string()),
            "within": pa.array([one.within for one in records], pa.int64()),
            "address": pa.array(
                [_address(one) for one in records],
                pa.string(),
            ),
            "media_type": pa.array([one.media_type or None for one in records], pa.string()),
            "is_matched": pa.array([one is not None for one in matches], pa.bool_()),
            "action": pa.array([_REVIEW if one else None for one in matches], pa.string()),
            "number": pa.array([one.number if one else None for one in matches], pa.int64()),
            "distance_bits": pa.array(
                [one.distance_bits if one else None for one in matches], pa.int16()
            ),
            "match_count": pa.array([one.count if one else None for one in matches], pa.int64()),
            "sha256": pa.array([one.sha256 if one else None for one in matches], pa.string()),
            "at_ms": pa.array([one.at_ms if one else None for one in matches], pa.int64()),
            "problem": pa.array([one.problem or None for one in records], pa.string()),
        }
    )


def _address(record: ScanRecord) -> str | None:
    """Return the address of a match; of what matched nothing none is kept."""
    if record.match is None:
        return None
    return _written(record.address[:_ADDRESS_CHARACTERS]) or None


def _opened(stream: BinaryIO) -> "pa.parquet.ParquetFile":
    import pyarrow.parquet as pq

    return pq.ParquetFile(
        stream,
        buffer_size=1 << 20,
        pre_buffer=False,
        thrift_string_size_limit=_FOOTER_BYTES,
        thrift_container_size_limit=_MOST_GROUPS,
    )


def _column(schema: "pa.Schema", asked: str) -> str:
    import pyarrow as pa

    def is_bytes(kind: "pa.DataType") -> bool:
        return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))

    found: list[str] = [field.name for field in schema if is_bytes(field.type)]
    found += [
        f"{field.name}.{inner.name}"
        for field in schema
        if pa.types.is_struct(field.type)
        for inner in field.type
        if is_bytes(inner.type)
    ]
    meant = [name for name in found if name == asked] if asked else found
    if len(meant) != 1:
        raise ScanSourceError("no column of bytes is meant")
    return meant[0]


def _written(name: str) -> str:
    """Return a name as text: bytes that are none stand there escaped."""
    return os.fsencode(name).decode("utf-8", "backslashreplace") if _is_odd(name) else name


def _is_odd(name: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in name)
