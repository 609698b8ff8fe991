"""Hasher-Matcher-Actioner's addresses at an exchange: HMA's shapes, the exchange's rules."""

import base64
import shutil
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from benban.exchange.answers import opaque_number
from benban.exchange.keys import Scope, new_key
from benban.model.fingerprint import Pdq
from benban.model.shared_hash import HashId
from benban.outside.exchange_store.store import DatabaseStore
from benban.outside.fence_hasher import FenceHasher
from benban.service.app import make_app
from benban.service.hma import BANK_NAME, content_id
from benban.service.limits import Allowance
from benban.testing.pictures import decode, draw_feed_picture, encode_jpeg
from tests.contract.exchange_stores import OPERATOR, made_file, store
from tests.service.exchange_client import Client, Exchange, exchange
from tests.unit.exchange.shared import ATTESTER, NOW, SECOND, THIRD, pdq

__all__ = ["exchange", "made_file", "store"]

REASON = "A post was disputed by its author."
ADDRESSES = [
    ("GET", "/h/hash"),
    ("POST", "/h/hash"),
    ("GET", "/m/lookup"),
    ("POST", "/m/lookup"),
    ("GET", "/m/raw_lookup"),
    ("POST", "/m/compare"),
    ("GET", "/m/index/status"),
    ("GET", "/c/banks"),
    ("GET", "/c/bank/BENBAN"),
    ("GET", "/c/signal_type"),
    ("POST", "/c/banks"),
    ("PUT", "/c/bank/BENBAN"),
    ("DELETE", "/c/bank/BENBAN"),
    ("POST", "/c/bank/BENBAN/content"),
    ("POST", "/c/bank/BENBAN/signal"),
]


@pytest.fixture
def empty_store(made_file: Path, tmp_path: Path) -> Iterator[DatabaseStore]:
    """SQLite alone: what the two systems of record do is looked at in ``test_exchange_api``."""
    file = tmp_path / "exchange.db"
    shutil.copy(made_file, file)
    opened = DatabaseStore(f"sqlite:///{file}")
    yield opened
    opened.close()


def _asked(exchange: Exchange, seed: int, more: str = "", *, flips: int = 0) -> object:
    signal = f"{int(pdq(seed).hex, 16) ^ flips:064x}"
    answer = exchange.get(f"/m/lookup?signal_type=pdq&signal={signal}{more}", SECOND)
    assert answer.status_code == 200
    return answer.json()


def _form(name: str, content: bytes, *, file: str = "x.jpg") -> tuple[bytes, str]:
    head = f'--b0\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
    body = head.encode() + b"Content-Type: image/jpeg\r\n\r\n" + content + b"\r\n--b0--\r\n"
    return body, "multipart/form-data; boundary=b0"


def _post_form(client: Client, key: str, path: str, form: tuple[bytes, str]) -> tuple[int, object]:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": form[1]}
    answer = client.post(path, content=form[0], headers=headers)
    return answer.status_code, answer.json()


def test_a_match_has_hmas_shape_and_the_members_own_number(exchange: Exchange) -> None:
    exchange.activate(1)
    numbers = exchange.post("/v1/lookups", {"hashes": [pdq(1).hex]}, SECOND).json()["matches"]

    found, nothing = _asked(exchange, 1), _asked(exchange, 2)

    expected = {"bank_content_id": content_id(numbers[0]["numbers"][0]), "distance": "31"}
    assert (found, nothing) == ({BANK_NAME: [expected]}, {})


def test_the_id_survives_a_client_that_counts_in_doubles(exchange: Exchange) -> None:
    ids = [content_id(opaque_number(HashId(one), bytes(32))) for one in range(200)]

    assert [int(float(one)) for one in ids] == ids
    assert len(set(ids)) == 200


def test_answers_have_no_gradient_and_members_numbers_cannot_be_joined(exchange: Exchange) -> None:
    exchange.activate(1)

    answers = [_asked(exchange, 1, flips=(1 << bits) - 1) for bits in (0, 1, 15, 31)]
    beyond = _asked(exchange, 1, flips=(1 << 32) - 1)
    other = exchange.get(f"/m/lookup?signal_type=pdq&signal={pdq(1).hex}", ATTESTER).json()

    assert all(one == two for one, two in pairwise(answers))
    assert beyond == {}
    assert other != answers[0]


@pytest.mark.parametrize("more", ["&seed=7", "&bypass_coinflip=true", f"&banks={BANK_NAME}"])
def test_what_hmas_clients_say_besides_changes_nothing(exchange: Exchange, more: str) -> None:
    exchange.activate(1)

    assert _asked(exchange, 1, more) == _asked(exchange, 1) != {}


def test_a_bank_that_is_not_there_is_said_and_not_answered_with_no_match(
    exchange: Exchange,
) -> None:
    asked = f"/m/lookup?signal_type=pdq&signal={pdq(1).hex}&banks=OTHER"

    answers = [exchange.get(asked, SECOND), exchange.get("/c/bank/OTHER", SECOND)]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [(404, "BB-956")] * 2


def test_a_hash_in_the_body_is_answered_the_same(exchange: Exchange) -> None:
    exchange.activate(1)

    answer = exchange.post("/m/lookup", {"signal_type": "pdq", "signal": pdq(1).hex}, SECOND)

    assert answer.json() == _asked(exchange, 1)


def test_a_withdrawn_hash_is_gone_at_the_next_question(exchange: Exchange) -> None:
    number = exchange.activate(1)
    exchange.post(f"/v1/hashes/{number}/acts", {"act": "withdraw"})

    assert _asked(exchange, 1) == {}


def test_raw_lookups_give_ids_to_members_and_distances_to_a_curator_with_a_reason(
    exchange: Exchange,
) -> None:
    exchange.activate(1)
    signal = f"{int(pdq(1).hex, 16) ^ 7:064x}"
    path = f"/m/raw_lookup?signal_type=pdq&signal={signal}"
    key = {"Authorization": f"Bearer {exchange.keys[SECOND]}"}

    ids = exchange.get(path, SECOND).json()
    unsaid = exchange.get(f"{path}&include_distance=true", SECOND)
    told = exchange.client.get(f"{path}&include_distance=true", **key, **{"Benban-Reason": REASON})

    assert unsaid.status_code == 400
    assert told.json() == {
        "matches": [{"bank_content_id": one, "distance": "3"} for one in ids["matches"]]
    }
    assert len(ids["matches"]) == 1
    lines = exchange.get("/v1/audit", SECOND).json()["lines"]
    assert [line["entry"]["reason"] for line in lines][-1] == REASON


def test_distances_need_the_scope_and_everything_else_does_not(exchange: Exchange) -> None:
    kept, key = new_key(THIRD, frozenset({Scope.LOOKUP}), now=NOW, life=timedelta(days=1))
    with exchange.process.store.within(OPERATOR) as work:
        work.keep_key(kept)
    exchange.process.matcher.follow()
    exchange.keys[THIRD] = key
    path = f"/m/raw_lookup?signal_type=pdq&signal={pdq(1).hex}"

    assert exchange.get(path, THIRD).json() == {"matches": []}
    assert exchange.get(f"{path}&include_distance=1", THIRD).status_code == 403


def test_two_hashes_of_the_caller_are_compared(exchange: Exchange) -> None:
    pairs = [[pdq(1).hex, f"{int(pdq(1).hex, 16) ^ ((1 << bits) - 1):064x}"] for bits in (9, 32)]

    answers = [exchange.post("/m/compare", {"pdq": pair}, SECOND).json() for pair in pairs]

    assert answers == [{"pdq": [True, {"distance": 9}]}, {"pdq": [False, {"distance": 32}]}]


@pytest.mark.parametrize("body", [{}, [], {"pdq": []}, {"pdq": ["0", "1"]}, {"md5": ["a", "b"]}])
def test_what_cannot_be_compared_is_refused(exchange: Exchange, body: object) -> None:
    assert exchange.post("/m/compare", body, SECOND).status_code == 400


def test_what_there_is_is_said_in_hmas_words(exchange: Exchange) -> None:
    exchange.activate(1)
    bank = {"name": BANK_NAME, "matching_enabled_ratio": 1.0}

    assert exchange.get("/c/banks").json() == [bank]
    assert exchange.get(f"/c/bank/{BANK_NAME}").json() == bank
    assert exchange.get("/c/signal_type").json() == [{"name": "pdq", "enabled_ratio": 1.0}]
    status = exchange.get("/m/index/status").json()["pdq"]
    assert status == {"present": True, "built_to": int(NOW.timestamp()), "size": 1}
    assert exchange.client.get("/status").text == "I-AM-ALIVE"


def test_a_node_that_is_behind_says_so_in_hmas_words(exchange: Exchange) -> None:
    exchange.clock.advance(6)

    status = exchange.client.get("/status")

    assert (status.status_code, status.text) == (503, "INDEX-STALE")
    assert exchange.get("/m/index/status").status_code == 503


@pytest.mark.parametrize(
    "query",
    [
        "",
        "signal_type=pdq",
        f"signal={pdq(1).hex}",
        f"signal_type=video_md5&signal={pdq(1).hex}",
        f"signal_type=pdq&signal={pdq(1).hex.upper()}",
        f"signal_type=pdq&signal={pdq(1).hex}%0A",
        "signal_type=pdq&signal=" + "0" * 63,
    ],
)
def test_malformed_signals_are_refused_and_not_repeated(exchange: Exchange, query: str) -> None:
    answer = exchange.get(f"/m/lookup?{query}", SECOND)

    assert (answer.status_code, answer.json()["code"]) == (400, "BB-967")
    assert pdq(1).hex not in answer.text.lower()
    assert "message" in answer.json()


def test_the_hash_of_an_empty_picture_is_not_looked_for(exchange: Exchange) -> None:
    answer = exchange.get("/m/lookup?signal_type=pdq&signal=" + "0" * 64, SECOND)

    assert (answer.status_code, answer.json()["why"]) == (422, "flat")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://pictures.example/1.jpg",
        "http://169.254.169.254/latest/meta-data",
        "http://allowed.example:80:x@127.0.0.1/",
        "file:///etc/passwd",
    ],
)
def test_no_address_is_ever_fetched(exchange: Exchange, url: str) -> None:
    headers = {"Authorization": f"Bearer {exchange.keys[SECOND]}"}

    answers = [
        exchange.client.request(method, f"{path}?url={url}", headers=headers)
        for method, path in ADDRESSES
    ]

    assert {(one.status_code, one.json()["code"]) for one in answers} == {(403, "BB-976")}
    assert not [one for one in answers if url and url in one.text]


@pytest.mark.parametrize("authorization", ["", "Bearer x", "Basic !", "Basic eDp5", "Basic w6k6"])
def test_without_a_key_nothing_is_answered(exchange: Exchange, authorization: str) -> None:
    headers = {"Authorization": authorization} if authorization else {}

    answers = [exchange.client.request(method, path, headers=headers) for method, path in ADDRESSES]

    assert {(one.status_code, one.json()["code"]) for one in answers} == {(401, "BB-960")}


def test_a_program_that_takes_only_a_base_address_carries_the_key_in_it(
    exchange: Exchange,
) -> None:
    said = base64.b64encode(f"hma:{exchange.keys[SECOND]}".encode()).decode()

    here = exchange.client.get("/c/banks", Authorization=f"Basic {said}")
    elsewhere = exchange.client.get("/v1/banks", Authorization=f"Basic {said}")

    assert (here.status_code, elsewhere.status_code) == (200, 401)


@pytest.mark.parametrize(("method", "path"), ADDRESSES[-5:])
def test_nothing_enters_or_leaves_a_bank_in_hmas_way(
    exchange: Exchange, method: str, path: str
) -> None:
    body = {"pdq": pdq(5).hex, "name": "X"}
    headers = {"Authorization": f"Bearer {exchange.keys[ATTESTER]}"}

    answer = exchange.client.request(method, path, content=str(body).encode(), headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, "BB-977")


def test_pictures_are_refused_unless_hashing_was_turned_on(exchange: Exchange) -> None:
    form = _form("photo", b"\xff\xd8 not even a picture")
    key = exchange.keys[SECOND]

    answers = [_post_form(exchange.client, key, path, form) for path in ("/h/hash", "/m/lookup")]

    for status, said in answers:
        assert isinstance(said, dict)
        assert (status, said["code"]) == (403, "BB-975")


class _Known:
    """Gives the hash of a seed for whatever comes: the shape of the answer is what is looked at."""

    def __init__(self, quality: int = 90) -> None:
        self.taken: list[bytes] = []
        self._quality = quality

    def hashed(self, untrusted_picture: bytes) -> Pdq:
        self.taken.append(untrusted_picture)
        return pdq(1, self._quality)


def test_with_hashing_turned_on_a_picture_is_hashed_and_looked_up(exchange: Exchange) -> None:
    exchange.activate(1)
    known, key = _Known(), exchange.keys[SECOND]
    client = Client(make_app(exchange.process, Allowance(), hasher=known))
    # Bytes that look like the form's own lines, and more than one chunk.
    content = b"\r\n--b1\r\n" + bytes(range(256)) * 300

    hashed = _post_form(client, key, "/h/hash", _form("photo", content))
    found = _post_form(client, key, "/m/lookup", _form("photo", content))

    assert hashed == (200, {"pdq": pdq(1).hex})
    assert found == (200, {"pdq": _asked(exchange, 1)})
    assert known.taken == [content, content]


@pytest.mark.parametrize(
    "form",
    [
        _form("video", b"x"),
        _form("url", b"https://pictures.example/1.jpg"),
        _form("photo", b""),
        (
            _form("photo", b"x")[0][:-8] + _form("photo", b"x")[0],
            "multipart/form-data; boundary=b0",
        ),
        (_form("photo", b"x")[0][:-8], "multipart/form-data; boundary=b0"),
        (_form("photo", b"x")[0], "multipart/form-data; boundary=other"),
        (_form("photo", b"x")[0], "multipart/form-data"),
        (
            b"--b0\r\n" + b"A: b\r\n" * 999 + b"\r\nx\r\n--b0--",
            "multipart/form-data; boundary=b0",
        ),
        _form("photo", bytes((16 << 20) + (70 << 10))),
    ],
)
def test_forms_that_are_not_one_picture_are_refused(
    exchange: Exchange, form: tuple[bytes, str]
) -> None:
    known = _Known()
    client = Client(make_app(exchange.process, Allowance(), hasher=known))

    status, said = _post_form(client, exchange.keys[SECOND], "/h/hash", form)

    assert isinstance(said, dict)
    assert (status, said["code"] in {"BB-967", "BB-968"}) == (400, True)
    assert known.taken == []


def test_a_picture_of_low_quality_has_no_hash_to_ask_with(exchange: Exchange) -> None:
    client = Client(make_app(exchange.process, Allowance(), hasher=_Known(quality=49)))

    status, said = _post_form(client, exchange.keys[SECOND], "/m/lookup", _form("photo", b"x"))

    assert isinstance(said, dict)
    assert (status, said["why"]) == (422, "quality")


def test_pictures_are_hashed_in_the_fence(exchange: Exchange) -> None:
    hasher, key = FenceHasher(), exchange.keys[SECOND]
    client = Client(make_app(exchange.process, Allowance(), hasher=hasher))
    drawn = decode(draw_feed_picture(3))
    pictures = [encode_jpeg(drawn), encode_jpeg(drawn, quality=60), b"GIF89a and nothing more"]

    answers = [_post_form(client, key, "/h/hash", _form("photo", one)) for one in pictures]
    hasher.close()

    hashes = [said["pdq"] for status, said in answers[:2] if isinstance(said, dict)]
    compared = exchange.post("/m/compare", {"pdq": hashes}, SECOND).json()["pdq"]
    assert compared[0] is True
    assert answers[2][0] == 400
