"""The answer (OCSP) beside a time stamp, read by the verifier's own code."""

from datetime import timedelta
from pathlib import Path

import pytest
from benban_verify import Anchors, Report, verify
from benban_verify.refusal import Refusal
from benban_verify.roots import given_roots
from benban_verify.timestamp import parse_stamp
from benban_verify.token_cryptography import CryptographyProgram
from benban_verify.token_openssl import find_openssl
from benban_verify.tokens import TokenProgram
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from benban.seal.ocsp import build_question
from benban.seal.revocation import wanted_states
from benban.seal.tsp import build_request
from benban.testing.clock import FakeClock
from benban.testing.ocsp import OcspSaid, OcspSigner
from benban.testing.tsa import SHORT_LIFE, FakeTsa, TsaFault
from tests.verifier.dossier_maker import Files, good_files, list_files_anew, zip_of
from tests.verifier.ocsp_maker import answer_of, answers_that_tell_nothing
from tests.verifier.tsa_maker import (
    STAMPED_AT,
    Authority,
    Issued,
    authority_with_between,
    issue,
    tsa_extensions,
)

DAY = timedelta(days=1)
GOOD = OcspSaid(at=STAMPED_AT)


@pytest.fixture(scope="module")
def tsa() -> FakeTsa:
    return FakeTsa(
        clock=FakeClock(STAMPED_AT),
        crl_address="http://lists.example/own.crl",
        ocsp_address="http://ocsp.example/",
    )


def bag_with(tsa: FakeTsa, **beside: bytes) -> Files:
    """A bag with a time stamp and what lies beside it, listed anew."""
    made = good_files()[1]
    response = tsa.answer(build_request(made["checkpoint.note"]).der)
    others = {f"tsa-own.{kind}": data for kind, data in beside.items()}
    return list_files_anew({**made, "tsa-own.tsr": response, **others})


def answered(tsa: FakeTsa, said: OcspSaid) -> bytes:
    (wanted,) = wanted_states(tsa.answer(build_request(b"x").der), [tsa.root_der])
    return tsa.ocsp(build_question(wanted), said)


def checked(
    folder: Path, tsa: FakeTsa, files: Files, program: TokenProgram | None = None
) -> Report:
    path = folder / "d.zip"
    path.write_bytes(zip_of(files))
    return verify(
        path,
        anchors=Anchors(tsa_roots=(tsa.root_der,)),
        now=STAMPED_AT + 30 * DAY,
        program=program or CryptographyProgram(),
    )


def token_of(report: Report) -> str:
    (found,) = [check.message_id for check in report.checks if check.name == "token own"]
    return found


@pytest.mark.parametrize("signer", [OcspSigner.ISSUER, OcspSigner.NAMED])
def test_an_answer_beside_the_time_stamp_tells_the_state_then(
    tmp_path: Path, tsa: FakeTsa, signer: OcspSigner
) -> None:
    answer = answered(tsa, OcspSaid(at=STAMPED_AT, signer=signer))

    report = checked(tmp_path, tsa, bag_with(tsa, ocsp=answer))

    assert token_of(report) == "token.pass_stored"


@pytest.mark.parametrize(
    "said",
    [
        OcspSaid(at=STAMPED_AT, signer=OcspSigner.STRANGER),
        OcspSaid(at=STAMPED_AT, signer=OcspSigner.NAMED_FOR_OTHER_THINGS),
        OcspSaid(at=STAMPED_AT, signer=OcspSigner.EXPIRED),
        OcspSaid(at=STAMPED_AT, signer=OcspSigner.STRANGER, is_withdrawn=True),
        OcspSaid(at=STAMPED_AT, is_known=False),
        OcspSaid(at=STAMPED_AT - 8 * DAY),
        OcspSaid(at=STAMPED_AT - DAY, lasts=None),
    ],
    ids=lambda said: f"{said.signer.name} {said.is_withdrawn} {said.is_known} {said.at:%d}",
)
def test_an_answer_that_is_not_for_its_issuer_or_its_time_tells_nothing(
    tmp_path: Path, tsa: FakeTsa, said: OcspSaid
) -> None:
    report = checked(tmp_path, tsa, bag_with(tsa, ocsp=answered(tsa, said)))

    assert token_of(report) == "token.pass"


@pytest.mark.parametrize("data", [b"", b"<html>", b"\x30\x03\x0a\x01\x06", bytes(5000)])
def test_what_is_no_answer_tells_nothing(tmp_path: Path, tsa: FakeTsa, data: bytes) -> None:
    report = checked(tmp_path, tsa, bag_with(tsa, ocsp=data))

    assert token_of(report) == "token.pass"


def test_another_certificate_s_answer_tells_nothing(tmp_path: Path, tsa: FakeTsa) -> None:
    other = FakeTsa(clock=FakeClock(STAMPED_AT), ocsp_address="http://ocsp.example/")

    report = checked(tmp_path, tsa, bag_with(tsa, ocsp=answered(other, GOOD)))

    assert token_of(report) == "token.pass"


@pytest.mark.parametrize("before", [2 * DAY, timedelta(0)])
def test_an_answer_that_it_was_withdrawn_by_then_is_a_failure(
    tmp_path: Path, tsa: FakeTsa, before: timedelta
) -> None:
    # Also for a reason that leaves earlier stamps good: this one is not earlier.
    orderly = x509.ReasonFlags.superseded
    said = OcspSaid(at=STAMPED_AT - before, is_withdrawn=True, reason=orderly)

    report = checked(tmp_path, tsa, bag_with(tsa, ocsp=answered(tsa, said)))

    assert (token_of(report), report.exit_code) == ("token.withdrawn", 1)


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (x509.ReasonFlags.superseded, "token.pass_stored"),
        (x509.ReasonFlags.key_compromise, "token.key_in_doubt"),
        (None, "token.key_in_doubt"),
    ],
)
def test_withdrawn_later_it_depends_on_the_reason(
    tmp_path: Path, tsa: FakeTsa, reason: x509.ReasonFlags | None, expected: str
) -> None:
    later = OcspSaid(at=STAMPED_AT + 2 * DAY, is_withdrawn=True, reason=reason)

    report = checked(tmp_path, tsa, bag_with(tsa, ocsp=answered(tsa, later)))

    assert token_of(report) == expected


def test_a_good_list_does_not_hide_an_answer_that_says_withdrawn(
    tmp_path: Path, tsa: FakeTsa
) -> None:
    before = answered(tsa, OcspSaid(at=STAMPED_AT - 2 * DAY, is_withdrawn=True))

    report = checked(tmp_path, tsa, bag_with(tsa, ocsp=before, crl=tsa.crl()))

    assert token_of(report) == "token.withdrawn"


def test_an_answer_without_its_time_stamp_does_not_belong_in_a_dossier(
    tmp_path: Path, tsa: FakeTsa
) -> None:
    files = list_files_anew({**good_files()[1], "tsa-own.ocsp": answered(tsa, GOOD)})

    report = checked(tmp_path, tsa, files)

    assert report.checks[0].message_id == "structure.extra"


def test_openssl_does_not_read_answers_and_the_state_is_then_not_known(
    tmp_path: Path, tsa: FakeTsa
) -> None:
    program = find_openssl()
    if program is None:
        pytest.skip("OpenSSL is not installed")

    report = checked(tmp_path, tsa, bag_with(tsa, ocsp=answered(tsa, GOOD)), program)

    assert token_of(report) == "token.pass"


def test_no_flipped_bit_of_a_withdrawal_makes_the_certificate_good(tsa: FakeTsa) -> None:
    bag = bag_with(tsa)
    program = CryptographyProgram()
    stamp = parse_stamp(bag["tsa-own.tsr"], "own")
    (root,) = given_roots((tsa.root_der,))
    answer = answered(tsa, OcspSaid(at=STAMPED_AT - DAY, is_withdrawn=True))

    believed = []
    for place in range(len(answer)):
        changed = bytearray(answer)
        changed[place] ^= 1 << place % 8
        try:
            if program.is_good_by(bytes(changed), stamp, root, "own"):
                believed.append(place)
        except Refusal:
            continue

    assert believed == []


@pytest.mark.parametrize("kind", ["ocsp", "crl"])
@pytest.mark.parametrize(
    ("made_after", "expected"),
    [(SHORT_LIFE, "token.pass_expired_stored"), (2 * SHORT_LIFE, "token.pass_expired")],
)
def test_what_was_made_after_the_certificate_ran_out_tells_nothing(
    tmp_path: Path, kind: str, made_after: timedelta, expected: str
) -> None:
    # A withdrawn certificate may be left out then.
    tsa = FakeTsa(
        clock=FakeClock(STAMPED_AT),
        fault=TsaFault.SHORT_LIVED_CERTIFICATE,
        ocsp_address="http://ocsp.example/",
    )
    made_at = STAMPED_AT + made_after
    data = tsa.crl(at=made_at) if kind == "crl" else answered(tsa, OcspSaid(at=made_at))

    report = checked(tmp_path, tsa, bag_with(tsa, **{kind: data}))

    assert token_of(report) == expected


def list_of(
    issuer: Issued, *, name: Issued | None = None, only: x509.ExtensionType | None = None
) -> bytes:
    """A list that *issuer* signed, under the name of another or critically of a part only."""
    builder = x509.CertificateRevocationListBuilder(
        (name or issuer).certificate.subject, STAMPED_AT, STAMPED_AT + DAY
    )
    if only is not None:
        builder = builder.add_extension(only, critical=True)
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.mark.parametrize("is_below_the_root", [True, False])
def test_an_issuer_is_believed_only_below_the_root(is_below_the_root: bool) -> None:
    # Name and key fit in both cases, as those of a key made to fit a known RSA signature would.
    (between,) = authority_with_between().carried
    other = issue("between", issuer=None, key=between.key)
    signer = issue("signer", issuer=between, extend=tsa_extensions)
    root = authority_with_between().root
    issuer = between if is_below_the_root else other
    tsa = Authority(root=root, signer=signer, carried=(issuer,))
    stamp = parse_stamp(tsa.stamp(b"a note"), "own")
    (known,) = given_roots((root.der,))
    program = CryptographyProgram()

    believed = (
        program.is_good_in(list_of(issuer), stamp, known, "own"),
        program.is_good_by(answer_of(issuer, signer), stamp, known, "own"),
    )

    assert believed == (is_below_the_root, is_below_the_root)


def test_what_the_issuer_said_of_something_else_tells_nothing() -> None:
    tsa = authority_with_between()
    (issuer,) = tsa.carried
    stamp = parse_stamp(tsa.stamp(b"a note"), "own")
    (root,) = given_roots((tsa.root.der,))
    program = CryptographyProgram()
    wrong = answers_that_tell_nothing(issuer, tsa.signer)

    believed = [
        name for name, data in wrong.items() if program.is_good_by(data, stamp, root, "own")
    ]

    assert program.is_good_by(answer_of(issuer, tsa.signer), stamp, root, "own")
    assert believed == []


def test_a_list_of_another_name_or_of_a_part_tells_nothing() -> None:
    tsa = authority_with_between()
    (issuer,) = tsa.carried
    stamp = parse_stamp(tsa.stamp(b"a note"), "own")
    (root,) = given_roots((tsa.root.der,))
    program = CryptographyProgram()
    part = x509.DeltaCRLIndicator(1)
    wrong = [list_of(issuer, name=tsa.signer), list_of(issuer, only=part)]

    assert program.is_good_in(list_of(issuer), stamp, root, "own")
    assert [program.is_good_in(data, stamp, root, "own") for data in wrong] == [False, False]
