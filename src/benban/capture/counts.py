"""Numbers as pages write them, in Vietnamese and in English: kept as text, read where certain."""

import re

# "1,2 N" is nghìn (thousand), "Tr" triệu (million), "T" or "tỷ" a thousand million.
_UNITS = {
    "": 1,
    "k": 1_000,
    "n": 1_000,
    "ng": 1_000,
    "nghìn": 1_000,
    "ngàn": 1_000,
    "thousand": 1_000,
    "m": 1_000_000,
    "tr": 1_000_000,
    "triệu": 1_000_000,
    "million": 1_000_000,
    "b": 1_000_000_000,
    "t": 1_000_000_000,
    "tỷ": 1_000_000_000,
    "tỉ": 1_000_000_000,
    "billion": 1_000_000_000,
}
# A number beyond this counts nothing that people do, and would not fit where it is kept.
_MOST_DIGITS = 15
_NUMBER = re.compile(r"(?<![\w.,])(\d[\d.,'\u00a0\u202f\u2009 ]*)\s*([^\W\d_]*)")
_GROUPED = re.compile(r"\d{1,3}(?:([.,' ])\d{3})(?:\1\d{3})*$")
_DECIMAL = re.compile(r"(\d+)[.,](\d{1,2})$")


def parse_count(text: str) -> int | None:
    """
    Return the first number in *text*; None when it cannot be read with certainty.

    ``2.012`` and ``2,012`` are two thousand and twelve; ``1,2K``, ``1.2 N`` one thousand two
    hundred; ``1.234K`` could be either of two numbers and is None.
    """
    match = _NUMBER.search(text)
    if match is None:
        return None
    digits = re.sub(r"[\u00a0\u202f\u2009]", " ", match[1]).strip(" .,")
    if sum(map(str.isdigit, digits)) > _MOST_DIGITS:
        return None
    unit = _UNITS.get(match[2].lower())
    if unit is None:
        # The next word belongs to the sentence ("2.012 thành viên").
        unit = 1
    return _whole(digits) if unit == 1 else _scaled(digits, unit)


def _whole(digits: str) -> int | None:
    if digits.isdigit():
        return int(digits)
    return int(re.sub(r"\D", "", digits)) if _GROUPED.match(digits) else None


def _scaled(digits: str, unit: int) -> int | None:
    if digits.isdigit():
        return int(digits) * unit
    match = _DECIMAL.match(digits)
    if match is None:
        return None
    parts: int = 10 ** len(match[2])
    return (int(match[1]) * parts + int(match[2])) * unit // parts
