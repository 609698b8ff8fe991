"""JSON that has one spelling only: RFC 8785 without fractions."""

import json
from collections.abc import Mapping, Sequence
from typing import Final, NoReturn

from benban_verify.limits import MAX_JSON_DEPTH, MAX_SAFE_INTEGER

JsonValue = None | bool | int | str | list["JsonValue"] | dict[str, "JsonValue"]

# Digits of 2^53-1 and a sign.
_MAX_NUMBER_CHARS: Final = 17


class JsonRefusedError(ValueError):
    """The bytes are not canonical JSON; the text says why in a few English words."""


def parse_canonical(untrusted: bytes) -> JsonValue:
    """
    Return the value of *untrusted*, which must be its canonical spelling byte for byte.

    Raises:
        JsonRefusedError: not UTF-8, not JSON, a name twice, a fraction, NaN, a number outside
            ±(2^53-1), deeper than 32, or not the canonical spelling.

    Source: RFC 8785 section 3.
    """
    try:
        text = untrusted.decode("utf-8")
        value: JsonValue = json.loads(
            text,
            object_pairs_hook=_object_without_doubles,
            parse_float=_refuse_fraction,
            parse_constant=_refuse_fraction,
            parse_int=_safe_integer,
        )
        _refuse_depth(value)
        spelled = spell(value)
    except UnicodeError:
        raise JsonRefusedError("not UTF-8") from None
    except RecursionError:
        raise JsonRefusedError("nested too deep") from None
    except json.JSONDecodeError:
        raise JsonRefusedError("not JSON") from None
    if spelled != untrusted:
        raise JsonRefusedError("not the canonical spelling")
    return value


def spell(value: JsonValue) -> bytes:
    """Return the canonical bytes of *value*; its numbers are integers."""
    text = json.dumps(_in_order(value), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8")


def text_of(value: JsonValue) -> str:
    """Return *value* as the text that it must be."""
    if not isinstance(value, str):
        raise JsonRefusedError("text expected")
    return value


def integer_of(value: JsonValue) -> int:
    """Return *value* as the integer >= 0 that it must be."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise JsonRefusedError("number expected")
    return value


def list_of(value: JsonValue) -> Sequence[JsonValue]:
    """Return *value* as the list that it must be."""
    if not isinstance(value, list):
        raise JsonRefusedError("list expected")
    return value


def object_of(value: JsonValue, names: Sequence[str] | None = None) -> Mapping[str, JsonValue]:
    """Return *value* as the object that it must be, with exactly *names* when they are given."""
    if not isinstance(value, dict):
        raise JsonRefusedError("object expected")
    if names is not None and set(value) != set(names):
        raise JsonRefusedError("other members than expected")
    return value


def _object_without_doubles(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise JsonRefusedError("a name twice")
    return found


def _refuse_fraction(_literal: str) -> NoReturn:
    raise JsonRefusedError("a number that is no integer")


def _safe_integer(literal: str) -> int:
    if len(literal) > _MAX_NUMBER_CHARS or abs(int(literal)) > MAX_SAFE_INTEGER:
        raise JsonRefusedError("a number out of range")
    return int(literal)


def _refuse_depth(value: JsonValue) -> None:
    level: list[JsonValue] = [value]
    for _ in range(MAX_JSON_DEPTH):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise JsonRefusedError("nested too deep")


def _inside(value: JsonValue) -> Sequence[JsonValue]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else ()


def _in_order(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        # RFC 8785 section 3.2.3: names in order of their UTF-16 code units.
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return {name: _in_order(value[name]) for name in names}
    if isinstance(value, list):
        return [_in_order(inner) for inner in value]
    return value
