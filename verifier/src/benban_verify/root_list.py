"""
Fingerprints of roots that public time stamp authorities chain to; written by list_roots.py.

Whether an authority still answers, and what a court makes of it, stands elsewhere.
"""

from collections.abc import Mapping
from typing import Final

# SHA-256 of the certificate -> its name. From certifi 2026.10.18.
BUILT_IN: Final[Mapping[str, str]] = {
    "552f7bdcf1a7af9e6ce672017f4f12abf77240c78e761ac203d1d9d20ac89988": (
        "DigiCert Trusted Root G4"
    ),
    "5d56499be4d2e08bcfcad08a3e38723d50503bde706948e42f55603019e528ae": (
        "IdenTrust Commercial Root CA 1"
    ),
    "85666a562ee0be5ce925c1d8890a6f76a87ec16d4d7d5f29ea7419cf20123b69": (
        "SSL.com Root Certification Authority RSA"
    ),
    "91e2f5788d5810eba7ba58737de1548a8ecacd014598bc0b143e041b17052552": (
        "T-TeleSec GlobalRoot Class 2"
    ),
}
