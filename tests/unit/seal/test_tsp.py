"""Time stamps: what an answer of an authority must be to count (B5 99)."""

import hashlib
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from benban.errors import (
    AuthoritySettingsError,
    BenbanError,
    TokenImprintError,
    TokenNonceError,
    TokenRefusedError,
    TokenSignatureError,
    TokenTimeError,
    TokenUnreadableError,
    TokenUntrustedError,
)
from benban.seal.tsp import TokenFacts, TspRequest, build_request, check_token, load_roots
from benban.testing import der
from benban.testing.clock import FakeClock
from benban.testing.tsa import SHORT_LIFE, FakeTsa, TsaFault

NOW = datetime(2026, 11, 22, 8, 15, 30, tzinfo=UTC)
NOTE = "benban/log/00\n3\nAAAA\n\n— Ảnh\n".encode()


def authority(fault: TsaFault = TsaFault.NONE) -> FakeTsa:
    return FakeTsa(clock=FakeClock(NOW), fault=fault)


def check(tsa: FakeTsa, request: TspRequest, *, note: bytes = NOTE) -> TokenFacts:
    return check_token(
        tsa.answer(request.der), note=note, nonce=request.nonce, roots=[tsa.root_der]
    )


def test_a_request_asks_for_this_note_with_a_nonce_and_the_certificates() -> None:
    request = build_request(NOTE)

    _version, imprint, *rest = der.read_element(request.der).children()

    assert imprint.children()[1].content == hashlib.sha256(NOTE).digest()
    assert [part.encoded for part in rest] == [der.integer(request.nonce), b"\x01\x01\xff"]


def test_two_requests_for_one_note_have_two_nonces() -> None:
    assert build_request(NOTE).nonce != build_request(NOTE).nonce


def test_a_token_tells_its_facts() -> None:
    tsa = authority()
    root = x509.load_der_x509_certificate(tsa.root_der)

    facts = check(tsa, build_request(NOTE))

    assert (facts.time_at, facts.serial, facts.authority_name, facts.policy) == (
        NOW,
        1,
        "benban demonstration time stamp",
        "2.25.147208211742308415370911604725839043718",
    )
    assert facts.certificate_not_after == tsa.certificate_expires_at
    assert facts.imprint.hex == hashlib.sha256(NOTE).hexdigest()
    assert facts.root.hex == root.fingerprint(hashes.SHA256()).hex()
    assert [x509.load_der_x509_certificate(one).issuer for one in facts.certificates] == [
        root.subject
    ]


def test_a_stored_token_is_checked_without_the_request() -> None:
    tsa = authority()
    response = tsa.answer(build_request(NOTE).der)

    facts = check_token(response, note=NOTE, nonce=None, roots=[tsa.root_der])

    assert facts.time_at == NOW


def test_roots_may_be_pem_and_several() -> None:
    tsa, other = authority(), authority()
    request = build_request(NOTE)

    facts = check_token(
        tsa.answer(request.der),
        note=NOTE,
        nonce=request.nonce,
        roots=[other.root_pem + tsa.root_pem],
    )

    assert facts.time_at == NOW


def test_a_token_of_a_certificate_that_expired_since_still_counts() -> None:
    tsa = authority(TsaFault.SHORT_LIVED_CERTIFICATE)

    facts = check(tsa, build_request(NOTE))

    assert [facts.is_certificate_expired(NOW), facts.is_certificate_expired(NOW + SHORT_LIFE)] == [
        False,
        False,
    ]
    assert facts.is_certificate_expired(NOW + SHORT_LIFE + timedelta(seconds=1)) is True


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (TsaFault.WRONG_IMPRINT, TokenImprintError),
        (TsaFault.WRONG_NONCE, TokenNonceError),
        (TsaFault.BROKEN_SIGNATURE, TokenSignatureError),
        (TsaFault.TIME_OUTSIDE_VALIDITY, TokenTimeError),
        (TsaFault.REFUSED, TokenRefusedError),
        (TsaFault.NOT_A_RESPONSE, TokenUnreadableError),
    ],
    ids=lambda value: value.value if isinstance(value, TsaFault) else "",
)
def test_what_is_wrong_with_an_answer_is_named(fault: TsaFault, error: type[BenbanError]) -> None:
    tsa = authority(fault)

    with pytest.raises(error):
        check(tsa, build_request(NOTE))


def test_a_refusal_carries_the_status() -> None:
    tsa = authority(TsaFault.REFUSED)

    with pytest.raises(TokenRefusedError) as caught:
        check(tsa, build_request(NOTE))

    assert caught.value.params == {"status": 2}


def test_a_token_over_another_note_is_refused() -> None:
    tsa = authority()

    with pytest.raises(TokenImprintError):
        check(tsa, build_request(NOTE), note=NOTE + b"\n")


def test_a_sha512_imprint_is_refused() -> None:
    tsa = authority()
    request = build_request(NOTE)
    response = tsa.answer(request.der)
    sha256, sha512 = (der.oid(f"2.16.840.1.101.3.4.2.{number}") for number in (1, 3))
    first = response.index(sha256 + der.octets(hashlib.sha256(NOTE).digest())[:2])
    changed = response[:first] + sha512 + response[first + len(sha256) :]

    with pytest.raises(TokenImprintError):
        check_token(changed, note=NOTE, nonce=request.nonce, roots=[tsa.root_der])


def test_another_root_is_no_reason_to_believe() -> None:
    tsa, other = authority(), authority()
    request = build_request(NOTE)

    with pytest.raises(TokenUntrustedError):
        check_token(tsa.answer(request.der), note=NOTE, nonce=request.nonce, roots=[other.root_der])


def test_a_token_without_its_certificate_is_not_believed() -> None:
    tsa = authority()
    builder = TimestampRequestBuilder().data(NOTE).hash_algorithm(HashAlgorithm.SHA256)
    bare = builder.cert_request(cert_request=False).build()

    with pytest.raises(TokenUntrustedError):
        check_token(tsa.answer(bare.as_bytes()), note=NOTE, nonce=None, roots=[tsa.root_der])


def test_an_answer_with_bytes_behind_it_is_refused() -> None:
    tsa = authority()
    request = build_request(NOTE)

    with pytest.raises(TokenUnreadableError):
        check_token(
            tsa.answer(request.der) + b"\x00",
            note=NOTE,
            nonce=request.nonce,
            roots=[tsa.root_der],
        )


def test_an_answer_of_a_megabyte_is_not_even_parsed() -> None:
    with pytest.raises(TokenUnreadableError):
        check_token(bytes(1 << 20), note=NOTE, nonce=None, roots=[authority().root_der])


@pytest.mark.parametrize("roots", [[], [b"-----BEGIN nothing"], [b"\x30\x00"]])
def test_without_a_root_nothing_can_be_checked(roots: list[bytes]) -> None:
    with pytest.raises(AuthoritySettingsError):
        load_roots(roots)


def certificate(
    issuer_key: ec.EllipticCurvePrivateKey,
    key: ec.EllipticCurvePublicKey,
    *,
    names: tuple[str, str],
    ca: bool,
    usage: x509.ExtendedKeyUsage | None,
    critical: bool = True,
) -> x509.Certificate:
    issuer, subject = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in names)
    builder = (
        x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number())
        # Wide, because the stock tool stamps with the machine's own time.
        .not_valid_before(datetime(2000, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2200, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if usage is not None:
        builder = builder.add_extension(usage, critical=critical)
    return builder.sign(issuer_key, hashes.SHA256())


class ChangedTsa(FakeTsa):
    """An authority whose signing certificate, and what lies between it and its root, is given."""

    def __init__(
        self,
        *,
        ca: bool = False,
        usage: tuple[x509.ObjectIdentifier, ...] = (ExtendedKeyUsageOID.TIME_STAMPING,),
        critical: bool = True,
    ) -> None:
        super().__init__(clock=FakeClock(NOW))
        root_key = ec.generate_private_key(ec.SECP256R1())
        self._root = certificate(
            root_key, root_key.public_key(), names=("root", "root"), ca=True, usage=None
        )
        self._leaf = certificate(
            root_key,
            self._key.public_key(),
            names=("root", "leaf"),
            ca=ca,
            usage=x509.ExtendedKeyUsage(usage) if usage else None,
            critical=critical,
        )


def test_a_certificate_made_for_stamping_alone_is_accepted() -> None:
    assert check(ChangedTsa(), build_request(NOTE)).authority_name == "leaf"


@pytest.mark.parametrize(
    "tsa",
    [
        ChangedTsa(usage=()),
        ChangedTsa(usage=(ExtendedKeyUsageOID.SERVER_AUTH,)),
        ChangedTsa(usage=(ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.SERVER_AUTH)),
        ChangedTsa(critical=False),
        ChangedTsa(ca=True),
    ],
    ids=["no purpose", "for servers", "for two purposes", "not critical", "issues certificates"],
)
def test_a_certificate_that_is_not_for_stamping_alone_is_refused(tsa: ChangedTsa) -> None:
    with pytest.raises(TokenUntrustedError):
        check(tsa, build_request(NOTE))


def taken_apart(response: bytes) -> tuple[bytes, list[bytes]]:
    """The kind of the token and the parts of its SignedData."""
    _status, token = der.read_element(response).children()
    kind, content = token.children()
    (signed,) = content.children()
    return kind.encoded, [part.encoded for part in signed.children()]


def put_together(kind: bytes, parts: list[bytes]) -> bytes:
    token = der.sequence(kind, der.explicit(0, der.sequence(*parts)))
    return der.sequence(der.sequence(der.integer(0)), token)


def test_a_token_with_two_signatures_is_refused() -> None:
    tsa = authority()
    request = build_request(NOTE)
    kind, parts = taken_apart(tsa.answer(request.der))
    _, others = taken_apart(tsa.answer(request.der))
    signers = [der.read_element(some[-1]).children()[0].encoded for some in (parts, others)]
    changed = put_together(kind, [*parts[:-1], der.set_of(*signers)])

    with pytest.raises(TokenUnreadableError):
        check_token(changed, note=NOTE, nonce=request.nonce, roots=[tsa.root_der])


def chain_and_tsa() -> tuple[FakeTsa, list[bytes], bytes]:
    """An authority below an issuer below a root, as the large ones are."""
    tsa = ChangedTsa()
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = certificate(root_key, root_key.public_key(), names=("r", "r"), ca=True, usage=None)
    between = certificate(root_key, key.public_key(), names=("r", "i"), ca=True, usage=None)
    leaf = certificate(
        key,
        tsa._key.public_key(),  # noqa: SLF001 - the same key, certified by another
        names=("i", "leaf"),
        ca=False,
        usage=x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]),
    )
    tsa._leaf = leaf  # noqa: SLF001 - see above
    chain = [one.public_bytes(serialization.Encoding.DER) for one in (leaf, between, root)]
    return tsa, chain, chain[2]


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_a_chain_is_followed_in_whatever_order_it_came(order: tuple[int, ...]) -> None:
    tsa, chain, root = chain_and_tsa()
    request = build_request(NOTE)
    kind, parts = taken_apart(tsa.answer(request.der))
    sent = der.explicit(0, *(chain[number] for number in order))
    response = put_together(kind, [*parts[:3], sent, parts[-1]])

    facts = check_token(response, note=NOTE, nonce=request.nonce, roots=[root])

    assert facts.authority_name == "leaf"
    assert facts.certificates[0] == chain[0]
    assert facts.root.hex == hashlib.sha256(root).hexdigest()


def test_a_chain_without_its_middle_leads_nowhere() -> None:
    tsa, chain, root = chain_and_tsa()
    request = build_request(NOTE)
    kind, parts = taken_apart(tsa.answer(request.der))
    response = put_together(kind, [*parts[:3], der.explicit(0, chain[0]), parts[-1]])

    with pytest.raises(TokenUntrustedError):
        check_token(response, note=NOTE, nonce=request.nonce, roots=[root])


@pytest.mark.parametrize(
    "response",
    [
        b"",
        b"\x30",
        b"\x30\x80\x00\x00",
        b"\x30\x85\x01\x01\x01\x01\x01",
        b"\x30\x05\x30\x00",
        b"\x31\x00",
        b"\x30\x00\x00",
        der.sequence(der.sequence(), der.sequence()),
        der.sequence(der.sequence(), der.sequence(der.explicit(0, der.sequence()))),
    ],
)
def test_what_has_not_the_outline_of_an_answer_is_unreadable(response: bytes) -> None:
    with pytest.raises(TokenUnreadableError):
        check_token(response, note=NOTE, nonce=None, roots=[authority().root_der])


def test_a_token_with_too_many_certificates_is_refused() -> None:
    tsa = authority()
    request = build_request(NOTE)
    kind, parts = taken_apart(tsa.answer(request.der))
    key = ec.generate_private_key(ec.SECP256R1())
    many = [
        certificate(key, key.public_key(), names=("a", f"{number}"), ca=True, usage=None)
        for number in range(25)
    ]
    raw = sorted(one.public_bytes(serialization.Encoding.DER) for one in many)
    changed = put_together(kind, [*parts[:3], der.explicit(0, *raw), parts[-1]])

    with pytest.raises(TokenUnreadableError):
        check_token(changed, note=NOTE, nonce=request.nonce, roots=[tsa.root_der])


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
def test_every_flipped_bit_gives_a_named_error_or_changes_no_fact() -> None:
    tsa = authority()
    request = build_request(NOTE)
    response = tsa.answer(request.der)
    roots = [tsa.root_der]
    true = check_token(response, note=NOTE, nonce=request.nonce, roots=roots)
    believed: list[tuple[int, TokenFacts]] = []

    for position in range(len(response)):
        changed = bytearray(response)
        changed[position] ^= 1 << (position % 8)
        try:
            facts = check_token(bytes(changed), note=NOTE, nonce=request.nonce, roots=roots)
        except BenbanError:
            continue
        believed.append((position, facts))

    # Version numbers and the algorithm's name beside the signature are not signed in CMS.
    assert {facts for _, facts in believed} <= {true}
    assert len(believed) < 20


def openssl(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["openssl", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def test_the_stock_tool_agrees_about_a_token(tmp_path: Path) -> None:
    tsa = authority()
    request = build_request(NOTE)
    (tmp_path / "note").write_bytes(NOTE)
    (tmp_path / "request.tsq").write_bytes(request.der)
    (tmp_path / "response.tsr").write_bytes(tsa.answer(request.der))
    (tmp_path / "root.pem").write_bytes(tsa.root_pem)
    at = str(int(check(tsa, request).time_at.timestamp()))

    said = openssl(
        tmp_path,
        *("ts", "-verify", "-queryfile", "request.tsq", "-in", "response.tsr"),
        *("-CAfile", "root.pem", "-attime", at),
    )

    assert "Verification: OK" in said


def test_a_token_made_by_the_stock_tool_is_accepted(tmp_path: Path) -> None:
    tsa = ChangedTsa()
    key = tsa._key.private_bytes(  # noqa: SLF001 - the stock tool signs with the same key
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    leaf = tsa._leaf.public_bytes(serialization.Encoding.PEM)  # noqa: SLF001 - see above
    (tmp_path / "key.pem").write_bytes(key)
    (tmp_path / "leaf.pem").write_bytes(leaf)
    (tmp_path / "serial").write_text("01\n")
    (tmp_path / "tsa.cnf").write_text(
        "[tsa]\ndefault_tsa=t\n[t]\nserial=serial\nsigner_cert=leaf.pem\nsigner_key=key.pem\n"
        "signer_digest=sha256\ndefault_policy=1.2.3.4\nother_policies=1.2.3.5\ndigests=sha256\n"
        "ess_cert_id_alg=sha256\n"
    )
    request = build_request(NOTE)
    (tmp_path / "request.tsq").write_bytes(request.der)
    openssl(
        tmp_path,
        *("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "request.tsq", "-out", "out.tsr"),
    )

    facts = check_token(
        (tmp_path / "out.tsr").read_bytes(),
        note=NOTE,
        nonce=request.nonce,
        roots=[tsa.root_der],
    )

    assert (facts.policy, facts.serial, facts.authority_name) == ("1.2.3.4", 2, "leaf")
