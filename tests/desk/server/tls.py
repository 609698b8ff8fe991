"""A proxy that speaks TLS and hands bytes on as they are: what stands before a server."""

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@contextmanager
def tls_before(port: int, host: str, folder: Path) -> Iterator[int]:
    """Give the port at which TLS for *host* is spoken; what comes goes to *port*."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(host, folder))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_accept, args=(listening, context, port), daemon=True).start()
        yield listening.getsockname()[1]
        # Wakes who waits for the next connection.
        listening.shutdown(socket.SHUT_RDWR)


def _accept(listening: socket.socket, context: ssl.SSLContext, port: int) -> None:
    while True:
        try:
            plain, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(plain, context, port), daemon=True).start()


def _serve(plain: socket.socket, context: ssl.SSLContext, port: int) -> None:
    with (
        suppress(OSError),
        plain,
        socket.create_connection(("127.0.0.1", port)) as inner,
        context.wrap_socket(plain, server_side=True) as outer,
    ):
        # One thread for both ways: TLS of one connection is not for two.
        outer.settimeout(0.02)
        inner.settimeout(0.02)
        while _moved(outer, inner) and _moved(inner, outer):
            pass


def _moved(source: socket.socket, target: socket.socket) -> bool:
    try:
        piece = source.recv(65536)
    except (TimeoutError, ssl.SSLWantReadError):
        return True
    target.settimeout(10)
    target.sendall(piece)
    target.settimeout(0.02)
    return bool(piece)


def _certificate(host: str, folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "tls.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path
