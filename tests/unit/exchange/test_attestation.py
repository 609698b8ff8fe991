"""A consent that is shown, and everything that is none."""

from dataclasses import replace
from datetime import timedelta

import pytest

from benban.errors.exchange import AgeNotShownError, HashRefusedError, ProofRefusedError
from benban.exchange.attestation import (
    MAX_PROOF_BYTES,
    ConsentProof,
    check_proof,
    proof_bytes,
    read_proof,
)
from benban.model.custody import EventKind
from benban.seal.note import public_key_of
from tests.unit.exchange.shared import EXCHANGE, LOG_KEY, NOW, consent_proof, pdq


def _refusal(proof: ConsentProof) -> str:
    with pytest.raises(ProofRefusedError) as refused:
        check_proof(proof, exchange=EXCHANGE, now=NOW)
    return str(refused.value.params["why"])


@pytest.mark.parametrize("before", [0, 1, 6])
def test_a_consent_in_a_log_is_read_back_and_holds(before: int) -> None:
    proof = consent_proof(entries_before=before)

    said = check_proof(read_proof(proof_bytes(proof)), exchange=EXCHANGE, now=NOW)

    assert (said.pdq, said.key, said.at) == (pdq(), public_key_of(LOG_KEY).hex(), NOW)


@pytest.mark.parametrize("name", ["adult_now", "adult_in_picture", "nobody_doubts"])
@pytest.mark.parametrize("said", ["no", "unsure", "not-answered", ""])
def test_without_three_times_yes_nothing_is_taken(name: str, said: str) -> None:
    with pytest.raises(AgeNotShownError):
        check_proof(consent_proof(said={name: said}), exchange=EXCHANGE, now=NOW)


def test_the_age_is_looked_at_before_the_hash() -> None:
    proof = consent_proof(said={"adult_now": "no", "pdq": "not a hash", "quality": "0"})

    with pytest.raises(AgeNotShownError):
        check_proof(proof, exchange=EXCHANGE, now=NOW)


def test_a_hash_of_low_quality_is_refused_whatever_the_consent() -> None:
    with pytest.raises(HashRefusedError):
        check_proof(consent_proof(said={"quality": "49"}), exchange=EXCHANGE, now=NOW)


def test_a_consent_to_another_exchange_is_none() -> None:
    assert _refusal(consent_proof(said={"exchange": "another"})) == "exchange"


def test_a_consent_of_a_day_to_come_is_none() -> None:
    with pytest.raises(ProofRefusedError):
        check_proof(consent_proof(), exchange=EXCHANGE, now=NOW - timedelta(days=2))


def test_another_event_is_no_consent() -> None:
    assert _refusal(consent_proof(kind=EventKind.CONSENT_GIVEN)) == "fields"


def test_an_opening_with_another_value_is_refused() -> None:
    proof = consent_proof()
    other = tuple(
        replace(one, value=pdq(2).hex) if one.name == "pdq" else one for one in proof.openings
    )

    assert _refusal(replace(proof, openings=other)) == "fields"


def test_a_field_that_nobody_needs_is_not_read() -> None:
    assert _refusal(consent_proof(said={"recipient": "somebody"})) == "fields"


def test_a_record_that_is_not_in_the_log_is_refused() -> None:
    stranger = consent_proof(said={"pdq": pdq(2).hex})
    proof = consent_proof()

    assert _refusal(replace(proof, note=stranger.note)) == "log"


def test_a_head_signed_with_another_key_is_refused() -> None:
    assert _refusal(replace(consent_proof(), key=public_key_of(bytes(32)))) == "log"


@pytest.mark.parametrize(
    "untrusted",
    [b"", b"{}", b"[]", b"null", b"\xff", b'{"v":1}', b"[" * 10_000, b" " * (MAX_PROOF_BYTES + 1)],
)
def test_what_is_no_proof_is_refused_with_its_reason(untrusted: bytes) -> None:
    with pytest.raises(ProofRefusedError) as refused:
        read_proof(untrusted)

    assert refused.value.params["why"] == "layout"


def test_a_proof_with_anything_more_is_refused() -> None:
    whole = proof_bytes(consent_proof())

    with pytest.raises(ProofRefusedError):
        read_proof(whole.replace(b'"v":1', b'"v":1,"w":1'))
