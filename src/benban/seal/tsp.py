"""
Time stamps: the request for a checkpoint's note and the check of the answer.

Source: RFC 3161; the token is verified at its own genTime (appendix B). The signature and the path
to a root are checked by rfc3161-client; what it leaves out is checked here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    TimeStampTokenInfo,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from benban.errors import (
    AuthoritySettingsError,
    TokenImprintError,
    TokenNonceError,
    TokenRefusedError,
    TokenSignatureError,
    TokenTimeError,
    TokenUnreadableError,
    TokenUntrustedError,
)
from benban.model.ids import Digest
from benban.seal.certificate_order import with_sorted_certificates
from benban.seal.digests import as_sha256

# RFC 5754 section 2.2, id-sha256.
_SHA256_OID = "2.16.840.1.101.3.4.2.1"
# NIST CSOR; RFC 3279 section 2.2.1 for the first two.
_DIGEST_NAMES = {
    "1.2.840.113549.2.5": "md5",
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    _SHA256_OID: "sha256",
}
# Real answers are below 10 kB; the longest chains that were met have five certificates.
_LARGEST_RESPONSE_BYTES = 256 * 1024
_MOST_CERTIFICATES = 24
# What the X.509 parser raises on hostile bytes, seen by flipping every bit of a token.
_UNREADABLE = (ValueError, KeyError, TypeError, x509.InvalidVersion, UnsupportedAlgorithm)


@dataclass(frozen=True, slots=True, kw_only=True)
class TspRequest:
    """A time-stamp request (DER) and the nonce that the answer must repeat."""

    der: bytes
    nonce: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFacts:
    """
    What a checked token says.

    Attributes:
        time_at: genTime, aware UTC.
        policy: dotted object identifier of the authority's policy.
        serial: the token's number at this authority.
        authority_name: common name in the certificate that signed.
        certificate_not_before, certificate_not_after: its validity, aware UTC.
        certificates: of the token, DER, the signing one first.
        imprint: SHA-256 that was stamped.
        root: SHA-256 of the root certificate it leads to.
    """

    time_at: datetime
    policy: str
    serial: int
    authority_name: str
    certificate_not_before: datetime
    certificate_not_after: datetime
    certificates: tuple[bytes, ...]
    imprint: Digest
    root: Digest

    def is_certificate_expired(self, at: datetime) -> bool:
        """Return whether the signing certificate is no longer valid at *at* (EVIDENCE 2)."""
        return at > self.certificate_not_after


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """The parts of an answer, read once so that nothing is parsed later."""

    response: TimeStampResponse
    info: TimeStampTokenInfo
    signer: x509.Certificate
    others: tuple[x509.Certificate, ...]


def build_request(note: bytes) -> TspRequest:
    """
    Return a request to stamp all bytes of a checkpoint's note.

    It carries a SHA-256, a random nonce and asks for the certificates; nothing else leaves.

    Source: RFC 3161 section 2.4.1.
    """
    request = (
        TimestampRequestBuilder()
        .data(note)
        .hash_algorithm(HashAlgorithm.SHA256)
        .nonce(nonce=True)
        .cert_request(cert_request=True)
        .build()
    )
    if request.nonce is None:
        raise TokenNonceError("the request has no nonce")
    return TspRequest(der=request.as_bytes(), nonce=request.nonce)


def check_token(
    untrusted_response: bytes, *, note: bytes, nonce: int | None, roots: Sequence[bytes]
) -> TokenFacts:
    """
    Return what a time-stamp answer says, after everything about it was checked.

    Args:
        untrusted_response: DER TimeStampResp.
        note: the bytes that should have been stamped.
        nonce: of the request; None when the request is no longer known, as for a stored token.
        roots: certificates to trust, each DER or PEM (one or more); never from the answer.

    Raises:
        TokenUnreadableError: BB-510, not an RFC 3161 answer.
        TokenRefusedError: BB-511, the authority did not stamp.
        TokenImprintError: BB-512, another hash algorithm or other bytes.
        TokenNonceError: BB-513, the answer to another request.
        TokenUntrustedError: BB-514, no path to a root, or not a time-stamping certificate.
        TokenTimeError: BB-516, genTime outside the validity of a certificate of the path.
        TokenSignatureError: BB-515, the signature does not fit.
        AuthoritySettingsError: BB-517, a root cannot be read, or there is none.

    Source: RFC 3161 sections 2.2, 2.3, 2.4.2 and appendix B.
    """
    trusted = load_roots(roots)
    # 1. An answer, and a stamp in it.
    response = _decoded(untrusted_response)
    if response.status != PKIStatus.GRANTED:
        raise TokenRefusedError(status=response.status)
    answer = _read(response)
    # 2. Over these bytes, for this request.
    imprint = answer.info.message_imprint
    if imprint.hash_algorithm.dotted_string != _SHA256_OID:
        raise TokenImprintError("not SHA-256")
    if not compare_digest(imprint.message, sha256(note).digest()):
        raise TokenImprintError("other bytes were stamped")
    if nonce is not None and answer.info.nonce != nonce:
        raise TokenNonceError("another nonce")
    # 3. By a certificate made for stamping, that leads to a root, all valid at genTime.
    _require_stamping(answer.signer)
    path = _trusted_path(answer, trusted)
    # 4. The signature, by the library, over the same path.
    _require_signature(answer, note, path[-1])
    return _facts(answer, path[-1])


def trusted_path(untrusted_response: bytes, roots: Sequence[bytes]) -> tuple[x509.Certificate, ...]:
    """
    Return the certificates from the one that signed to a root, all valid at genTime.

    Raises:
        TokenUnreadableError: BB-510; TokenUntrustedError: BB-514; TokenTimeError: BB-516.
    """
    return _trusted_path(_read(_decoded(untrusted_response)), load_roots(roots))


def read_certificates(untrusted_response: bytes) -> tuple[x509.Certificate, ...]:
    """
    Return all certificates in an answer, the one that signed first; nothing is verified.

    Raises:
        TokenUnreadableError: BB-510; TokenUntrustedError: BB-514, the signing one is not in it.
    """
    answer = _read(_decoded(untrusted_response))
    return (answer.signer, *answer.others)


def signed_digest(untrusted_response: bytes) -> str:
    """
    Return the name of the digest over what was stamped, such as ``sha256``; else its number.

    Raises:
        TokenUnreadableError: BB-510.
    """
    answer = _read(_decoded(untrusted_response))
    number = answer.info.message_imprint.hash_algorithm.dotted_string
    return _DIGEST_NAMES.get(number, number)


def load_roots(roots: Sequence[bytes]) -> tuple[x509.Certificate, ...]:
    """
    Return the certificates of *roots*, each DER or PEM.

    Raises:
        AuthoritySettingsError: BB-517, one cannot be read, or there is none.
    """
    loaded: list[x509.Certificate] = []
    for root in roots:
        try:
            if b"-----BEGIN" in root:
                loaded.extend(x509.load_pem_x509_certificates(root))
            else:
                loaded.append(x509.load_der_x509_certificate(root))
        except _UNREADABLE as error:
            raise AuthoritySettingsError("a root certificate cannot be read") from error
    if not loaded:
        raise AuthoritySettingsError("no root certificate was given")
    return tuple(dict.fromkeys(loaded))


def _decoded(untrusted_response: bytes) -> TimeStampResponse:
    if len(untrusted_response) > _LARGEST_RESPONSE_BYTES:
        raise TokenUnreadableError("larger than any answer")
    try:
        return decode_timestamp_response(untrusted_response)
    except ValueError:
        pass
    # The same once more, for authorities that send their chain in its own order.
    try:
        return decode_timestamp_response(with_sorted_certificates(untrusted_response))
    except ValueError as error:
        raise TokenUnreadableError("not an RFC 3161 answer") from error


def _read(response: TimeStampResponse) -> _Answer:
    try:
        info, signed = response.tst_info, response.signed_data
        signers = signed.signer_infos
        embedded = signed.certificates
        if len(signers) != 1 or len(embedded) > _MOST_CERTIFICATES:
            raise TokenUnreadableError("not one signature, or too many certificates")
        (signer,) = signers
        # A set of bytes: sorted, so that every run reads alike.
        certificates = tuple(map(x509.load_der_x509_certificate, sorted(embedded)))
        named = [
            certificate
            for certificate in certificates
            if (certificate.issuer, certificate.serial_number)
            == (signer.issuer, signer.serial_number)
        ]
        _ = (info.gen_time, info.policy, info.serial_number, info.nonce)
    except _UNREADABLE as error:
        raise TokenUnreadableError("the token cannot be read") from error
    if not named:
        raise TokenUntrustedError("the certificate that signed is not in the token")
    others = tuple(certificate for certificate in certificates if certificate != named[0])
    return _Answer(response=response, info=info, signer=named[0], others=others)


def _require_stamping(certificate: x509.Certificate) -> None:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
        is_for_stamping = usage.critical and list(usage.value) == [
            ExtendedKeyUsageOID.TIME_STAMPING
        ]
        is_authority = any(
            extension.value.ca
            for extension in certificate.extensions
            if isinstance(extension.value, x509.BasicConstraints)
        )
    except (x509.ExtensionNotFound, *_UNREADABLE) as error:
        raise TokenUntrustedError("not a certificate for time stamps") from error
    # RFC 3161 section 2.3: for this purpose alone, and it issues no other certificates.
    if not is_for_stamping or is_authority:
        raise TokenUntrustedError("not a certificate for time stamps")


def _trusted_path(
    answer: _Answer, roots: tuple[x509.Certificate, ...]
) -> tuple[x509.Certificate, ...]:
    # Which of the two errors it is must be told apart: a path that is only too old needs another
    # answer of the authority, a missing path needs another root.
    at = answer.info.gen_time
    for path in (_path(answer, roots, at), _path(answer, roots, None)):
        if path is not None and all(_is_valid(certificate, at) for certificate in path):
            return path
        if path is not None:
            raise TokenTimeError("genTime outside the validity of a certificate")
    raise TokenUntrustedError("no path to a root that was given")


def _path(
    answer: _Answer, roots: tuple[x509.Certificate, ...], at: datetime | None
) -> tuple[x509.Certificate, ...] | None:
    # Breadth first, each certificate once: a hostile token cannot make this explode.
    paths: list[tuple[x509.Certificate, ...]] = [(answer.signer,)]
    seen = {answer.signer}
    while paths:
        path = paths.pop(0)
        if path[-1] in roots:
            return path
        for issuer in _issuers(path[-1], (*roots, *answer.others)):
            if issuer not in seen and (at is None or _is_valid(issuer, at)):
                seen.add(issuer)
                paths.append((*path, issuer))
    return None


def _issuers(
    certificate: x509.Certificate, candidates: tuple[x509.Certificate, ...]
) -> Iterator[x509.Certificate]:
    for candidate in candidates:
        try:
            certificate.verify_directly_issued_by(candidate)
        except (InvalidSignature, *_UNREADABLE):
            continue
        yield candidate


def _is_valid(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _require_signature(answer: _Answer, note: bytes, root: x509.Certificate) -> None:
    # A builder of its own for every check: the library's builders share their lists.
    verifier = VerifierBuilder().add_root_certificate(root).build()
    try:
        is_verified = verifier.verify_message(answer.response, note)
    except (VerificationError, *_UNREADABLE) as error:
        raise TokenSignatureError("the signature or the path is refused") from error
    if not is_verified:
        raise TokenSignatureError("the signature is refused")


def _facts(answer: _Answer, root: x509.Certificate) -> TokenFacts:
    info, signer = answer.info, answer.signer
    names = [
        str(attribute.value)
        for attribute in signer.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    ]
    return TokenFacts(
        time_at=info.gen_time,
        policy=info.policy.dotted_string,
        serial=info.serial_number,
        authority_name=names[0] if names else signer.subject.rfc4514_string(),
        certificate_not_before=signer.not_valid_before_utc,
        certificate_not_after=signer.not_valid_after_utc,
        certificates=tuple(
            certificate.public_bytes(Encoding.DER) for certificate in (signer, *answer.others)
        ),
        imprint=as_sha256(info.message_imprint.message),
        root=as_sha256(root.fingerprint(hashes.SHA256())),
    )
