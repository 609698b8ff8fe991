"""Strict DER: one encoding of every value."""

import pytest
from benban_verify import der
from benban_verify.der import DerRefusedError
from hypothesis import given
from hypothesis import strategies as st

from tests.verifier.tsa_maker import integer, oid, sequence, tlv


@pytest.mark.parametrize(
    "text",
    [
        "",
        "30",
        "3001",
        "308000",
        "30800000",
        "308100",
        "30817f" + "00" * 127,
        "3082007f" + "00" * 127,
        "3085000000000100",
        "30850100000000",
        "1f2000",
        "300000",
        "30020500ff",
    ],
)
def test_another_encoding_is_refused(text: str) -> None:
    with pytest.raises(DerRefusedError):
        der.parse(bytes.fromhex(text))


@pytest.mark.parametrize("content", ["", "0001", "ff80", "007f"])
def test_an_integer_has_one_encoding(content: str) -> None:
    with pytest.raises(DerRefusedError):
        der.integer(der.parse(tlv(0x02, bytes.fromhex(content))))


@given(st.integers(0, 2**70))
def test_integers_go_round(number: int) -> None:
    assert der.integer(der.parse(integer(number))) == number


@pytest.mark.parametrize("name", ["1.2.840.113549.1.9.16.1.4", "2.25.42", "2.999.1", "0.9.2342"])
def test_object_identifiers_go_round(name: str) -> None:
    assert der.object_name(der.parse(oid(name))) == name


@pytest.mark.parametrize("content", ["", "2a86", "2a8001", "2a" + "ff" * 64 + "01"])
def test_an_object_identifier_has_one_encoding(content: str) -> None:
    with pytest.raises(DerRefusedError):
        der.object_name(der.parse(tlv(0x06, bytes.fromhex(content))))


@pytest.mark.parametrize(
    ("tag", "text", "expected"),
    [
        (0x17, "260101000000Z", "2026-01-01T00:00:00+00:00"),
        (0x17, "500101000000Z", "1950-01-01T00:00:00+00:00"),
        (0x17, "491231235959Z", "2049-12-31T23:59:59+00:00"),
        (0x18, "20500101000000Z", "2050-01-01T00:00:00+00:00"),
        (0x18, "20260101000000.25Z", "2026-01-01T00:00:00.250000+00:00"),
        (0x18, "20260101000000.123456789Z", "2026-01-01T00:00:00.123456+00:00"),
    ],
)
def test_times(tag: int, text: str, expected: str) -> None:
    assert der.time(der.parse(tlv(tag, text.encode()))).isoformat() == expected


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        (0x17, "2601010000Z"),
        (0x17, "260101000000+0700"),
        (0x17, "261301000000Z"),
        (0x18, "20260101000000"),
        (0x18, "20260101000000.Z"),
        (0x18, "20260101000000,5Z"),
        (0x18, "20260230000000Z"),
        (0x04, "20260101000000Z"),
    ],
)
def test_times_in_other_forms_are_refused(tag: int, text: str) -> None:
    with pytest.raises(DerRefusedError):
        der.time(der.parse(tlv(tag, text.encode())))


def test_a_reader_refuses_what_is_missing_and_what_is_left() -> None:
    reader = der.Reader(der.parse(sequence(integer(1), integer(2))))
    reader.take(der.INTEGER)
    with pytest.raises(DerRefusedError, match="too many"):
        reader.end()
    reader.take(der.INTEGER)
    with pytest.raises(DerRefusedError, match="missing"):
        reader.take(der.INTEGER)
