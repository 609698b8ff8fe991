"""
Which certificates of a time stamp's chain may have been withdrawn, and what a list says of them.

Source: RFC 5280 section 5 (CRL), section 4.2.1.13 (distribution points), section 4.2.2.1
(authority information access). Answers to a question about one certificate: ``seal.ocsp``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID

from benban.errors import RevocationListError
from benban.model.ids import Digest
from benban.seal.digests import sha256_of
from benban.seal.tsp import trusted_path

LARGEST_LIST_BYTES = 8 << 20
# Honest certificates name one or two; each may keep us waiting.
_MOST_ADDRESSES = 3
# An authority's clock and the one that made the list need not be the same.
_SKEW = timedelta(minutes=10)
# What the package raises on bytes that are no certificate, list or answer, some of it only when a
# part is looked at.
UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedState:
    """
    One certificate of a verified chain, its issuer, and where its state may be told.

    Attributes:
        list_urls: where a list of withdrawn certificates lies.
        responder_urls: where a question about this one certificate is answered (OCSP).
        is_signer: it signed the token; else it stands between that one and the root.
    """

    certificate: x509.Certificate
    issuer: x509.Certificate
    certificate_sha256: Digest
    list_urls: tuple[str, ...]
    responder_urls: tuple[str, ...]
    is_signer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedList:
    """A list that its issuer signed and that speaks of the time of the stamp or later."""

    crl: bytes
    this_update: datetime
    next_update: datetime | None
    is_withdrawn: bool


def wanted_states(response: bytes, roots: Sequence[bytes]) -> tuple[WantedState, ...]:
    """
    Return the certificates of a token's chain that name a list or a responder; a root does not.

    Raises:
        TokenUntrustedError: BB-514, no path to a root, and the other errors of ``check_token``.
    """
    path = trusted_path(response, roots)
    found = []
    for depth, (certificate, issuer) in enumerate(pairwise(path)):
        lists, responders = _lists(certificate), _responders(certificate)
        if lists or responders:
            found.append(
                WantedState(
                    certificate=certificate,
                    issuer=issuer,
                    certificate_sha256=_sha256(certificate),
                    list_urls=lists,
                    responder_urls=responders,
                    is_signer=depth == 0,
                )
            )
    return tuple(found)


def check_list(untrusted_crl: bytes, wanted: WantedState, *, at: datetime) -> CheckedList:
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
        is_of_another_kind = any(extension.critical for extension in crl.extensions)
    except (*UNREADABLE, InvalidSignature) as error:
        raise RevocationListError("not a list of withdrawn certificates") from error
    if not is_signed or crl.issuer != wanted.issuer.subject:
        raise RevocationListError("not signed by the certificate's issuer")
    # 2. Not a part of a list, and not about other kinds of certificates.
    if is_of_another_kind:
        raise RevocationListError("a list of another kind")
    # 3. In force when the stamp was made, or made after it.
    next_update = crl.next_update_utc
    if (next_update or crl.last_update_utc) < at - _SKEW:
        raise RevocationListError("a list of an earlier time")
    entry = crl.get_revoked_certificate_by_serial_number(wanted.certificate.serial_number)
    return CheckedList(
        # DER, as the dossier's layout says, also of a list that came as PEM.
        crl=crl.public_bytes(Encoding.DER),
        this_update=crl.last_update_utc,
        next_update=next_update,
        is_withdrawn=entry is not None,
    )


def _lists(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except (x509.ExtensionNotFound, *UNREADABLE):
        return ()
    return _addresses(name for point in points for name in point.full_name or ())


def _responders(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess)
    except (x509.ExtensionNotFound, *UNREADABLE):
        return ()
    return _addresses(
        one.access_location
        for one in access.value
        if one.access_method == AuthorityInformationAccessOID.OCSP
    )


def _addresses(names: Iterable[x509.GeneralName]) -> tuple[str, ...]:
    found = (
        str(name.value)
        for name in names
        if isinstance(name, x509.UniformResourceIdentifier)
        and name.value.startswith(("http://", "https://"))
    )
    return tuple(islice(found, _MOST_ADDRESSES))


def _sha256(certificate: x509.Certificate) -> Digest:
    return sha256_of(certificate.public_bytes(Encoding.DER))
