"""
Builds ``benban-verify.pyz``, the verifier in one file, and prints its SHA-256.

The same sources give the same bytes everywhere: names in order, one fixed date, nothing
compressed (zlib's versions pack differently), no compiled files.
"""

import argparse
import hashlib
import sys
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Final

_SOURCES: Final = Path(__file__).parent / "src"
# The first date that a zip can hold.
_DATE: Final = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE: Final = 0o100644 << 16
_MADE_ON_UNIX: Final = 3
# Source: docs.python.org, zipapp: a line for the system, then a zip with __main__.py.
_FIRST_LINE: Final = b"#!/usr/bin/env python3\n"
_MAIN: Final = b"import sys\n\nfrom benban_verify.cli import main\n\nsys.exit(main(sys.argv[1:]))\n"


def build() -> bytes:
    """Return the bytes of the one-file verifier."""
    files = {"__main__.py": _MAIN}
    for path in sorted((_SOURCES / "benban_verify").rglob("*.py")):
        # Line ends as in the repository, also when a checkout on Windows changed them.
        data = path.read_bytes().replace(b"\r\n", b"\n")
        files[path.relative_to(_SOURCES).as_posix()] = data
    out = BytesIO()
    out.write(_FIRST_LINE)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _DATE)
            info.create_system = _MADE_ON_UNIX
            info.external_attr = _PLAIN_FILE
            archive.writestr(info, files[name])
    return out.getvalue()


def main(arguments: Sequence[str]) -> int:
    """Write the file and print its digest in the form of ``sha256sum``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("benban-verify.pyz"))
    target: Path = parser.parse_args(arguments).out
    data = build()
    target.write_bytes(data)
    target.chmod(0o755)
    print(f"{hashlib.sha256(data).hexdigest()}  {target.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
