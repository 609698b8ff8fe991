"""
Roots of time stamp authorities that did not come in the bag.

Only fingerprints are built in. The certificate itself may come from anywhere, also from the
time stamp, and counts only when its SHA-256 is listed or somebody gave it by hand.
"""

import base64
import binascii
import hashlib
import importlib.util
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benban_verify.der import DerRefusedError
from benban_verify.limits import MAX_ROOT_FILE_BYTES
from benban_verify.root_list import BUILT_IN
from benban_verify.timestamp import Certificate, parse_certificate

_PEM: Final = re.compile(
    rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----"
)
# Where Debian, Fedora, and Alpine and macOS keep what the system trusts.
_SYSTEM_FILES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """A trust anchor; ``name`` is from the built-in list, or its fingerprint if given by hand."""

    certificate: Certificate
    name: str
    is_given: bool


def given_roots(ders: Iterable[bytes]) -> tuple[Root, ...]:
    """Return the roots that somebody gave by hand."""
    certificates = [parse_certificate(raw) for raw in ders]
    return tuple(
        Root(certificate=found, name=f"SHA-256 {found.sha256}", is_given=True)
        for found in certificates
    )


def listed_roots(
    candidates: Iterable[bytes], listed: Mapping[str, str] = BUILT_IN
) -> tuple[Root, ...]:
    """Return those of *candidates* (DER) whose fingerprint is in *listed*, each once."""
    found: dict[str, bytes] = {}
    for raw in candidates:
        fingerprint = hashlib.sha256(raw).hexdigest()
        if fingerprint in listed:
            found[fingerprint] = raw
    return tuple(
        Root(certificate=parse_certificate(raw), name=listed[fingerprint], is_given=False)
        for fingerprint, raw in sorted(found.items())
    )


def certificates_of_this_computer() -> Iterator[bytes]:
    """Yield (DER) what certifi and the system trust; only a place to find listed roots in."""
    for path in _bundle_files():
        try:
            data = path.read_bytes()[: 8 * MAX_ROOT_FILE_BYTES]
        except OSError:
            continue
        yield from _unwrapped(data)
    if sys.platform == "win32":
        import ssl

        yield from (raw for raw, _, _ in ssl.enum_certificates("ROOT"))


def certificates_in(data: bytes) -> tuple[bytes, ...]:
    """Return the DER of each certificate in *data*, PEM or a single DER; empty if there is none."""
    return tuple(found.raw for found in _readable(_unwrapped(data) or [data]))


def _bundle_files() -> Iterator[Path]:
    if importlib.util.find_spec("certifi") is not None:
        import certifi

        yield Path(certifi.where())
    for name in _SYSTEM_FILES:
        yield Path(name)


def _readable(ders: Iterable[bytes]) -> Iterator[Certificate]:
    for raw in ders:
        try:
            yield parse_certificate(raw)
        except DerRefusedError:
            continue


def _unwrapped(pem: bytes) -> list[bytes]:
    return [_decoded(match[1]) for match in _PEM.finditer(pem)]


def _decoded(base64_text: bytes) -> bytes:
    try:
        return base64.b64decode(b"".join(base64_text.split()), validate=True)
    except binascii.Error:
        return b""
