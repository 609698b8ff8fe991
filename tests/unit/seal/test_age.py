"""age v1 both ways with the stock program, which is Debian's package ``age``."""

import io
import shutil
import subprocess
from pathlib import Path

import pytest

from benban.errors import AgeIdentityError, HandOverDamagedError, RecipientKeyError
from benban.seal.age import OpenedAge, fresh_identity, recipient_of, sealed_chunks, voice_code

# Around the edges of age's 64 KiB pieces.
SIZES = [0, 1, 64 * 1024 - 1, 64 * 1024, 64 * 1024 + 1, 3 * 64 * 1024]
# What anybody can compute again: SHA-256 of the context, a NUL and the key, modulo 10^30.
KNOWN_KEY = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"


@pytest.fixture
def age() -> str:
    program = shutil.which("age")
    if program is None:
        pytest.skip("age is not installed; ./run test installs it where it may")
    return program


def data(size: int) -> bytes:
    return bytes(number * 31 % 251 for number in range(size))


@pytest.mark.parametrize("size", SIZES)
def test_stock_age_opens_what_is_sealed_here(age: str, tmp_path: Path, size: int) -> None:
    identity = fresh_identity()
    key = tmp_path / "key"
    key.write_text(f"# mine\n{identity}\n")
    sealed = b"".join(sealed_chunks([data(size)], recipient_of(identity)))

    opened = subprocess.run(
        [age, "--decrypt", "--identity", str(key)], input=sealed, capture_output=True, check=True
    )

    assert opened.stdout == data(size)


@pytest.mark.parametrize("size", SIZES)
def test_what_stock_age_sealed_opens_here(age: str, size: int) -> None:
    identity = fresh_identity()
    sealed = subprocess.run(
        [age, "--encrypt", "--recipient", recipient_of(identity)],
        input=data(size),
        capture_output=True,
        check=True,
    ).stdout

    with OpenedAge(io.BytesIO(sealed), identity) as opened:
        assert opened.read() == data(size)


def test_keys_of_stock_age_keygen_are_read(age: str) -> None:
    del age
    program = shutil.which("age-keygen")
    assert program is not None
    made = subprocess.run([program], capture_output=True, check=True, text=True).stdout
    lines = made.splitlines()

    assert recipient_of(lines[-1]) == lines[1].removeprefix("# public key: ")


@pytest.mark.parametrize("size", SIZES)
def test_pieces_of_any_size_give_the_same_bytes(size: int) -> None:
    identity, whole = fresh_identity(), data(size)
    pieces = [whole[at : at + 1000] for at in range(0, size, 1000)]
    sealed = b"".join(sealed_chunks(pieces, recipient_of(identity)))

    with OpenedAge(io.BytesIO(sealed), identity) as opened:
        found = b"".join(iter(lambda: opened.read(777), b""))

    assert found == whole


@pytest.mark.parametrize("cut", [1, 16, 17, 65_552])
def test_a_cut_file_ends_in_an_error(cut: int) -> None:
    identity = fresh_identity()
    sealed = b"".join(sealed_chunks([data(200_000)], recipient_of(identity)))

    with (
        OpenedAge(io.BytesIO(sealed[:-cut]), identity) as opened,
        pytest.raises(HandOverDamagedError),
    ):
        opened.read()


def test_a_file_for_another_key_is_told_from_a_damaged_one() -> None:
    sealed = b"".join(sealed_chunks([b"x"], recipient_of(fresh_identity())))

    with OpenedAge(io.BytesIO(sealed), fresh_identity()) as opened, pytest.raises(AgeIdentityError):
        opened.read()


def test_who_stops_reading_early_leaves_no_thread_waiting() -> None:
    identity = fresh_identity()
    sealed = b"".join(sealed_chunks([data(4_000_000)], recipient_of(identity)))

    opened = OpenedAge(io.BytesIO(sealed), identity)
    first = opened.read(10)
    opened.close()

    assert (first, opened.closed) == (data(10), True)


@pytest.mark.parametrize("text", ["", "age1", "AGE-SECRET-KEY-1", "ssh-ed25519 AAAA"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(RecipientKeyError):
        voice_code(text)
    with pytest.raises(AgeIdentityError):
        recipient_of(text)


def test_the_numbers_to_read_aloud_are_those_of_the_page() -> None:
    import hashlib

    number = int(hashlib.sha256(b"benban/v1/voice\0" + KNOWN_KEY.encode()).hexdigest(), 16)
    digits = str(number % 10**30).rjust(30, "0")

    assert voice_code(f" {KNOWN_KEY}\n").replace(" ", "") == digits
