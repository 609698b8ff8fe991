"""
The originals of an authority edition, after their recipient opened them with age.

Source: docs/reference/bag-format.md, originals.tar.age.
"""

import hashlib
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from benban_verify.inventory import Inventory
from benban_verify.limits import CHUNK_BYTES, MAX_FILES
from benban_verify.refusal import NotDone, Refusal, printable


def check_originals(tar: Path, inventory: Inventory) -> int:
    """
    Return how many files *tar* holds, each an exhibit of the inventory byte for byte.

    Nothing is unpacked: the files are read through and hashed, whatever their names say.

    Raises:
        Refusal: ``originals.*``.
        NotDone: the file cannot be opened.
    """
    wanted = {item.values["sha512"]: item.values for item in inventory.exhibits}
    sizes = {values["size_bytes"] for values in wanted.values()}
    count = 0
    try:
        with tar.open("rb") as file, tarfile.open(fileobj=file, mode="r|") as archive:
            for member in archive:
                count += 1
                shown = printable(member.name)
                # A sparse entry unpacks to far more than it takes.
                if not member.isreg() or member.issparse() or count > MAX_FILES:
                    raise Refusal("originals.unreadable")
                if str(member.size) not in sizes:
                    raise Refusal("originals.other", name=shown)
                stream = archive.extractfile(member)
                if stream is None:
                    raise Refusal("originals.unreadable")
                _check_member(stream, shown, wanted)
    except OSError as error:
        raise NotDone("originals.unopened") from error
    except (tarfile.TarError, EOFError, UnicodeError, ValueError) as error:
        raise Refusal("originals.unreadable") from error
    if count == 0:
        raise Refusal("originals.unreadable")
    return count


def _check_member(stream: IO[bytes], shown: str, wanted: Mapping[str, Mapping[str, str]]) -> None:
    sha256, sha512, size_bytes = hashlib.sha256(), hashlib.sha512(), 0
    while chunk := stream.read(CHUNK_BYTES):
        sha256.update(chunk)
        sha512.update(chunk)
        size_bytes += len(chunk)
    values = wanted.get(sha512.hexdigest())
    if values is None or values["sha256"] != sha256.hexdigest():
        raise Refusal("originals.other", name=shown)
    if values["size_bytes"] != str(size_bytes):
        raise Refusal("originals.other", name=shown)
