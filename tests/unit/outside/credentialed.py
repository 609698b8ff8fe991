"""Drawn pictures signed with a certificate that is made here and thrown away."""

import io
import json
from datetime import UTC, datetime, timedelta
from functools import cache

import c2pa
import cv2
import numpy as np
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

TRAINED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
_OFF = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_trust": False}}


def drawn(ending: str = ".jpg") -> bytes:
    """Return a drawn picture."""
    grain = np.random.default_rng(7).integers(0, 256, (9, 12, 3), np.uint8)
    picture = cv2.resize(grain, (240, 180), interpolation=cv2.INTER_CUBIC)
    return cv2.imencode(ending, picture)[1].tobytes()


def signed(
    media_type: str = "image/jpeg",
    *,
    action: str = "c2pa.created",
    source: str = TRAINED,
    program: str = "A drawing program",
    elsewhere: str = "",
    ingredients: int = 0,
) -> bytes:
    """Return a drawn picture with credentials; with *elsewhere* they lie at that address."""
    manifest = {
        "claim_generator_info": [{"name": program, "version": "1.0"}],
        "title": "drawing",
        "assertions": [
            {
                "label": "c2pa.actions.v2",
                "data": {"actions": [{"action": action, "digitalSourceType": source}]},
            }
        ],
    }
    ending = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}[media_type]
    target = io.BytesIO()
    settings = c2pa.Settings.from_json(json.dumps(_OFF))
    with c2pa.Context(settings) as context, c2pa.Builder(manifest, context) as builder:
        if elsewhere:
            builder.set_no_embed()
            builder.set_remote_url(elsewhere)
        for number in range(ingredients):
            part = {"title": f"part {number}", "relationship": "componentOf"}
            builder.add_ingredient(json.dumps(part), "image/jpeg", io.BytesIO(drawn()))
        builder.sign(_signer(), media_type, io.BytesIO(drawn(ending)), target)
    return target.getvalue()


def _signer() -> c2pa.Signer:
    chain, key = _chain()
    return c2pa.Signer.from_info(c2pa.C2paSignerInfo("es256", chain, key, None))


@cache
def _chain() -> tuple[bytes, bytes]:
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root_name = _name("A root of nobody", "Drawn Roots")
    root = (
        _begun(root_name, root_name, root_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(_usage(is_root=True), critical=True)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()), critical=False
        )
        .sign(root_key, hashes.SHA256())
    )
    leaf = (
        _begun(_name("A drawn signer", "Drawn Pictures"), root_name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(is_root=False), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()),
            critical=False,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return leaf.public_bytes(pem) + root.public_bytes(pem), private


def _name(common: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
    )


def _usage(*, is_root: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_root,
        key_cert_sign=is_root,
        crl_sign=is_root,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
