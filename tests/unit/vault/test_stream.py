import io
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benban.errors import ContentDamagedError
from benban.outside.platforms import ThisPlatform
from benban.vault.disk import Disk
from benban.vault.stream import (
    CHUNK_BYTES,
    HEADER_BYTES,
    ChunkWriter,
    chunk_nonce,
    fresh_header,
    open_stored,
    sealed_size,
)

KEY = bytes(range(32))
SEALED_CHUNK = CHUNK_BYTES + 16
SIZES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 3 * CHUNK_BYTES + 7]


def content(size: int) -> bytes:
    return (b"%08d" * (size // 8 + 1) % tuple(range(size // 8 + 1)))[:size]


def stored(path: Path, data: bytes, key: bytes = KEY, piece: int = 100_000) -> Path:
    writer = ChunkWriter(Disk(ThisPlatform()).create(path), key, fresh_header())
    for start in range(0, len(data), piece):
        writer.write(data[start : start + piece])
    writer.finish()
    return path


def read(path: Path, size: int, key: bytes = KEY) -> bytes:
    with open_stored(path, key, size) as stream:
        return stream.read()


def failure(path: Path, size: int, key: bytes = KEY) -> str:
    with pytest.raises(ContentDamagedError) as raised:
        read(path, size, key)
    return str(raised.value.params["failure"])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("piece", [1 << 20, 1000])
def test_what_was_written_is_read(tmp_path: Path, size: int, piece: int) -> None:
    path = stored(tmp_path / "blob", content(size), piece=piece)

    assert read(path, size) == content(size)


@pytest.mark.parametrize("size", SIZES)
def test_the_size_of_the_file_follows_from_the_plain_size(tmp_path: Path, size: int) -> None:
    path = stored(tmp_path / "blob", content(size))

    assert path.stat().st_size == sealed_size(size)


@pytest.mark.parametrize("offset", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, 2 * CHUNK_BYTES + 5])
def test_any_place_can_be_read_alone(tmp_path: Path, offset: int) -> None:
    data = content(3 * CHUNK_BYTES)
    path = stored(tmp_path / "blob", data)

    with open_stored(path, KEY, len(data)) as stream:
        stream.seek(offset)
        found = stream.read(100)

    assert found == data[offset : offset + 100]


def test_beyond_the_end_there_is_nothing(tmp_path: Path) -> None:
    path = stored(tmp_path / "blob", content(10))

    with open_stored(path, KEY, 10) as stream:
        assert (stream.seek(0, io.SEEK_END), stream.seek(999), stream.read()) == (10, 999, b"")


def test_seeking_before_the_beginning_is_refused(tmp_path: Path) -> None:
    path = stored(tmp_path / "blob", content(10))

    with open_stored(path, KEY, 10) as stream, pytest.raises(ValueError, match="before"):
        stream.seek(-1)


def test_stock_aes_gcm_reads_a_chunk_as_the_page_says(tmp_path: Path) -> None:
    data = content(CHUNK_BYTES + 5)
    whole = stored(tmp_path / "blob", data).read_bytes()
    header, last = whole[:HEADER_BYTES], whole[HEADER_BYTES + SEALED_CHUNK :]

    plain = AESGCM(KEY).decrypt(bytes(10) + b"\x01\x01", last, header)

    assert plain == data[CHUNK_BYTES:]


def test_a_nonce_is_counter_and_last_flag() -> None:
    assert chunk_nonce(258, is_last=True).hex() == "000000000000000000010201"
    assert chunk_nonce(0, is_last=False).hex() == "000000000000000000000000"


@pytest.mark.parametrize("chunk", [0, 1, 2])
@pytest.mark.parametrize("place", [0, 1000, SEALED_CHUNK - 1])
def test_a_flipped_bit_in_any_chunk_is_found(tmp_path: Path, chunk: int, place: int) -> None:
    size = 3 * CHUNK_BYTES
    path = stored(tmp_path / "blob", content(size))
    flip(path, HEADER_BYTES + chunk * SEALED_CHUNK + place)

    assert failure(path, size) == "chunk"


@pytest.mark.parametrize("place", range(HEADER_BYTES))
def test_a_flipped_bit_in_the_header_is_found(tmp_path: Path, place: int) -> None:
    path = stored(tmp_path / "blob", content(10))
    flip(path, place)

    assert failure(path, 10) == ("header" if place < 16 else "chunk")


@pytest.mark.parametrize(
    "length", [0, 1, HEADER_BYTES, HEADER_BYTES + SEALED_CHUNK, HEADER_BYTES + 2 * SEALED_CHUNK]
)
def test_a_cut_also_at_the_edge_of_a_chunk_is_found(tmp_path: Path, length: int) -> None:
    size = 3 * CHUNK_BYTES
    path = stored(tmp_path / "blob", content(size))
    path.write_bytes(path.read_bytes()[:length])

    assert failure(path, size) == ("length" if length >= HEADER_BYTES else "header")


@pytest.mark.parametrize("more", [b"\x00", b"\x00" * 16, b"\x00" * SEALED_CHUNK])
def test_something_appended_is_found(tmp_path: Path, more: bytes) -> None:
    path = stored(tmp_path / "blob", content(CHUNK_BYTES))
    path.write_bytes(path.read_bytes() + more)

    assert failure(path, CHUNK_BYTES) == "length"


def test_a_repeated_last_chunk_with_a_matching_size_is_found(tmp_path: Path) -> None:
    path = stored(tmp_path / "blob", content(CHUNK_BYTES))
    whole = path.read_bytes()
    path.write_bytes(whole + whole[HEADER_BYTES:])

    assert failure(path, 2 * CHUNK_BYTES) == "chunk"


def test_exchanged_chunks_are_found(tmp_path: Path) -> None:
    size = 3 * CHUNK_BYTES
    path = stored(tmp_path / "blob", content(size))
    whole = path.read_bytes()
    first, second = HEADER_BYTES, HEADER_BYTES + SEALED_CHUNK
    path.write_bytes(
        whole[:first]
        + whole[second : second + SEALED_CHUNK]
        + whole[first:second]
        + whole[second + SEALED_CHUNK :]
    )

    assert failure(path, size) == "chunk"


def test_the_blob_of_another_key_is_found(tmp_path: Path) -> None:
    path = stored(tmp_path / "blob", content(10), key=bytes(32))

    assert failure(path, 10) == "chunk"


def test_an_empty_blob_is_authenticated_too(tmp_path: Path) -> None:
    path = stored(tmp_path / "blob", b"", key=bytes(32))

    assert failure(path, 0) == "chunk"


def test_a_zeroed_sector_is_found(tmp_path: Path) -> None:
    size = 3 * CHUNK_BYTES
    path = stored(tmp_path / "blob", content(size))
    whole = bytearray(path.read_bytes())
    whole[8192:12288] = bytes(4096)
    path.write_bytes(whole)

    assert failure(path, size) == "chunk"


def test_a_missing_blob_is_named(tmp_path: Path) -> None:
    assert failure(tmp_path / "nothing", 10) == "missing"


def test_a_folder_in_the_place_of_a_blob_is_named(tmp_path: Path) -> None:
    assert failure(tmp_path, 10) == "unreadable"


def flip(path: Path, place: int) -> None:
    whole = bytearray(path.read_bytes())
    whole[place] ^= 1
    path.write_bytes(whole)
