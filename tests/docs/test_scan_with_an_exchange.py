"""The commands of docs/how-to/scan-with-an-exchange.md as they stand there, on an exchange."""

import json
import shlex
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from benban.cli.main import main
from benban.exchange.card import ExchangeCard, card_bytes
from benban.exchange.flood import FloodLimits
from benban.exchange.keys import Scope, new_key
from benban.exchange.life import RETENTION
from benban.exchange.ports import Member, Part, SharedBank, Who
from benban.fingerprint.measure import measure_picture
from benban.model.shared_hash import (
    Act,
    BankId,
    BankRule,
    HashState,
    MemberId,
    Provenance,
    SharedHash,
)
from benban.outside.clock import SystemClock
from benban.outside.exchange_store.store import DatabaseStore
from benban.seal.note import key_id, public_key_of
from benban.service.app import make_app
from benban.service.limits import Allowance
from benban.wiring_exchange import begin_process
from tests.scan_store import jpeg, numbers
from tests.service.served import served

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "scan-with-an-exchange.md"
OPERATOR = Who(part=Part.OPERATOR)
MEMBER, BANK = MemberId("mem-" + "a" * 16), BankId("bnk-one")
SIGNING_KEY = bytes(range(9, 41))
PUBLIC = public_key_of(SIGNING_KEY)


class Exchange:
    """A real one over SQLite, on a loopback port; hashes are put in past the proofs."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "exchange.db"
        self.store = DatabaseStore(f"sqlite:///{self.file}")
        self.store.migrate()
        now = SystemClock().now()
        kept, self.key = new_key(
            MEMBER, frozenset({Scope.SUBSCRIBE}), now=now, life=timedelta(days=9)
        )
        with self.store.within(OPERATOR) as work:
            work.keep_member(Member(id=MEMBER, name="m", secret=bytes(32), made_at=now))
            work.keep_bank(
                SharedBank(
                    id=BANK,
                    ordinal=0,
                    name="b",
                    rule=BankRule.MATCH,
                    owner=MEMBER,
                    readers=frozenset({MEMBER}),
                )
            )
            work.keep_key(kept)

    @contextmanager
    def answering(self) -> Iterator[str]:
        """Return its address."""
        process = begin_process(
            self.store, signing_key=SIGNING_KEY, limits=FloodLimits(), clock=SystemClock()
        )
        with served(make_app(process, Allowance())) as address:
            yield address

    def share(self, seed: int) -> SharedHash:
        """Return the hash of a drawing, which answers from now on."""
        now = SystemClock().now()
        with self.store.within(OPERATOR) as work:
            new = SharedHash(
                id=work.next_id(BANK),
                bank=BANK,
                state=HashState.ACTIVE,
                pdq=measure_picture(jpeg(seed)).pdq,
                provenance=Provenance.CASE_OF_A_HOTLINE,
                attested_by=MEMBER,
                consent_leaf=f"{seed:064x}",
                consent_key="0" * 64,
                attested_at=now,
                active_from=now,
                expires_at=now + RETENTION,
            )
            return work.keep_hash(new, Act.ACTIVATE, now)

    def withdraw(self, shared: SharedHash) -> None:
        """Leave a tombstone."""
        gone = replace(shared, state=HashState.TOMBSTONE, pdq=None)
        with self.store.within(OPERATOR) as work:
            work.keep_hash(gone, Act.WITHDRAW, SystemClock().now())

    def copied(self, target: Path) -> None:
        """Write a copy of the database, as it is now."""
        self.store.close()
        shutil.copy(self.file, target)


def _commands() -> list[str]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("./run ") for line in lines if line.startswith("./run ")]


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Exchange]:
    made = Exchange(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchange: Exchange) -> Path:
    """A folder with what the page says that the operator gives, and a few pictures."""
    monkeypatch.chdir(tmp_path)
    card = ExchangeCard(name="Ours", key=key_id(PUBLIC), withdraw_at="https://x.example/w")
    (tmp_path / "card.json").write_bytes(card_bytes(card))
    (tmp_path / "key.txt").write_text(exchange.key + "\n")
    (tmp_path / "pictures").mkdir()
    for seed in (1, 2):
        (tmp_path / "pictures" / f"{seed}.jpg").write_bytes(jpeg(seed))
    return tmp_path


def test_the_pages_commands_take_a_bank_over_and_scan_with_it(
    exchange: Exchange, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, again, scan = _commands()

    def run(command: str, address: str) -> dict[str, Any]:
        said = {
            "https://exchange.example": address,
            "mem-...": MEMBER,
            "64-DIGITS": PUBLIC.hex(),
        }
        words = [said.get(word, word) for word in shlex.split(command)]
        assert main([*words, "--json"]) == 0, capsys.readouterr()
        document: dict[str, Any] = json.loads(capsys.readouterr().out)
        return document

    shared = exchange.share(1)
    exchange.share(2)
    exchange.copied(place / "copy.db")
    with exchange.answering() as address:
        assert run(first, address)["hashes"] == 2
        assert run(scan, address)["matched"] == 2
        manifest = json.loads((place / "results" / "manifest.json").read_text())
        assert (manifest["bank"]["name"], manifest["bank"]["change"]) == ("Ours", 2)

        exchange.withdraw(shared)
        done = run(again, address)
        assert (done["hashes"], done["went"], done["began_anew"]) == (1, 1, False)
        shutil.rmtree(place / "results")
        run(scan, address)
        assert set(numbers(place / "results")) == {"2.jpg"}

    # A copy of before the withdrawal is put back, and another hash comes under the same number.
    exchange.store.close()
    for left in place.glob("exchange.db*"):
        left.unlink()
    shutil.copy(place / "copy.db", exchange.file)
    exchange.share(3)
    with exchange.answering() as address:
        done = run(again, address)
        assert (done["change"], done["hashes"], done["began_anew"]) == (3, 3, True)
