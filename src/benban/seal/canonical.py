"""Canonical JSON (RFC 8785) with whole numbers only."""

import json
from collections.abc import Mapping, Sequence
from typing import NoReturn, TypeAlias

from benban.errors import NotCanonicalError

JsonValue: TypeAlias = "bool | int | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"

# RFC 8785 section 3.2.2.3: what every reader holds exactly, 2^53 - 1.
LARGEST_INTEGER = 9_007_199_254_740_991

# Our deepest format has six levels; a reader must not be sent into endless recursion.
_DEEPEST = 64

# RFC 8785 section 3.2.2.2 wants exactly what Python's encoder writes: two-character escapes where
# JSON has them, \u00xx in lower case for other controls, all else as it is. Made once: a log of
# thousands of records is read for one page.
_string = json.JSONEncoder(ensure_ascii=False).encode


def canonical_json(value: JsonValue) -> bytes:
    """
    Return the one byte sequence that stands for *value*.

    Args:
        value: text without lone surrogates, whole numbers within ±(2^53-1), constants, lists,
            and objects of these, at most 64 levels deep. Floats are refused: none of our formats
            needs them.

    Raises:
        NotCanonicalError: BB-501, *value* has no canonical form.

    Source: RFC 8785 section 3.2.
    """
    try:
        return _text(value, 0).encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonicalError("lone surrogate") from error


def parse_canonical(untrusted_bytes: bytes) -> JsonValue:
    """
    Return the value of canonical JSON, made of dict, list, str, int, bool and None.

    Raises:
        NotCanonicalError: BB-501, not JSON, or not the canonical form of what it says.
    """
    try:
        value: JsonValue = _DECODER.decode(untrusted_bytes.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise NotCanonicalError("not JSON with whole numbers") from error
    # A key that stands twice, white space, an escape too many: all show in the bytes.
    if canonical_json(value) != untrusted_bytes:
        raise NotCanonicalError("not in canonical form")
    return value


def _text(value: object, depth: int) -> str:
    # "object": a caller without types may hand over a float, and must hear of it.
    if depth > _DEEPEST:
        raise NotCanonicalError("nested too deep")
    if isinstance(value, str):
        return _string(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return _number(value)
    if isinstance(value, Mapping):
        return _object(value, depth)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return "[" + ",".join(_text(item, depth + 1) for item in value) + "]"
    raise NotCanonicalError("no JSON type for this value")


def _number(value: int) -> str:
    if not -LARGEST_INTEGER <= value <= LARGEST_INTEGER:
        raise NotCanonicalError("integer beyond 2^53-1")
    return str(int(value))


def _object(value: Mapping[object, object], depth: int) -> str:
    members = []
    for key, item in value.items():
        if not isinstance(key, str):
            raise NotCanonicalError("a key is not text")
        # RFC 8785 section 3.2.3: by UTF-16 code units, not by code points.
        members.append((key.encode("utf-16-be"), f"{_string(key)}:{_text(item, depth + 1)}"))
    return "{" + ",".join(text for _, text in sorted(members)) + "}"


def _refuse(_literal: str) -> NoReturn:
    raise NotCanonicalError("a number that is not whole")


_DECODER = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse)
