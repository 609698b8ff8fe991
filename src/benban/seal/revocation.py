"""
Lists of withdrawn certificates for the chain of a time stamp.

Source: RFC 5280 section 5 (CRL), section 4.2.1.13 (distribution points).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from benban.errors import RevocationListError
from benban.model.ids import Digest
from benban.seal.digests import sha256_of
from benban.seal.tsp import trusted_path

LARGEST_LIST_BYTES = 8 << 20
# An authority's clock and the one that made the list need not be the same.
_SKEW = timedelta(minutes=10)
_UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedList:
    """One certificate of a verified chain, its issuer, and where its list may lie."""

    certificate: x509.Certificate
    issuer: x509.Certificate
    certificate_sha256: Digest
    urls: tuple[str, ...]
    is_signer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedList:
    """A list that its issuer signed and that speaks of the time of the stamp or later."""

    crl: bytes
    this_update: datetime
    next_update: datetime | None
    is_withdrawn: bool


def wanted_lists(response: bytes, roots: Sequence[bytes]) -> tuple[WantedList, ...]:
    """
    Return the certificates of a token's verified chain that name a list; a root names none.

    Raises:
        TokenUntrustedError: BB-514, no path to a root, and the other errors of ``check_token``.
    """
    path = trusted_path(response, roots)
    found = []
    for depth, (certificate, issuer) in enumerate(pairwise(path)):
        urls = _addresses(certificate)
        if urls:
            found.append(
                WantedList(
                    certificate=certificate,
                    issuer=issuer,
                    certificate_sha256=_sha256(certificate),
                    urls=urls,
                    is_signer=depth == 0,
                )
            )
    return tuple(found)


def check_list(untrusted_crl: bytes, wanted: WantedList, *, at: datetime) -> CheckedList:
    """
    Return what a list says of one certificate, after its signature and times were checked.

    Args:
        untrusted_crl: DER or PEM.
        wanted: whose list it should be.
        at: time of the stamp, aware UTC.

    Raises:
        RevocationListError: BB-540, not a list, not of this issuer, or of another time.

    Source: RFC 5280 section 6.3.3, steps (a), (b), (f), (g), (i).
    """
    # 1. A list, of this issuer, signed with the issuer's key.
    if len(untrusted_crl) > LARGEST_LIST_BYTES:
        raise RevocationListError("larger than any list")
    try:
        is_pem = untrusted_crl.lstrip().startswith(b"-----BEGIN")
        load = x509.load_pem_x509_crl if is_pem else x509.load_der_x509_crl
        crl = load(untrusted_crl)
        is_signed = crl.is_signature_valid(wanted.issuer.public_key())  # type: ignore[arg-type]
    except (*_UNREADABLE, InvalidSignature) as error:
        raise RevocationListError("not a list of withdrawn certificates") from error
    if not is_signed or crl.issuer != wanted.issuer.subject:
        raise RevocationListError("not signed by the certificate's issuer")
    # 2. Not a part of a list, and not about other kinds of certificates.
    if any(extension.critical for extension in crl.extensions):
        raise RevocationListError("a list of another kind")
    # 3. In force when the stamp was made, or made after it.
    next_update = crl.next_update_utc
    if next_update is not None and next_update < at - _SKEW:
        raise RevocationListError("a list of an earlier time")
    entry = crl.get_revoked_certificate_by_serial_number(wanted.certificate.serial_number)
    return CheckedList(
        crl=untrusted_crl,
        this_update=crl.last_update_utc,
        next_update=next_update,
        is_withdrawn=entry is not None,
    )


def _addresses(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except (x509.ExtensionNotFound, *_UNREADABLE):
        return ()
    names = (name for point in points for name in point.full_name or ())
    return tuple(
        str(name.value)
        for name in names
        if isinstance(name, x509.UniformResourceIdentifier)
        and name.value.startswith(("http://", "https://"))
    )


def _sha256(certificate: x509.Certificate) -> Digest:
    from cryptography.hazmat.primitives.serialization import Encoding

    return sha256_of(certificate.public_bytes(Encoding.DER))
