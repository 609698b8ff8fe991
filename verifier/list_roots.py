"""
Writes ``root_list.py``: fingerprints of roots that public time stamp authorities chain to.

No fingerprint is typed by hand: each is computed from the bundle of the installed package
certifi (what Mozilla includes). A name that the bundle no longer has ends this program.
"""

import hashlib
import sys
from pathlib import Path
from typing import Final

import certifi
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

# The roots of the authorities that benban lists with a known root (its catalogue/tsa.toml).
WANTED: Final = (
    "DigiCert Trusted Root G4",
    "IdenTrust Commercial Root CA 1",
    "SSL.com Root Certification Authority RSA",
    "T-TeleSec GlobalRoot Class 2",
)
TARGET: Final = Path(__file__).parent / "src" / "benban_verify" / "root_list.py"
HEAD: Final = '''"""
Fingerprints of roots that public time stamp authorities chain to; written by list_roots.py.

Whether an authority still answers, and what a court makes of it, stands elsewhere.
"""

from collections.abc import Mapping
from typing import Final

# SHA-256 of the certificate -> its name. From certifi {version}.
BUILT_IN: Final[Mapping[str, str]] = {{
'''


def main() -> int:
    """Write the list; return 1 when a wanted root is not in the bundle."""
    found: dict[str, str] = {}
    for block in Path(certifi.where()).read_bytes().split(b"-----END CERTIFICATE-----")[:-1]:
        pem = block[block.index(b"-----BEGIN") :] + b"-----END CERTIFICATE-----\n"
        certificate = x509.load_pem_x509_certificate(pem)
        for name in _names(certificate):
            if name in WANTED:
                raw = certificate.public_bytes(Encoding.DER)
                found[name] = hashlib.sha256(raw).hexdigest()
    missing = sorted(set(WANTED) - set(found))
    if missing:
        print("not in certifi:", ", ".join(missing), file=sys.stderr)
        return 1
    lines = [f'    "{found[name]}": (\n        "{name}"\n    ),\n' for name in WANTED]
    TARGET.write_text(
        HEAD.format(version=certifi.__version__) + "".join(lines) + "}\n", encoding="utf-8"
    )
    return 0


def _names(certificate: x509.Certificate) -> list[str]:
    return [str(part.value) for part in certificate.subject if part.oid == NameOID.COMMON_NAME]


if __name__ == "__main__":
    sys.exit(main())
