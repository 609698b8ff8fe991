"""
The question whether one certificate was withdrawn, and the check of the signed answer.

Source: RFC 6960 (OCSP), RFC 5019 (the profile that large authorities answer). No nonce is sent:
they answer from a store and leave it out, and the times in the answer are held against the stamp.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from benban.errors import RevocationAnswerError
from benban.seal.revocation import UNREADABLE, WantedState

# Real answers, with the responder's certificate, take one to four kilobytes.
LARGEST_ANSWER_BYTES = 64 * 1024
# The authority's clock and the responder's need not be the same.
_SKEW = timedelta(minutes=10)
_STRONG = frozenset({"sha256", "sha384", "sha512"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedAnswer:
    """An answer that a responder of the issuer signed, about this certificate, for this time."""

    der: bytes
    this_update: datetime
    next_update: datetime | None
    is_withdrawn: bool


def build_question(wanted: WantedState) -> bytes:
    """
    Return the DER OCSPRequest about one certificate.

    It carries the certificate's number and two digests of its issuer, nothing of the case. The
    digests are SHA-1 because responders that answer from a store know no other (RFC 5019 section
    2.1.1); they name the issuer and protect nothing.
    """
    builder = ocsp.OCSPRequestBuilder().add_certificate(
        wanted.certificate,
        wanted.issuer,
        hashes.SHA1(),  # noqa: S303 - a name, see above
    )
    return builder.build().public_bytes(Encoding.DER)


def check_answer(untrusted_der: bytes, wanted: WantedState, *, at: datetime) -> CheckedAnswer:
    """
    Return what an answer says of one certificate, after its signature and times were checked.

    Args:
        untrusted_der: OCSPResponse.
        wanted: the certificate that was asked about.
        at: time of the stamp, aware UTC.

    Raises:
        RevocationAnswerError: BB-431, not an answer, not about this certificate, not signed for
            its issuer, of another time, or the responder does not know.

    Source: RFC 6960 section 3.2, points 1 to 6.
    """
    if len(untrusted_der) > LARGEST_ANSWER_BYTES:
        raise RevocationAnswerError("larger than any answer")
    try:
        said = _said_of(ocsp.load_der_ocsp_response(untrusted_der), wanted)
        status, this_update = said.certificate_status, said.this_update_utc
        next_update = said.next_update_utc
    except UNREADABLE as error:
        raise RevocationAnswerError("not an answer") from error
    if status is ocsp.OCSPCertStatus.UNKNOWN:
        raise RevocationAnswerError("the responder does not know the certificate")
    # 5, 6. In force when the stamp was made, or made after it.
    if (next_update or this_update) < at - _SKEW:
        raise RevocationAnswerError("an answer of an earlier time")
    return CheckedAnswer(
        der=untrusted_der,
        this_update=this_update,
        next_update=next_update,
        is_withdrawn=status is ocsp.OCSPCertStatus.REVOKED,
    )


def _said_of(answer: ocsp.OCSPResponse, wanted: WantedState) -> ocsp.OCSPSingleResponse:
    if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise RevocationAnswerError("no answer was given")
    # 1. About the certificate that was asked about.
    said = next((one for one in answer.responses if _is_about(one, wanted)), None)
    if said is None:
        raise RevocationAnswerError("about another certificate")
    # 2, 3, 4. Signed by the issuer, or by whom the issuer named for it.
    if not any(_has_signed(one, answer) for one in _responders(answer, wanted)):
        raise RevocationAnswerError("not signed for the certificate's issuer")
    if any(one.critical for one in answer.extensions):
        raise RevocationAnswerError("an answer of another kind")
    return said


def _is_about(said: ocsp.OCSPSingleResponse, wanted: WantedState) -> bool:
    asked = (
        ocsp.OCSPRequestBuilder()
        .add_certificate(wanted.certificate, wanted.issuer, said.hash_algorithm)
        .build()
    )
    return (said.serial_number, said.issuer_name_hash, said.issuer_key_hash) == (
        asked.serial_number,
        asked.issuer_name_hash,
        asked.issuer_key_hash,
    )


def _responders(answer: ocsp.OCSPResponse, wanted: WantedState) -> Iterable[x509.Certificate]:
    """Yield who may have signed: the issuer, and whom it named for this (RFC 6960 4.2.2.2)."""
    for one in (wanted.issuer, *answer.certificates):
        # It names itself by one of the two; the other is None, as no certificate's is.
        is_meant = one.subject == answer.responder_name or (
            _key_hash(one) == answer.responder_key_hash
        )
        if is_meant and (one == wanted.issuer or _is_named(one, wanted.issuer, answer)):
            yield one


def _is_named(
    responder: x509.Certificate, issuer: x509.Certificate, answer: ocsp.OCSPResponse
) -> bool:
    try:
        responder.verify_directly_issued_by(issuer)
        usage = responder.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, InvalidSignature, *UNREADABLE):
        return False
    is_valid = (
        responder.not_valid_before_utc <= answer.produced_at_utc <= responder.not_valid_after_utc
    )
    return is_valid and ExtendedKeyUsageOID.OCSP_SIGNING in usage


def _key_hash(certificate: x509.Certificate) -> bytes:
    # RFC 6960 section 4.2.1, KeyHash: SHA-1 of the key's bits, a name.
    identifier = x509.SubjectKeyIdentifier.from_public_key(certificate.public_key())
    return identifier.digest


def _has_signed(responder: x509.Certificate, answer: ocsp.OCSPResponse) -> bool:
    key, digest = responder.public_key(), answer.signature_hash_algorithm
    signature, signed = answer.signature, answer.tbs_response_bytes
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, signed)
        elif digest is None or digest.name not in _STRONG:
            return False
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(digest))
        else:
            return False
    except InvalidSignature:
        return False
    return True
