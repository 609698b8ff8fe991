"""Debian's nginx as the documentation sets it up, on loopback, with authorities of its own."""

import datetime as dt
import ipaddress
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.ports import held_port

HOST = "exchange.example"
_PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "exchange-pages.md"
_PATIENCE_S = 60
_DAY = dt.timedelta(days=1)
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def program() -> str | None:
    """Return where nginx lies; None without it."""
    # Debian keeps it out of the path of who is not root.
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


# Tests that need it, as pytest's ``pytestmark``.
WHERE_IT_RUNS = [
    pytest.mark.skipif(
        sys.platform != "linux", reason="only Linux has the whole of 127.0.0.0/8 for itself"
    ),
    pytest.mark.skipif(
        program() is None, reason="nginx is not installed; ./run test installs it where it may"
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Who says whose certificate it is."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def new(cls, name: str) -> "Authority":
        """Return one that nobody knows yet."""
        key = ec.generate_private_key(ec.SECP256R1())
        named = _begun(name, name, key, dt.datetime.now(dt.UTC))
        constraints = x509.BasicConstraints(ca=True, path_length=None)
        identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        made = named.add_extension(constraints, critical=True)
        made = made.add_extension(identifier, critical=False)
        made = made.add_extension(_usage(signs=True), critical=True)
        return cls(key=key, certificate=made.sign(key, hashes.SHA256()))

    def write(self, file: Path) -> Path:
        """Return the file in which its own certificate stands."""
        file.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        return file

    def issue(self, file: Path, name: str, *, days_ago: int = 0) -> Path:
        """Return the file of a key and its certificate, good for two days around so many ago."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
        about = dt.datetime.now(dt.UTC) - days_ago * _DAY
        places = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        made = _begun(name, str(issuer), key, about)
        made = made.add_extension(x509.SubjectAlternativeName(places), critical=False)
        made = made.add_extension(identifier, critical=False)
        signed = made.sign(self.key, hashes.SHA256())
        pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
        secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
        file.write_bytes(secret + signed.public_bytes(pem))
        return file


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """
    A running nginx.

    Attributes:
        trusted: certificate of who says that the server is the one.
        log: what it wrote of errors.
    """

    port: int
    trusted: Path
    log: Path

    @contextmanager
    def client(
        self, certificate: Path | None, key: str = "", *, at: str = "127.0.0.1"
    ) -> Iterator[httpx.Client]:
        """Return the connection of a program at the address *at* of this computer."""
        context = ssl.create_default_context(cafile=str(self.trusted))
        if certificate is not None:
            context.load_cert_chain(certificate)
        headers = {"Host": HOST, **({"Authorization": f"Bearer {key}"} if key else {})}
        transport = httpx.HTTPTransport(verify=context, local_address=at, trust_env=False)
        address = f"https://127.0.0.1:{self.port}"
        with httpx.Client(
            base_url=address, headers=headers, transport=transport, timeout=_PATIENCE_S
        ) as client:
            yield client


def example(*, with_pictures: bool = False) -> str:
    """Return the set-up of nginx as it stands in the documentation, and its lines for pictures."""
    blocks = _PAGE.read_text(encoding="utf-8").partition("## The proxy")[2].split("```")
    server, pictures = blocks[1], blocks[3]
    assert server.strip().startswith("server {")
    assert "client_max_body_size 17m" in pictures
    if not with_pictures:
        return server
    before, mark, members = server.partition("    # Members' programs:")
    assert mark
    return before + pictures.lstrip("\n") + mark + members


@contextmanager
def proxied(
    folder: Path, members: Authority, behind: int, *, with_pictures: bool = False
) -> Iterator[Proxy]:
    """
    Return the documentation's nginx while it answers; nothing of it is changed but places.

    Args:
        folder: for all that it writes.
        members: who says which program is a member's.
        behind: port of the exchange.
        with_pictures: with the lines for ``hashing = true``.
    """
    public = Authority.new("everybody's")
    own = public.issue(folder / "tls.pem", HOST)
    with held_port() as port:
        log = folder / "error.log"
        server = _placed(
            {
                "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
                "/etc/exchange/tls.pem": str(own),
                "/etc/exchange/tls.key": str(own),
                "/etc/exchange/members-ca.pem": str(members.write(folder / "members-ca.pem")),
                "/var/log/nginx/exchange-error.log": str(log),
                "http://127.0.0.1:8690": f"http://127.0.0.1:{behind}",
            },
            example(with_pictures=with_pictures),
        )
        temporary = {one: folder / f"temporary-{one}" for one in _TEMPORARY}
        (folder / "nginx.conf").write_text(_around(folder, server, temporary), encoding="utf-8")
        said = folder / "said"
        with said.open("wb") as out:
            running = subprocess.Popen(
                [str(program()), "-c", str(folder / "nginx.conf"), "-e", str(folder / "start.log")],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
        try:
            _wait_for(port, running, said)
            # From here on it can write no body and no answer to disk: who tries fails.
            for one in temporary.values():
                shutil.rmtree(one)
            yield Proxy(port=port, trusted=public.write(folder / "public.pem"), log=log)
        finally:
            running.terminate()
            running.wait(_PATIENCE_S)


def _placed(places: Mapping[str, str], text: str) -> str:
    for said, here in places.items():
        assert said in text, said
        text = text.replace(said, here)
    return text


def _around(folder: Path, server: str, temporary: Mapping[str, Path]) -> str:
    # Its workers would be another user's, who reads none of this.
    user = "user root;\n" if os.geteuid() == 0 else ""
    paths = "".join(f"{name}_temp_path {path};\n" for name, path in temporary.items())
    return f"{user}daemon off;\npid {folder}/pid;\nevents {{}}\nhttp {{\n{paths}{server}\n}}\n"


def _wait_for(port: int, running: subprocess.Popen[bytes], said: Path) -> None:
    ends = time.monotonic() + _PATIENCE_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            assert running.poll() is None, said.read_text()
            assert time.monotonic() < ends, "it does not answer"
            time.sleep(0.02)
        else:
            return


def _begun(
    name: str, issuer: str, key: ec.EllipticCurvePrivateKey, about: dt.datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(about - _DAY)
        .not_valid_after(about + _DAY)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )
