import hashlib
from io import BytesIO

import pytest

from benban.seal.digests import (
    DigestingStream,
    as_sha256,
    chunks_of,
    digest_bytes,
    measure,
    measure_file,
    sha256_of,
    sha512_of,
)

DATA = bytes(range(256)) * 5000


def test_a_stream_is_measured_as_the_whole_would_be() -> None:
    measured = measure([DATA[:1], b"", DATA[1:]])

    assert (measured.size_bytes, measured.sha256.hex, measured.sha512.hex) == (
        len(DATA),
        hashlib.sha256(DATA).hexdigest(),
        hashlib.sha512(DATA).hexdigest(),
    )


def test_a_file_is_measured_from_where_it_stands() -> None:
    file = BytesIO(DATA)
    file.seek(7)

    assert measure_file(file) == measure([DATA[7:]])


def test_writing_returns_how_many_bytes_were_taken() -> None:
    assert DigestingStream().write(b"abc") == 3


def test_pieces_stop_at_the_limit() -> None:
    pieces = list(chunks_of(BytesIO(DATA), limit_bytes=1_100_000))

    assert b"".join(pieces) == DATA[:1_100_000]


def test_digests_of_bytes_carry_their_algorithm() -> None:
    assert (str(sha256_of(b"")), str(sha512_of(b""))) == (
        "sha256:" + hashlib.sha256(b"").hexdigest(),
        "sha512:" + hashlib.sha512(b"").hexdigest(),
    )


def test_a_digest_goes_to_raw_bytes_and_back() -> None:
    digest = sha256_of(DATA)

    assert as_sha256(digest_bytes(digest)) == digest


def test_a_value_of_another_length_is_no_sha256() -> None:
    with pytest.raises(ValueError, match="length"):
        as_sha256(bytes(31))
