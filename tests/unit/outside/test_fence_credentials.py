"""Content Credentials behind the fence: true ones, changed, cut and hostile ones; no network."""

import io
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Self

import c2pa
import numpy as np
import pytest

from benban.errors import FenceUnavailableError
from benban.fingerprint import credentials as reading
from benban.model.credentials import (
    MOST_ACTIONS,
    MOST_CHARACTERS,
    NO_CREDENTIALS,
    Credentials,
    CredentialState,
)
from benban.outside.fence import Fence
from benban.outside.fence_credentials import check_credentials, read_credentials
from benban.testing.planted import jpeg_segment
from tests.unit.outside.credentialed import drawn, signed

_SAID = Credentials(
    state=CredentialState.INTACT,
    generator="A drawing program 1.0",
    signer="A drawn signer",
    issuer="Drawn Pictures",
    actions=("c2pa.created",),
    says_generated=True,
)
_UNREADABLE = Credentials(state=CredentialState.UNREADABLE)


@pytest.fixture(scope="module")
def fence() -> Iterator[Fence]:
    """Give one fence."""
    with Fence() as one:
        yield one


@pytest.fixture(scope="module")
def photo() -> bytes:
    """Give a signed JPEG."""
    return signed()


def _read(fence: Fence, data: bytes) -> Credentials:
    return read_credentials(fence, io.BytesIO(data))


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/png", "image/webp"])
def test_what_was_signed_is_read_back(fence: Fence, media_type: str) -> None:
    assert _read(fence, signed(media_type)) == _SAID


def test_ingredients_are_counted_and_a_camera_is_not_called_generated(fence: Fence) -> None:
    camera = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
    said = _read(fence, signed(source=camera, ingredients=2))
    assert said == replace(_SAID, says_generated=False, ingredients=2)


def test_a_picture_without_has_none(fence: Fence) -> None:
    assert _read(fence, drawn()) == NO_CREDENTIALS


def test_a_changed_picture_is_said_to_be_changed(fence: Fence, photo: bytes) -> None:
    changed = bytearray(photo)
    changed[-2000] ^= 0x55
    assert _read(fence, bytes(changed)) == replace(_SAID, state=CredentialState.CHANGED)


def test_a_changed_note_never_counts_as_intact(fence: Fence, photo: bytes) -> None:
    changed = photo.replace(b"A drawing program", b"A camera of trust")
    assert changed != photo
    assert _read(fence, changed).state is not CredentialState.INTACT


def test_cut_and_broken_notes_end_with_a_value_and_never_intact(photo: bytes) -> None:
    random = np.random.default_rng(5)
    start, end = photo.index(b"\xff\xeb"), photo.index(b"\xff\xdb", photo.rindex(b"\xff\xeb"))
    states = set()
    for _ in range(60):
        broken = bytearray(photo)
        for place in random.integers(start, end, 3):
            broken[place] ^= int(random.integers(1, 256))
        states.add(reading.read_credentials(bytes(broken), "image/jpeg").state)
        cut = photo[: int(random.integers(20, end))]
        states.add(reading.read_credentials(cut, "image/jpeg").state)
    assert CredentialState.INTACT not in states
    assert CredentialState.UNREADABLE in states


def test_a_segment_that_is_no_note_cannot_be_read(fence: Fence) -> None:
    hostile = drawn()[:2] + jpeg_segment(0xEB, b"JP\0\1\0\0\0\1" + bytes(60_000)) + drawn()[2:]
    assert _read(fence, hostile) == _UNREADABLE


def test_long_and_disguised_texts_are_cut_to_what_can_be_shown(fence: Fence) -> None:
    said = _read(fence, signed(program="\u202egnp.exe\x1b[2J" + "x" * 5000))
    assert len(said.generator) == MOST_CHARACTERS
    assert said.generator.startswith("\ufffdgnp.exe\ufffd[2Jx")


@pytest.mark.parametrize(
    "lie",
    [
        replace(_SAID, generator="x" * (MOST_CHARACTERS + 1)),
        replace(_SAID, signer="a\nb"),
        replace(_SAID, actions=("x",) * (MOST_ACTIONS + 1)),
        replace(_SAID, ingredients=-1),
        replace(_SAID, state=CredentialState.ABSENT),
    ],
)
def test_what_no_honest_process_says_is_refused(lie: Credentials) -> None:
    with pytest.raises(FenceUnavailableError):
        check_credentials(lie)


def test_without_the_optional_group_they_are_said_to_be_there(
    photo: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "load_reader", lambda: None)
    assert reading.read_credentials(photo, "image/jpeg") == Credentials(
        state=CredentialState.NOT_READ
    )


def test_a_note_that_lies_elsewhere_is_neverask_library_for(fence: Fence) -> None:
    with _Listener() as listener:
        photo = signed(elsewhere=f"http://127.0.0.1:{listener.port}/note.c2pa")
        # Not only the fence keeps it from the network: the settings do so by themselves.
        with pytest.raises(c2pa.C2paError, match="emote"):
            reading.ask_library(c2pa, photo, "image/jpeg")
        assert _read(fence, photo) == Credentials(state=CredentialState.ELSEWHERE)
        assert listener.visits == 0
        # The same picture does make the library connect where nothing forbids it.
        with pytest.raises(c2pa.C2paError):
            c2pa.Reader("image/jpeg", io.BytesIO(photo))
        assert listener.visits > 0


class _Listener:
    """A port of this computer that counts who comes, and says nothing."""

    def __init__(self) -> None:
        self.visits = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                visitor, _ = self._socket.accept()
            except OSError:
                return
            self.visits += 1
            visitor.close()
