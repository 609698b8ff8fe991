"""A file that is whole at every moment: what was there before, or what is there now."""

import os
from pathlib import Path

from benban.outside.platforms import ThisPlatform


def write_in_place(path: Path, data: bytes) -> None:
    """
    Return once a file of this user alone holds *data*, on disk.

    One writes at a time: what one that was killed left is written over.

    Raises:
        OSError: what was there stays.
    """
    written = path.with_name(f".{path.name}.new")
    handle = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        ThisPlatform().set_private(written)
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    written.replace(path)
    ThisPlatform().flush_folder(path.parent)
