"""
The recovery code: 128 random bits that people can copy by hand.

Source: docs/reference/vault-format-v1.md section 4; Crockford's base 32.
"""

import secrets
from dataclasses import dataclass, field

from benban.errors import RecoveryCodeMistypedError

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("OIL", "011", " -\t\r\n\u00a0\u2010\u2011\u2013")
_BITS = 128
_CHECK_SPAN = 4096
# Prime and above 31 x 31: one wrong digit or two exchanged neighbours always show.
_MODULUS = 4093
_REMAINDER = 1
_DIGITS = 28
_GROUP = 4


@dataclass(frozen=True, slots=True)
class RecoveryCode:
    """
    A recovery code as printed and re-typed.

    Attributes:
        text: seven groups of four, joined by hyphens.
    """

    text: str = field(repr=False)

    def __str__(self) -> str:
        """The text: whoever prints a code means to."""
        return self.text

    @property
    def groups(self) -> tuple[str, ...]:
        """The seven groups, for re-typing two of them."""
        return tuple(self.text.split("-"))


def new_recovery_code() -> RecoveryCode:
    """Return a fresh random code."""
    return code_of(secrets.token_bytes(_BITS // 8))


def code_of(secret: bytes) -> RecoveryCode:
    """Return the code of 16 secret bytes."""
    shifted = int.from_bytes(secret, "big") * _CHECK_SPAN
    value = shifted + (_REMAINDER - shifted) % _MODULUS
    digits = "".join(_ALPHABET[value >> 5 * (_DIGITS - 1 - place) & 31] for place in range(_DIGITS))
    groups = [digits[at : at + _GROUP] for at in range(0, _DIGITS, _GROUP)]
    return RecoveryCode("-".join(groups))


def recovery_secret(untrusted_code: str) -> bytes:
    """
    Return the 16 secret bytes of a typed code.

    Raises:
        RecoveryCodeMistypedError: BB-409; found without trying any key.
    """
    digits = untrusted_code.upper().translate(_READ_AS)
    if len(digits) != _DIGITS or not set(digits) <= set(_ALPHABET):
        raise RecoveryCodeMistypedError("not 28 digits of the alphabet")
    value = 0
    for digit in digits:
        value = value * 32 + _ALPHABET.index(digit)
    if value % _MODULUS != _REMAINDER or value % _CHECK_SPAN >= _MODULUS:
        raise RecoveryCodeMistypedError("the check does not fit")
    return (value // _CHECK_SPAN).to_bytes(_BITS // 8, "big")
