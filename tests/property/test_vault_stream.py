"""Contents, codes and trees for arbitrary input."""

import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benban.errors import ContentDamagedError, RecoveryCodeMistypedError, VaultDamagedError
from benban.outside.platforms import ThisPlatform
from benban.seal.merkle import tree_root
from benban.vault.disk import Disk
from benban.vault.log import Frontier, Head, read_head, write_head
from benban.vault.recovery import code_of, recovery_secret
from benban.vault.stream import CHUNK_BYTES, ChunkWriter, fresh_header, open_stored

KEY = bytes(range(32))
ORIGIN = "benban/log/" + "0" * 32
# Sizes near the edges of chunks are where a stream breaks.
SIZES = st.one_of(
    st.integers(0, 200),
    st.builds(
        lambda chunks, off: max(0, chunks * CHUNK_BYTES + off),
        st.integers(1, 3),
        st.integers(-2, 2),
    ),
)


def content(size: int) -> bytes:
    return (bytes(range(251)) * (size // 251 + 1))[:size]


def stored(folder: str, data: bytes, cuts: list[int]) -> Path:
    path = Path(folder) / "blob"
    writer = ChunkWriter(Disk(ThisPlatform()).create(path), KEY, fresh_header())
    edges = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    for start, end in pairwise(edges):
        writer.write(data[start:end])
    writer.finish()
    return path


@given(size=SIZES, cuts=st.lists(st.integers(0, 1 << 20), max_size=5), at=st.integers(0, 1 << 20))
def test_however_it_was_written_it_is_read_from_anywhere(
    size: int, cuts: list[int], at: int
) -> None:
    data = content(size)
    with tempfile.TemporaryDirectory() as folder:
        path = stored(folder, data, cuts)
        with open_stored(path, KEY, size) as stream:
            stream.seek(at % (size + 1))
            rest = stream.read()

    assert rest == data[at % (size + 1) :]


@given(size=SIZES, place=st.integers(0, 1 << 20), mask=st.integers(1, 255))
def test_a_changed_byte_anywhere_is_found(size: int, place: int, mask: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = stored(folder, content(size), [])
        whole = bytearray(path.read_bytes())
        whole[place % len(whole)] ^= mask
        path.write_bytes(whole)
        with pytest.raises(ContentDamagedError), open_stored(path, KEY, size) as stream:
            stream.read()


@given(size=SIZES, length=st.integers(0, 1 << 20))
def test_a_cut_anywhere_is_found(size: int, length: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = stored(folder, content(size), [])
        whole = path.read_bytes()
        path.write_bytes(whole[: length % len(whole)])
        with pytest.raises(ContentDamagedError), open_stored(path, KEY, size) as stream:
            stream.read()


@given(leaves=st.lists(st.binary(min_size=32, max_size=32), max_size=40))
def test_the_growing_root_is_the_root_of_the_whole_tree(leaves: list[bytes]) -> None:
    frontier = Frontier()
    roots = [frontier.head()]
    for leaf in leaves:
        frontier.add(leaf)
        roots.append(frontier.head())

    assert roots == [
        Head(size=size, root=tree_root(leaves[:size])) for size in range(len(leaves) + 1)
    ]


@given(
    size=st.integers(0, 2**60),
    root=st.binary(min_size=32, max_size=32),
    place=st.integers(0, 75),
    mask=st.integers(1, 255),
)
def test_a_head_comes_back_and_no_changed_byte_does(
    size: int, root: bytes, place: int, mask: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "head"
        head = Head(size=size, root=root)
        write_head(
            path,
            head,
            key=KEY,
            origin=ORIGIN,
            disk=Disk(ThisPlatform()),
            staging=Path(folder) / "new",
        )
        found = read_head(path, key=KEY, origin=ORIGIN)
        whole = bytearray(path.read_bytes())
        whole[place] ^= mask
        path.write_bytes(whole)
        with pytest.raises(VaultDamagedError):
            read_head(path, key=KEY, origin=ORIGIN)

    assert (found, len(whole)) == (head, 76)


@given(secret=st.binary(min_size=16, max_size=16))
def test_a_code_gives_its_secret_back(secret: bytes) -> None:
    assert recovery_secret(code_of(secret).text) == secret


@given(
    secret=st.binary(min_size=16, max_size=16),
    place=st.integers(0, 27),
    digit=st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"),
)
def test_one_wrong_character_is_always_found(secret: bytes, place: int, digit: str) -> None:
    right = code_of(secret).text.replace("-", "")
    wrong = right[:place] + digit + right[place + 1 :]
    if wrong == right:
        assert recovery_secret(wrong) == secret
        return
    with pytest.raises(RecoveryCodeMistypedError):
        recovery_secret(wrong)
