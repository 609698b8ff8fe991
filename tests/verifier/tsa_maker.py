"""
A time-stamping authority for tests of the verifier, with every part replaceable.

DER is written by hand here and certificates by cryptography: nothing of benban, nothing of the
verifier. Source: RFC 3161, RFC 5652, RFC 5035.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

STAMPED_AT = datetime(2026, 11, 22, 8, 21, tzinfo=UTC)
YEAR = timedelta(days=365)

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
Change = Callable[[x509.CertificateBuilder], x509.CertificateBuilder]


def tlv(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    if len(content) < 0x80:
        return bytes([tag, len(content)]) + content
    size = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + content


def sequence(*parts: bytes) -> bytes:
    return tlv(0x30, *parts)


def set_of(*parts: bytes) -> bytes:
    return tlv(0x31, *sorted(parts))


def integer(value: int) -> bytes:
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(dotted: str) -> bytes:
    first, second, *rest = (int(part) for part in dotted.split("."))
    content = b""
    for number in (first * 40 + second, *rest):
        octets = [number & 0x7F]
        while number := number >> 7:
            octets.insert(0, number & 0x7F | 0x80)
        content += bytes(octets)
    return tlv(0x06, content)


SHA256 = sequence(oid("2.16.840.1.101.3.4.2.1"), tlv(0x05))
TST_INFO = oid("1.2.840.113549.1.9.16.1.4")
SIGNED_DATA = oid("1.2.840.113549.1.7.2")


@cache
def ec_key(name: str) -> ec.EllipticCurvePrivateKey:
    """One key per name and test run."""
    return ec.generate_private_key(ec.SECP256R1())


@cache
def rsa_key(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A certificate with the key that belongs to it."""

    certificate: x509.Certificate
    key: Key

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)


def ca_extensions(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    return builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)


def tsa_extensions(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    return builder.add_extension(purpose, critical=True)


def issue(
    name: str,
    *,
    issuer: Issued | None,
    key: Key | None = None,
    valid: tuple[datetime, datetime] = (STAMPED_AT - YEAR, STAMPED_AT + 10 * YEAR),
    extend: Change = ca_extensions,
) -> Issued:
    """A certificate for *name*; without an issuer it signs itself."""
    own_key = key or ec_key(name)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(
        subject if issuer is None else issuer.certificate.subject,
        subject,
        own_key.public_key(),
        x509.random_serial_number(),
        *valid,
    )
    signing_key = own_key if issuer is None else issuer.key
    if isinstance(signing_key, ed25519.Ed25519PrivateKey):
        return Issued(certificate=extend(builder).sign(signing_key, None), key=own_key)
    return Issued(certificate=extend(builder).sign(signing_key, hashes.SHA256()), key=own_key)


@dataclass(frozen=True, kw_only=True)
class Authority:
    """
    A root, a signer, and what goes into its answers.

    ``carried`` are the certificates in the answer beside the signer's; ``named`` is the one that
    the signed attributes name, ``sid`` the one that the signer's name stands for; ``more`` are
    further signed attributes, ``method`` another signature algorithm than the key's own.
    """

    root: Issued
    signer: Issued
    carried: tuple[Issued, ...] = field(default=())
    time: str = "20261122082100Z"
    carries_signer: bool = True
    named: Issued | None = None
    sid: Issued | None = None
    more: tuple[bytes, ...] = field(default=())
    method: bytes | None = None
    version: int = 3

    def stamp(self, note: bytes, *, imprint: bytes | None = None) -> bytes:
        """A TimeStampResp over *note*."""
        digest = hashlib.sha256(note).digest() if imprint is None else imprint
        info = sequence(
            integer(1),
            oid("2.25.42"),
            sequence(SHA256, tlv(0x04, digest)),
            integer(7),
            tlv(0x18, self.time.encode()),
        )
        certificates = [self.signer.der] if self.carries_signer else []
        certificates += [issued.der for issued in self.carried]
        signed_data = sequence(
            integer(self.version),
            set_of(SHA256),
            sequence(TST_INFO, tlv(0xA0, tlv(0x04, info))),
            tlv(0xA0, *certificates) if certificates else b"",
            set_of(self._signer_info(info)),
        )
        status = sequence(integer(0))
        return sequence(status, sequence(SIGNED_DATA, tlv(0xA0, signed_data)))

    def _signer_info(self, info: bytes) -> bytes:
        named = (self.named or self.signer).der
        certificate_id = sequence(tlv(0x04, hashlib.sha256(named).digest()))
        attributes = sorted(
            [
                sequence(oid("1.2.840.113549.1.9.3"), set_of(TST_INFO)),
                sequence(
                    oid("1.2.840.113549.1.9.4"),
                    set_of(tlv(0x04, hashlib.sha256(info).digest())),
                ),
                sequence(
                    oid("1.2.840.113549.1.9.16.2.47"),
                    set_of(sequence(sequence(certificate_id))),
                ),
                *self.more,
            ]
        )
        certificate = (self.sid or self.signer).certificate
        return sequence(
            integer(1),
            sequence(certificate.issuer.public_bytes(), integer(certificate.serial_number)),
            SHA256,
            tlv(0xA0, *attributes),
            *self._sign(tlv(0x31, *attributes)),
        )

    def _sign(self, signed: bytes) -> tuple[bytes, bytes]:
        key = self.signer.key
        if isinstance(key, rsa.RSAPrivateKey):
            method = sequence(oid("1.2.840.113549.1.1.11"), tlv(0x05))
            return method, tlv(0x04, key.sign(signed, padding.PKCS1v15(), hashes.SHA256()))
        if isinstance(key, ed25519.Ed25519PrivateKey):
            return sequence(oid("1.3.101.112")), tlv(0x04, key.sign(signed))
        method = self.method or sequence(oid("1.2.840.10045.4.3.2"))
        return method, tlv(0x04, key.sign(signed, ec.ECDSA(hashes.SHA256())))


def authority(name: str = "one", *, extend: Change = tsa_extensions) -> Authority:
    """A root and a signer below it."""
    root = issue(f"root {name}", issuer=None)
    return Authority(root=root, signer=issue(f"signer {name}", issuer=root, extend=extend))


def authority_with_between(
    *,
    valid: tuple[datetime, datetime] = (STAMPED_AT - YEAR, STAMPED_AT + YEAR),
    extend: Change = ca_extensions,
) -> Authority:
    """A root, a certificate between, and a signer; the answer carries the one between."""
    root = issue("root far", issuer=None)
    between = issue("between", issuer=root, valid=valid, extend=extend)
    signer = issue("signer far", issuer=between, extend=tsa_extensions)
    return Authority(root=root, signer=signer, carried=(between,))
