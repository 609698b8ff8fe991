"""
Which well-known colour space a profile describes, and a profile of our own for it.

A profile tells more than colours: who made it, for which screen, often its serial number and the
day of its calibration; a screen's measured colours tell it apart as well. So no profile is passed
on. Where its colours are those of a space that everybody knows, the copy gets a profile made here,
with the published numbers; otherwise the picture is converted to sRGB.
"""

import struct
from dataclasses import dataclass
from enum import Enum
from functools import cache

# ICC.1:2022 7.2 and 7.3.
_HEADER_BYTES = 128
_TAG_BYTES = 12
_MOST_TAGS = 100
_MOST_POINTS = 4096
# What the two programs that wrote a profile may differ in by rounding; the nearest two spaces
# below are ten times as far apart.
_COLORANT_TOLERANCE = 0.003
_CURVE_TOLERANCE = 0.01
_CHECKED_AT = (0.02, 0.1, 0.25, 0.5, 0.75, 0.9)
_COLORANTS = (b"rXYZ", b"gXYZ", b"bXYZ")
_CURVES = (b"rTRC", b"gTRC", b"bTRC")
_FIXED = 65536
# D50, the white of every profile (ICC.1:2022 7.2.16).
_WHITE = (0.96420, 1.0, 0.82491)
# IEC 61966-2-1.
_SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)

# A parametric curve of ICC.1:2022 10.18: gamma, a, b, c, d (type 3), or gamma alone (type 0).
Curve = tuple[float, ...]
Vector = tuple[float, float, float]


class Space(Enum):
    """The colour spaces that are kept; a picture in another one is converted to sRGB."""

    SRGB = "sRGB"
    DISPLAY_P3 = "Display P3"
    ADOBE_RGB = "Adobe RGB (1998)"
    PROPHOTO = "ROMM RGB"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Numbers:
    colorants: tuple[Vector, Vector, Vector]
    curve: Curve


# The published primaries, adapted to D50 by Bradford: IEC 61966-2-1; SMPTE EG 432-1 with D65;
# Adobe RGB (1998) 4.3; ISO 22028-2.
_SPACES = {
    Space.SRGB: _Numbers(
        colorants=(
            (0.43607, 0.22249, 0.01392),
            (0.38515, 0.71687, 0.09708),
            (0.14307, 0.06061, 0.71410),
        ),
        curve=_SRGB_CURVE,
    ),
    Space.DISPLAY_P3: _Numbers(
        colorants=(
            (0.51512, 0.24120, -0.00105),
            (0.29198, 0.69225, 0.04189),
            (0.15710, 0.06657, 0.78407),
        ),
        curve=_SRGB_CURVE,
    ),
    Space.ADOBE_RGB: _Numbers(
        colorants=(
            (0.60974, 0.31111, 0.01947),
            (0.20528, 0.62567, 0.06087),
            (0.14919, 0.06322, 0.74457),
        ),
        curve=(563 / 256,),
    ),
    Space.PROPHOTO: _Numbers(
        colorants=((0.79767, 0.28804, 0.0), (0.13519, 0.71188, 0.0), (0.03134, 0.00009, 0.82491)),
        curve=(1.8,),
    ),
}


def recognise(untrusted_profile: bytes) -> Space | None:
    """
    Return the well-known space that an ICC profile describes; None: another one, or no profile.

    Only three colorants and three curves are read; a profile by tables is never recognised.
    """
    try:
        tags = _tags(untrusted_profile)
        if untrusted_profile[16:24] != b"RGB XYZ " or b"A2B0" in tags:
            return None
        colorants = tuple(_vector(tags[name]) for name in _COLORANTS)
        drawn = tuple(_points_of(tags[name]) for name in _CURVES)
    except (KeyError, ValueError, ArithmeticError, struct.error):
        return None
    return next(
        (
            space
            for space, numbers in _SPACES.items()
            if _is_near(colorants, numbers.colorants, _COLORANT_TOLERANCE)
            and _is_near(drawn, (_published_points(numbers.curve),) * 3, _CURVE_TOLERANCE)
        ),
        None,
    )


@cache
def own_profile(space: Space) -> bytes:
    """
    Return a profile of *space*, the same bytes on every computer.

    Source: ICC.1:2022 8.4.3 (what a display profile by matrix must hold).
    """
    numbers = _SPACES[space]
    curve = _curve_tag(numbers.curve)
    tags = [
        (b"desc", _text_tag(space.value)),
        (b"cprt", _text_tag("CC0")),
        (b"wtpt", _vector_tag(_WHITE)),
        *zip(_COLORANTS, map(_vector_tag, numbers.colorants), strict=True),
        *((name, curve) for name in _CURVES),
    ]
    at = _HEADER_BYTES + 4 + _TAG_BYTES * len(tags)
    table, body, places = struct.pack(">I", len(tags)), b"", dict[bytes, int]()
    for name, tag in tags:
        if tag not in places:
            places[tag] = at + len(body)
            body += tag + bytes(-len(tag) % 4)
        table += struct.pack(">4sII", name, places[tag], len(tag))
    return _header(_HEADER_BYTES + len(table) + len(body)) + table + body


def _tags(profile: bytes) -> dict[bytes, bytes]:
    if profile[36:40] != b"acsp":
        raise ValueError
    (count,) = struct.unpack_from(">I", profile, _HEADER_BYTES)
    if count > _MOST_TAGS:
        raise ValueError
    found: dict[bytes, bytes] = {}
    for number in range(count):
        name, at, size = struct.unpack_from(
            ">4sII", profile, _HEADER_BYTES + 4 + _TAG_BYTES * number
        )
        found[name] = profile[at : at + min(size, 12 + 2 * _MOST_POINTS)]
    return found


def _vector(tag: bytes) -> Vector:
    if tag[:4] != b"XYZ ":
        raise ValueError
    x, y, z = struct.unpack_from(">3i", tag, 8)
    return x / _FIXED, y / _FIXED, z / _FIXED


def _points_of(tag: bytes) -> tuple[float, ...]:
    if tag[:4] == b"para":
        return _parametric_points(tag)
    if tag[:4] != b"curv":
        raise ValueError
    (count,) = struct.unpack_from(">I", tag, 8)
    if count == 1:
        (gamma,) = struct.unpack_from(">H", tag, 12)
        return _published_points((gamma / 256,))
    if not 2 <= count <= _MOST_POINTS:  # noqa: PLR2004 - a line has two ends
        return _published_points((1.0,)) if count == 0 else ()
    table = struct.unpack_from(f">{count}H", tag, 12)
    return tuple(_between(table, at * (count - 1)) / 65535 for at in _CHECKED_AT)


def _parametric_points(tag: bytes) -> tuple[float, ...]:
    (kind,) = struct.unpack_from(">H", tag, 8)
    # Types 1 and 2 describe none of our spaces more simply than 0, 3 and 4.
    count = {0: 1, 3: 5, 4: 7}.get(kind)
    if count is None:
        raise ValueError
    values = tuple(value / _FIXED for value in struct.unpack_from(f">{count}i", tag, 12))
    if any(abs(offset) > _CURVE_TOLERANCE for offset in values[5:]):
        raise ValueError  # a black that is none
    return _published_points(values[:5])


def _published_points(curve: Curve) -> tuple[float, ...]:
    if len(curve) == 1:
        return tuple(at ** max(0.0, curve[0]) for at in _CHECKED_AT)
    gamma, a, b, c, d = curve
    return tuple(max(0.0, a * at + b) ** gamma if at >= d else c * at for at in _CHECKED_AT)


def _between(table: tuple[int, ...], at: float) -> float:
    low = min(int(at), len(table) - 2)
    return table[low] + (table[low + 1] - table[low]) * (at - low)


def _is_near(
    found: tuple[tuple[float, ...], ...], known: tuple[tuple[float, ...], ...], tolerance: float
) -> bool:
    return all(
        len(one) == len(other)
        and all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))
        for one, other in zip(found, known, strict=True)
    )


def _header(size: int) -> bytes:
    # Version 4.3, display, RGB to XYZ, and a day that says nothing about this computer.
    day = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
    start = struct.pack(">I4x4s4s4s4s", size, b"\x04\x30\0\0", b"mntr", b"RGB ", b"XYZ ")
    white = struct.pack(">3i", *(round(value * _FIXED) for value in _WHITE))
    return (start + day + b"acsp" + bytes(28) + white).ljust(_HEADER_BYTES, b"\0")


def _text_tag(text: str) -> bytes:
    encoded = text.encode("utf-16-be")
    return struct.pack(">4s4xII2s2sII", b"mluc", 1, 12, b"en", b"US", len(encoded), 28) + encoded


def _vector_tag(vector: Vector) -> bytes:
    return struct.pack(">4s4x3i", b"XYZ ", *(round(value * _FIXED) for value in vector))


def _curve_tag(curve: Curve) -> bytes:
    kind = 0 if len(curve) == 1 else 3
    values = struct.pack(f">{len(curve)}i", *(round(value * _FIXED) for value in curve))
    return struct.pack(">4s4xH2x", b"para", kind) + values
