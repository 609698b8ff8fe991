"""Saved pages, posts and mails made by chance or broken by chance: read to an end, or named."""

import io
import zipfile
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benban.casework.page_packing import PackedPage, Packing, require_sound
from benban.casework.page_sorting import sort_parts
from benban.errors import BenbanError, ImportDamagedError
from benban.unpack.http_body import decoded_body
from benban.unpack.inline import without_inline
from benban.unpack.page_readers import PAGE_READERS, POST_READERS
from benban.unpack.parts import Message, Reader, Resource, Unread
from benban.unpack.source import Given, single_source, zip_source
from benban.unpack.x_archive import XArchiveReader
from tests.unit.unpack.mails import BOUNDARY, PAGE_PART, PICTURE_PART, box, mail, saved_page
from tests.unit.unpack.test_har import exchange, har, picture
from tests.unit.unpack.test_inline import LETTERS
from tests.unit.unpack.test_single_file import page
from tests.unit.unpack.test_wacz import members, package
from tests.unit.unpack.test_x_archive import archive, files
from tests.unit.unpack.webfiles import HTML, PICTURE, PNG, answer_record, packed

RECORDS = [
    answer_record(HTML, "text/html", "WARC-Payload-Digest: sha1:AAAA"),
    answer_record(PNG, "image/png", address=PICTURE),
]
SEEDS: dict[str, bytes] = {
    "warc": b"".join(RECORDS),
    "packed warc": packed(*RECORDS),
    "mhtml": saved_page(PAGE_PART, PICTURE_PART),
    "har": har(exchange(), picture()),
    "single file": page(),
    "mail": mail(),
    "mbox": box(mail(), mail(key="2@example.test")),
}
READERS: tuple[Reader, ...] = (*PAGE_READERS, *POST_READERS)
# What means something in one of the formats, so that chance hits more than blanks.
WORDS = [
    b"\r\n",
    b"\r\n\r\n",
    b"WARC/1.0\r\n",
    b"Content-Length: 99999999999\r\n",
    b"Content-Length: -1\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Content-Encoding: gzip\r\n",
    b"ffffffff\r\n",
    b"0\r\n\r\n",
    b"\x1f\x8b\x08",
    f"--{BOUNDARY}\r\n".encode(),
    f"--{BOUNDARY}--\r\n".encode(),
    f'Content-Type: multipart/mixed; boundary="{BOUNDARY}"\r\n\r\n'.encode(),
    b"Content-Transfer-Encoding: base64\r\n",
    b"=?utf-8?b?AAAA?=",
    b"From x 08:15 2026\n",
    b"data:image/png;base64,",
    b'{"log":{"entries":[',
    b"[" * 300,
    b"\\u0000",
    b"\xff\xfe",
    b"\0" * 40,
]
CHANGES = st.lists(
    st.tuples(
        st.integers(0, 1 << 16),
        st.integers(0, 60),
        st.one_of(st.sampled_from(WORDS), st.binary(max_size=12)),
    ),
    max_size=8,
)


def changed(seed: bytes, changes: Sequence[tuple[int, int, bytes]]) -> bytes:
    for place, length, more in changes:
        at = place % (len(seed) + 1)
        seed = seed[:at] + more + seed[at + length :]
    return seed


def read_everything(source: Given) -> int:
    """Read all that any reader finds; only what readers may raise passes."""
    count = 0
    for reader in READERS:
        if not reader.recognises(source):
            continue
        parts = list(reader.parts(source))
        assert [part.position for part in parts] == list(range(len(parts)))
        for part in parts:
            count += 1
            assert isinstance(part, Message | Resource | Unread)
            if isinstance(part, Resource):
                _open(part)
        sort_parts(parts)
    return count


def _open(part: Resource) -> None:
    try:
        with part.open() as content:
            while content.read(1 << 20):
                pass
    except (ImportDamagedError, OSError):
        return
    if part.check_digest is not None:
        part.check_digest()


@pytest.mark.parametrize("name", SEEDS)
@given(changes=CHANGES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_a_file_broken_by_chance_is_read_to_its_end(
    name: str, changes: list[tuple[int, int, bytes]]
) -> None:
    read_everything(single_source(io.BytesIO(changed(SEEDS[name], changes)), "saved"))


@pytest.mark.long
@pytest.mark.parametrize("name", SEEDS)
@given(changes=CHANGES)
@settings(max_examples=5000, suppress_health_check=[HealthCheck.too_slow])
def test_a_file_broken_by_chance_is_read_to_its_end_for_long(
    name: str, changes: list[tuple[int, int, bytes]]
) -> None:
    read_everything(single_source(io.BytesIO(changed(SEEDS[name], changes)), "saved"))


@given(name=st.sampled_from(sorted(members())), changes=CHANGES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_a_package_with_a_broken_member_is_read_to_its_end(
    name: str, changes: list[tuple[int, int, bytes]]
) -> None:
    source = package(members(**{name: changed(members()[name], changes)}))

    assert read_everything(source) > 0


@given(changes=CHANGES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_an_archive_with_a_broken_script_is_read_to_its_end(
    changes: list[tuple[int, int, bytes]],
) -> None:
    script = changed(files()["data/tweets.js"], changes)
    source = archive(files(**{"data/tweets.js": script}))

    # Whatever is in the posts, the messages beside them are read.
    keys = [one.key for one in XArchiveReader().parts(source) if isinstance(one, Message)]
    assert "5" in keys


@given(changes=CHANGES)
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_a_package_broken_as_a_zip_is_refused_or_read(
    changes: list[tuple[int, int, bytes]],
) -> None:
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as out:
        for name, data in members().items():
            out.writestr(name, data)
    try:
        source = zip_source(io.BytesIO(changed(stored.getvalue(), changes)), "a.wacz")
    except BenbanError:
        return
    read_everything(source)


@given(
    before=st.binary(max_size=300),
    after=st.text(st.characters(min_codepoint=32, max_codepoint=0x1EF9), max_size=300),
    size=st.integers(64, 3000),
    how=st.sampled_from([b"data:image/png;base64,", b"data:;base64,", b'"', b"'"]),
)
def test_no_picture_in_a_text_passes_wherever_it_stands(
    before: bytes, after: str, size: int, how: bytes
) -> None:
    letters = (LETTERS * 20)[:size]
    text = before + b" " + how + letters + b" <p>" + after.encode()

    pieces, _ = without_inline(io.BytesIO(text))

    assert letters[:64] not in b"".join(pieces)


@given(body=st.binary(max_size=3000), sizes=st.lists(st.integers(1, 400), max_size=20))
def test_what_was_chunked_and_packed_comes_back(body: bytes, sizes: list[int]) -> None:
    packer = zlib.compressobj(wbits=31)
    wire = packer.compress(body) + packer.flush()
    chunks = b""
    left = wire
    for size in [*sizes, len(wire) or 1]:
        piece, left = left[:size], left[size:]
        chunks += f"{len(piece):x}\r\n".encode() + piece + b"\r\n" if piece else b""
    chunks += b"0\r\n\r\n"
    fields = [("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")]

    assert decoded_body(io.BytesIO(chunks), fields).read() == body


ANYTHING = st.text(st.characters(), max_size=30)
FIELDS = st.lists(st.tuples(ANYTHING, ANYTHING), max_size=4).map(tuple)
RESOURCES = st.builds(
    Resource,
    position=st.integers(0, 1 << 40),
    offset_bytes=st.just(0),
    address=st.one_of(ANYTHING, ANYTHING.map(lambda more: f"https://example.test/{more}")),
    at=st.none() | st.datetimes(timezones=st.just(UTC)),
    method=st.one_of(st.just("GET"), ANYTHING),
    status=st.none() | st.integers(1, 999),
    request_fields=FIELDS,
    response_fields=FIELDS,
    media_type_claimed=ANYTHING,
    size_bytes=st.none(),
    open=st.just(io.BytesIO),
)


@given(parts=st.lists(RESOURCES, min_size=1, max_size=5, unique_by=lambda one: one.position))
@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_a_file_says_our_own_package_of_it_is_sound(parts: list[Resource]) -> None:
    packing = Packing(imported_at=datetime(2026, 11, 22, 8, 15, tzinfo=UTC))
    for one in parts:
        packing.add(one, io.BytesIO(b"<p>x"))
    package_of_ours = io.BytesIO()

    packing.write(
        package_of_ours,
        PackedPage(resource=parts[0], title=parts[0].address, text=parts[0].method),
    )

    require_sound(package_of_ours)
