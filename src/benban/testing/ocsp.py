"""
A responder that says whether a certificate was withdrawn, on this computer, for tests.

Source: RFC 6960.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_YEAR = timedelta(days=365)
_LARGEST_REQUEST_BYTES = 64 * 1024


class OcspSigner(Enum):
    """Who signs an answer."""

    ISSUER = "issuer"
    NAMED = "named by the issuer for this"
    NAMED_FOR_OTHER_THINGS = "named by the issuer, not for this"
    STRANGER = "a stranger under the issuer's name"
    EXPIRED = "named by the issuer, for a time that is over"


@dataclass(frozen=True, slots=True, kw_only=True)
class OcspSaid:
    """
    What an answer says.

    Attributes:
        at: when it was made; a withdrawal has the same time.
        lasts: until its next update; None leaves that out.
        reason: why the certificate was withdrawn; None says nothing.
    """

    at: datetime
    is_withdrawn: bool = False
    is_known: bool = True
    reason: x509.ReasonFlags | None = None
    lasts: timedelta | None = timedelta(days=7)
    signer: OcspSigner = OcspSigner.ISSUER


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Who issued the certificate that is asked about."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def answer_to(
    request_der: bytes, *, about: x509.Certificate, issuer: Issuer, said: OcspSaid
) -> bytes:
    """
    Return the DER OCSPResponse to a DER OCSPRequest; only *about* is known here.

    Raises:
        ValueError: it is no request.
    """
    request = ocsp.load_der_ocsp_request(request_der)
    if request.serial_number != about.serial_number:
        refused = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED)
        return refused.public_bytes(serialization.Encoding.DER)
    status = ocsp.OCSPCertStatus.REVOKED if said.is_withdrawn else ocsp.OCSPCertStatus.GOOD
    signer, key = _signer(issuer, said)
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=about,
            issuer=issuer.certificate,
            algorithm=request.hash_algorithm,
            cert_status=status if said.is_known else ocsp.OCSPCertStatus.UNKNOWN,
            this_update=said.at,
            next_update=said.at + said.lasts if said.lasts is not None else None,
            revocation_time=said.at if said.is_withdrawn and said.is_known else None,
            revocation_reason=said.reason if said.is_known else None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, signer)
    )
    if signer != issuer.certificate:
        builder = builder.certificates([signer])
    answer = builder.sign(key, hashes.SHA256())
    return answer.public_bytes(serialization.Encoding.DER)


@dataclass(slots=True)
class Listening:
    """A responder that listens; ``answers`` is set once there is a certificate to speak of."""

    url: str
    answers: Callable[[bytes], bytes] | None = None
    asked: list[bytes] = field(default_factory=list)


@contextmanager
def serve_ocsp() -> Iterator[Listening]:
    """Listen on 127.0.0.1 while the with-block runs, before any certificate names the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    listening = Listening(url=f"http://127.0.0.1:{server.server_address[1]}/ocsp")
    server.RequestHandlerClass = _handler(listening)
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield listening
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _signer(issuer: Issuer, said: OcspSaid) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    if said.signer is OcspSigner.ISSUER:
        return issuer.certificate, issuer.key
    key = ec.generate_private_key(ec.SECP256R1())
    is_other = said.signer is OcspSigner.NAMED_FOR_OTHER_THINGS
    usage = ExtendedKeyUsageOID.CODE_SIGNING if is_other else ExtendedKeyUsageOID.OCSP_SIGNING
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "benban demonstration responder")])
    end = said.at - timedelta(days=1) if said.signer is OcspSigner.EXPIRED else said.at + _YEAR
    builder = (
        x509.CertificateBuilder(
            issuer.certificate.subject, name, key.public_key(), x509.random_serial_number()
        )
        .not_valid_before(said.at - _YEAR)
        .not_valid_after(end)
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    )
    is_stranger = said.signer is OcspSigner.STRANGER
    return builder.sign(key if is_stranger else issuer.key, hashes.SHA256()), key


def _handler(listening: Listening) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """One question, one answer."""

        def do_POST(self) -> None:
            """Answer a question about a certificate."""
            size = min(int(self.headers.get("Content-Length", "0")), _LARGEST_REQUEST_BYTES)
            question = self.rfile.read(size)
            listening.asked.append(question)
            if listening.answers is None:
                self.send_error(503)
                return
            body = listening.answers(question)
            self.send_response(200)
            self.send_header("Content-Type", "application/ocsp-response")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Write nothing: logs carry ids only."""

    return Handler
