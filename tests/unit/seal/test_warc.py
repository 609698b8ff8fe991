import hashlib
import tempfile
from datetime import UTC, datetime
from io import BytesIO

import pytest
from warcio.archiveiterator import ArchiveIterator

from benban.errors import ExchangeMalformedError, PackageDamagedError
from benban.seal.exchange import BodyForm, Exchange, Note, Resource, Truncation
from benban.seal.sinks import MeasuringSink
from benban.seal.warc import (
    WarcRecord,
    exchange_records,
    note_record,
    resource_record,
    warcinfo_record,
    write_warc,
)
from benban.seal.warc_reading import ReadRecord, read_gzip_records, read_plain_records
from tests.unit.seal.web import AT, FILM, HTML, PAGE, exchange


def block_of(record: WarcRecord) -> bytes:
    body = b""
    if record.body is not None:
        record.body.seek(0)
        body = record.body.read()
    return record.head + body


def response_of(made: Exchange) -> str:
    return block_of(exchange_records(made)[0]).decode()


def fields_of(record: WarcRecord) -> dict[str, str]:
    return dict(record.fields)


def test_an_answer_keeps_the_order_case_and_repetition_of_its_fields() -> None:
    fields = (("Set-Cookie", "a=1"), ("X-A", "1"), ("set-cookie", "b=2"), ("SERVER", "n"))

    text = response_of(exchange(body=b"x", fields=fields))

    assert text == (
        "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nX-A: 1\r\nset-cookie: b=2\r\nSERVER: n\r\n\r\nx"
    )


def test_a_decoded_body_moves_the_fields_that_are_no_longer_true() -> None:
    fields = (
        ("content-encoding", "br"),
        ("Content-Length", "5"),
        ("Transfer-Encoding", "chunked"),
    )

    text = response_of(exchange(body=b"decoded", fields=fields))

    assert text == (
        "HTTP/1.1 200 OK\r\nX-Orig-content-encoding: br\r\nX-Orig-Content-Length: 5\r\n"
        "Content-Length: 7\r\nX-Orig-Transfer-Encoding: chunked\r\n\r\ndecoded"
    )


def test_a_length_that_is_true_stays_alone() -> None:
    text = response_of(exchange(body=b"12345", fields=(("Content-Length", " 5"),)))

    assert text == "HTTP/1.1 200 OK\r\nContent-Length:  5\r\n\r\n12345"


def test_a_body_from_the_wire_keeps_every_field() -> None:
    fields = (("Content-Encoding", "gzip"), ("Content-Length", "99"))

    text = response_of(exchange(body=b"x", fields=fields, form=BodyForm.WIRE))

    assert text == "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 99\r\n\r\nx"


def test_a_body_that_was_cut_says_so_and_why() -> None:
    cut = Exchange(
        method="GET",
        address=PAGE,
        request_fields=(),
        status=200,
        reason="",
        response_fields=(),
        body=BytesIO(b"beginning"),
        body_form=BodyForm.TRUNCATED,
        truncation=Truncation.LENGTH,
        started_at=AT,
    )

    fields = fields_of(exchange_records(cut)[0])

    assert (fields["WARC-Truncated"], fields["Benban-Body-Form"]) == ("length", "truncated")


def test_a_request_is_written_as_it_was_sent() -> None:
    request = exchange_records(exchange("https://example.test/a?b=1#c"))[1]

    assert block_of(request) == (
        b"GET /a?b=1 HTTP/1.1\r\nHost: example.test\r\nAccept: */*\r\n\r\n"
    )


def test_the_authority_of_http2_becomes_the_host_field() -> None:
    made = Exchange(
        method="POST",
        address="https://example.test",
        request_fields=((":authority", "example.test"), (":path", "/"), ("accept", "*/*")),
        status=204,
        reason="",
        response_fields=((":status", "204"),),
        body=BytesIO(),
        body_form=BodyForm.DECODED,
        started_at=AT,
        protocol="h2",
        request_body=b"q=1",
    )

    response, request = exchange_records(made)

    assert block_of(request) == (b"POST / HTTP/1.1\r\nHost: example.test\r\naccept: */*\r\n\r\nq=1")
    assert block_of(response) == b"HTTP/1.1 204 \r\n\r\n"
    assert fields_of(response)["WARC-Protocol"] == "h2"


def test_a_request_is_tied_to_its_answer() -> None:
    response, request = exchange_records(exchange())

    assert fields_of(request)["WARC-Concurrent-To"] == fields_of(response)["WARC-Record-ID"]


def test_an_answer_has_its_time_to_the_microsecond_its_address_and_where_it_came_from() -> None:
    fields = fields_of(exchange_records(exchange(PAGE + "#x"))[0])

    assert (fields["WARC-Date"], fields["WARC-Target-URI"], fields["WARC-IP-Address"]) == (
        "2026-11-22T08:15:30.123456Z",
        PAGE,
        "203.0.113.7",
    )


def test_both_digests_are_those_of_the_payload_and_of_the_whole_block() -> None:
    response, _ = exchange_records(exchange())

    fields = fields_of(response)

    assert fields["WARC-Payload-Digest"] == "sha256:" + hashlib.sha256(HTML).hexdigest()
    assert fields["WARC-Block-Digest"] == "sha256:" + hashlib.sha256(block_of(response)).hexdigest()


@pytest.mark.parametrize(
    "made",
    [
        exchange("/relative"),
        exchange(""),
        exchange("https://[::1/x"),
        exchange(method="GET /x"),
        exchange(method=""),
    ],
    ids=["a relative address", "no address", "a broken host", "two words", "no method"],
)
def test_what_no_browser_sends_is_refused(made: Exchange) -> None:
    with pytest.raises(ExchangeMalformedError):
        exchange_records(made)


@pytest.mark.parametrize(
    ("sent", "written"),
    [
        (("X", "a\r\nSet-Cookie: b"), "X: a  Set-Cookie: b"),
        (("X", "a\nb\x00c"), "X: a b c"),
        (("X", "\ud800"), "X: \ufffd"),
        (("X\r\n", "a"), "X  : a"),
    ],
    ids=["a second field inside", "a line end and NUL", "a lone surrogate", "a name"],
)
def test_what_would_break_a_head_is_replaced_and_said(sent: tuple[str, str], written: str) -> None:
    made = exchange(body=b"", fields=(sent,))

    assert response_of(made) == f"HTTP/1.1 200 OK\r\n{written}\r\n\r\n"
    assert fields_of(exchange_records(made)[0])["Benban-Head"] == "repaired"


@pytest.mark.parametrize("sent", [("X (bad)", "a"), ("", "a"), ("X@Y", "ả")])
def test_a_name_that_is_no_name_stays_as_it_was_sent(sent: tuple[str, str]) -> None:
    made = exchange(body=b"", fields=(sent,))

    assert response_of(made) == f"HTTP/1.1 200 OK\r\n{sent[0]}: {sent[1]}\r\n\r\n"
    assert "Benban-Head" not in fields_of(exchange_records(made)[0])


def test_blanks_and_controls_in_an_address_are_encoded() -> None:
    record = exchange_records(exchange("https://example.test/a b\n\u2028\ud800#c d"))[1]

    assert record.address == "https://example.test/a%20b%0A%E2%80%A8\ufffd"
    assert block_of(record).startswith(b"GET /a%20b%0A%E2%80%A8\xef\xbf\xbd HTTP/1.1\r\n")


def test_a_time_without_a_zone_is_refused() -> None:
    note = Note(address=PAGE, fields=(), made_at=datetime(2026, 1, 1))  # noqa: DTZ001 - on purpose

    with pytest.raises(ExchangeMalformedError):
        note_record(note)


def all_records() -> list[WarcRecord]:
    text = Resource(
        address=f"urn:text:{PAGE}", media_type="text/plain", body=BytesIO(b"x"), made_at=AT
    )
    return [
        warcinfo_record(made_at=AT, software="benban 0.1.0"),
        *exchange_records(exchange()),
        *exchange_records(exchange("https://example.test/v", FILM[:3_000_000])),
        resource_record(text),
        note_record(Note(address=PAGE, fields=(("withheld", "39"),), made_at=AT)),
    ]


@pytest.mark.parametrize("compress", [True, False])
def test_warcio_reads_what_was_written_and_finds_its_digests_right(*, compress: bool) -> None:
    out = BytesIO()
    write_warc(out, all_records(), filename="w", compress=compress)

    found = [
        (record.rec_type, record.content_stream().read())
        for record in ArchiveIterator(BytesIO(out.getvalue()), check_digests="raise")
    ]

    assert [(kind, len(content)) for kind, content in found] == [
        ("warcinfo", 54),
        ("response", len(HTML)),
        ("request", 0),
        ("response", 3_000_000),
        ("request", 0),
        ("resource", 1),
        ("metadata", 14),
    ]


@pytest.mark.parametrize("compress", [True, False])
def test_the_reader_finds_the_same_records_at_the_places_of_the_index(*, compress: bool) -> None:
    out = BytesIO()
    written = write_warc(out, all_records(), filename="w", compress=compress)

    read = list((read_gzip_records if compress else read_plain_records)(out))

    assert all(record.has_right_digests for record in read)
    assert [
        (entry.address, entry.offset, entry.length, entry.digest) for entry in written.entries
    ] == [
        (record.address, record.offset, record.length, f"sha256:{record.payload_sha256}")
        for record in read
        if record.type in {"response", "resource"}
    ]


def test_writing_twice_gives_the_same_bytes() -> None:
    records = all_records()
    one, two = BytesIO(), BytesIO()

    first = write_warc(one, records, filename="w", compress=True)
    second = write_warc(two, records, filename="w", compress=True)

    assert one.getvalue() == two.getvalue()
    assert first == second


def test_nothing_is_buffered_on_a_disk_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_named: object) -> None:
        raise AssertionError("a temporary file was opened")

    # The one place where a patch is the point: warcio would buffer a body whose digest it lacks.
    for name in ("SpooledTemporaryFile", "TemporaryFile", "NamedTemporaryFile"):
        monkeypatch.setattr(tempfile, name, refuse)

    written = write_warc(MeasuringSink(), all_records(), filename="w", compress=True)

    assert len(written.entries) == 3


class Counting(BytesIO):
    """Notes the largest piece that was asked for."""

    largest = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self.largest = max(self.largest, len(data))
        return data


def test_a_body_is_never_read_whole() -> None:
    body = Counting(FILM)
    resource = Resource(address="urn:x:y", media_type="video/mp4", body=body, made_at=AT)

    write_warc(MeasuringSink(), [resource_record(resource)], filename="w", compress=False)

    assert 0 < body.largest <= 1 << 20


def broken(content: bytes, *, compressed: bool) -> list[ReadRecord]:
    reading = read_gzip_records if compressed else read_plain_records
    return list(reading(BytesIO(content)))


def written(*, compress: bool) -> bytes:
    out = BytesIO()
    write_warc(out, all_records()[:3], filename="w", compress=compress)
    return out.getvalue()


@pytest.mark.parametrize("compress", [True, False])
@pytest.mark.parametrize("size", [1, 20, 150, 400, -1, -3])
def test_a_file_that_was_cut_off_is_noticed(size: int, *, compress: bool) -> None:
    with pytest.raises(PackageDamagedError):
        broken(written(compress=compress)[:size], compressed=compress)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"WARC/1.1", b"WARC/1.0"),
        (b"Content-Length: 54", b"Content-Length: 55"),
        (b"Content-Length: 54", b"Content-Length: -4"),
        (b"Content-Length: 54\r\n", b""),
        (b"WARC-Type: warcinfo", b"WARC-Type warcinfo"),
        (b"WARC-Type: warcinfo\r\n", b"WARC-Type: warcinfo\r\nwarc-type: x\r\n"),
        (
            b"WARC-Type: warcinfo\r\n",
            b"".join(b"A%d: b\r\n" % number for number in range(101)),
        ),
        (b"WARC-Type: warcinfo\r\n", b"WARC-Type: " + b"x" * (9 << 20) + b"\r\n"),
        (b"charset=utf-8\r\n\r\n", b"charset=utf-8\r\nab"),
    ],
    ids=[
        *("another version", "too long", "negative", "no length", "no colon", "a field twice"),
        *("too many fields", "a field too long", "no end of the HTTP head"),
    ],
)
def test_a_broken_record_is_noticed(old: bytes, new: bytes) -> None:
    content = written(compress=False)
    assert old in content

    with pytest.raises(PackageDamagedError):
        broken(content.replace(old, new, 1), compressed=False)


@pytest.mark.parametrize("name", ["without an end", "of five megabytes"])
def test_an_http_head_that_does_not_end_is_noticed(name: str) -> None:
    block = b"HTTP/1.1 200 OK\r\n" + b"x" * (5 << 20 if name == "of five megabytes" else 10)
    head = b"WARC/1.1\r\nContent-Type: application/http\r\n"
    record = head + f"Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"

    with pytest.raises(PackageDamagedError):
        broken(record, compressed=False)


def test_two_records_in_one_member_are_noticed() -> None:
    import gzip

    with pytest.raises(PackageDamagedError):
        broken(gzip.compress(written(compress=False)), compressed=True)


def test_a_broken_member_is_noticed() -> None:
    content = bytearray(written(compress=True))
    content[40] ^= 0xFF

    with pytest.raises(PackageDamagedError):
        broken(bytes(content), compressed=True)


def test_the_file_says_what_made_it_and_nothing_about_the_computer() -> None:
    record = warcinfo_record(made_at=datetime(2026, 1, 1, tzinfo=UTC), software="benban 0.1.0")

    assert block_of(record) == (b"software: benban 0.1.0\r\nformat: WARC File Format 1.1\r\n")
