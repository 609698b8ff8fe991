"""What lies in the spool is read once more before anybody calls it evidence."""

from benban.capture.ports import SpooledPart
from benban.errors import SpoolDamagedError
from benban.seal.digests import measure_file


def read_back(spooled: SpooledPart) -> None:
    """
    Compare what can be read from the spool with what was written into it.

    Raises:
        SpoolDamagedError: BB-213, size or a digest differs.
    """
    with spooled.open() as file:
        found = measure_file(file)
    written = (spooled.size_bytes, spooled.sha256, spooled.sha512)
    if (found.size_bytes, found.sha256, found.sha512) != written:
        raise SpoolDamagedError
