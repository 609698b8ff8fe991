"""
A time-stamping authority on this computer, for the demonstration and for tests.

It has its own root, so that its tokens say nothing to anybody who was not given that root.
Source: RFC 3161 (request, response, TSTInfo), RFC 5652 (SignedData), RFC 5035 (ESSCertIDv2).
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from benban.model.clock import Clock
from benban.testing import der
from benban.testing.ocsp import Issuer, OcspSaid, answer_to

_SHA256_OID = der.oid("2.16.840.1.101.3.4.2.1")
_SHA256 = der.sequence(_SHA256_OID)
_ECDSA_WITH_SHA256 = der.sequence(der.oid("1.2.840.10045.4.3.2"))
_SIGNED_DATA = der.oid("1.2.840.113549.1.7.2")
_TST_INFO = der.oid("1.2.840.113549.1.9.16.1.4")
_CONTENT_TYPE = der.oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = der.oid("1.2.840.113549.1.9.4")
_SIGNING_TIME = der.oid("1.2.840.113549.1.9.5")
_SIGNING_CERTIFICATE_V2 = der.oid("1.2.840.113549.1.9.16.2.47")
# 2.25 with a random UUID (ITU-T X.667): an arc that needs no registration.
_POLICY = "2.25.147208211742308415370911604725839043718"
_GRANTED = 0
_REJECTED = 2
_YEAR = timedelta(days=365)
_LARGEST_REQUEST_BYTES = 64 * 1024


class TsaFault(Enum):
    """What this authority does wrong on purpose."""

    NONE = "none"
    SHORT_LIVED_CERTIFICATE = "short-lived-certificate"
    TIME_OUTSIDE_VALIDITY = "time-outside-validity"
    WRONG_IMPRINT = "wrong-imprint"
    WRONG_NONCE = "wrong-nonce"
    BROKEN_SIGNATURE = "broken-signature"
    REFUSED = "refused"
    NOT_A_RESPONSE = "not-a-response"


# How long a short-lived certificate is still valid after it stamped.
SHORT_LIFE = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    imprint: bytes
    nonce: bytes | None
    wants_certificate: bool


class FakeTsa:
    """
    A real RFC 3161 authority with a root of its own and a clock that is passed in.

    Args:
        clock: genTime is its ``now()`` in whole seconds.
        name: stands in the certificates.
        fault: one thing that it does wrong.
        crl_address: where its certificate says that its list of withdrawn certificates lies.
        ocsp_address: where its certificate says that questions about it are answered.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        name: str = "benban demonstration time stamp",
        fault: TsaFault = TsaFault.NONE,
        crl_address: str = "",
        ocsp_address: str = "",
    ) -> None:
        self._clock = clock
        self._fault = fault
        self._serial = 0
        now = clock.now()
        self._key = ec.generate_private_key(ec.SECP256R1())
        root_key = ec.generate_private_key(ec.SECP256R1())
        root_name = _name(f"{name} root")
        self._root_key = root_key
        self._root = _root_certificate(root_name, root_key, now)
        start, end = _validity(fault, now)
        self._leaf = _leaf_certificate(
            (root_name, _name(name)),
            (self._key.public_key(), root_key),
            (start, end),
            (crl_address, ocsp_address),
        )

    @property
    def root_der(self) -> bytes:
        """The root certificate to trust, DER."""
        return self._root.public_bytes(serialization.Encoding.DER)

    @property
    def root_pem(self) -> bytes:
        """The root certificate to trust, PEM."""
        return self._root.public_bytes(serialization.Encoding.PEM)

    @property
    def certificate_expires_at(self) -> datetime:
        """When the certificate that signs stops being valid, aware UTC."""
        return self._leaf.not_valid_after_utc

    def answer(self, request_der: bytes) -> bytes:
        """
        Return the DER TimeStampResp to a DER TimeStampReq.

        Raises:
            ValueError: the request is not one, or its imprint is not SHA-256.
        """
        if self._fault is TsaFault.NOT_A_RESPONSE:
            return b"<html>not a time stamp</html>"
        if self._fault is TsaFault.REFUSED:
            return der.sequence(der.sequence(der.integer(_REJECTED)))
        request = _read_request(request_der)
        token = self._sign(self._tst_info(request), with_certificate=request.wants_certificate)
        return der.sequence(der.sequence(der.integer(_GRANTED)), token)

    def crl(
        self,
        *,
        is_withdrawn: bool = False,
        at: datetime | None = None,
        reason: x509.ReasonFlags | None = None,
        extension: x509.ExtensionType | None = None,
    ) -> bytes:
        """
        Return the DER list of withdrawn certificates of this authority's root, made at *at*.

        Args:
            is_withdrawn: this authority's certificate stands on it, withdrawn at *at*.
            at: None is now.
            reason: why it was withdrawn; None says nothing.
            extension: of the list.
        """
        made = at or self._clock.now()
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self._root.subject)
            .last_update(made)
            .next_update(made + timedelta(days=7))
        )
        if is_withdrawn:
            entry = x509.RevokedCertificateBuilder(self._leaf.serial_number, made)
            if reason is not None:
                entry = entry.add_extension(x509.CRLReason(reason), critical=False)
            builder = builder.add_revoked_certificate(entry.build())
        if extension is not None:
            builder = builder.add_extension(extension, critical=False)
        signed = builder.sign(self._root_key, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.DER)

    def ocsp(self, request_der: bytes, said: OcspSaid | None = None) -> bytes:
        """
        Return the DER answer to a question whether this authority's certificate was withdrawn.

        Args:
            request_der: OCSPRequest.
            said: None says that it is good now.
        """
        return answer_to(
            request_der,
            about=self._leaf,
            issuer=Issuer(certificate=self._root, key=self._root_key),
            said=said or OcspSaid(at=self._clock.now()),
        )

    @contextmanager
    def serve(self) -> Iterator[str]:
        """Listen on 127.0.0.1 while the with-block runs; yields the address to post to."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/tsa"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def _tst_info(self, request: _Request) -> bytes:
        self._serial += 1
        imprint, nonce = request.imprint, request.nonce
        if self._fault is TsaFault.WRONG_IMPRINT:
            imprint = hashlib.sha256(imprint).digest()
        if self._fault is TsaFault.WRONG_NONCE:
            nonce = der.integer(self._serial)
        return der.sequence(
            der.integer(1),
            der.oid(_POLICY),
            der.sequence(_SHA256, der.octets(imprint)),
            der.integer(self._serial),
            der.generalized_time(self._clock.now()),
            der.sequence(der.integer(1)),  # accuracy: one second
            nonce or b"",
        )

    def _sign(self, tst_info: bytes, *, with_certificate: bool) -> bytes:
        leaf = self._leaf.public_bytes(serialization.Encoding.DER)
        attributes = (
            _attribute(_CONTENT_TYPE, _TST_INFO),
            _attribute(_SIGNING_TIME, der.utc_time(self._clock.now())),
            _attribute(_MESSAGE_DIGEST, der.octets(hashlib.sha256(tst_info).digest())),
            _attribute(
                _SIGNING_CERTIFICATE_V2,
                # SHA-256 is the default of ESSCertIDv2 and DER leaves defaults out.
                der.sequence(der.sequence(der.sequence(der.octets(hashlib.sha256(leaf).digest())))),
            ),
        )
        # RFC 5652 5.4: the signature is over the SET OF, the message holds it under [0].
        signed = der.set_of(*attributes)
        signature = self._key.sign(signed, ec.ECDSA(hashes.SHA256()))
        if self._fault is TsaFault.BROKEN_SIGNATURE:
            signature = self._key.sign(signed + b"\x00", ec.ECDSA(hashes.SHA256()))
        issuer_and_serial = der.sequence(
            self._leaf.issuer.public_bytes(), der.integer(self._leaf.serial_number)
        )
        signer = der.sequence(
            der.integer(1),
            issuer_and_serial,
            _SHA256,
            der.explicit(0, *sorted(attributes)),
            _ECDSA_WITH_SHA256,
            der.octets(signature),
        )
        content = der.sequence(_TST_INFO, der.explicit(0, der.octets(tst_info)))
        return der.sequence(
            _SIGNED_DATA,
            der.explicit(
                0,
                der.sequence(
                    der.integer(3),
                    der.set_of(_SHA256),
                    content,
                    der.explicit(0, leaf) if with_certificate else b"",
                    der.set_of(signer),
                ),
            ),
        )


def _attribute(kind: bytes, value: bytes) -> bytes:
    return der.sequence(kind, der.set_of(value))


def _read_request(request_der: bytes) -> _Request:
    _version, imprint, *rest = der.read_element(request_der).children()
    algorithm, digest = imprint.children()
    if algorithm.children()[0].encoded != _SHA256_OID:
        raise ValueError("only SHA-256 imprints are stamped")
    nonces = [part.encoded for part in rest if part.tag == der.INTEGER]
    wants = any(part.tag == 0x01 and part.content == b"\xff" for part in rest)
    return _Request(
        imprint=digest.content, nonce=nonces[0] if nonces else None, wants_certificate=wants
    )


def _validity(fault: TsaFault, now: datetime) -> tuple[datetime, datetime]:
    if fault is TsaFault.SHORT_LIVED_CERTIFICATE:
        return now - _YEAR, now + SHORT_LIFE
    if fault is TsaFault.TIME_OUTSIDE_VALIDITY:
        return now - 2 * _YEAR, now - _YEAR
    return now - _YEAR, now + 10 * _YEAR


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _root_certificate(
    name: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime
) -> x509.Certificate:
    return (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - 5 * _YEAR)
        .not_valid_after(now + 20 * _YEAR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _leaf_certificate(
    names: tuple[x509.Name, x509.Name],
    keys: tuple[ec.EllipticCurvePublicKey, ec.EllipticCurvePrivateKey],
    validity: tuple[datetime, datetime],
    addresses: tuple[str, str],
) -> x509.Certificate:
    crl_address, ocsp_address = addresses
    public_key, root_key = keys
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    builder = (
        x509.CertificateBuilder(*names, public_key, x509.random_serial_number())
        .not_valid_before(validity[0])
        .not_valid_after(validity[1])
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(authority, critical=False)
        # RFC 3161 2.3: the only extended key usage, and critical.
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    )
    if crl_address:
        point = x509.DistributionPoint(
            full_name=[x509.UniformResourceIdentifier(crl_address)],
            relative_name=None,
            reasons=None,
            crl_issuer=None,
        )
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    if ocsp_address:
        responder = x509.AccessDescription(
            AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(ocsp_address)
        )
        builder = builder.add_extension(
            x509.AuthorityInformationAccess([responder]), critical=False
        )
    return builder.sign(root_key, hashes.SHA256())


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _handler(authority: FakeTsa) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """One POST of a request, one reply."""

        def do_POST(self) -> None:
            """Answer a time-stamp request."""
            size = min(int(self.headers.get("Content-Length", "0")), _LARGEST_REQUEST_BYTES)
            try:
                body = authority.answer(self.rfile.read(size))
            except ValueError:
                self.send_error(400)
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            """Answer with the list of withdrawn certificates."""
            body = authority.crl()
            self.send_response(200)
            self.send_header("Content-Type", "application/pkix-crl")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Write nothing: logs carry ids only."""

    return Handler
