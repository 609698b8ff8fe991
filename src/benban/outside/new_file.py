"""A file that leaves on the person's word: whole or not at all, and nothing is overwritten."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from benban.errors import TargetExistsError, TargetUnwritableError
from benban.outside.platforms import ThisPlatform, give_name, open_nameless


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """
    Give a file that appears under *path* only when the block ends well.

    Raises:
        TargetExistsError: BB-003; nothing is overwritten.
        TargetUnwritableError: BB-004; nothing half-written stays.
    """
    if os.path.lexists(path):
        raise TargetExistsError(name=path.name)
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        nameless = open_nameless(path.parent)
        with nameless or open(part, "xb", opener=_for_the_owner) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            if nameless is not None:
                give_name(stream.fileno(), path)
        if nameless is None:
            # A link fails where the name was taken meanwhile; a rename would overwrite it.
            _publish(part, path)
        # The name, too, must outlast a power cut: what it was made from may be destroyed next.
        ThisPlatform().flush_folder(path.parent)
    except FileExistsError as error:
        raise TargetExistsError(name=path.name) from error
    except OSError as error:
        raise TargetUnwritableError(name=path.name) from error
    finally:
        # Where the folder is none, or is gone, the part cannot be there either.
        with suppress(OSError):
            part.unlink(missing_ok=True)


def require_outside(vault: Path, path: Path) -> None:
    """
    Return if *path* does not lie in the vault: what lies there goes with a case or at an opening.

    Raises:
        TargetUnwritableError: BB-004.
    """
    if path.resolve().is_relative_to(vault.resolve()):
        raise TargetUnwritableError(name=path.name)


def _for_the_owner(name: str, flags: int) -> int:
    # What leaves the vault is for its owner to hand on, not for others on this computer.
    return os.open(name, flags, 0o600)


def _publish(part: Path, path: Path) -> None:
    try:
        path.hardlink_to(part)
    except FileExistsError as error:
        raise TargetExistsError(name=path.name) from error
    except OSError:
        # Some USB sticks (FAT, exFAT) know no links.
        if os.path.lexists(path):
            raise TargetExistsError(name=path.name) from None
        part.rename(path)
