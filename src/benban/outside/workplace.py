"""What a record says of the place where somebody worked: device, programs, source, clock."""

import hashlib
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import benban
from benban.model.custody import Field

# What had a hand in the kept bytes and their records.
_PROGRAMS = ("playwright", "warcio", "cryptography", "sqlcipher3", "msgspec", "typst")


@cache
def workplace_fields() -> tuple[Field, ...]:
    """
    Return device, programs, the digest of our own source and the source of time.

    The device is sensitive: kernel and processor say something about whose computer it is.
    """
    return (
        Field(name="device", value=_device(), is_sensitive=True),
        Field(name="tools", value=_tools(), is_sensitive=False),
        Field(name="source_sha256", value=source_sha256(), is_sensitive=False),
        Field(name="time_source", value="system clock", is_sensitive=False),
    )


@cache
def source_sha256() -> str:
    """
    Return the SHA-256 (hex) over all source files of this program, in the order of their names.

    Each file gives ``name || 0x00 || SHA-256``, so that two installations of one version agree.
    """
    root = Path(benban.__file__).parent
    whole = hashlib.sha256()
    for path in sorted(root.rglob("*.py"), key=lambda one: one.relative_to(root).as_posix()):
        whole.update(path.relative_to(root).as_posix().encode() + b"\x00")
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def _device() -> str:
    return f"{platform.system()} {platform.release()} {platform.machine()}"


def _tools() -> str:
    known = [f"benban {benban.__version__}", f"Python {platform.python_version()}"]
    for name in _PROGRAMS:
        try:
            known.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(known)
