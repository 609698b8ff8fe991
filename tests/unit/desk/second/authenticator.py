"""A software authenticator: what a passkey's device does, written apart from what checks it."""

import base64
import hashlib
import json
import os
import struct
from dataclasses import dataclass, field

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40
_ES256, _EC2, _P256 = -7, 2, 1


@dataclass(kw_only=True)
class Authenticator:
    """
    One passkey on one device; each wish can be bent, as somebody hostile would.

    Attributes:
        is_verified: whether it says that fingerprint, face or PIN were right.
    """

    origin: str
    rp_id: str
    is_verified: bool = True
    count: int = 0
    counts: bool = True
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential_id: bytes = field(default_factory=lambda: os.urandom(16))

    def make(self, options: str) -> str:
        """Answer what a page asked to make a key."""
        client_data = self._client_data("webauthn.create", json.loads(options)["challenge"])
        numbers = self.key.public_key().public_numbers()
        public = {
            1: _EC2,
            3: _ES256,
            -1: _P256,
            -2: numbers.x.to_bytes(32, "big"),
            -3: numbers.y.to_bytes(32, "big"),
        }
        attested = (
            bytes(16)
            + struct.pack(">H", len(self.credential_id))
            + self.credential_id
            + cbor2.dumps(public)
        )
        attestation = {
            "fmt": "none",
            "attStmt": {},
            "authData": self._authenticator_data(_ATTESTED) + attested,
        }
        return self._answer(clientDataJSON=client_data, attestationObject=cbor2.dumps(attestation))

    def show(self, options: str) -> str:
        """Answer what a page asked to show a key."""
        client_data = self._client_data("webauthn.get", json.loads(options)["challenge"])
        self.count += self.counts
        data = self._authenticator_data(0)
        signed = data + hashlib.sha256(client_data).digest()
        return self._answer(
            clientDataJSON=client_data,
            authenticatorData=data,
            signature=self.key.sign(signed, ec.ECDSA(SHA256())),
        )

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _authenticator_data(self, more: int) -> bytes:
        flags = _PRESENT | (_VERIFIED if self.is_verified else 0) | more
        rp_id_hash = hashlib.sha256(self.rp_id.encode()).digest()
        return rp_id_hash + struct.pack(">BI", flags, self.count)

    def _answer(self, **response: bytes) -> str:
        return json.dumps(
            {
                "id": _text(self.credential_id),
                "rawId": _text(self.credential_id),
                "type": "public-key",
                "response": {name: _text(value) for name, value in response.items()},
            }
        )


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
