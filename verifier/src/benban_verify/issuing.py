"""Who issued a certificate, by names and signature; through the Python package cryptography."""

from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from benban_verify.timestamp import Certificate

# What the package raises on bytes that are no certificate, list or answer.
UNREADABLE: Final = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
WEAK_DIGESTS: Final = ("md5", "sha1")


def has_issued(issuer: Certificate, subject: Certificate) -> bool:
    """Return whether *issuer*'s name and key made *subject*."""
    if issuer.subject != subject.issuer:
        return False
    try:
        child = x509.load_der_x509_certificate(subject.raw)
        child.verify_directly_issued_by(x509.load_der_x509_certificate(issuer.raw))
    except (*UNREADABLE, InvalidSignature):
        return False
    return True
