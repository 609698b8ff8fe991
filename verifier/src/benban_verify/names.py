"""Which paths a dossier may carry: plain ASCII that means the same on every system."""

import re
from collections.abc import Iterable
from typing import Final

from benban_verify.limits import MAX_FILES, MAX_NAME_CHARS, MAX_PATH_CHARS, MAX_PATH_DEPTH
from benban_verify.refusal import Refusal, printable

# Where one of these lies, somebody meant a dossier; without any, it is something else.
MARKS: Final = ("bagit.txt", "checkpoint.note", "proofs.json")

_PART: Final = re.compile(r"[A-Za-z0-9_-](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?")
# Windows opens a device instead of a file for these, with any ending.
_DEVICE: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)


def check_path(untrusted: str) -> str:
    """Return *untrusted* when it is a path that a dossier may carry."""
    parts = untrusted.split("/")
    if len(untrusted) > MAX_PATH_CHARS or len(parts) > MAX_PATH_DEPTH:
        raise Refusal("structure.name", name=printable(untrusted))
    for part in parts:
        if len(part) > MAX_NAME_CHARS or not _PART.fullmatch(part) or _DEVICE.fullmatch(part):
            raise Refusal("structure.name", name=printable(untrusted))
    return untrusted


def check_set(paths: Iterable[str]) -> None:
    """Refuse too many paths, one twice (also in other case), or a file that is also a folder."""
    seen: set[str] = set()
    folders: set[str] = set()
    for path in paths:
        folded = path.lower()
        if folded in seen:
            raise Refusal("structure.twice", name=path)
        seen.add(folded)
        parts = folded.split("/")
        folders.update("/".join(parts[:depth]) for depth in range(1, len(parts)))
        if len(seen) > MAX_FILES:
            raise Refusal("structure.too_many", limit=MAX_FILES)
    for both in sorted(seen & folders):
        raise Refusal("structure.twice", name=both)
