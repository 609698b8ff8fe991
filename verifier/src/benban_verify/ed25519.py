"""
Ed25519 signatures checked with the standard library alone.

Checking needs no secret, so plain integers do no harm. Strict where RFC 8032 leaves room: one
spelling of every point, S below the group's order, no key of small order, the equation without
cofactor (what OpenSSL and Go compute).

Source: RFC 8032 sections 5.1.3, 5.1.4 and 5.1.7.
"""

import hashlib
from typing import Final

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64

# RFC 8032 section 5.1: the field, the order of the base point, the curve's constant.
_P: Final = 2**255 - 19
_L: Final = 2**252 + 27742317777372353535851937790883648493
_D: Final = -121665 * pow(121666, -1, _P) % _P
_SQRT_MINUS_ONE: Final = pow(2, (_P - 1) // 4, _P)

# Extended homogeneous coordinates (X, Y, Z, T) with x = X/Z, y = Y/Z, x*y = T/Z.
_Point = tuple[int, int, int, int]
_NEUTRAL: Final[_Point] = (0, 1, 1, 0)


class PointRefusedError(ValueError):
    """The 32 bytes are no point of the curve, or not in its only spelling."""


def is_valid_key(public_key: bytes) -> bool:
    """Return whether *public_key* is the only spelling of a point that is not of small order."""
    try:
        point = _decode(public_key)
    except PointRefusedError:
        return False
    return not _is_small_order(point)


def is_valid_signature(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """
    Return whether *signature* over *message* is that of *public_key*.

    Args:
        public_key: 32 bytes.
        message: any length.
        signature: 64 bytes, R || S.
    """
    if len(signature) != SIGNATURE_BYTES or not is_valid_key(public_key):
        return False
    encoded_r, s = signature[:32], int.from_bytes(signature[32:], "little")
    if s >= _L:
        return False
    digest = hashlib.sha512(encoded_r + public_key + message).digest()
    k = int.from_bytes(digest, "little") % _L
    minus_a = _negative(_decode(public_key))
    # [S]B - [k]A must be R; comparing the encoding also refuses every other spelling of R.
    return _encode(_add(_multiply(s, _BASE), _multiply(k, minus_a))) == encoded_r


def _decode(encoded: bytes) -> _Point:
    if len(encoded) != KEY_BYTES:
        raise PointRefusedError("length")
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= _P:
        raise PointRefusedError("not the canonical spelling")
    x = _x_from_y(y, sign)
    return (x, y, 1, x * y % _P)


def _x_from_y(y: int, sign: int) -> int:
    # x^2 = (y^2 - 1) / (d y^2 + 1)
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    root = pow(square, (_P + 3) // 8, _P)
    if (root * root - square) % _P:
        root = root * _SQRT_MINUS_ONE % _P
    if (root * root - square) % _P:
        raise PointRefusedError("not on the curve")
    if root == 0 and sign:
        raise PointRefusedError("not the canonical spelling")
    return root if root & 1 == sign else _P - root


def _encode(point: _Point) -> bytes:
    inverse = pow(point[2], -1, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _add(left: _Point, right: _Point) -> _Point:
    a = (left[1] - left[0]) * (right[1] - right[0]) % _P
    b = (left[1] + left[0]) * (right[1] + right[0]) % _P
    c = 2 * left[3] * right[3] * _D % _P
    d = 2 * left[2] * right[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _multiply(scalar: int, point: _Point) -> _Point:
    result = _NEUTRAL
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point = _add(point, point)
        scalar >>= 1
    return result


def _negative(point: _Point) -> _Point:
    return (-point[0] % _P, point[1], point[2], -point[3] % _P)


def _is_small_order(point: _Point) -> bool:
    eightfold = _multiply(8, point)
    return eightfold[0] % _P == 0 and (eightfold[1] - eightfold[2]) % _P == 0


_BASE: Final = _decode((4 * pow(5, -1, _P) % _P).to_bytes(32, "little"))
