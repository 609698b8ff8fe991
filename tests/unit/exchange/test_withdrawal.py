"""Taking a hash back: with the key of the case's log, and with nothing else."""

import json

import pytest

from benban.errors.exchange import WithdrawalRefusedError
from benban.exchange.withdrawal import read_withdrawal, require_withdrawal, sign_withdrawal
from benban.seal.note import public_key_of
from tests.unit.exchange.shared import EXCHANGE, LOG_KEY

LEAF = "ab" * 32
KEY = public_key_of(LOG_KEY).hex()


def test_a_withdrawal_with_the_key_of_the_consent_holds() -> None:
    withdrawal = read_withdrawal(sign_withdrawal(LEAF, EXCHANGE, LOG_KEY))

    require_withdrawal(withdrawal, consent_key=KEY, exchange=EXCHANGE)

    assert withdrawal.leaf == LEAF


@pytest.mark.parametrize(
    ("leaf", "exchange", "key"),
    [("cd" * 32, EXCHANGE, LOG_KEY), (LEAF, EXCHANGE, bytes(32)), (LEAF, "another", LOG_KEY)],
    ids=["of another consent", "with another key", "for another exchange"],
)
def test_a_signature_over_anything_else_withdraws_nothing(
    leaf: str, exchange: str, key: bytes
) -> None:
    said = json.loads(sign_withdrawal(LEAF, EXCHANGE, LOG_KEY))
    said["signature"] = json.loads(sign_withdrawal(leaf, exchange, key))["signature"]
    forged = json.dumps(said, separators=(",", ":"), sort_keys=True).encode()

    with pytest.raises(WithdrawalRefusedError):
        require_withdrawal(read_withdrawal(forged), consent_key=KEY, exchange=EXCHANGE)


def test_a_withdrawal_from_one_exchange_is_none_from_another() -> None:
    withdrawal = read_withdrawal(sign_withdrawal(LEAF, "another", LOG_KEY))

    with pytest.raises(WithdrawalRefusedError):
        require_withdrawal(withdrawal, consent_key=KEY, exchange=EXCHANGE)


@pytest.mark.parametrize(
    "untrusted",
    [
        b"",
        b"{}",
        b"\xff\xfe",
        b"[" * 2_000,
        b"x" * 4_000,
        b'{"exchange":"e","leaf":1,"signature":"","v":1}',
        b'{"exchange":"e","leaf":"","signature":"","v":1}',
    ],
)
def test_what_is_no_withdrawal_is_refused(untrusted: bytes) -> None:
    with pytest.raises(WithdrawalRefusedError):
        read_withdrawal(untrusted)
