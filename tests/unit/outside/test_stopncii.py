"""StopNCII's client against a loopback service that answers as the wire does, and worse."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import MappingProxyType
from urllib.parse import parse_qs, urlsplit

import pytest

from benban.errors.exchange import HashRefusedError, PeerAnswerError, PeerUnreachableError
from benban.model.fingerprint import Pdq
from benban.outside.stopncii import Endpoint, Keys, Opinion, StopNcii
from benban.outside.stopncii_records import FeedbackValue, Page, Reason, read_page
from benban.testing.clock import FakeClock
from tests.unit.exchange.shared import NOW, pdq

KEYS = Keys(
    subscription="sub-key",
    functions={
        Endpoint.FETCH_HASHES: "fetch-key",
        Endpoint.SUBMIT_HASHES: "submit-key",
        Endpoint.SUBMIT_FEEDBACK: "feedback-key",
    },
)
NOW_S = int(NOW.timestamp())


@dataclass(kw_only=True)
class Wire:
    """What the service answers, by what was asked for; and what it was asked."""

    address: str = ""
    status: int = 200
    pages: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)

    def client(self, keys: Keys = KEYS) -> StopNcii:
        """Return a client of it."""
        return StopNcii(f"{self.address}/v1/", keys, clock=FakeClock(NOW))


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A service on this computer."""
    wire = Wire()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))

        def _answer(self, body: bytes) -> None:
            wire.asked.append((self.path, dict(self.headers.items()), body))
            token = parse_qs(urlsplit(self.path).query).get("nextPageToken", [""])[0]
            said = wire.pages.get(token, b"{}")
            self.send_response(wire.status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    wire.address = f"http://127.0.0.1:{server.server_port}"
    yield wire
    server.shutdown()
    thread.join()
    server.server_close()


def _record(seed: int = 1, **said: object) -> dict[str, object]:
    return {
        "lastModtimestamp": 1_625_167_804,
        "hashValue": pdq(seed).hex,
        "hashStatus": "Received",
        "caseNumbers": {"27664732-76e1-4a17-8099-455798e67022": "Received"},
        "signalType": "ImagePDQ",
        **said,
    }


def _page(
    *records: object,
    said: Mapping[str, object] = MappingProxyType({}),
    next_page: str | None = None,
) -> bytes:
    page = {
        "count": len(records),
        "nextSetTimestamp": 1_625_175_071,
        "nextPageToken": next_page,
        "hasMoreRecords": next_page is not None,
        "hashRecords": list(records),
        **said,
    }
    return json.dumps(page).encode()


def _read(*records: object, said: Mapping[str, object] = MappingProxyType({})) -> Page:
    return read_page(_page(*records, said=said), NOW_S)


def _held(page: Page) -> list[str]:
    return [one.pdq for one in page.held]


def test_pages_are_asked_for_as_the_service_wants_them(wire: Wire) -> None:
    wire.pages = {"": _page(_record(1), _record(2), next_page="a+/="), "a+/=": _page(_record(3))}

    first, last = wire.client().pages(since=77)

    assert (_held(first), _held(last)) == ([pdq(1).hex, pdq(2).hex], [pdq(3).hex])
    assert (first.has_more, last.has_more, last.next_since) == (True, False, 1_625_175_071)
    asked = [urlsplit(path) for path, _, _ in wire.asked]
    assert [one.path for one in asked] == ["/v1/FetchHashes"] * 2
    assert [parse_qs(one.query) for one in asked] == [
        {"startTimestamp": ["77"], "pageSize": ["800"]},
        {"startTimestamp": ["77"], "pageSize": ["800"], "nextPageToken": ["a+/="]},
    ]
    for _, fields, _ in wire.asked:
        assert fields["x-functions-key"] == "fetch-key"
        assert fields["Ocp-Apim-Subscription-Key"] == "sub-key"


@pytest.mark.parametrize("status", ["Withdrawn", "Deleted"])
def test_what_was_withdrawn_is_removed(status: str) -> None:
    page = _read(_record(1), _record(2, hashStatus=status))

    assert (_held(page), page.removed, dict(page.skipped)) == ([pdq(1).hex], (pdq(2).hex,), {})


def test_a_hash_is_removed_when_every_case_of_it_was_withdrawn() -> None:
    gone, one_left = {"a": "Withdrawn", "b": "Deleted"}, {"a": "Withdrawn", "b": "Active"}

    page = _read(_record(1, caseNumbers=gone), _record(2, caseNumbers=one_left))

    assert (_held(page), page.removed) == ([pdq(2).hex], (pdq(1).hex,))


def test_of_one_hash_the_newest_record_counts_and_at_one_time_the_withdrawal() -> None:
    gone = {"hashStatus": "Withdrawn"}
    page = _read(
        _record(1, lastModtimestamp=5, **gone),
        _record(1, lastModtimestamp=9),
        _record(2, lastModtimestamp=9, **gone),
        _record(2, lastModtimestamp=9),
        _record(3, lastModtimestamp=9),
        _record(3, lastModtimestamp=9, hashValue=pdq(3).hex.upper(), **gone),
        _record(4, lastModtimestamp=9),
        _record(4, lastModtimestamp=8, **gone),
    )

    assert set(_held(page)) == {pdq(1).hex, pdq(4).hex}
    assert set(page.removed) == {pdq(2).hex, pdq(3).hex}


@pytest.mark.parametrize("cases", [[], {}, None])
def test_no_cases_are_written_in_several_ways(cases: object) -> None:
    assert _held(_read(_record(1, caseNumbers=cases))) == [pdq(1).hex]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"signalType": "VideoMD5"}, Reason.OTHER_TYPE),
        ({"signalType": "SignalType.IMAGE_PDQ"}, Reason.OTHER_TYPE),
        ({"signalType": 7}, Reason.NO_RECORD),
        ({"hashValue": "0" * 32}, Reason.MALFORMED_HASH),
        ({"hashValue": "g" * 64}, Reason.MALFORMED_HASH),
        ({"hashValue": pdq(1).hex + "\n"}, Reason.MALFORMED_HASH),
        ({"hashValue": "٠" * 64}, Reason.MALFORMED_HASH),
        ({"hashValue": ""}, Reason.MALFORMED_HASH),
        ({"hashValue": None}, Reason.NO_RECORD),
        ({"hashValue": "0" * 64}, Reason.FLAT_HASH),
        ({"hashValue": "f" * 64}, Reason.FLAT_HASH),
        ({"hashStatus": None}, Reason.NO_RECORD),
        ({"lastModtimestamp": "now"}, Reason.NO_RECORD),
    ],
)
def test_an_odd_record_is_left_out_and_counted_and_harms_no_other(
    said: dict[str, object], reason: Reason
) -> None:
    page = _read(_record(1, **said), _record(2), *([1] if reason is Reason.NO_RECORD else []))

    assert (_held(page), page.removed) == ([pdq(2).hex], ())
    assert dict(page.skipped) == {reason: 2 if reason is Reason.NO_RECORD else 1}


def test_a_flat_hash_is_removed_all_the_same() -> None:
    page = _read(_record(hashValue="0" * 64, hashStatus="Withdrawn"))

    assert page.removed == ("0" * 64,)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"hashStatus": "Paused"}, Reason.UNKNOWN_STATUS),
        ({"hashStatus": ""}, Reason.UNKNOWN_STATUS),
        ({"caseNumbers": ["not a mapping"]}, Reason.MALFORMED_CASES),
        ({"caseNumbers": {"a": 1}}, Reason.MALFORMED_CASES),
    ],
)
def test_what_is_in_doubt_does_not_match(said: dict[str, object], reason: Reason) -> None:
    page = _read(_record(1, **said))

    assert (_held(page), page.removed) == ([], (pdq(1).hex,))
    assert dict(page.skipped) == {reason: 1}


def test_feedback_is_kept_as_it_was_said() -> None:
    said = [
        {"source": "One", "feedbackValue": "Blocked", "tags": ["Nude"]},
        {"source": "Two", "feedbackValue": "Undefined"},
    ]

    (held,) = _read(_record(1, CSPFeedbacks=said)).held

    assert [(one.value, one.tags, one.source) for one in held.feedbacks] == [
        ("Blocked", ("Nude",), "One"),
        ("Undefined", (), "Two"),
    ]


@pytest.mark.parametrize(
    "said",
    [
        "Blocked",
        [{"feedbackValue": None}],
        [{"feedbackValue": "x" * 101}],
        [{"feedbackValue": "Blocked", "tags": ["x"] * 51}],
        [{"feedbackValue": "Blocked"}] * 201,
    ],
)
def test_odd_feedback_does_not_cost_the_hash(said: object) -> None:
    page = _read(_record(1, CSPFeedbacks=said))

    assert [(one.pdq, one.feedbacks) for one in page.held] == [(pdq(1).hex, ())]
    assert dict(page.skipped) == {Reason.ODD_FEEDBACK: 1}


def test_records_that_did_not_come_are_counted() -> None:
    assert _read(_record(1), said={"count": 5}).missing == 4


@pytest.mark.parametrize(("said", "expected"), [(NOW_S + 10**9, NOW_S), (-5, 0), (10**30, NOW_S)])
def test_the_next_time_begins_neither_in_the_future_nor_before_all_time(
    said: int, expected: int
) -> None:
    assert _read(said={"nextSetTimestamp": said}).next_since == expected


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (b"", "layout"),
        (b"[]", "layout"),
        (b"\xff", "layout"),
        (b"[" * 100_000, "layout"),
        (b"<html>busy</html>", "layout"),
        (_page(said={"hashRecords": {}}), "layout"),
        (_page(said={"hasMoreRecords": "yes"}), "layout"),
        (_page(*[1] * 10_001), "size"),
        (_page(said={"hasMoreRecords": True}), "paging"),
        (_page(next_page="x" * 9_000), "paging"),
    ],
)
def test_what_is_no_page_is_not_taken_over(page: bytes, why: str) -> None:
    with pytest.raises(PeerAnswerError) as refused:
        read_page(page, NOW_S)

    assert refused.value.params["why"] == why


def test_pages_that_lead_in_a_circle_end(wire: Wire) -> None:
    wire.pages = {"": _page(next_page="a"), "a": _page(next_page="b"), "b": _page(next_page="a")}
    taken: list[Page] = []

    with pytest.raises(PeerAnswerError) as refused:
        taken.extend(wire.client().pages())

    assert (refused.value.params["why"], len(wire.asked)) == ("paging", 3)


@pytest.mark.parametrize("status", [302, 401, 404, 429, 500])
def test_another_status_is_said(wire: Wire, status: int) -> None:
    wire.status = status

    with pytest.raises(PeerUnreachableError) as refused:
        list(wire.client().pages())

    assert (refused.value.params["reason"], len(wire.asked)) == (status, 1)


def test_hashes_are_handed_in_under_the_services_own_name_of_their_type(wire: Wire) -> None:
    opinion = Opinion(value=FeedbackValue.PENDING_REVIEW, tags=("Adult",))

    wire.client().submit([(pdq(1), opinion), (pdq(2), opinion)])

    ((path, fields, body),) = wire.asked
    assert (path, fields["x-functions-key"]) == ("/v1/SubmitHashes", "submit-key")
    assert json.loads(body) == {
        "count": 2,
        "hashRecords": [
            {
                "lastModtimestamp": NOW_S,
                "signalType": "ImagePDQ",
                "hashValue": pdq(seed).hex,
                "CSPFeedbacks": [{"tags": ["Adult"], "feedbackValue": "PendingReview"}],
            }
            for seed in (1, 2)
        ],
    }


def test_feedback_is_given(wire: Wire) -> None:
    wire.client().give_feedback([(pdq(1).hex, Opinion(value=FeedbackValue.NOT_BLOCKED))])

    ((path, fields, body),) = wire.asked
    assert (path, fields["x-functions-key"]) == ("/v1/SubmitFeedback", "feedback-key")
    said = {"tags": [], "feedbackValue": "NotBlocked", "hashValue": pdq(1).hex}
    assert json.loads(body) == {"count": 1, "hashFeedbacks": [said]}


@pytest.mark.parametrize("bad", [pdq(1, quality=49), Pdq(hex="0" * 64, quality=90)])
def test_a_hash_that_says_nothing_is_not_handed_in(wire: Wire, bad: Pdq) -> None:
    with pytest.raises(HashRefusedError):
        wire.client().submit([(bad, Opinion(value=FeedbackValue.NONE))])

    assert wire.asked == []


@pytest.mark.parametrize("count", [0, 801])
def test_none_or_too_many_at_once_are_not_sent(wire: Wire, count: int) -> None:
    with pytest.raises(ValueError, match="1 to 800"):
        wire.client().give_feedback([(pdq(1).hex, Opinion(value=FeedbackValue.NONE))] * count)

    assert wire.asked == []


def test_an_endpoint_without_a_key_is_not_asked(wire: Wire) -> None:
    keys = Keys(subscription="s", functions={Endpoint.FETCH_HASHES: "f"})

    with pytest.raises(PeerUnreachableError) as refused:
        wire.client(keys).submit([(pdq(1), Opinion(value=FeedbackValue.NONE))])

    assert (refused.value.params["reason"], wire.asked) == ("no key", [])


def test_keys_are_not_printed_and_not_sent_in_the_clear(wire: Wire) -> None:
    assert "key" not in repr(KEYS).lower().replace("keys", "")

    with pytest.raises(PeerUnreachableError) as refused:
        list(StopNcii("http://service.example/v1", KEYS).pages())

    assert refused.value.params["reason"] == "address"
