from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from benban.desk.server.second.totp import (
    key_address,
    key_picture,
    new_key,
    step_of_code,
    typed_key,
)

# RFC 6238, appendix B, SHA-1; six digits are the last six of its eight.
_KEY = b"12345678901234567890"
_VECTORS = (
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
)


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)


@pytest.mark.parametrize(("seconds", "digits"), _VECTORS)
def test_the_codes_of_the_standard_are_codes(seconds: int, digits: str) -> None:
    assert step_of_code(_KEY, digits[-6:], _at(seconds)) == seconds // 30


@pytest.mark.parametrize(
    ("seconds", "step"),
    [(29, None), (30, 2), (60, 2), (89, 2), (90, 2), (119, 2), (120, None), (0, None)],
)
def test_a_code_holds_in_its_half_minute_and_the_ones_beside_it(
    seconds: int, step: int | None
) -> None:
    code = "359152"  # of the half minute from 60 to 89

    assert step_of_code(_KEY, code, _at(seconds)) == step


@pytest.mark.parametrize("typed", [" 287 082 ", "287-082", "287082\n"])
def test_a_code_may_be_typed_in_groups(typed: str) -> None:
    assert step_of_code(_KEY, typed, _at(59)) == 1


@pytest.mark.parametrize(
    "typed", ["", "28708", "2870820", "94287082", "２８７０８２", "\ud800", "0"]
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert step_of_code(_KEY, typed, _at(59)) is None


def test_a_key_has_160_bits_and_is_another_each_time() -> None:
    keys = {new_key() for _ in range(20)}

    assert {len(key) for key in keys} == {20}
    assert len(keys) == 20


def test_an_app_learns_the_word_desk_and_the_name_alone() -> None:
    address = urlsplit(key_address(_KEY, "Lan"))
    fields = parse_qs(address.query)

    assert (address.scheme, address.netloc, address.path) == ("otpauth", "totp", "/desk:Lan")
    assert fields == {
        "secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"],
        "issuer": ["desk"],
        "algorithm": ["SHA1"],
        "digits": ["6"],
        "period": ["30"],
    }


def test_the_key_is_typed_in_groups_of_four() -> None:
    assert typed_key(_KEY) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"


def test_the_picture_is_attributes_alone() -> None:
    picture = str(key_picture(_KEY, "<script>Lan</script>"))

    assert picture.startswith("<svg ")
    assert not any(word in picture for word in ("style", "script", "class", "data:", "href", "Lan"))
