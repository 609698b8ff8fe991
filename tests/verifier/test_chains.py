"""Which certificates may vouch for a time, and responses that are odd inside."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from benban_verify.refusal import Refusal
from benban_verify.roots import given_roots
from benban_verify.timestamp import check_stamp, parse_stamp
from benban_verify.token_cryptography import CryptographyProgram
from benban_verify.token_openssl import find_openssl
from benban_verify.tokens import TokenProgram
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.verifier.tsa_maker import (
    STAMPED_AT,
    YEAR,
    Authority,
    Change,
    Issued,
    authority,
    authority_with_between,
    ca_extensions,
    ec_key,
    issue,
    oid,
    rsa_key,
    sequence,
    set_of,
    tlv,
    tsa_extensions,
)

NOTE = b"a note"


def outcome(made: Authority, program: TokenProgram, *, root: Issued | None = None) -> str:
    """``vouched``, ``unknown``, or the message id of what was found."""
    roots = given_roots([(root or made.root).der])
    try:
        stamp = parse_stamp(made.stamp(NOTE), "one")
        check_stamp(stamp, NOTE, "one")
        found = program.find_root(stamp, roots, "one")
    except Refusal as reason:
        return reason.message_id
    return "unknown" if found is None else "vouched"


@pytest.fixture(params=["cryptography", "openssl"])
def program(request: pytest.FixtureRequest) -> TokenProgram:
    if request.param == "cryptography":
        return CryptographyProgram()
    found = find_openssl()
    if found is None:
        pytest.skip("OpenSSL is not installed")
    return found


def usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def adding(extension: x509.ExtensionType, *, critical: bool) -> Change:
    return lambda builder: ca_extensions(builder).add_extension(extension, critical=critical)


def with_two_between(path_length: int) -> Authority:
    limited: Change = lambda builder: builder.add_extension(  # noqa: E731
        x509.BasicConstraints(ca=True, path_length=path_length), critical=True
    )
    root = issue("root long", issuer=None)
    upper = issue("upper", issuer=root, extend=limited)
    lower = issue("lower", issuer=upper)
    signer = issue("signer long", issuer=lower, extend=tsa_extensions)
    return Authority(root=root, signer=signer, carried=(lower, upper))


def with_a_weak_signer() -> Authority:
    root = issue("root weak", issuer=None)
    signer = issue("signer weak", issuer=root, key=rsa_key(1024), extend=tsa_extensions)
    return Authority(root=root, signer=signer)


def with_a_weak_certificate_between() -> Authority:
    root = issue("root weak between", issuer=None)
    between = issue("weak between", issuer=root, key=rsa_key(1024))
    signer = issue("signer under weak", issuer=between, extend=tsa_extensions)
    return Authority(root=root, signer=signer, carried=(between,))


def with_sha1(folder: Path) -> Authority:
    """A signer's certificate signed over SHA-1, which only openssl still makes."""
    root = issue("root old", issuer=None, key=rsa_key(2048))
    request = x509.CertificateSigningRequestBuilder(
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "signer old")])
    ).sign(ec_key("signer old"), hashes.SHA256())
    key = root.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "root.key").write_bytes(key)
    (folder / "root.pem").write_bytes(root.pem)
    (folder / "signer.csr").write_bytes(request.public_bytes(Encoding.PEM))
    (folder / "ext").write_text("extendedKeyUsage=critical,timeStamping\n")
    made = subprocess.run(
        [
            *("openssl", "x509", "-req", "-sha1", "-days", "30000", "-in", "signer.csr"),
            *("-CA", "root.pem", "-CAkey", "root.key", "-set_serial", "1", "-extfile", "ext"),
        ],
        cwd=folder,
        capture_output=True,
        check=True,
        timeout=60,
    ).stdout
    certificate = x509.load_pem_x509_certificate(made)
    signer = Issued(certificate=certificate, key=ec_key("signer old"))
    # openssl starts validity at the clock of this computer.
    stamped_at = certificate.not_valid_before_utc + YEAR
    return Authority(root=root, signer=signer, time=stamped_at.strftime("%Y%m%d%H%M%SZ"))


ONLY_WEB = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
WITH_STAMPS = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
BOTH = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.SERVER_AUTH])


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: with_two_between(1), {"vouched"}),
        (lambda: with_two_between(0), {"token.chain"}),
        (
            lambda: authority_with_between(extend=adding(WITH_STAMPS, critical=False)),
            {"vouched"},
        ),
        (
            lambda: authority_with_between(
                extend=adding(usage(signs_certificates=True), critical=True)
            ),
            {"vouched"},
        ),
        (
            lambda: authority_with_between(
                extend=adding(usage(signs_certificates=False), critical=True)
            ),
            {"token.chain"},
        ),
        (lambda: authority_with_between(extend=lambda builder: builder), {"token.chain"}),
        (
            lambda: authority(extend=lambda b: b.add_extension(BOTH, critical=True)),
            {"token.purpose"},
        ),
        (
            lambda: authority(extend=lambda b: b.add_extension(WITH_STAMPS, critical=False)),
            {"token.purpose"},
        ),
    ],
)
def test_who_may_vouch(
    program: TokenProgram, make: Callable[[], Authority], expected: set[str]
) -> None:
    assert outcome(make(), program) in expected


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (with_a_weak_signer, "token.certificate"),
        (with_a_weak_certificate_between, "token.chain"),
    ],
)
def test_weak_keys_and_digests_vouch_for_nothing(
    make: Callable[[], Authority], expected: str
) -> None:
    assert outcome(make(), CryptographyProgram()) == expected


def test_an_issuer_for_web_servers_only_does_not_vouch() -> None:
    # Stricter than openssl, which asks this of the signer alone.
    made = authority_with_between(extend=adding(ONLY_WEB, critical=False))
    assert outcome(made, CryptographyProgram()) == "token.chain"


@pytest.mark.skipif(find_openssl() is None, reason="no OpenSSL")
def test_a_certificate_signed_over_sha1_does_not_vouch(tmp_path: Path) -> None:
    # New versions of cryptography do not read such a signature at all.
    assert outcome(with_sha1(tmp_path), CryptographyProgram()) in {"token.chain", "unknown"}


def test_an_ed25519_signer_is_understood() -> None:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))
    root = issue("root ed", issuer=None)
    signer = issue("signer ed", issuer=root, key=key, extend=tsa_extensions)
    assert outcome(Authority(root=root, signer=signer), CryptographyProgram()) == "vouched"


def test_a_cross_signed_certificate_does_not_hide_the_given_root(program: TokenProgram) -> None:
    # As public authorities do: the answer carries the root's key signed by somebody older.
    older = issue("older root", issuer=None)
    root = issue("root cross", issuer=None)
    crossed = issue("root cross", issuer=older)
    signer = issue("signer cross", issuer=root, extend=tsa_extensions)
    made = Authority(root=root, signer=signer, carried=(crossed, older))
    assert (outcome(made, program), outcome(made, program, root=older)) == ("vouched", "vouched")


def test_certificates_that_vouch_for_each_other_end_nowhere(program: TokenProgram) -> None:
    first = issue("one of two", issuer=None)
    second = issue("two of two", issuer=first)
    first_again = issue("one of two", issuer=second, key=first.key)
    signer = issue("signer loop", issuer=first, extend=tsa_extensions)
    made = Authority(root=authority("other").root, signer=signer, carried=(second, first_again))
    assert outcome(made, program) == "unknown"


def test_a_hall_of_mirrors_does_not_keep_the_reader(program: TokenProgram) -> None:
    # Fourteen certificates of one name and key have millions of ways between each other.
    mirror = issue("mirror", issuer=None)
    mirrors = tuple(issue("mirror", issuer=mirror, key=mirror.key) for _ in range(14))
    signer = issue("signer mirrored", issuer=mirror, extend=tsa_extensions)
    made = Authority(root=authority("other").root, signer=signer, carried=mirrors)
    assert outcome(made, program) == "unknown"


def test_the_authority_s_own_certificate_may_be_the_given_root(program: TokenProgram) -> None:
    made = authority()
    assert outcome(made, program, root=made.signer) == "vouched"


ONE, TWO = authority(), authority("two")
CONTENT_TYPE = sequence(oid("1.2.840.113549.1.9.3"), set_of(oid("1.2.3")))
SHA1_ID = sequence(sequence(sequence(tlv(0x04, bytes(20)))))
PSS = sequence(oid("1.2.840.113549.1.1.10"), sequence())


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (replace(ONE, carries_signer=False), "token.no_certificate"),
        (replace(ONE, carries_signer=False, carried=(ONE.root,)), "token.no_certificate"),
        (replace(ONE, named=TWO.signer), "token.no_certificate"),
        (replace(ONE, named=TWO.signer, carried=(TWO.signer,)), "token.unreadable"),
        (replace(ONE, sid=TWO.signer), "token.unreadable"),
        (replace(ONE, more=(CONTENT_TYPE,)), "token.unreadable"),
        (
            replace(ONE, more=(sequence(oid("1.2.840.113549.1.9.16.2.12"), set_of(SHA1_ID)),)),
            "token.no_certificate",
        ),
        (replace(ONE, version=1), "token.unreadable"),
        (replace(ONE, carried=(TWO.root,) * 16), "token.unreadable"),
        (replace(ONE, time="20261122082100"), "token.unreadable"),
        (replace(ONE, time="20261322082100Z"), "token.unreadable"),
        (replace(ONE, time="20261122082100500Z"), "token.unreadable"),
        (replace(ONE, time="20261122082100.500Z"), "vouched"),
        (replace(ONE, time="20261122082100.5Z"), "vouched"),
        (replace(ONE, method=PSS), "token.method"),
        (replace(ONE, method=sequence(oid("1.2.840.10045.4.3.4"))), "token.method"),
        (replace(ONE, method=sequence(oid("1.2.840.113549.1.1.11"))), "token.method"),
    ],
)
def test_an_odd_response_is_named(made: Authority, expected: str) -> None:
    assert outcome(made, CryptographyProgram()) == expected


def test_a_broken_signature_is_named(program: TokenProgram) -> None:
    made = authority()
    response = bytearray(made.stamp(NOTE))
    response[-1] ^= 1
    stamp = parse_stamp(bytes(response), "one")
    with pytest.raises(Refusal, match=r"token\.signature"):
        program.find_root(stamp, given_roots([made.root.der]), "one")


def test_a_time_at_the_very_end_of_validity_is_inside() -> None:
    root = issue("root edge", issuer=None)
    signer = issue(
        "signer edge",
        issuer=root,
        valid=(STAMPED_AT - YEAR, STAMPED_AT),
        extend=tsa_extensions,
    )
    made = Authority(root=root, signer=signer)
    late = replace(made, time="20261122082101Z")
    program = CryptographyProgram()
    assert (outcome(made, program), outcome(late, program)) == (
        "vouched",
        "token.outside_validity",
    )
