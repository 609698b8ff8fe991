import io
import tarfile
import threading
from typing import BinaryIO

import pyrage
import pytest

from benban.dossier.originals import most_sealed_bytes, sealed_originals
from benban.dossier.view import SealedOriginal
from benban.errors import RecipientKeyError, SealMismatchError
from tests.unit.dossier.example import MADE_AT

KEY = pyrage.x25519.Identity.generate()


class Counted(io.BytesIO):
    largest_read = 0

    def read(self, size: int | None = -1, /) -> bytes:
        Counted.largest_read = max(Counted.largest_read, size or 0)
        return super().read(size)


def original(name: str, data: bytes, size: int | None = None) -> SealedOriginal:
    return SealedOriginal(
        name=name, size_bytes=len(data) if size is None else size, open=lambda: Counted(data)
    )


def opened(sealed: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(pyrage.decrypt(sealed, [KEY]))) as tar:
        return {entry.name: tar.extractfile(entry).read() for entry in tar}  # type: ignore[union-attr]


def sealed(*originals: SealedOriginal) -> bytes:
    return b"".join(sealed_originals(originals, str(KEY.to_public()), MADE_AT))


def test_the_recipient_finds_every_original_byte_for_byte() -> None:
    data = {"exh-1": b"x" * 700_001, "exh-2": b"", "exh-3": bytes(range(256)) * 4}

    assert opened(sealed(*(original(name, one) for name, one in data.items()))) == data


def test_an_original_is_never_read_whole() -> None:
    Counted.largest_read = 0

    sealed(original("exh-1", b"x" * 3_000_000))

    assert 0 < Counted.largest_read <= 256 * 1024


def test_sealed_bytes_come_before_the_last_original_is_read() -> None:
    opened_late: list[str] = []

    def late() -> BinaryIO:
        opened_late.append("late")
        return io.BytesIO(b"z")

    last = SealedOriginal(name="late", size_bytes=1, open=late)
    pieces = sealed_originals(
        [original("big", b"x" * 8_000_000), last], str(KEY.to_public()), MADE_AT
    )
    next(pieces)
    was_opened = list(opened_late)
    pieces.close()

    assert was_opened == []


def test_originals_are_read_in_the_callers_thread() -> None:
    threads: list[int] = []

    def here() -> BinaryIO:
        threads.append(threading.get_ident())
        return io.BytesIO(b"z")

    sealed(SealedOriginal(name="e", size_bytes=1, open=here))

    assert threads == [threading.get_ident()]


def test_no_thread_is_left_when_an_original_cannot_be_read() -> None:
    def broken() -> BinaryIO:
        raise OSError("damaged")

    before = set(threading.enumerate())
    with pytest.raises(OSError, match="damaged"):
        sealed(original("a", b"x" * 3_000_000), SealedOriginal(name="b", size_bytes=1, open=broken))

    # One of an earlier test may end meanwhile.
    assert set(threading.enumerate()) <= before


def test_the_announced_size_is_never_exceeded() -> None:
    many = [original(f"exh-{number}", b"x" * (number * 700)) for number in range(300)]

    assert len(sealed(*many)) <= most_sealed_bytes(many)


@pytest.mark.parametrize("size", [0, 3, 5])
def test_a_stream_of_another_size_than_its_exhibit_is_refused(size: int) -> None:
    with pytest.raises(SealMismatchError):
        sealed(original("e", b"1234", size))


@pytest.mark.parametrize("key", ["", "age1xyz", "ssh-ed25519 AAAA", "AGE-SECRET-KEY-1QQQ"])
def test_what_is_no_age_public_key_is_refused(key: str) -> None:
    with pytest.raises(RecipientKeyError):
        list(sealed_originals([], key, MADE_AT))
