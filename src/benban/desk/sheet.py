"""A table for a sheet: plain text in which no cell is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

# A sheet takes what begins like this for a formula; what stands behind spaces, too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def plain_cell(untrusted: str) -> str:
    """Return a cell that no sheet takes for a formula."""
    return f"'{untrusted}" if untrusted.lstrip(" \u00a0").startswith(_FORMULA) else untrusted


def table_of(heads: Sequence[str], rows: Iterable[Sequence[str | int]]) -> bytes:
    """Return a CSV file (RFC 4180, UTF-8) in which every cell is plain."""
    written = io.StringIO()
    sheet = csv.writer(written)
    sheet.writerow(heads)
    for row in rows:
        sheet.writerow([plain_cell(one) if isinstance(one, str) else one for one in row])
    return written.getvalue().encode()
