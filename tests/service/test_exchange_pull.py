"""A bank taken over from an exchange: ``benban exchange pull``, then ``benban scan --bank``."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from benban.bank.held import read_held
from benban.bank.words import Numbers, Words
from benban.cli.main import main
from benban.exchange.card import ExchangeCard, card_bytes
from benban.outside import exchange_pull, pulled_bank
from benban.outside.platforms import ThisPlatform
from benban.outside.pulled_bank import read_pulled
from benban.outside.scan_bank import open_banked
from benban.seal.note import key_id, public_key_of
from tests.feed_pages import API_KEY, MEMBER, PUBLIC, item, number, page
from tests.service.feed_server import Feed, feeding
from tests.unit.exchange.shared import pdq

_Run = Callable[..., dict[str, Any]]
A, B, C = (pdq(seed).hex for seed in (1, 2, 3))


@pytest.fixture
def feed() -> Iterator[Feed]:
    with feeding(page(0, 2, item(1, A), item(2, B))) as feed:
        yield feed


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    return tmp_path / "bank"


def _given(tmp_path: Path, public: bytes = PUBLIC, member: str = MEMBER) -> list[str]:
    card = tmp_path / f"card-{public.hex()[:4]}"
    withdraw_at = "https://exchange.example/withdraw"
    card.write_bytes(
        card_bytes(ExchangeCard(name="Ours", key=key_id(public), withdraw_at=withdraw_at))
    )
    return ["--card", str(card), "--member", member, "--public-key", public.hex()]


@pytest.fixture
def run(feed: Feed, bank: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> _Run:
    """Return what pulls once and gives the document; without more, as at the first time."""
    key = tmp_path / "key"
    key.write_text(API_KEY + "\n")

    def run(*said: str, code: int = 0) -> dict[str, Any]:
        asked = ["exchange", "pull", feed.address, "--key-file", str(key), "--out", str(bank)]
        given = main([*asked, *(said or _given(tmp_path)), "--json", "--language", "en"])
        document: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert given == code, document
        return document

    return run


def _held(bank: Path) -> set[tuple[str, str]]:
    _, held = read_pulled(bank)
    opaque = held.taken.opaque.tobytes()
    numbers = [opaque[at : at + 16].hex() for at in range(0, len(opaque), 16)]
    words = ["".join(f"{word:016x}" for word in row) for row in held.taken.words.tolist()]
    return set(zip(numbers, words, strict=True))


def _files(bank: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(bank)): path.read_bytes()
        for path in bank.rglob("*")
        if path.is_file() and path.name != "pull.lock"
    }


def _is_gone(bank: Path, pdq_hex: str) -> bool:
    raw = bytes.fromhex(pdq_hex)
    turned = b"".join(raw[at : at + 8][::-1] for at in range(0, 32, 8))
    # The front half of a hash lies in a file of its own.
    forms = (pdq_hex.encode(), raw[:16], turned[:16], turned[16:])
    return not any(form in data for data in _files(bank).values() for form in forms)


def test_a_bank_is_taken_over_and_follows_what_comes_and_goes(
    run: _Run, feed: Feed, bank: Path
) -> None:
    first = run()
    before = _held(bank)
    feed.then(page(2, 5, item(1, None), item(3, C), mark="c" * 32))
    second = run("--member", MEMBER)
    feed.then(page(5, 5, mark="c" * 32))
    third = run("--member", MEMBER)

    assert before == {(number(1), A), (number(2), B)}
    assert (first["hashes"], first["came"], first["began_anew"]) == (2, 2, False)
    assert (second["came"], second["went"], second["change"]) == (1, 1, 5)
    assert (third["came"], third["went"], third["hashes"]) == (0, 0, 2)
    assert _held(bank) == {(number(2), B), (number(3), C)}
    assert feed.asked == [(0, ""), (2, f"{2:032x}"), (5, "c" * 32)]
    assert feed.keys == {f"Bearer {API_KEY}"}
    assert API_KEY.encode() not in b"".join(_files(bank).values())


def test_what_was_withdrawn_is_in_no_file_after_the_pull(run: _Run, feed: Feed, bank: Path) -> None:
    run()
    assert not _is_gone(bank, A)
    feed.then(page(2, 3, item(1, None)))

    run()

    assert (_is_gone(bank, A), _is_gone(bank, B)) == (True, False)


def test_a_scan_opens_it_and_nothing_matches_near_a_negative_hash(
    run: _Run, feed: Feed, bank: Path
) -> None:
    near = f"{int(A, 16) ^ 0xFF:064x}"
    feed.then(page(0, 3, item(1, A), item(2, B), item(3, near, is_negative=True)))

    document = run()
    banked = open_banked(bank)
    found = banked.nearest([[pdq(1)], [pdq(2)], [pdq(3)]], 31)

    assert (document["hashes"], document["negative"]) == (2, 1)
    assert [one is not None for one in found] == [False, True, False]
    assert found[1] is not None
    # The exchange's own number begins with the same fifteen digits.
    assert f"{found[1].number:015x}" == number(2)[:15]
    assert banked.taken_from is not None
    assert (banked.taken_from.name, banked.taken_from.change) == ("Ours", 3)


def test_an_empty_bank_matches_nothing(run: _Run, feed: Feed, bank: Path) -> None:
    feed.then(page(0, 2, item(1, None)))

    assert run()["hashes"] == 0
    assert open_banked(bank).nearest([[pdq(1)]], 31) == (None,)


def test_an_exchange_that_was_put_back_is_taken_over_anew_by_itself(
    run: _Run, feed: Feed, bank: Path
) -> None:
    run()
    held_meanwhile: list[set[tuple[str, str]]] = []

    def first_of_two(after: int, _mark: str) -> bytes:
        # What is begun is never held before all of it is there.
        held_meanwhile.append(_held(bank))
        return page(after, 4, item(4, C), has_more=True)

    feed.then(410, first_of_two, page(4, 5, item(5, B)))
    document = run()

    assert held_meanwhile == [{(number(1), A), (number(2), B)}]
    assert _held(bank) == {(number(4), C), (number(5), B)}
    assert (document["began_anew"], document["came"], document["went"]) == (True, 2, 2)
    assert _is_gone(bank, A)
    assert [after for after, _ in feed.asked] == [0, 2, 0, 4]


def test_what_was_held_stays_where_the_new_beginning_fails(
    run: _Run, feed: Feed, bank: Path
) -> None:
    run()
    before = _files(bank)
    feed.then(410, page(0, 4, item(4, C), has_more=True), 503)

    assert run(code=1)["error"]["code"] == "BB-978"
    assert _files(bank) == before


def test_a_beginning_of_before_that_is_played_back_brings_nothing_withdrawn_to_life(
    run: _Run, feed: Feed, bank: Path
) -> None:
    hour = timedelta(hours=1)
    of_before = page(0, 2, item(1, A), item(2, B), age=hour)
    feed.then(of_before, page(2, 3, item(1, None)))
    run()
    run()
    before = _files(bank)

    # Whoever stands between has each signed page, and needs no key to say 410.
    feed.then(410, of_before)

    assert run(code=1)["error"]["code"] == "BB-959"
    assert _files(bank) == before
    feed.then(410, page(0, 2, item(1, A), item(2, B)))
    assert run()["began_anew"]


_OTHER = bytes(reversed(range(32)))
_NOT_TAKEN: dict[str, list[bytes | int | Callable[[int, str], bytes | int]]] = {
    "another exchange's signature": [page(2, 3, item(1, None), key=_OTHER)],
    "another member's": [page(2, 3, member="mem-other")],
    "the page of before": [page(0, 2, item(1, A), item(2, B))],
    "a number that goes back": [page(2, 1)],
    "older than the last": [page(2, 2, age=timedelta(hours=1))],
    "past its age": [page(2, 3, age=timedelta(hours=24, seconds=1))],
    "of a time to come": [page(2, 3, age=timedelta(hours=-1))],
    "more of nothing": [page(2, 2, has_more=True)],
    "a hash twice": [page(2, 3, item(1, None), item(1, A))],
    "negative numbers": [page(2, -3)],
    "a changed byte": [page(2, 3, item(1, None)).replace(b"null", b"true")],
    "a zero byte": [page(2, 3).replace(b"items", b"it\x00ms")],
    "a zero byte, signed": [page(2, 3, mark="\x00" * 32)],
    "a huge page": [b"0" * ((4 << 20) + 1)],
    "no page": [b""],
    "a redirect": [302],
    "gone, also from 0": [410],
}


def test_a_hostile_server_changes_nothing(run: _Run, feed: Feed, bank: Path) -> None:
    run()
    before = _files(bank)
    seen: dict[str, tuple[str, bool]] = {}
    for name, answers in _NOT_TAKEN.items():
        feed.then(*answers)
        code = run(code=1)["error"]["code"]
        seen[name] = (code, _files(bank) == before)

    unsigned = {"a huge page", "a redirect", "gone, also from 0"}
    assert seen == {name: ("BB-978" if name in unsigned else "BB-959", True) for name in _NOT_TAKEN}


def test_pages_without_end_are_not_read_without_end(
    run: _Run, feed: Feed, bank: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange_pull, "_MOST_PAGES", 5)
    feed.then(lambda after, _: page(after, after + 1, item(after, B), has_more=True))

    assert run(code=1)["error"]["code"] == "BB-959"
    assert len(feed.asked) == 6
    # Nothing is known of this exchange yet: the next pull may name another one.
    assert set(_files(bank)) == set()


def test_the_first_pull_trusts_nothing_that_only_an_answer_says(run: _Run, tmp_path: Path) -> None:
    card, other = _given(tmp_path), _given(tmp_path, public_key_of(_OTHER))
    for said in (card[:4], card[2:], card[:2] + card[4:], [*card[:4], *other[4:]]):
        assert run(*said, code=2)["error"]["code"] == "BB-001"


def test_a_folder_keeps_to_the_exchange_and_the_member_of_the_first_time(
    run: _Run, tmp_path: Path, bank: Path
) -> None:
    run()
    before = _files(bank)

    assert run(*_given(tmp_path, public_key_of(_OTHER)), code=1)["error"]["code"] == "BB-945"
    assert run(*_given(tmp_path, member="mem-other"), code=1)["error"]["code"] == "BB-945"
    assert _files(bank) == before


def test_of_two_pulls_at_once_the_second_one_waits_for_nobody(run: _Run, bank: Path) -> None:
    run()
    lock = ThisPlatform().lock(bank / "pull.lock")
    assert lock is not None

    assert run(code=1)["error"]["code"] == "BB-945"
    lock.release()
    assert run("--member", MEMBER, code=1)["error"]["code"] == "BB-959"  # the page of before


def test_a_folder_with_something_else_in_it_is_left_alone(run: _Run, bank: Path) -> None:
    bank.mkdir()
    (bank / "letters.txt").write_text("dear")

    assert run(code=1)["error"]["code"] == "BB-945"
    assert [path.name for path in bank.iterdir()] == ["letters.txt"]


@pytest.mark.parametrize("damaged", ["exchange-numbers", "newest.delta", "front-0.npy"])
def test_a_damaged_bank_is_refused_and_made_anew(
    run: _Run, feed: Feed, bank: Path, damaged: str
) -> None:
    run()
    path = next(bank.rglob(damaged))
    data = path.read_bytes()
    path.write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])
    asked = ["scan", str(bank.parent), "--bank", str(bank), "--out", str(bank.parent / "out")]

    assert main(asked) == 1
    assert run()["began_anew"]
    assert feed.asked[-1] == (0, "")
    assert len(open_banked(bank)) == 2


# One program that is loaded once; for each step a child of it pulls, and is killed there.
_KILLED = """
import os, signal, sys
import httpx
from benban.cli import exchange_pull
from benban.cli.main import main
from benban.outside import pulled_bank

def counted(call, left):
    def after(*given, **more):
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*given, **more)
    return after

main(["exchange", "pull", "--help"])
bank = pulled_bank.Path(sys.argv[-1])
for step in range(0, 80, 4):
    child = os.fork()
    if not child:
        left = [step]
        for name in ("replace", "rename", "mkdir"):
            path = pulled_bank.Path
            setattr(path, name, counted(getattr(path, name), left))
        pulled_bank.shutil.rmtree = counted(pulled_bank.shutil.rmtree, left)
        os.fsync = counted(os.fsync, left)
        os._exit(main(sys.argv[1:]))
    _, status = os.waitpid(child, 0)
    change = pulled_bank.read_pulled(bank)[1].newest.through
    print(status, change, len(list(bank.glob("held-*"))), file=sys.stderr)
    if not status:
        break
"""


def test_a_pull_that_is_killed_at_any_step_leaves_the_old_bank_or_the_new(
    run: _Run, feed: Feed, bank: Path, tmp_path: Path
) -> None:
    run()
    told = (page(2, 5, item(1, None), item(3, C)), page(5, 5))
    feed.then(lambda after, _: told[after == 5])
    asked = ["exchange", "pull", feed.address, "--key-file", str(tmp_path / "key")]
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, *asked, "--out", str(bank)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )

    steps = [tuple(map(int, line.split())) for line in done.stderr.splitlines()]
    statuses, changes, folders = zip(*steps, strict=True)
    assert set(statuses[:-1]) == {signal.SIGKILL}
    assert statuses[-1] == 0
    # Each is whole: reading holds every part against its digest.
    assert sorted(set(changes)) == [2, 5]
    assert list(changes) == sorted(changes)
    # Once it was killed with both there.
    assert (max(folders), folders[-1]) == (2, 1)
    assert _held(bank) == {(number(2), B), (number(3), C)}
    assert _is_gone(bank, A)


def test_a_file_without_a_key_and_an_address_without_tls_send_nothing(
    run: _Run, feed: Feed, bank: Path, tmp_path: Path
) -> None:
    here = feed.address
    for said in ("", "bbx_short", API_KEY + "x", "bbx_" + "é" * 16):
        (tmp_path / "key").write_text(said)
        assert run(code=2)["error"]["code"] == "BB-001"
    (tmp_path / "key").write_text(API_KEY)
    for address in (
        here.replace("127.0.0.1", "exchange.example"),
        here.replace("//", f"//x:{API_KEY}@"),
        "file:///etc/passwd",
        "http://[::1",
    ):
        feed.address = address
        refused = run(code=1)["error"]
        assert refused["code"] == "BB-978"
        assert API_KEY not in str(refused)

    assert (feed.asked, set(_files(bank))) == ([], set())


def test_who_reads_while_a_newer_bank_takes_its_place_finds_that_one(
    run: _Run, feed: Feed, bank: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    feed.then(page(2, 5, item(1, None), item(3, C)))
    read = read_held

    def slow(place: Path) -> tuple[Numbers, Words]:
        monkeypatch.setattr(pulled_bank, "read_held", read)
        run()
        return read(place)

    monkeypatch.setattr(pulled_bank, "read_held", slow)

    _, held = read_pulled(bank)

    assert (held.newest.through, len(held.taken)) == (5, 2)
