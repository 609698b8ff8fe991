import gzip
import itertools
from io import BytesIO
from pathlib import Path

import pytest

from benban.errors import ImportDamagedError
from benban.unpack.parts import DigestState, Reason, Resource, Unread
from benban.unpack.source import single_source
from benban.unpack.warc import WarcReader
from tests.unit.unpack.webfiles import (
    HTML,
    PAGE,
    PICTURE,
    PNG,
    answer_record,
    http_answer,
    packed,
    parts_of,
    sha1,
    warc_record,
)

GOOD = answer_record(HTML)
LATER = answer_record(b"later", address="https://example.test/later")


def state_of(content: bytes) -> DigestState:
    (part,) = parts_of(content)
    assert isinstance(part, Resource)
    return part.digest_state if part.check_digest is None else part.check_digest()


def unread(content: bytes) -> list[Reason]:
    return [part.reason for part in parts_of(content) if isinstance(part, Unread)]


def addresses(content: bytes) -> list[str]:
    return [part.address for part in parts_of(content) if isinstance(part, Resource)]


def content_of(content: bytes) -> bytes:
    (part,) = parts_of(content)
    assert isinstance(part, Resource)
    return part.open().read()


def test_an_answer_comes_with_its_address_time_type_and_content() -> None:
    (part,) = parts_of(GOOD)

    assert isinstance(part, Resource)
    assert (part.address, part.status, part.media_type_claimed) == (PAGE, 200, "text/html")
    assert str(part.at) == "2026-11-22 08:15:30+00:00"
    assert (part.open().read(), part.size_bytes) == (HTML, len(HTML))


@pytest.mark.parametrize("pack", [b"".join, lambda records: packed(*records)])
def test_what_is_opened_last_is_read_as_well_as_what_is_opened_first(pack: object) -> None:
    assert callable(pack)
    parts = parts_of(pack([GOOD, answer_record(PNG, "image/png", address=PICTURE), LATER]))

    contents = [part.open().read() for part in reversed(parts) if isinstance(part, Resource)]

    assert contents == [b"later", PNG, HTML]


def test_several_records_in_one_gzip_member_are_read() -> None:
    content = gzip.compress(GOOD + LATER)

    assert addresses(content) == [PAGE, "https://example.test/later"]
    assert [one.open().read() for one in parts_of(content) if isinstance(one, Resource)] == [
        HTML,
        b"later",
    ]


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        (f"WARC-Payload-Digest: {sha1(HTML)}", DigestState.AGREES),
        (f"WARC-Payload-Digest: {sha1(b'other')}", DigestState.DIFFERS),
        (f"WARC-Block-Digest: {sha1(http_answer(HTML))}", DigestState.AGREES),
        ("WARC-Block-Digest: sha1:ANOTHER", DigestState.DIFFERS),
        ("WARC-Block-Digest: blake3:abcd", DigestState.NOT_CHECKED),
        ("X-Other: 1", DigestState.NOT_CLAIMED),
    ],
)
def test_a_claimed_digest_is_compared_with_the_bytes(claim: str, expected: DigestState) -> None:
    assert state_of(answer_record(HTML, "text/html", claim)) is expected


def test_of_two_claims_the_wrong_one_counts() -> None:
    claims = (f"WARC-Payload-Digest: {sha1(HTML)}", f"WARC-Block-Digest: {sha1(b'x')}")

    assert state_of(answer_record(HTML, "text/html", *claims)) is DigestState.DIFFERS


def test_a_record_with_a_wrong_digest_is_read_all_the_same() -> None:
    content = answer_record(HTML, "text/html", f"WARC-Payload-Digest: {sha1(b'x')}")

    assert content_of(content) == HTML


def test_no_digest_is_made_before_somebody_asks() -> None:
    (part,) = parts_of(answer_record(PNG, "image/png", f"WARC-Payload-Digest: {sha1(b'x')}"))

    assert isinstance(part, Resource)
    assert part.digest_state is DigestState.NOT_CHECKED


@pytest.mark.parametrize("digest", [sha1(HTML), sha1(b"4\r\n" + HTML[:4] + b"\r\n" + b"0\r\n\r\n")])
def test_a_payload_digest_may_be_made_with_or_without_chunks(digest: str) -> None:
    chunks = f"{len(HTML):x}\r\n".encode() + HTML + b"\r\n0\r\n\r\n"
    if digest != sha1(HTML):
        digest = sha1(chunks)
    block = http_answer(chunks, "text/html", "Transfer-Encoding: chunked")

    assert state_of(warc_record(block, f"WARC-Payload-Digest: {digest}")) is DigestState.AGREES


def test_chunks_are_joined_and_encodings_taken_off() -> None:
    body = gzip.compress(HTML)
    chunks = f"{len(body):x};ext=1\r\n".encode() + body + b"\r\n0\r\nTrailer: 1\r\n\r\n"
    fields = ("Transfer-Encoding: chunked", "Content-Encoding: gzip")

    assert content_of(warc_record(http_answer(chunks, "text/html", *fields))) == HTML


def test_fields_of_encodings_that_were_taken_off_already_do_no_harm() -> None:
    fields = ("Transfer-Encoding: chunked", "Content-Encoding: gzip")

    assert content_of(warc_record(http_answer(HTML, "text/html", *fields))) == HTML


@pytest.mark.parametrize(
    "chunks",
    [
        b"5\r\nab",
        b"2\r\nabcd\r\n0\r\n\r\n",
        b"2\r\nab\r\nzz\r\n",
        b"2\r\nab\r\n",
        b"2\r\nab\r\n-1\r\n",
    ],
)
def test_broken_chunks_are_an_error_of_this_body_alone(chunks: bytes) -> None:
    block = http_answer(chunks, "text/html", "Transfer-Encoding: chunked")
    first, second = parts_of(warc_record(block) + LATER)

    assert isinstance(first, Resource)
    assert isinstance(second, Resource)
    with pytest.raises(ImportDamagedError):
        first.open().read()
    assert second.open().read() == b"later"


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, br"])
def test_a_body_in_an_encoding_that_is_not_known_is_given_as_it_was_sent(encoding: str) -> None:
    chunked = b"3\r\n\x8b\x02\x80\r\n0\r\n\r\n"
    fields = (f"Content-Encoding: {encoding}", "Transfer-Encoding: chunked")
    block = http_answer(chunked, "text/html", *fields)

    first, second = parts_of(warc_record(block) + LATER)

    assert isinstance(first, Resource)
    assert isinstance(second, Resource)
    assert (first.packed_as, first.open().read()) == (encoding, b"\x8b\x02\x80")
    assert (second.packed_as, second.open().read()) == ("", b"later")


@pytest.mark.parametrize("length", [3, 10_000, 10 << 30, "-1", "1e3", "", "9" * 30])
@pytest.mark.parametrize("is_packed", [False, True])
def test_a_wrong_length_costs_its_own_record_only(length: int | str, *, is_packed: bool) -> None:
    bad = warc_record(http_answer(HTML), length=length)
    content = packed(GOOD, bad, LATER) if is_packed else GOOD + bad + LATER

    assert len(unread(content)) == 1
    assert addresses(content) == [PAGE, "https://example.test/later"]


@pytest.mark.parametrize("name", ["WARC-Type", "Content-Length"])
def test_a_record_without_what_it_needs_is_said(name: str) -> None:
    lines = GOOD.split(b"\r\n")
    bad = b"\r\n".join(line for line in lines if not line.startswith(name.encode()))

    assert unread(bad + LATER) == [Reason.NOT_PARSED]
    assert addresses(bad + LATER) == ["https://example.test/later"]


def test_a_line_break_smuggled_into_a_field_makes_no_second_address() -> None:
    bad = answer_record(HTML, address=f"{PAGE}\r\nWARC-Target-URI: https://bank.example/")

    assert unread(bad + LATER) == [Reason.DUPLICATE_KEY]
    assert addresses(bad + LATER) == ["https://example.test/later"]


def test_a_second_length_is_not_chosen_from() -> None:
    bad = answer_record(HTML, "text/html", "Content-Length: 5")

    assert unread(bad + LATER) == [Reason.DUPLICATE_KEY]


def test_a_member_that_unpacks_to_far_too_much_is_left() -> None:
    block = http_answer(b"\0" * (70 << 20), "video/mp4")
    content = packed(GOOD, warc_record(block), LATER)

    assert unread(content) == [Reason.TOO_LARGE]
    assert addresses(content) == [PAGE, "https://example.test/later"]


def test_a_broken_member_costs_its_own_record_only() -> None:
    middle = bytearray(packed(answer_record(bytes(range(256)) * 40)))
    middle[200] ^= 0xFF
    content = packed(GOOD) + bytes(middle) + packed(LATER)

    assert len(unread(content)) == 1
    assert addresses(content) == [PAGE, "https://example.test/later"]


def test_ten_thousand_members_are_read_one_by_one() -> None:
    content = packed(GOOD) * 10_000
    found = WarcReader().parts(single_source(BytesIO(content), "a.warc.gz"))

    assert sum(isinstance(part, Resource) for part in found) == 10_000


def test_a_record_of_ten_gigabytes_is_passed_over_and_opened_as_a_stream(tmp_path: Path) -> None:
    path = tmp_path / "large.warc"
    size = 10 << 30
    head = http_answer(b"", "video/mp4")
    with path.open("wb") as file:
        file.write(warc_record(head, length=len(head) + size)[:-4])
        file.seek(size, 1)
        file.write(b"\r\n\r\n" + LATER)
    with path.open("rb") as file:
        first, second = WarcReader().parts(single_source(file, "large.warc"))

        assert isinstance(first, Resource)
        assert isinstance(second, Resource)
        assert first.size_bytes == size
        assert first.open().read(1000) == b"\0" * 1000
        assert second.open().read() == b"later"


def test_a_request_gives_its_answer_the_method_and_its_fields() -> None:
    request = warc_record(
        b"POST /a HTTP/1.1\r\nHost: example.test\r\nCookie: s=1\r\n\r\nq=1",
        "WARC-Concurrent-To: <urn:uuid:1>",
        kind="request",
        content_type="application/http; msgtype=request",
    )
    answer = answer_record(HTML, "text/html", "WARC-Record-ID: <urn:uuid:1>")

    for order in itertools.permutations([request, answer]):
        (part,) = parts_of(b"".join(order))
        assert isinstance(part, Resource)
        assert part.method == "POST"
        assert part.request_fields == (("Host", "example.test"), ("Cookie", "s=1"))


def test_a_request_to_somewhere_else_is_nobodys() -> None:
    request = warc_record(
        b"POST /b HTTP/1.1\r\n\r\n",
        kind="request",
        address="https://example.test/b",
        content_type="application/http; msgtype=request",
    )
    (part,) = parts_of(request + GOOD)

    assert isinstance(part, Resource)
    assert (part.method, part.request_fields) == ("GET", ())


def test_records_about_the_file_are_passed_over_and_others_are_said() -> None:
    about = warc_record(b"software: x\r\n", kind="warcinfo", content_type="application/warc-fields")
    revisit = warc_record(http_answer(b""), kind="revisit")
    odd = warc_record(b"x", kind="continuation")

    assert unread(about + revisit + odd) == [Reason.NOT_INCLUDED, Reason.UNKNOWN_KIND]
    assert len(parts_of(about + revisit + odd)) == 2


@pytest.mark.parametrize("block", [b"", b"not http", b"HTTP/1.1 200 OK\r\nA: 1"])
def test_an_answer_without_a_head_is_no_crash(block: bytes) -> None:
    first, second = parts_of(warc_record(block) + LATER)

    assert isinstance(first, Unread | Resource)
    assert isinstance(second, Resource)


def test_text_that_looks_like_a_record_inside_a_sound_one_is_content() -> None:
    body = b"A page about archives\r\n\r\n" + LATER
    content = answer_record(body) + GOOD

    assert addresses(content) == [PAGE, PAGE]
    (first, _) = parts_of(content)
    assert isinstance(first, Resource)
    assert first.open().read() == body


@pytest.mark.parametrize("line", [b"%s\r\r\n", b"a:%s\r\r\n", b"a: x%sx\r\n"])
def test_a_field_of_nothing_but_blanks_does_not_keep_the_computer_busy(line: bytes) -> None:
    head = b"WARC/1.1\r\nWARC-Type: response\r\n" + line % (b" " * 1_000_000)

    parts = list(parts_of(head + b"Content-Length: 0\r\n\r\n\r\n\r\n" + GOOD))

    assert isinstance(parts[-1], Resource)
    assert parts[-1].address == PAGE


def test_blanks_around_a_value_are_no_part_of_it() -> None:
    record = GOOD.replace(b"WARC-Target-URI: ", b"WARC-Target-URI: \t ", 1)

    assert addresses(record.replace(PAGE.encode() + b"\r", PAGE.encode() + b" \t\r", 1)) == [PAGE]
