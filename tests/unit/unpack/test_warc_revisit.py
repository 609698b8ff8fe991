"""Records that brought again what an earlier one holds (WARC 1.1 section 6.7)."""

import pytest

from benban.unpack.parts import DigestState, Reason, Resource, Unread
from tests.unit.unpack.webfiles import (
    HTML,
    PAGE,
    answer_record,
    packed,
    parts_of,
    sha1,
    warc_record,
)


def claim(content: bytes) -> str:
    return f"WARC-Payload-Digest: {sha1(content)}"


def resources(content: bytes) -> list[Resource]:
    parts = parts_of(content)
    assert [part for part in parts if isinstance(part, Unread)] == []
    return [part for part in parts if isinstance(part, Resource)]


def unread(content: bytes) -> list[Reason]:
    return [part.reason for part in parts_of(content) if isinstance(part, Unread)]


def revisit(*more: str, block: bytes | None = None, address: str = PAGE) -> bytes:
    """Return a record that brought again what another one holds."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Visit: 2\r\n\r\n"
    return warc_record(head if block is None else block, *more, kind="revisit", address=address)


FIRST = answer_record(HTML, "text/html", "WARC-Record-ID: <urn:uuid:1>", claim(HTML))


@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize(
    "refers",
    [
        ("WARC-Refers-To: <urn:uuid:1>",),
        (
            f"WARC-Refers-To-Target-URI: {PAGE}",
            "WARC-Refers-To-Date: 2026-11-22T08:15:30Z",
        ),
    ],
)
def test_a_revisit_has_the_content_it_refers_to_and_a_head_of_its_own(
    refers: tuple[str, ...], *, is_packed: bool
) -> None:
    again = revisit(*refers, claim(HTML), address="https://example.test/again")

    first, second = resources(packed(FIRST, again) if is_packed else FIRST + again)

    assert (first.is_revisit, second.is_revisit) == (False, True)
    assert second.address == "https://example.test/again"
    assert second.open().read() == HTML
    assert second.response_fields[-1] == ("X-Visit", "2")
    assert second.check_digest is not None
    assert second.check_digest() is DigestState.AGREES


def test_a_revisit_that_claims_another_digest_than_what_it_refers_to_is_said() -> None:
    again = revisit("WARC-Refers-To: <urn:uuid:1>", claim(b"another"))

    assert unread(FIRST + again) == [Reason.DIGEST_MISMATCH]


def test_a_digest_that_a_revisit_claims_is_compared_with_the_content_itself() -> None:
    first = answer_record(HTML, "text/html", "WARC-Record-ID: <urn:uuid:1>")
    again = revisit("WARC-Refers-To: <urn:uuid:1>", claim(b"another"))

    _, second = resources(first + again)

    assert second.check_digest is not None
    assert second.check_digest() is DigestState.DIFFERS


def test_what_did_not_change_is_kept_as_the_answer_it_was() -> None:
    again = revisit(
        "WARC-Refers-To: <urn:uuid:1>",
        "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/server-not-modified",
        block=b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n",
    )

    _, second = resources(FIRST + again)

    assert (second.status, second.open().read()) == (304, b"")


def test_a_request_belongs_to_the_revisit_beside_it() -> None:
    again = revisit("WARC-Refers-To: <urn:uuid:1>")
    asked = warc_record(b"HEAD /a HTTP/1.1\r\n\r\n", kind="request")

    _, second = resources(FIRST + again + asked)

    assert (second.method, second.open().read()) == ("HEAD", HTML)


def test_a_revisit_of_what_is_not_in_the_file_is_said() -> None:
    again = revisit("WARC-Refers-To: <urn:uuid:2>")

    assert unread(FIRST + again) == [Reason.NOT_INCLUDED]
