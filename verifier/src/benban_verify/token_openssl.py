"""Signatures and chains of time stamps through an installed ``openssl``."""

import base64
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benban_verify.refusal import NotDone, Refusal
from benban_verify.roots import Root
from benban_verify.timestamp import Certificate, Stamp

_TIMEOUT_S: Final = 60
# What openssl says when a chain ends before one of the given roots.
_LEADS_ELSEWHERE: Final = (
    "unable to get issuer certificate",
    "unable to get local issuer certificate",
    "self-signed certificate in certificate chain",
    "self signed certificate in certificate chain",
    "self-signed certificate",
    "self signed certificate",
    "unable to verify the first certificate",
)


@dataclass(frozen=True, slots=True)
class OpensslProgram:
    """Checks time stamps with ``openssl cms -verify`` and ``openssl ts -verify -attime``."""

    path: str

    def is_good_in(self, crl: bytes, stamp: Stamp, root: Root, authority: str) -> bool:
        """Return False: lists of withdrawn certificates are not read through openssl."""
        del crl, stamp, root, authority
        return False

    def is_good_by(self, answer: bytes, stamp: Stamp, root: Root, authority: str) -> bool:
        """Return False: answers about withdrawn certificates are not read through openssl."""
        del answer, stamp, root, authority
        return False

    def find_root(self, stamp: Stamp, roots: tuple[Root, ...], authority: str) -> Root | None:
        """Return the root that the signature leads to, or None; see ``TokenProgram``."""
        if not self._is_signature_good(stamp):
            raise Refusal("token.signature", authority=authority)
        refused: list[str] = []
        for root in roots:
            said = self._verify_chain(stamp, root.certificate)
            if said is None:
                return root
            if not any(words in said for words in _LEADS_ELSEWHERE):
                refused.append("token.purpose" if "purpose" in said else "token.chain")
        if refused:
            raise Refusal(refused[0], authority=authority)
        return None

    def _is_signature_good(self, stamp: Stamp) -> bool:
        files = {"token.der": stamp.token}
        done = self._run(files, "cms", "-verify", "-noverify", "-inform", "DER", "-in", "token.der")
        return done.returncode == 0

    def _verify_chain(self, stamp: Stamp, anchor: Certificate) -> str | None:
        """None when openssl accepts, else what it said."""
        files = {
            "token.tsr": stamp.response,
            "anchor.pem": _pem([anchor]),
            "others.pem": _pem([stamp.signer, *stamp.others]),
        }
        done = self._run(
            files,
            *("ts", "-verify", "-in", "token.tsr", "-digest", stamp.imprint.hex()),
            *("-CAfile", "anchor.pem", "-untrusted", "others.pem", "-partial_chain"),
            *("-attime", str(int(stamp.time_at.timestamp()))),
        )
        said = (done.stdout + done.stderr).decode("utf-8", "replace")
        return None if done.returncode == 0 and "Verification: OK" in said else said

    def _run(
        self, files: Mapping[str, bytes], *arguments: str
    ) -> "subprocess.CompletedProcess[bytes]":
        """Run openssl in a folder of its own that holds *files*."""
        with tempfile.TemporaryDirectory(prefix="benban-verify-") as folder:
            for name, data in files.items():
                (Path(folder) / name).write_bytes(data)
            try:
                return subprocess.run(
                    [self.path, *arguments],
                    cwd=folder,
                    capture_output=True,
                    timeout=_TIMEOUT_S,
                    check=False,
                )
            except (OSError, subprocess.TimeoutExpired) as error:
                raise NotDone("token.program_failed") from error


def find_openssl() -> OpensslProgram | None:
    """Return the openssl on PATH when it is OpenSSL 1.1 or newer, else None."""
    path = shutil.which("openssl")
    # Windows looks into the current folder first, and a download may lie there beside a dossier.
    if path is None or Path(path).resolve().parent == Path.cwd():
        return None
    try:
        done = subprocess.run(
            [path, "version"], capture_output=True, timeout=_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    # LibreSSL, which macOS calls openssl, knows no -attime.
    is_usable = re.match(rb"OpenSSL (?:1\.1|[3-9]|[1-9][0-9])", done.stdout) is not None
    return OpensslProgram(path) if is_usable else None


def _pem(certificates: Iterable[Certificate]) -> bytes:
    blocks: list[str] = []
    for certificate in certificates:
        body = base64.encodebytes(certificate.raw).decode("ascii")
        blocks.append(f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n")
    return "".join(blocks).encode("ascii")
