"""A bank's folder that somebody else wrote: refused in words, or answered from within itself."""

import hashlib
import io
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benban.bank.bank import Bank
from benban.bank.folder import read_manifest, write_manifest
from benban.bank.words import as_hashes
from benban.errors import BankDamagedError, BankFolderError

COUNT = 30
PARTS = ("front", "back", "number", "offsets", "rows")
WORDS = np.random.default_rng(5).integers(0, 1 << 63, (COUNT, 4)).astype(np.uint64)
HASHES = as_hashes(WORDS)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bank")
    bank = Bank.open(folder)
    bank.add_many(np.arange(COUNT), WORDS)
    bank.merge()
    bank.close()
    return folder


@contextmanager
def copied(folder: Path) -> Iterator[Path]:
    with TemporaryDirectory() as made:
        yield Path(shutil.copytree(folder, made, dirs_exist_ok=True))


def put(folder: Path, name: str, data: bytes) -> None:
    """Write a part, and a manifest that names it with its digest, as its writer would."""
    manifest = read_manifest(folder)
    assert manifest is not None
    (folder / manifest.part(name)).write_bytes(data)
    said = {**manifest.digests, name: hashlib.sha256(data).hexdigest()}
    write_manifest(folder, replace(manifest, digests=said))


def bytes_of(folder: Path, name: str) -> bytes:
    return (folder / f"{name}-1.npy").read_bytes()


def asked(folder: Path) -> int | None:
    """Return how much all questions find; None when the bank is refused."""
    try:
        bank = Bank.open(folder)
    except BankDamagedError:
        return None
    try:
        found = [
            one for text in HASHES for radius in (0, 20, 47) for one in bank.near(text, radius)
        ]
        return len(found)
    finally:
        bank.close()


def test_what_was_written_is_found(sound: Path) -> None:
    with copied(sound) as folder:
        assert asked(folder) == 3 * COUNT


PLACES = st.integers(0, (1 << 32) - 1) | st.sampled_from([0, 1, COUNT - 1, COUNT, 1 << 31])


@given(at=st.integers(0), value=PLACES, name=st.sampled_from(["rows", "offsets"]))
def test_a_position_or_table_entry_of_any_value_leads_nowhere_outside(
    sound: Path, at: int, value: int, name: str
) -> None:
    with copied(sound) as folder:
        held = np.load(folder / f"{name}-1.npy")
        held.reshape(-1)[at % held.size] = value
        out = io.BytesIO()
        np.save(out, held)
        put(folder, name, out.getvalue())

        found = asked(folder)

    assert found is None or found <= 3 * COUNT
    if name == "rows" and value >= COUNT:
        assert found is None


HEADERS = st.fixed_dictionaries(
    {
        "descr": st.sampled_from(["<u8", "<i8", "<u4", ">u4", "<u2", "|O", "|V8", "<f8", "|S0"])
        | st.text(max_size=4)
        | st.lists(st.tuples(st.text(max_size=2), st.just("<u4")), max_size=2),
        "fortran_order": st.booleans() | st.integers(0, 2),
        "shape": st.lists(st.integers(-(1 << 70), 1 << 70) | st.integers(0, 64), max_size=3).map(
            tuple
        )
        | st.just(()),
    }
)


@given(name=st.sampled_from(PARTS), header=HEADERS)
def test_a_head_that_says_anything_is_refused_or_the_part_is_as_it_was(
    sound: Path, name: str, header: dict[str, Any]
) -> None:
    with copied(sound) as folder:
        body = bytes_of(folder, name)[128:]
        text = f"{header!r}".encode("utf-8", "surrogatepass") + b"\n"
        put(folder, name, b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + body)
        found = asked(folder)

    assert found is None or found <= 3 * COUNT


@given(name=st.sampled_from(PARTS), at=st.integers(0, 200), put_in=st.binary(max_size=12))
def test_the_first_bytes_of_a_part_overwritten_are_refused_or_read_within_it(
    sound: Path, name: str, at: int, put_in: bytes
) -> None:
    with copied(sound) as folder:
        data = bytearray(bytes_of(folder, name))
        data[at : at + len(put_in)] = put_in
        put(folder, name, bytes(data))
        found = asked(folder)

    assert found is None or found <= 3 * COUNT


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@given(member=st.sampled_from(["format", "generation", "pieces", "digests", "check"]), said=JSON)
def test_a_manifest_with_any_member_is_refused_or_the_same(
    sound: Path, member: str, said: object
) -> None:
    with copied(sound) as folder:
        manifest = json.loads((folder / "bank.json").read_text())
        (folder / "bank.json").write_text(json.dumps({**manifest, member: said}))
        found = asked(folder)

    assert found in (None, 3 * COUNT)


@given(generation=st.integers() | st.integers(1 << 62, 1 << 80), pieces=st.integers(-1, 17))
def test_a_manifest_of_any_generation_and_cut_that_its_writer_checked_is_refused(
    sound: Path, generation: int, pieces: int
) -> None:
    with copied(sound) as folder:
        manifest = read_manifest(folder)
        assert manifest is not None
        write_manifest(folder, replace(manifest, generation=generation, pieces=pieces))
        found = asked(folder)

    assert found == (3 * COUNT if (generation, pieces) == (1, 16) else None)


@pytest.mark.parametrize("data", [b"", b"[" * 60_000, b'{"generation": 1e999}', b"\xff", b"{" * 99])
def test_a_manifest_of_any_bytes_is_refused(sound: Path, data: bytes) -> None:
    with copied(sound) as folder:
        (folder / "bank.json").write_bytes(data)
        assert asked(folder) is None


def test_a_folder_in_the_place_of_the_manifest_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bank.json").mkdir()
    assert asked(tmp_path) is None


def test_where_there_is_no_folder_it_is_said_and_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(BankFolderError) as caught:
        Bank.open(tmp_path / "kho")
    assert (caught.value.code, caught.value.params) == ("BB-340", {"folder": "kho"})
    assert list(tmp_path.iterdir()) == []
