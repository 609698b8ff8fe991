"""The authority of the demonstration is accepted by stock tools exactly when it should be."""

import hashlib
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from benban.testing.clock import FakeClock
from benban.testing.tsa import FakeTsa, TsaFault

NOW = datetime(2026, 11, 22, 8, 15, 30, tzinfo=UTC)
NOTE = b"benban/log/00\n3\nAAAA\n"


def request_for_note() -> TimeStampRequest:
    builder = TimestampRequestBuilder().data(NOTE).hash_algorithm(HashAlgorithm.SHA256)
    return builder.nonce().cert_request(cert_request=True).build()


def stamped(fault: TsaFault) -> tuple[FakeTsa, TimeStampResponse, int]:
    authority = FakeTsa(clock=FakeClock(NOW), fault=fault)
    request = request_for_note()
    assert request.nonce is not None
    response = decode_timestamp_response(authority.answer(request.as_bytes()))
    return authority, response, request.nonce


def verify(authority: FakeTsa, response: TimeStampResponse, nonce: int) -> bool:
    root = x509.load_der_x509_certificate(authority.root_der)
    verifier = VerifierBuilder().add_root_certificate(root).nonce(nonce).build()
    return verifier.verify_message(response, NOTE)


def test_a_good_token_is_accepted_by_another_implementation() -> None:
    authority, response, nonce = stamped(TsaFault.NONE)

    assert verify(authority, response, nonce) is True
    assert response.tst_info.gen_time == NOW


@pytest.mark.parametrize(
    "fault",
    [
        TsaFault.WRONG_IMPRINT,
        TsaFault.WRONG_NONCE,
        TsaFault.BROKEN_SIGNATURE,
        TsaFault.TIME_OUTSIDE_VALIDITY,
    ],
)
def test_a_faulty_token_is_refused_by_another_implementation(fault: TsaFault) -> None:
    authority, response, nonce = stamped(fault)

    with pytest.raises(VerificationError):
        verify(authority, response, nonce)


def test_a_refusal_says_so_in_its_status() -> None:
    _authority, response, _nonce = stamped(TsaFault.REFUSED)

    assert response.status == 2


def test_a_reply_that_is_no_reply_cannot_be_read() -> None:
    with pytest.raises(ValueError, match=r"ASN\.1"):
        stamped(TsaFault.NOT_A_RESPONSE)


@pytest.mark.parametrize(
    ("fault", "at", "accepted"),
    [
        (TsaFault.NONE, NOW, True),
        (TsaFault.SHORT_LIVED_CERTIFICATE, NOW, True),
        (TsaFault.SHORT_LIVED_CERTIFICATE, NOW + timedelta(days=2), False),
        (TsaFault.TIME_OUTSIDE_VALIDITY, NOW, False),
        (TsaFault.WRONG_IMPRINT, NOW, False),
        (TsaFault.BROKEN_SIGNATURE, NOW, False),
    ],
)
def test_openssl_agrees(fault: TsaFault, at: datetime, accepted: bool, tmp_path: Path) -> None:
    authority = FakeTsa(clock=FakeClock(NOW), fault=fault)
    request = request_for_note()
    (tmp_path / "token.tsr").write_bytes(authority.answer(request.as_bytes()))
    (tmp_path / "root.pem").write_bytes(authority.root_pem)

    command = ["openssl", "ts", "-verify", "-digest", hashlib.sha256(NOTE).hexdigest()]
    command += ["-in", str(tmp_path / "token.tsr"), "-CAfile", str(tmp_path / "root.pem")]
    command += ["-attime", str(int(at.timestamp()))]

    done = subprocess.run(command, capture_output=True, check=False)

    assert (done.returncode == 0) is accepted


def test_it_answers_over_loopback_http() -> None:
    authority = FakeTsa(clock=FakeClock(NOW))
    request = request_for_note()
    assert request.nonce is not None

    with authority.serve() as address:
        reply = httpx.post(
            address,
            content=request.as_bytes(),
            headers={"Content-Type": "application/timestamp-query"},
            timeout=60,
            trust_env=False,
        )

    assert verify(authority, decode_timestamp_response(reply.content), request.nonce) is True
