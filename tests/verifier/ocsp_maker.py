"""Answers of a responder for tests, with every part replaceable. Source: RFC 6960."""

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from tests.verifier.tsa_maker import STAMPED_AT, Issued


def answer_of(
    issuer: Issued,
    about: Issued,
    *,
    named: Issued | None = None,
    serial_number: int | None = None,
    other: str = "",
    is_critical: bool = False,
) -> bytes:
    """
    A good answer about *about*, signed by *issuer*.

    ``named`` has the issuer's key and is what the responder calls itself; ``other`` is the one of
    the two digests of the issuer, ``name`` or ``key``, that is another's.
    """
    asked = (
        ocsp.OCSPRequestBuilder()
        .add_certificate(about.certificate, issuer.certificate, hashes.SHA256())
        .build()
    )
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response_by_hash(
            bytes(32) if other == "name" else asked.issuer_name_hash,
            bytes(32) if other == "key" else asked.issuer_key_hash,
            asked.serial_number if serial_number is None else serial_number,
            hashes.SHA256(),
            ocsp.OCSPCertStatus.GOOD,
            STAMPED_AT,
            STAMPED_AT + timedelta(days=1),
            None,
            None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.NAME, (named or issuer).certificate)
    )
    if is_critical:
        builder = builder.add_extension(x509.OCSPNonce(b"nonce"), critical=True)
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)


def answers_that_tell_nothing(issuer: Issued, signer: Issued) -> dict[str, bytes]:
    """Answers by the issuer itself, each with one thing that is wrong."""
    return {
        "about another certificate": answer_of(issuer, signer, serial_number=7),
        "about an issuer of another name": answer_of(issuer, signer, other="name"),
        "about an issuer of another key": answer_of(issuer, signer, other="key"),
        "with a part that must be understood": answer_of(issuer, signer, is_critical=True),
    }
