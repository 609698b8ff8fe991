"""The exchange over HTTP: what members do, and what nobody may (B5 101, 103, 105, 106)."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from benban.exchange.feed import open_delta
from benban.exchange.keys import Scope, new_key
from benban.exchange.planted import try_planted
from benban.exchange.withdrawal import sign_withdrawal
from benban.model.fingerprint import Pdq
from benban.model.shared_hash import Act, HashState, hash_id
from benban.seal.note import public_key_of
from tests.contract.exchange_stores import (
    BANK,
    CLOSED,
    OPERATOR,
    empty_store,
    made_file,
    server,
    store,
)
from tests.service.exchange_client import SIGNING_KEY, Exchange, exchange
from tests.unit.exchange.shared import ATTESTER, LOG_KEY, NOW, SECOND, THIRD, pdq, shared_hash

__all__ = ["empty_store", "exchange", "made_file", "server", "store"]


def _leaf_of(exchange: Exchange) -> str:
    with exchange.process.store.within(OPERATOR) as work:
        return work.hash_of(work.changes(0, 1)[0].hash_id).consent_leaf


def test_a_hash_travels_from_the_proof_to_a_match_and_back_out(exchange: Exchange) -> None:
    exchange.activate(1)
    assert exchange.asks(2, 1, 3) == [1]

    withdrawal = sign_withdrawal(_leaf_of(exchange), exchange.process.exchange, LOG_KEY)
    gone = exchange.client.post("/v1/withdrawals", content=withdrawal)

    assert (gone.status_code, exchange.asks(2, 1, 3)) == (204, [])


def test_an_answer_says_review_and_nothing_of_nearness(exchange: Exchange) -> None:
    exchange.activate(1)
    exact = int(pdq(1).hex, 16)
    near = [f"{exact ^ flips:064x}" for flips in (0, 1, (1 << 31) - 1)]

    answers = [exchange.post("/v1/lookups", {"hashes": [one]}, SECOND).json() for one in near]

    assert answers[0] == answers[1] == answers[2]
    assert answers[0]["action"] == "review"
    assert set(answers[0]) == {"asked", "matches", "action"}


def test_the_order_of_numbers_says_nothing_of_nearness(exchange: Exchange) -> None:
    exact = int(pdq(1).hex, 16)
    with exchange.process.store.within(OPERATOR) as work:
        for count in range(1, 9):
            near = Pdq(hex=f"{exact ^ ((1 << count) - 1):064x}", quality=90)
            one = replace(shared_hash(HashState.ACTIVE), id=hash_id(0, count), bank=BANK, pdq=near)
            work.keep_hash(replace(one, consent_leaf=str(count)), Act.ACTIVATE, NOW)
    exchange.process.matcher.follow()

    for by in (ATTESTER, SECOND):
        answer = exchange.post("/v1/lookups", {"hashes": [pdq(1).hex]}, by).json()
        numbers = answer["matches"][0]["numbers"]
        # Two members' own orders, of the same eight.
        assert (len(numbers), numbers) == (8, sorted(numbers))


def test_members_get_numbers_that_cannot_be_joined(exchange: Exchange) -> None:
    exchange.activate(1)
    question = {"hashes": [pdq(1).hex]}

    first, second = (
        exchange.post("/v1/lookups", question, by).json()["matches"][0]["numbers"]
        for by in (ATTESTER, SECOND)
    )

    assert not set(first) & set(second)


def test_ten_thousand_probes_around_a_planted_hash_show_no_gradient(exchange: Exchange) -> None:
    exchange.activate(1)
    exact = int(pdq(1).hex, 16)
    # From outside inwards: 10,000 hashes at distances 32 to 131, each bit pattern another one.
    probes = [
        f"{exact ^ sum(1 << (bit + shift) % 256 for bit in range(32 + step)):064x}"
        for step in range(100)
        for shift in range(100)
    ]

    answers = [
        exchange.post("/v1/lookups", {"hashes": probes[at : at + 2_000]}, SECOND)
        for at in range(0, 10_000, 2_000)
    ]

    assert {one.content for one in answers} == {b'{"asked":2000,"matches":[],"action":"review"}'}


def test_a_curator_says_why_and_it_stands_in_the_audit(exchange: Exchange) -> None:
    exchange.activate(1)
    near = f"{int(pdq(1).hex, 16) ^ 7:064x}"
    reason = "A post was disputed by its author."

    told = exchange.post("/v1/lookups/explain", {"hash": near, "reason": reason}, SECOND).json()

    assert [one["distance_bits"] for one in told["near"]] == [3]
    lines = exchange.get("/v1/audit", SECOND).json()["lines"]
    assert [line["entry"]["reason"] for line in lines][-1] == reason
    for refused in ("", "A post was dis\x00puted."):
        answer = exchange.post("/v1/lookups/explain", {"hash": near, "reason": refused})
        assert answer.status_code == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/lookups"),
        ("POST", "/v1/lookups/explain"),
        ("POST", "/v1/hashes"),
        ("GET", "/v1/hashes/" + "0" * 32),
        ("POST", "/v1/hashes/" + "0" * 32 + "/acts"),
        ("GET", "/v1/banks"),
        ("GET", "/v1/changes"),
        ("GET", "/v1/audit"),
    ],
)
@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer ",
        "Bearer x",
        "Basic bWVtOnB3",
        "Bearer bbx_" + "0" * 16 + "_" + "a" * 52,
        "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJtZW0ifQ.",
        "bearer " + "x" * 5_000,
    ],
)
def test_without_a_key_nothing_is_answered(
    exchange: Exchange, method: str, path: str, authorization: str
) -> None:
    headers = {"Authorization": authorization} if authorization else {}

    answer = exchange.client.request(method, path, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (401, "BB-960")


@pytest.mark.parametrize("scope", list(Scope))
def test_a_key_does_only_what_its_scope_says(exchange: Exchange, scope: Scope) -> None:
    kept, key = new_key(THIRD, frozenset({scope}), now=NOW, life=timedelta(days=1))
    with exchange.process.store.within(OPERATOR) as work:
        work.keep_key(kept)
    exchange.process.matcher.follow()
    exchange.keys[THIRD] = key
    asked = {
        Scope.LOOKUP: exchange.get("/v1/banks", THIRD),
        Scope.SUBMIT: exchange.post("/v1/hashes", {}, THIRD),
        Scope.SUBSCRIBE: exchange.get("/v1/changes", THIRD),
        Scope.CURATOR: exchange.post("/v1/lookups/explain", {}, THIRD),
        Scope.AUDITOR: exchange.get("/v1/audit", THIRD),
    }

    assert [one for one in Scope if asked[one].status_code != 403] == [scope]


def test_a_key_that_was_stopped_opens_nothing_any_more(exchange: Exchange) -> None:
    with exchange.process.store.within(OPERATOR) as work:
        key = next(one for one in work.api_keys() if one.member == SECOND)
        work.keep_key(replace(key, revoked_at=NOW))
        total = work.heads().total
    exchange.process.counter.raise_to(total)

    assert exchange.get("/v1/banks", SECOND).status_code == 401
    assert exchange.get("/v1/banks", ATTESTER).status_code == 200


@pytest.mark.parametrize(
    "hashes",
    [
        [],
        [""],
        ["0" * 63],
        [pdq(1).hex.upper()],
        [pdq(1).hex + "\n"],
        [1],
        [None],
        "0" * 64,
        [pdq(1).hex] * 10_001,
    ],
)
def test_malformed_hashes_are_refused_and_not_repeated(exchange: Exchange, hashes: object) -> None:
    answer = exchange.post("/v1/lookups", {"hashes": hashes})

    assert (answer.status_code, answer.json()["code"]) == (400, "BB-967")
    assert pdq(1).hex not in answer.text.lower()


@pytest.mark.parametrize("flat", ["0" * 64, "f" * 64, "0f" * 32])
def test_the_hash_of_an_empty_picture_is_not_looked_for(exchange: Exchange, flat: str) -> None:
    why = "A post was disputed by its author."
    headers = {"Authorization": f"Bearer {exchange.keys[SECOND]}", "Benban-Reason": why}
    address = f"/m/raw_lookup?signal={flat}&signal_type=pdq&include_distance="

    answers = [
        exchange.post("/v1/lookups", {"hashes": [flat]}),
        exchange.post("/v1/lookups/explain", {"hash": flat, "reason": why}, SECOND),
        exchange.client.get(address + "false", **headers),
        exchange.client.get(address + "true", **headers),
    ]

    assert [(one.status_code, one.json()["why"]) for one in answers] == [(422, "flat")] * 4


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"\xff\xd8\xff\xe0", {"Content-Type": "image/jpeg"}),
        (b"--x", {"Content-Type": "multipart/form-data; boundary=x"}),
        (b"\x00", {"Content-Type": "Application/Octet-Stream"}),
    ],
)
def test_pictures_are_not_taken(exchange: Exchange, body: bytes, headers: dict[str, str]) -> None:
    for path in ("/v1/lookups", "/v1/hashes"):
        named = {**headers, "Authorization": f"Bearer {exchange.keys[ATTESTER]}"}
        answer = exchange.client.post(path, content=body, headers=named)
        assert answer.json()["code"] == "BB-968"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b"{" + b" " * (2 << 20) + b"}"]
)
def test_what_is_no_request_is_refused(exchange: Exchange, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {exchange.keys[ATTESTER]}"}

    answer = exchange.client.post("/v1/lookups", content=body, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "BB-967")


def test_under_18_is_refused_and_referred_in_ones_language(exchange: Exchange) -> None:
    asked = exchange.attestation(1, adult_in_picture="no")

    answer = exchange.post("/v1/hashes", asked, headers={"Accept-Language": "vi"})

    assert (answer.status_code, answer.json()["code"]) == (422, "BB-954")
    assert "111" in answer.json()["next_step"]


def test_the_same_request_sent_again_is_answered_the_same(exchange: Exchange) -> None:
    asked = exchange.attestation(1)

    first, again = (
        exchange.post("/v1/hashes", asked, headers={"Idempotency-Key": "one"}) for _ in range(2)
    )
    other = exchange.post("/v1/hashes", exchange.attestation(2), headers={"Idempotency-Key": "one"})
    anew = exchange.post("/v1/hashes", asked)

    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert (other.json()["code"], anew.json()["code"]) == ("BB-964", "BB-953")


def test_a_stranger_reaches_no_hash_by_any_number(exchange: Exchange) -> None:
    number = exchange.activate(1)

    for by in (SECOND, THIRD):
        assert exchange.get(f"/v1/hashes/{number}", by).status_code == 404
        acted = exchange.post(f"/v1/hashes/{number}/acts", {"act": "withdraw"}, by)
        assert acted.status_code == 404
    assert exchange.get(f"/v1/hashes/{number}").json()["state"] == "active"


def test_a_member_hands_nothing_in_to_anothers_bank(exchange: Exchange) -> None:
    asked = {**exchange.attestation(1), "bank": CLOSED}

    assert exchange.post("/v1/hashes", asked).json()["code"] == "BB-956"


@pytest.mark.parametrize(
    "act", ["attest", "activate", "hold", "release", "lapse", "expire", "office-keep", "x"]
)
def test_what_is_the_clocks_or_two_peoples_is_done_by_no_member(
    exchange: Exchange, act: str
) -> None:
    number = exchange.activate(1)

    assert exchange.post(f"/v1/hashes/{number}/acts", {"act": act}).status_code == 400


@pytest.mark.parametrize(
    "said",
    [
        {"act": "confirm"},
        {"act": "confirm", "reason": "I know her"},
        {"act": "confirm", "reason": "lawful-picture"},
        {"act": "dispute"},
        {"act": "dispute", "reason": "saw-the-report"},
        {"act": "withdraw", "reason": "saw-the-report"},
    ],
)
def test_why_is_said_with_a_word_of_the_list_and_of_that_act(
    exchange: Exchange, said: dict[str, str]
) -> None:
    number = exchange.attest().json()["number"]

    answer = exchange.post(f"/v1/hashes/{number}/acts", said)

    assert (answer.status_code, answer.json()["code"]) == (400, "BB-967")
    assert exchange.get(f"/v1/hashes/{number}").json()["state"] == "quarantine"


def test_the_document_names_the_words(exchange: Exchange) -> None:
    body = exchange.get("/openapi.json").json()["paths"]["/v1/hashes/{number}/acts"]["post"]

    said = json.dumps(body["requestBody"])

    assert [one in said for one in ("was-told-by-the-person", "may-be-under-18")] == [True, True]


def test_who_cannot_sign_learns_not_even_whether_a_consent_was_used(exchange: Exchange) -> None:
    exchange.activate(1)
    leaf, name = _leaf_of(exchange), exchange.process.exchange
    forged = [
        sign_withdrawal(leaf, name, bytes(32)),
        sign_withdrawal("0" * 64, name, bytes(32)),
    ]

    answers = [exchange.client.post("/v1/withdrawals", content=one) for one in forged]

    assert answers[0].status_code == answers[1].status_code == 202
    assert answers[0].content == answers[1].content


def test_a_subscriber_adds_and_drops_in_signed_deltas(exchange: Exchange) -> None:
    number = exchange.activate(1)
    public = public_key_of(SIGNING_KEY)
    page = exchange.get("/v1/changes?after=0").content
    first = open_delta(page, public_key=public, member=ATTESTER, after=0, now=NOW)
    exchange.post(f"/v1/hashes/{number}/acts", {"act": "withdraw"})

    page = exchange.get(f"/v1/changes?after={first.through}").content
    second = open_delta(page, public_key=public, member=ATTESTER, after=first.through, now=NOW)

    assert [(one.number, one.pdq) for one in first.items] == [(number, pdq(1))]
    assert [(one.number, one.pdq) for one in second.items] == [(number, None)]
    theirs = exchange.get("/v1/changes", THIRD).content
    assert open_delta(theirs, public_key=public, member=THIRD, after=0, now=NOW).items == ()


def test_a_subscriber_ahead_of_the_exchange_is_told_to_begin_anew(exchange: Exchange) -> None:
    exchange.activate(1)
    with exchange.process.store.within(OPERATOR) as work:
        head = work.heads().change

    assert exchange.get(f"/v1/changes?after={head}").status_code == 200
    refused = exchange.get(f"/v1/changes?after={head + 1}")

    assert (refused.status_code, b"BB-999" in refused.content) == (410, True)


@pytest.mark.parametrize("after", ["-1", "x", "1e3", "９", "9" * 40, ""])
def test_a_number_of_a_change_that_is_none_is_refused(exchange: Exchange, after: str) -> None:
    assert exchange.get(f"/v1/changes?after={after}").status_code == 400


def test_a_node_that_is_behind_answers_nothing_but_that(exchange: Exchange) -> None:
    assert exchange.client.get("/ready").json() == {"status": "ok"}
    exchange.clock.advance(6)

    answer = exchange.post("/v1/lookups", {"hashes": [pdq(1).hex]})

    assert (answer.status_code, answer.json()["code"]) == (503, "BB-965")
    assert answer.headers["Retry-After"] == "2"
    assert exchange.client.get("/ready").status_code == 503
    assert exchange.client.get("/health").status_code == 200


def test_no_hash_and_no_key_stands_in_metrics_or_refusals(exchange: Exchange) -> None:
    exchange.activate(1)
    exchange.asks(1)
    exchange.post("/v1/lookups", {"hashes": [pdq(1).hex.upper()]})

    shown = exchange.client.get("/metrics").text + exchange.client.get("/openapi.json").text

    secret = exchange.keys[ATTESTER].rsplit("_", 1)[1]
    assert not [one for one in (pdq(1).hex, secret, ATTESTER) if one in shown]
    assert "benban_change" not in shown
    assert 'benban_requests_total{path="/v1/lookups",status="200"}' in shown


def test_the_document_names_every_address_and_its_refusals(exchange: Exchange) -> None:
    paths = json.loads(exchange.client.get("/openapi.json").content)["paths"]

    assert len([path for path in paths if path.startswith("/v1/")]) == 9
    for path, methods in paths.items():
        for said in methods.values():
            if path.startswith("/v1/"):
                assert {"429", "503"} <= set(said["responses"])


def test_a_proof_for_another_exchange_is_refused(exchange: Exchange) -> None:
    asked = exchange.attestation(1, exchange="another")

    assert exchange.post("/v1/hashes", asked).json()["why"] == "exchange"


def test_no_member_hands_in_what_only_the_program_plants(exchange: Exchange) -> None:
    refused = exchange.post("/v1/hashes", {**exchange.attestation(1), "provenance": "planted"})

    assert (refused.status_code, refused.json()["code"]) == (400, "BB-967")
    assert exchange.attest(1).status_code == 201


def test_the_tester_s_hash_is_in_nobody_s_answers_and_in_nobody_s_delta(
    exchange: Exchange,
) -> None:
    assert try_planted(exchange.process, by="An").is_well
    public = public_key_of(SIGNING_KEY)
    for member in (ATTESTER, SECOND, THIRD):
        page = exchange.get("/v1/changes", member).content
        delta = open_delta(page, public_key=public, member=member, after=0, now=NOW)
        banks = {one["id"] for one in exchange.get("/v1/banks", member).json()}

        assert (delta.items, banks - {BANK, CLOSED}) == ((), set())
