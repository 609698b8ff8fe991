"""
An RFC 3161 response, read with the standard library.

Everything that needs no public-key arithmetic is decided here: the answer's status, what was
stamped and when, which certificate signed, whether it was valid then.

Source: RFC 3161 sections 2.4.2 and 2.3; RFC 5652 sections 5.1 to 5.4; RFC 5035 (ESSCertIDv2).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from benban_verify import der
from benban_verify.der import DerRefusedError, Node, Reader
from benban_verify.refusal import NotDone, Refusal, printable

_SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
_TST_INFO: Final = "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
_SIGNING_CERTIFICATE: Final = "1.2.840.113549.1.9.16.2.12"
_SIGNING_CERTIFICATE_V2: Final = "1.2.840.113549.1.9.16.2.47"
_HASHES: Final[Mapping[str, str]] = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_COMMON_NAME: Final = "2.5.4.3"
_GRANTED: Final = {0, 1}
_MAX_CERTIFICATES: Final = 16
_VERSION_3: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What chains need of an X.509 certificate; names are compared as bytes."""

    raw: bytes
    serial: bytes
    issuer: bytes
    subject: bytes
    not_before: datetime
    not_after: datetime

    @property
    def sha256(self) -> str:
        """The fingerprint, hex."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def common_name(self) -> str:
        """What the certificate calls its owner, made safe to print; only its issuer vouches."""
        return printable(_common_name(self.subject)) or "?"

    def is_valid_at(self, moment: datetime) -> bool:
        """Return whether *moment* lies in the validity, both ends included."""
        return self.not_before <= moment.replace(microsecond=0) <= self.not_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """
    A time stamp whose inner digests agree; its signature is not checked yet.

    Attributes:
        response: the DER as it was given.
        token: the ContentInfo inside it, DER.
        time_at: genTime, UTC.
        digest: name of the digest that was signed, e.g. ``sha256``.
        signature_method: object identifier of the signature algorithm.
        signed_bytes: what the signature is over (the attributes as a SET).
        signer: the certificate that the signed attributes name.
        others: all other certificates of the response.
    """

    response: bytes
    token: bytes
    time_at: datetime
    imprint: bytes
    digest: str
    signature_method: str
    signature: bytes
    signed_bytes: bytes
    signer: Certificate
    others: tuple[Certificate, ...]


def parse_stamp(untrusted: bytes, authority: str) -> Stamp:
    """
    Return the time stamp in *untrusted*, a DER TimeStampResp.

    Raises:
        Refusal: ``token.*``.
        NotDone: the certificate is not in the response.
    """
    try:
        return _stamp(untrusted, authority)
    except DerRefusedError as error:
        raise Refusal("token.unreadable", authority=authority, why=str(error)) from error


def check_stamp(stamp: Stamp, note: bytes, authority: str) -> None:
    """Refuse a time stamp over other bytes than *note*, or by a certificate not valid then."""
    if stamp.imprint != hashlib.sha256(note).digest():
        raise Refusal("token.other_note", authority=authority)
    if not stamp.signer.is_valid_at(stamp.time_at):
        raise Refusal("token.outside_validity", authority=authority, at=shown_time(stamp.time_at))


def parse_certificate(raw: bytes) -> Certificate:
    """Return the parts of a DER certificate that chains need."""
    reader = Reader(Reader(der.parse(raw).expect(der.SEQUENCE)).take(der.SEQUENCE))
    reader.take_if(der.CONTEXT_0)
    serial = reader.take(der.INTEGER)
    reader.take(der.SEQUENCE)
    issuer = reader.take(der.SEQUENCE)
    validity = reader.take(der.SEQUENCE).children()
    subject = reader.take(der.SEQUENCE)
    if len(validity) != 2:  # noqa: PLR2004 -- notBefore and notAfter
        raise DerRefusedError("validity")
    return Certificate(
        raw=raw,
        serial=serial.content,
        issuer=issuer.raw,
        subject=subject.raw,
        not_before=der.time(validity[0]),
        not_after=der.time(validity[1]),
    )


def _common_name(subject: bytes) -> str:
    """The first common name of a Name, or nothing."""
    try:
        for part in der.parse(subject).expect(der.SEQUENCE).children():
            for pair in part.expect(der.SET).children():
                name, value = pair.expect(der.SEQUENCE).children()
                if der.object_name(name) == _COMMON_NAME:
                    return value.content.decode("utf-8", "replace")
    except (DerRefusedError, ValueError):
        pass
    return ""


def shown_time(moment: datetime) -> str:
    """Return a time as people read it."""
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class _SignerInfo:
    sid: Node
    digest: str
    attributes: Mapping[str, Node]
    signed_bytes: bytes
    signature_method: str
    signature: bytes


def _stamp(untrusted: bytes, authority: str) -> Stamp:
    response = Reader(der.parse(untrusted).expect(der.SEQUENCE))
    _check_status(Reader(response.take(der.SEQUENCE)), authority)
    token = response.take(der.SEQUENCE)
    content = Reader(token)
    response.end()
    if der.object_name(content.take(der.OBJECT)) != _SIGNED_DATA:
        raise DerRefusedError("not signed data")
    signed = Reader(content.take(der.CONTEXT_0).only_child().expect(der.SEQUENCE))
    content.end()
    if der.integer(signed.take(der.INTEGER)) != _VERSION_3:
        raise DerRefusedError("version")
    digests = [_algorithm_name(found) for found in signed.take(der.SET).children()]
    info = _tst_info(signed.take(der.SEQUENCE))
    certificates = _certificates(signed.take_if(der.CONTEXT_0), authority)
    signed.take_if(der.CONTEXT_1)
    signer_info = _signer_info(signed.take(der.SET).only_child())
    signed.end()
    if signer_info.digest not in {_HASHES.get(name) for name in digests}:
        raise DerRefusedError("digest")
    _check_attributes(signer_info, info.raw, authority)
    signer = _find_signer(signer_info, certificates, authority)
    time_at, imprint = _time_and_imprint(info)
    return Stamp(
        response=untrusted,
        token=token.raw,
        time_at=time_at,
        imprint=imprint,
        digest=signer_info.digest,
        signature_method=signer_info.signature_method,
        signature=signer_info.signature,
        signed_bytes=signer_info.signed_bytes,
        signer=signer,
        others=tuple(found for found in certificates if found is not signer),
    )


def _check_status(status: Reader, authority: str) -> None:
    # What may follow, a text and a bit string, is not signed and not shown.
    if der.integer(status.take(der.INTEGER)) not in _GRANTED:
        raise Refusal("token.refused", authority=authority)


def _tst_info(encapsulated: Node) -> Node:
    reader = Reader(encapsulated)
    if der.object_name(reader.take(der.OBJECT)) != _TST_INFO:
        raise DerRefusedError("not a time stamp")
    content = reader.take(der.CONTEXT_0).only_child().expect(der.OCTET_STRING)
    reader.end()
    return der.parse(content.content).expect(der.SEQUENCE)


def _time_and_imprint(info: Node) -> tuple[datetime, bytes]:
    reader = Reader(info)
    if der.integer(reader.take(der.INTEGER)) != 1:
        raise DerRefusedError("version")
    reader.take(der.OBJECT)
    imprint = Reader(reader.take(der.SEQUENCE))
    if _hash_name(imprint.take(der.SEQUENCE)) != "sha256":
        raise DerRefusedError("digest")
    digest = imprint.take(der.OCTET_STRING).content
    der.integer(reader.take(der.INTEGER))
    return der.time(reader.take(der.GENERALIZED_TIME)), digest


def _certificates(node: Node | None, authority: str) -> tuple[Certificate, ...]:
    if node is None:
        raise NotDone("token.no_certificate", authority=authority)
    inside = node.children()
    if len(inside) > _MAX_CERTIFICATES:
        raise DerRefusedError("too many certificates")
    return tuple(parse_certificate(found.expect(der.SEQUENCE).raw) for found in inside)


def _signer_info(node: Node) -> _SignerInfo:
    reader = Reader(node.expect(der.SEQUENCE))
    version = der.integer(reader.take(der.INTEGER))
    sid = reader.take_if(der.SEQUENCE, der.CONTEXT_0_PRIMITIVE)
    # RFC 5652 section 5.3: version 1 names issuer and serial, version 3 the key identifier.
    if sid is None or version != (1 if sid.tag == der.SEQUENCE else _VERSION_3):
        raise DerRefusedError("signer")
    digest = _hash_name(reader.take(der.SEQUENCE))
    attributes = reader.take(der.CONTEXT_0)
    method = reader.take(der.SEQUENCE)
    signature = reader.take(der.OCTET_STRING)
    reader.take_if(der.CONTEXT_1)
    reader.end()
    found: dict[str, Node] = {}
    for attribute in attributes.children():
        pair = Reader(attribute.expect(der.SEQUENCE))
        name = der.object_name(pair.take(der.OBJECT))
        if name in found:
            raise DerRefusedError("an attribute twice")
        found[name] = pair.take(der.SET).only_child()
        pair.end()
    return _SignerInfo(
        sid=sid,
        digest=digest,
        attributes=found,
        # RFC 5652 section 5.4: signed as a SET, not with the tag that stands in the message.
        signed_bytes=bytes([der.SET]) + attributes.raw[1:],
        signature_method=_algorithm_name(method),
        signature=signature.content,
    )


def _check_attributes(signer: _SignerInfo, info: bytes, authority: str) -> None:
    kind = signer.attributes.get(_CONTENT_TYPE)
    digest = signer.attributes.get(_MESSAGE_DIGEST)
    if kind is None or digest is None or der.object_name(kind) != _TST_INFO:
        raise DerRefusedError("signed attributes")
    if digest.expect(der.OCTET_STRING).content != hashlib.new(signer.digest, info).digest():
        raise Refusal("token.changed", authority=authority)


def _find_signer(
    info: _SignerInfo, certificates: tuple[Certificate, ...], authority: str
) -> Certificate:
    """The one certificate that the signed attributes name by its digest."""
    named = [
        (algorithm, digest)
        for attribute in (_SIGNING_CERTIFICATE, _SIGNING_CERTIFICATE_V2)
        if (node := info.attributes.get(attribute)) is not None
        for algorithm, digest in [_first_certificate_id(node, attribute)]
    ]
    if not named:
        raise DerRefusedError("signed attributes")
    for certificate in certificates:
        if all(hashlib.new(name, certificate.raw).digest() == digest for name, digest in named):
            _check_signer_name(info.sid, certificate)
            return certificate
    raise NotDone("token.no_certificate", authority=authority)


def _first_certificate_id(node: Node, attribute: str) -> tuple[str, bytes]:
    inside = Reader(Reader(node.expect(der.SEQUENCE)).take(der.SEQUENCE)).take(der.SEQUENCE)
    reader = Reader(inside)
    if attribute == _SIGNING_CERTIFICATE:
        # RFC 2634 knows SHA-1 only; to find another certificate with this digest and a valid
        # chain would need a second preimage.
        return "sha1", reader.take(der.OCTET_STRING).content
    algorithm = reader.take_if(der.SEQUENCE)
    name = "sha256" if algorithm is None else _hash_name(algorithm)
    return name, reader.take(der.OCTET_STRING).content


def _check_signer_name(sid: Node, certificate: Certificate) -> None:
    """A key identifier is not compared: the digest in the signed attributes says more."""
    if sid.tag != der.SEQUENCE:
        return
    reader = Reader(sid)
    issuer, serial = reader.take(der.SEQUENCE), reader.take(der.INTEGER)
    if (issuer.raw, serial.content) != (certificate.issuer, certificate.serial):
        raise DerRefusedError("signer")


def _hash_name(algorithm: Node) -> str:
    name = _algorithm_name(algorithm)
    if name not in _HASHES:
        raise DerRefusedError("digest")
    return _HASHES[name]


def _algorithm_name(algorithm: Node) -> str:
    """The object identifier; with parameters it becomes a name that matches nothing."""
    reader = Reader(algorithm.expect(der.SEQUENCE))
    name = der.object_name(reader.take(der.OBJECT))
    parameters = reader.take_if(*range(256))
    reader.end()
    is_plain = parameters is None or parameters.raw == bytes([der.NULL, 0])
    return name if is_plain else f"{name} with parameters"
