import io
import tarfile

import pyrage
import pytest

from benban.dossier.originals import seal_originals
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


def test_the_recipient_finds_every_original_byte_for_byte() -> None:
    out = io.BytesIO()
    data = {"exh-1": b"x" * 700_001, "exh-2": b"", "exh-3": bytes(range(256)) * 4}

    seal_originals(
        [original(name, one) for name, one in data.items()], str(KEY.to_public()), MADE_AT, out
    )

    assert opened(out.getvalue()) == data


def test_an_original_is_never_read_whole() -> None:
    Counted.largest_read = 0

    seal_originals(
        [original("exh-1", b"x" * 3_000_000)], str(KEY.to_public()), MADE_AT, io.BytesIO()
    )

    assert 0 < Counted.largest_read <= 256 * 1024


@pytest.mark.parametrize("size", [0, 3, 5])
def test_a_stream_of_another_size_than_its_exhibit_is_refused(size: int) -> None:
    with pytest.raises(SealMismatchError):
        seal_originals([original("e", b"1234", size)], str(KEY.to_public()), MADE_AT, io.BytesIO())


@pytest.mark.parametrize("key", ["", "age1xyz", "ssh-ed25519 AAAA", "AGE-SECRET-KEY-1QQQ"])
def test_what_is_no_age_public_key_is_refused(key: str) -> None:
    with pytest.raises(RecipientKeyError):
        seal_originals([], key, MADE_AT, io.BytesIO())
