"""The exchange behind nginx, set up as ``docs/how-to/exchange-pages.md`` says."""

import json
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from benban.exchange.keys import Scope, new_key
from benban.exchange.withdrawal import sign_withdrawal
from benban.outside.clock import SystemClock
from benban.outside.exchange_place import Place
from benban.seal.note import key_id, public_key_of
from benban.service.shapes import MOST_BYTES, MOST_HASHES
from tests.contract.exchange_stores import OPERATOR, made_file
from tests.service.exchange_running import Running, asks
from tests.service.proxy import HOST, WHERE_IT_RUNS, Authority, Proxy, proxied
from tests.unit.exchange.shared import ATTESTER, LOG_KEY, SECOND, pdq

__all__ = ["made_file"]

pytestmark = WHERE_IT_RUNS

# Where a member's program is, where somebody else is, and two persons who withdraw.
_THERE, _ELSEWHERE, _PERSON, _ANOTHER = (f"127.0.0.{one}" for one in (2, 3, 4, 5))
_QUESTION = json.dumps({"hashes": [pdq(1).hex]})
_WITHDRAWALS_A_MINUTE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    """
    An exchange and its proxy.

    Attributes:
        member: certificate and key of a member's program.
        bound_key: opens from one address alone.
    """

    running: Running
    proxy: Proxy
    folder: Path
    authority: Authority
    member: Path
    bound_key: str


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, made_file: Path) -> Iterator[_Site]:
    """``exchange serve`` behind the documentation's nginx."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(made_file, folder / "exchange.db")
    running = Running(
        place=Place(folder=folder / "exchange"),
        database=f"sqlite:///{folder}/exchange.db",
        workers=1,
        options=("--trusted-proxy", "127.0.0.1"),
    )
    running.set_up()
    running.place.keep_pages(
        {"origin": f"https://{HOST}", "issuer": "https://id.example", "client_id": "benban"}
    )
    kept, bound_key = new_key(
        SECOND,
        frozenset({Scope.LOOKUP}),
        now=SystemClock().now(),
        life=timedelta(days=9),
        networks=(f"{_THERE}/32",),
    )
    store = running.open_store()
    with store.within(OPERATOR) as work:
        work.keep_key(kept)
    store.close()
    running.start()
    authority = Authority.new("members")
    try:
        with proxied(folder, authority, running.port) as nginx:
            yield _Site(
                running=running,
                proxy=nginx,
                folder=folder,
                authority=authority,
                member=authority.issue(folder / "member.pem", "member.example"),
                bound_key=bound_key,
            )
    finally:
        running.end(signal.SIGKILL)


def _is_of_the_proxy(answer: httpx.Response) -> bool:
    return "nginx" in answer.text and answer.headers["content-type"] == "text/html"


def test_a_members_program_hands_in_asks_and_reads_through_the_proxy(site: _Site) -> None:
    keys = site.running.keys
    with site.proxy.client(site.member, keys[ATTESTER]) as attester:
        attested = site.running.attest(1, attester)
        assert attested.status_code == 201, attested.text
    with site.proxy.client(site.member, keys[SECOND]) as second:
        assert asks(second, 1) == []
        theirs = site.running.number_for_second(1)
        said = '{"act": "confirm", "reason": "saw-the-report"}'
        confirmed = second.post(f"/v1/hashes/{theirs}/acts", content=said)
        assert confirmed.status_code == 200, confirmed.text

        assert asks(second, 1, 2) == [0]
        assert second.get("/v1/changes").status_code == 200


def test_a_certificate_opens_nothing_without_a_key(site: _Site) -> None:
    with site.proxy.client(site.member) as client:
        answer = client.post("/v1/lookups", content=_QUESTION)

    assert (answer.status_code, answer.json()["code"]) == (401, "BB-960")


def _certificate(site: _Site, whose: str) -> Path | None:
    file = site.folder / f"{whose.replace(' ', '-')}.pem"
    if whose == "nobody":
        return None
    if whose == "another authority":
        return Authority.new("members").issue(file, "member.example")
    return site.authority.issue(file, "member.example", days_ago=3 if whose == "expired" else -3)


@pytest.mark.parametrize(
    ("whose", "status"),
    [("nobody", 403), ("another authority", 400), ("expired", 400), ("not yet good", 400)],
)
def test_a_key_opens_nothing_without_a_good_certificate(
    site: _Site, whose: str, status: int
) -> None:
    said = {"X-Client-Verify": "SUCCESS", "X-SSL-Client-Verify": "SUCCESS"}
    with site.proxy.client(_certificate(site, whose), site.running.keys[SECOND]) as client:
        answers = [
            client.post("/v1/lookups", content=_QUESTION),
            client.post("/v1/lookups", content=_QUESTION, headers=said),
            client.get("/m/lookup", params={"signal": pdq(1).hex, "signal_type": "pdq"}),
            client.get("/c/banks"),
            client.post("/h/hash"),
        ]

    assert [one.status_code for one in answers] == [status] * 5
    assert all(map(_is_of_the_proxy, answers))


def _newest_leaf(site: _Site) -> str:
    store = site.running.open_store()
    with store.within(OPERATOR) as work:
        newest = work.changes(work.heads().change - 1, 1)[0]
        leaf = work.hash_of(newest.hash_id).consent_leaf
    store.close()
    return leaf


def test_a_person_takes_a_hash_back_without_a_certificate(site: _Site) -> None:
    with site.proxy.client(site.member, site.running.keys[ATTESTER]) as attester:
        number = site.running.attest(7, attester).json()["number"]
        leaf = _newest_leaf(site)
        exchange = key_id(public_key_of(site.running.place.signing_key()))
        with site.proxy.client(None, at=_PERSON) as person:
            gone = person.post("/v1/withdrawals", content=sign_withdrawal(leaf, exchange, LOG_KEY))
        state = attester.get(f"/v1/hashes/{number}").json()["state"]

    assert (gone.status_code, state) == (204, "tombstone")


@pytest.mark.parametrize(
    "target",
    [
        *("/", "/metrics", "/ready", "/health", "/openapi.json", "/docs", "/office", "/status/"),
        *("//metrics", "/./metrics", "/office/../metrics", "/office/..%2fmetrics"),
        *("/status/../metrics", "/v1/withdrawals/../../metrics", "/%6detrics", "/metrics?/office/"),
        *("/v1/banks", "//v1/banks", "/%76%31/banks", "/office/../v1/banks"),
        *("/office/..%2fv1/banks", "/v1/banks/../../status", "/v1/banks/..%2f..%2fstatus"),
        *("/v1/banks/../withdrawals", "/v1/withdrawals/../banks", "/v1/banks?/../../status"),
        *("/v1/banks%3f/../../status", "/v1/banks%23/../../office/", "/v1/banks%00/../../status"),
    ],
)
def test_nothing_else_is_reached_from_outside(site: _Site, target: str) -> None:
    with site.proxy.client(None, site.running.keys[SECOND]) as client:
        answer = client.get("/", extensions={"target": target.encode()})

    assert answer.status_code in {301, 400, 403, 404}
    assert not any(one in answer.text for one in ("benban_requests", "bnk-", "process"))


def test_the_pages_and_the_state_are_reached_and_only_under_their_name(site: _Site) -> None:
    with site.proxy.client(None) as client:
        sent = client.get("/office/")
        entry = client.get("/office/enter")
        elsewhere = client.get("/office/enter", headers={"Host": "other.example"})
        state = client.get("/status")

    assert (sent.status_code, sent.headers["location"]) == (303, "/office/enter")
    assert (entry.status_code, entry.headers["strict-transport-security"][:8]) == (200, "max-age=")
    assert (elsewhere.status_code, elsewhere.text) == (403, "BB-998")
    assert (state.status_code, state.text) == (200, "I-AM-ALIVE")


def test_where_a_caller_is_comes_from_the_proxy_and_from_nobody_else(site: _Site) -> None:
    forged = {"X-Forwarded-For": _THERE, "Forwarded": f"for={_THERE}", "X-Real-IP": _THERE}

    def status(at: str, headers: dict[str, str]) -> int:
        with site.proxy.client(site.member, site.bound_key, at=at) as client:
            return client.post("/v1/lookups", content=_QUESTION, headers=headers).status_code

    assert status(_THERE, {}) == 200
    assert status(_THERE, {"X-Forwarded-For": _ELSEWHERE}) == 200
    assert status(_ELSEWHERE, {}) == 401
    assert status(_ELSEWHERE, forged) == 401
    # Past the proxy, from an address that is not the trusted one.
    transport = httpx.HTTPTransport(local_address=_ELSEWHERE, trust_env=False)
    named = {**forged, "Authorization": f"Bearer {site.bound_key}"}
    with httpx.Client(transport=transport, headers=named, timeout=60) as client:
        past = client.post(f"{site.running.address}/v1/lookups", content=_QUESTION)
    assert past.status_code == 401


def test_each_person_has_a_limit_of_their_own_behind_the_proxy(site: _Site) -> None:
    def withdraw(client: httpx.Client) -> int:
        return client.post("/v1/withdrawals", content="{}").status_code

    with site.proxy.client(None, at=_PERSON) as person:
        # A minute may end meanwhile: then it begins to count anew.
        answers = [withdraw(person) for _ in range(2 * _WITHDRAWALS_A_MINUTE + 1)]
    with site.proxy.client(None, at=_ANOTHER) as another:
        other = withdraw(another)

    assert set(answers) == {422, 429}
    assert other == 422


def test_a_body_has_an_end_and_never_lies_on_the_proxys_disk(site: _Site) -> None:
    many = json.dumps({"hashes": [pdq(2).hex] * MOST_HASHES}).encode()
    with site.proxy.client(site.member, site.running.keys[SECOND]) as member:
        asked = member.post("/v1/lookups", content=many)
        too_long = member.post("/v1/lookups", content=b" " * (MOST_BYTES + 1))
    with site.proxy.client(None, at=_ANOTHER) as person:
        withdrawal = person.post("/v1/withdrawals", content=b" " * 100_000)
        form = person.post("/office/language", content=b" " * 100_000)

    assert len(many) > 600_000
    assert asked.status_code == 200, asked.text[:300]
    assert asked.json()["asked"] == MOST_HASHES
    assert [one.status_code for one in (too_long, withdrawal, form)] == [413] * 3
    assert all(map(_is_of_the_proxy, (too_long, withdrawal, form)))


def test_a_body_in_many_small_pieces_does_not_lie_on_the_proxys_disk_either(site: _Site) -> None:
    with site.proxy.client(None, at="127.0.0.6") as person:
        whole = person.post("/v1/withdrawals", content=b" " * 30_000)
        pieces = person.post("/v1/withdrawals", content=(b" " for _ in range(30_000)))

    # Who tried to write it would have failed: there is no folder.
    assert (pieces.status_code, pieces.json()["code"]) == (whole.status_code, whole.json()["code"])
    assert site.proxy.log.read_text() == ""


def test_whoever_is_refused_while_still_sending_reads_why(site: _Site) -> None:
    with site.proxy.client(site.member) as client:
        answers = [
            client.post("/v1/lookups", content=(b" " * 1_000 for _ in range(900))) for _ in range(9)
        ]

    assert {(one.status_code, one.text[:17]) for one in answers} == {(401, '{"code":"BB-960",')}


def test_the_proxys_log_names_nobody_who_was_refused(site: _Site) -> None:
    with site.proxy.client(None, site.running.keys[SECOND], at=_PERSON) as client:
        client.post("/v1/lookups", content=b" " * (MOST_BYTES + 1))
        client.post("/v1/withdrawals", content=b" " * 100_000)
        client.get("/m/lookup", params={"signal": pdq(1).hex})

    assert site.proxy.log.read_text() == ""
