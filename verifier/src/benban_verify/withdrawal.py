"""
Whether the certificate of a time stamp was withdrawn, by what lies beside it in the bag.

Source: RFC 5280 section 6.3.3 (lists), RFC 6960 section 3.2 (answers), RFC 3161 section 4.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from benban_verify.issuing import UNREADABLE, WEAK_DIGESTS, has_issued
from benban_verify.refusal import Refusal
from benban_verify.roots import Root
from benban_verify.timestamp import Stamp

# RFC 3161 section 4, point 1.
_ORDERLY: Final = frozenset(
    {
        x509.ReasonFlags.unspecified,
        x509.ReasonFlags.affiliation_changed,
        x509.ReasonFlags.superseded,
        x509.ReasonFlags.cessation_of_operation,
    }
)


def is_good_in_list(crl: bytes, stamp: Stamp, root: Root, authority: str) -> bool:
    """
    Return what a list of withdrawn certificates says; see ``TokenProgram``.

    Raises:
        Refusal: ``token.withdrawn``, ``token.key_in_doubt``.
    """
    try:
        listed = x509.load_der_x509_crl(crl)
        signer = x509.load_der_x509_certificate(stamp.signer.raw)
        is_issuers = listed.issuer == signer.issuer and any(
            _has_signed(one, listed) for one in _issuers(stamp, root)
        )
        if not is_issuers or any(extension.critical for extension in listed.extensions):
            return False
        entry = listed.get_revoked_certificate_by_serial_number(signer.serial_number)
        if entry is not None:
            _refuse_withdrawn(entry.revocation_date_utc, _reason(entry), stamp, authority)
            return True
        return _is_in_force(listed.last_update_utc, listed.next_update_utc, stamp)
    except UNREADABLE:
        return False


def is_good_by_answer(answer: bytes, stamp: Stamp, root: Root, authority: str) -> bool:
    """
    Return what a responder's answer says; see ``TokenProgram``.

    Raises:
        Refusal: ``token.withdrawn``, ``token.key_in_doubt``.
    """
    try:
        read = ocsp.load_der_ocsp_response(answer)
        if read.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return False
        if any(extension.critical for extension in read.extensions):
            return False
        signer = x509.load_der_x509_certificate(stamp.signer.raw)
        for issuer in _issuers(stamp, root):
            said = next((one for one in read.responses if _is_about(one, signer, issuer)), None)
            if said is not None and _is_answer_of(read, issuer):
                return _is_good(said, stamp, authority)
    except UNREADABLE:
        return False
    return False


def _is_good(said: ocsp.OCSPSingleResponse, stamp: Stamp, authority: str) -> bool:
    withdrawn_at = said.revocation_time_utc
    if withdrawn_at is not None:
        _refuse_withdrawn(withdrawn_at, said.revocation_reason, stamp, authority)
        return True
    if said.certificate_status is not ocsp.OCSPCertStatus.GOOD:
        return False
    return _is_in_force(said.this_update_utc, said.next_update_utc, stamp)


def _is_in_force(made_at: datetime, until: datetime | None, stamp: Stamp) -> bool:
    """
    Return whether something made then speaks of the time of the stamp, or of a later one.

    Once the certificate has run out it speaks of neither: what was withdrawn may be left out then
    (RFC 5280 section 3.3, RFC 6960 section 4.4.4).
    """
    return (until or made_at) >= stamp.time_at and made_at <= stamp.signer.not_after


def _refuse_withdrawn(
    at: datetime, reason: x509.ReasonFlags | None, stamp: Stamp, authority: str
) -> None:
    """
    Return if stamps of before the withdrawal stay good.

    RFC 3161 section 4, points 1 and 2: without a reason, or with the key in other hands, none does:
    whoever has the key writes any time.
    """
    if at <= stamp.time_at:
        raise Refusal("token.withdrawn", authority=authority)
    if reason not in _ORDERLY:
        raise Refusal("token.key_in_doubt", authority=authority)


def _reason(entry: x509.RevokedCertificate) -> x509.ReasonFlags | None:
    try:
        return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return None


def _issuers(stamp: Stamp, root: Root) -> Iterator[x509.Certificate]:
    """
    Yield who issued the signer's certificate: the root, or one that it made, through others too.

    That a name and a key fit the signature is not enough. To an RSA signature that is there
    already anybody can make another key that fits it, and nobody signed the certificates that a
    response carries along.
    """
    made = [root.certificate]
    for issuer in made:
        made.extend(one for one in stamp.others if one not in made and has_issued(issuer, one))
    for one in made:
        if has_issued(one, stamp.signer):
            yield x509.load_der_x509_certificate(one.raw)


def _has_signed(issuer: x509.Certificate, listed: x509.CertificateRevocationList) -> bool:
    key = issuer.public_key()
    if not isinstance(key, (rsa.RSAPublicKey, ec.EllipticCurvePublicKey, ed25519.Ed25519PublicKey)):
        return False
    return listed.is_signature_valid(key)


def _is_about(
    said: ocsp.OCSPSingleResponse, signer: x509.Certificate, issuer: x509.Certificate
) -> bool:
    """Return whether both digests of the issuer and the number are those of the signer."""
    asked = ocsp.OCSPRequestBuilder().add_certificate(signer, issuer, said.hash_algorithm).build()
    return (
        said.serial_number == asked.serial_number
        and said.issuer_name_hash == asked.issuer_name_hash
        and said.issuer_key_hash == asked.issuer_key_hash
    )


def _is_answer_of(read: ocsp.OCSPResponse, issuer: x509.Certificate) -> bool:
    """RFC 6960 section 4.2.2.2: by the issuer itself, or by one that it made for answering."""
    if _has_answered(issuer, read):
        return True
    return any(
        _may_answer(one, issuer, read) and _has_answered(one, read) for one in read.certificates
    )


def _may_answer(
    responder: x509.Certificate, issuer: x509.Certificate, read: ocsp.OCSPResponse
) -> bool:
    digest = responder.signature_hash_algorithm
    if digest is not None and digest.name in WEAK_DIGESTS:
        return False
    try:
        responder.verify_directly_issued_by(issuer)
        purpose = responder.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, InvalidSignature, *UNREADABLE):
        return False
    made_at = read.produced_at_utc
    is_valid = responder.not_valid_before_utc <= made_at <= responder.not_valid_after_utc
    return is_valid and ExtendedKeyUsageOID.OCSP_SIGNING in purpose


def _has_answered(responder: x509.Certificate, read: ocsp.OCSPResponse) -> bool:
    """Return whether the signature is *responder*'s; a key of another kind than these is not."""
    key, digest = responder.public_key(), read.signature_hash_algorithm
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(read.signature, read.tbs_response_bytes)
        elif digest is None or digest.name in WEAK_DIGESTS:
            return False
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(read.signature, read.tbs_response_bytes, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(read.signature, read.tbs_response_bytes, ec.ECDSA(digest))
        else:
            return False
    except InvalidSignature:
        return False
    return True
