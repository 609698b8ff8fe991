"""
Signatures and chains of time stamps through the Python package cryptography.

Source: RFC 5652 section 5.6; RFC 5280 section 6.1 (the parts that a time stamp's chain uses);
RFC 3161 section 2.3 (the purpose of the signer's certificate).
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from benban_verify.issuing import UNREADABLE, WEAK_DIGESTS, has_issued
from benban_verify.refusal import NotDone, Refusal
from benban_verify.roots import Root
from benban_verify.timestamp import Certificate, Stamp, shown_time
from benban_verify.withdrawal import is_good_by_answer, is_good_in_list

_DIGESTS: Final = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
# Signature method -> digest it fixes, None when the digest stands beside it.
_RSA: Final[dict[str, str | None]] = {
    "1.2.840.113549.1.1.1": None,
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
}
_ECDSA: Final[dict[str, str | None]] = {
    "1.2.840.10045.2.1": None,
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
}
_ED25519: Final = "1.3.101.112"
_MIN_RSA_BITS: Final = 2048
_MAX_CHAIN: Final = 8
# Honest time stamps have one or two ways to a root, of at most five steps.
_MAX_CHAINS: Final = 16
_MAX_STEPS: Final = 2_000
# Critical extensions whose meaning is honoured below.
_KNOWN_EXTENSIONS: Final = frozenset(
    {
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    }
)


class CryptographyProgram:
    """Checks time stamps with the Python package cryptography."""

    def find_root(self, stamp: Stamp, roots: tuple[Root, ...], authority: str) -> Root | None:
        """Return the root that the signature leads to, or None; see ``TokenProgram``."""
        try:
            signer = x509.load_der_x509_certificate(stamp.signer.raw)
            _check_signature(stamp, signer, authority)
            _check_purpose(signer, authority)
            return _root_of(stamp, roots, authority)
        except UNREADABLE as error:
            raise Refusal("token.certificate", authority=authority) from error

    def is_good_in(self, crl: bytes, stamp: Stamp, root: Root, authority: str) -> bool:
        """Return what a list of withdrawn certificates says; see ``TokenProgram``."""
        return is_good_in_list(crl, stamp, root, authority)

    def is_good_by(self, answer: bytes, stamp: Stamp, root: Root, authority: str) -> bool:
        """Return what a responder's answer says; see ``TokenProgram``."""
        return is_good_by_answer(answer, stamp, root, authority)


def _check_signature(stamp: Stamp, signer: x509.Certificate, authority: str) -> None:
    key = signer.public_key()
    method = stamp.signature_method
    digest = _DIGESTS[stamp.digest]
    try:
        if isinstance(key, rsa.RSAPublicKey) and _fits(_RSA, method, stamp.digest):
            if key.key_size < _MIN_RSA_BITS:
                raise Refusal("token.certificate", authority=authority)
            key.verify(stamp.signature, stamp.signed_bytes, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey) and _fits(_ECDSA, method, stamp.digest):
            key.verify(stamp.signature, stamp.signed_bytes, ec.ECDSA(digest))
        elif isinstance(key, ed25519.Ed25519PublicKey) and method == _ED25519:
            key.verify(stamp.signature, stamp.signed_bytes)
        else:
            raise NotDone("token.method", authority=authority)
    except InvalidSignature as error:
        raise Refusal("token.signature", authority=authority) from error


def _fits(methods: dict[str, str | None], method: str, digest: str) -> bool:
    return method in methods and methods[method] in {None, digest}


def _check_purpose(signer: x509.Certificate, authority: str) -> None:
    """RFC 3161 section 2.3: for time stamping and nothing else, said critically."""
    try:
        purpose = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound as error:
        raise Refusal("token.purpose", authority=authority) from error
    if list(purpose.value) != [ExtendedKeyUsageOID.TIME_STAMPING] or not purpose.critical:
        raise Refusal("token.purpose", authority=authority)


def _root_of(stamp: Stamp, roots: tuple[Root, ...], authority: str) -> Root | None:
    """The root of a good chain, None without any chain, a refusal when all chains are bad."""
    anchors = {root.certificate.sha256: root for root in roots}
    bad: Refusal | None = None
    for chain in islice(_Paths(stamp.others, roots).leading_from([stamp.signer]), _MAX_CHAINS):
        try:
            _check_chain(chain, stamp, authority)
        except Refusal as reason:
            bad = bad or reason
            continue
        return anchors[chain[-1].sha256]
    if bad is not None:
        raise bad
    return None


class _Paths:
    """
    The ways from a signer to a root along names and signatures.

    Certificates that all vouch for each other have more ways than can be walked: each pair is held
    against each other once, and the steps are counted.
    """

    def __init__(self, others: tuple[Certificate, ...], roots: tuple[Root, ...]) -> None:
        self._candidates = (*(root.certificate for root in roots), *others)
        self._anchors = {root.certificate.sha256 for root in roots}
        self._issuers: dict[str, tuple[Certificate, ...]] = {}
        self._steps_left = _MAX_STEPS

    def leading_from(self, chain: list[Certificate]) -> Iterator[list[Certificate]]:
        """Yield every way that begins with *chain*, as long as the steps last."""
        self._steps_left -= 1
        last = chain[-1]
        if last.sha256 in self._anchors:
            yield chain
            return
        if len(chain) == _MAX_CHAIN or self._steps_left <= 0:
            return
        seen = {found.sha256 for found in chain}
        for issuer in self._issuers_of(last):
            if issuer.sha256 not in seen:
                yield from self.leading_from([*chain, issuer])

    def _issuers_of(self, subject: Certificate) -> tuple[Certificate, ...]:
        """Roots first: a short way is found before a long one."""
        if subject.sha256 not in self._issuers:
            found = {one.sha256: one for one in self._candidates if has_issued(one, subject)}
            self._issuers[subject.sha256] = tuple(found.values())
        return self._issuers[subject.sha256]


def _check_chain(chain: list[Certificate], stamp: Stamp, authority: str) -> None:
    for depth, link in enumerate(chain):
        if not link.is_valid_at(stamp.time_at):
            raise Refusal(
                "token.chain_outside_validity",
                authority=authority,
                at=shown_time(stamp.time_at),
            )
        certificate = x509.load_der_x509_certificate(link.raw)
        is_root = depth == len(chain) - 1
        if not _is_sound(certificate, is_root=is_root):
            raise Refusal("token.chain", authority=authority)
        if depth and not _may_issue(certificate, between=depth - 1):
            raise Refusal("token.chain", authority=authority)


def _is_sound(certificate: x509.Certificate, *, is_root: bool) -> bool:
    """No unknown critical extension, no weak digest (a root's own signature proves nothing)."""
    digest = certificate.signature_hash_algorithm
    if not is_root and digest is not None and digest.name in WEAK_DIGESTS:
        return False
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < _MIN_RSA_BITS:
        return False
    return all(
        extension.oid in _KNOWN_EXTENSIONS
        for extension in certificate.extensions
        if extension.critical
    )


def _may_issue(certificate: x509.Certificate, *, between: int) -> bool:
    """Whether it is a CA for time stamps with at most *between* CAs below it."""
    extensions = certificate.extensions
    for extension in extensions:
        value = extension.value
        if isinstance(value, x509.KeyUsage) and not value.key_cert_sign:
            return False
        if isinstance(value, x509.ExtendedKeyUsage) and not {
            ExtendedKeyUsageOID.TIME_STAMPING,
            ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
        } & set(value):
            return False
    try:
        basic = extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return False
    return basic.ca and (basic.path_length is None or basic.path_length >= between)
