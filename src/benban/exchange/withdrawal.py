"""A person's own word that a hash must go, signed with the key of the case's log."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature

from benban.errors import BenbanError
from benban.errors.exchange import WithdrawalRefusedError
from benban.seal.canonical import canonical_json, parse_canonical
from benban.seal.purpose import LogKeyUse, check_for, sign_for

MAX_WITHDRAWAL_BYTES = 2_048
_MEMBERS = frozenset({"v", "leaf", "exchange", "signature"})
# Nothing else is ever looked for, or kept: anybody may send one.
_LEAF, _SIGNATURE = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{128}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """
    What is withdrawn: it names the consent and no hash, so it may lie anywhere.

    Attributes:
        leaf: hex of the leaf of the consent.
        exchange: key id of the exchange that it is for.
        signature: 64 bytes.
    """

    leaf: str
    exchange: str
    signature: bytes


def sign_withdrawal(leaf: str, exchange: str, private_key: bytes) -> bytes:
    """
    Return the file that withdraws a shared hash; the same one may be sent many times.

    Args:
        leaf: hex of the leaf of the consent.
        exchange: key id of the exchange.
        private_key: 32 bytes, Ed25519, of the case's log.
    """

    def sign(said: bytes) -> bytes:
        return sign_for(LogKeyUse.WITHDRAW_SHARED_HASH, said, private_key)

    return withdrawal_bytes(leaf, exchange, sign)


def withdrawal_bytes(leaf: str, exchange: str, sign: Callable[[bytes], bytes]) -> bytes:
    """
    Return the same file for whoever holds no key and may only let it sign.

    Args:
        leaf: hex of the leaf of the consent.
        exchange: key id of the exchange.
        sign: as ``CaseStore.sign`` does for ``LogKeyUse.WITHDRAW_SHARED_HASH``.
    """
    signature = sign(_signed(leaf, exchange))
    return canonical_json(
        {"v": 1, "leaf": leaf, "exchange": exchange, "signature": signature.hex()}
    )


def read_withdrawal(untrusted: bytes) -> Withdrawal:
    """
    Return a withdrawal that has the layout of one; its signature is not checked yet.

    Raises:
        WithdrawalRefusedError: BB-958.
    """
    if len(untrusted) > MAX_WITHDRAWAL_BYTES:
        raise WithdrawalRefusedError("too long")
    try:
        value = parse_canonical(untrusted)
        if not isinstance(value, Mapping) or set(value) != _MEMBERS or value["v"] is True:
            raise WithdrawalRefusedError("not the members of a withdrawal")
        leaf, exchange, signature = value["leaf"], value["exchange"], value["signature"]
        texts = [one for one in (leaf, exchange, signature) if isinstance(one, str)]
        if value["v"] != 1 or len(texts) != 3:  # noqa: PLR2004 - all three
            raise WithdrawalRefusedError("not the values of a withdrawal")
        if not _LEAF.fullmatch(texts[0]) or not _SIGNATURE.fullmatch(texts[2]):
            raise WithdrawalRefusedError("not hexadecimal digits")
        return Withdrawal(leaf=texts[0], exchange=texts[1], signature=bytes.fromhex(texts[2]))
    except (BenbanError, ValueError) as error:
        raise WithdrawalRefusedError("not the layout of a withdrawal") from error


def require_withdrawal(withdrawal: Withdrawal, *, consent_key: str, exchange: str) -> None:
    """
    Return if it is for this exchange and signed with the key under which was consented.

    Raises:
        WithdrawalRefusedError: BB-958.
    """
    if withdrawal.exchange != exchange:
        raise WithdrawalRefusedError("for another exchange")
    try:
        check_for(
            LogKeyUse.WITHDRAW_SHARED_HASH,
            _signed(withdrawal.leaf, withdrawal.exchange),
            withdrawal.signature,
            bytes.fromhex(consent_key),
        )
    except (InvalidSignature, ValueError) as error:
        raise WithdrawalRefusedError("the signature does not fit") from error


def _signed(leaf: str, exchange: str) -> bytes:
    return leaf.encode() + b"\x00" + exchange.encode()
