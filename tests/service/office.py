"""The exchange's pages on a loopback port, with an identity provider beside them."""

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import httpx

from benban.exchange.entry import OPERATORS, Entry, Role, account, entry_text, read_settings
from benban.exchange.flood import FloodLimits
from benban.exchange.keys import Scope, new_key
from benban.exchange.ports import Member, SharedBank
from benban.exchange.process import Process
from benban.model.shared_hash import Act, BankRule, DisputeReason, HashState, hash_id
from benban.outside.exchange_ends import KeptEnds
from benban.outside.exchange_place import Place
from benban.outside.exchange_sessions import Sessions
from benban.outside.exchange_store.store import DatabaseStore
from benban.service.app import make_app
from benban.service.limits import Allowance
from benban.service.pages.door import Door
from benban.testing.clock import FakeClock
from benban.wiring_exchange import begin_process
from tests.contract.exchange_stores import BANK, OPERATOR
from tests.service.exchange_client import SIGNING_KEY
from tests.service.identity_provider import CLIENT_ID, CLIENT_SECRET, Provider
from tests.service.served import served
from tests.unit.exchange.shared import ATTESTER, NOW, SECOND, THIRD, pdq, shared_hash

# Two operators and an auditor, by their accounts.
PEOPLE = {
    "an@here": Entry(person="An", role=Role.OPERATOR),
    "binh@here": Entry(person="Bình", role=Role.OPERATOR),
    "chi@here": Entry(person="Chi", role=Role.AUDITOR),
}
NAMES = {ATTESTER: "Đường dây phía bắc", SECOND: "Platform & <b>Co", THIRD: "Hotline"}


@dataclass(kw_only=True)
class Office:
    """What a test needs of it."""

    origin: str
    process: Process
    clock: FakeClock
    place: Place
    provider: Provider

    @contextmanager
    def person(self, subject: str = "an@here", language: str = "en") -> Iterator[httpx.Client]:
        """Return the browser of somebody who came in, or tried to."""
        self.provider.subject = subject
        headers = {"Accept-Language": language, "Origin": self.origin}
        with httpx.Client(
            base_url=f"{self.origin}/office", headers=headers, trust_env=False, timeout=60
        ) as client:
            came = client.get("/start", follow_redirects=True)
            client.headers["x-came"] = str(came.status_code)
            yield client

    def deeds(self) -> list[tuple[str, str]]:
        """Return who did what by the pages."""
        with self.process.store.within(OPERATOR) as work:
            lines = work.audit(OPERATORS, 0, 1_000)
        return [(one.entry.actor, one.entry.deed) for one in lines]


def fill(store: DatabaseStore) -> None:
    """Put in members, a bank, a key, a held and a disputed hash."""
    with store.within(OPERATOR) as work:
        for member, name in NAMES.items():
            secret = member.encode()[-8:] * 4
            work.keep_member(Member(id=member, name=name, secret=secret, made_at=NOW))
        work.keep_bank(
            SharedBank(
                id=BANK,
                ordinal=0,
                name="Ngân hàng mã băm chung",
                rule=BankRule.MATCH,
                owner=ATTESTER,
                readers=frozenset(NAMES),
            )
        )
        key, _ = new_key(SECOND, frozenset({Scope.LOOKUP}), now=NOW, life=timedelta(days=9))
        work.keep_key(replace(key, id="0" * 12 + "abcd"))
        for seed, state in enumerate((HashState.HELD, HashState.DISPUTED, HashState.ACTIVE), 1):
            one = replace(
                shared_hash(state),
                id=hash_id(0, seed),
                bank=BANK,
                pdq=pdq(seed),
                consent_leaf=f"{seed}" * 64,
                dispute_reason=DisputeReason.LAWFUL_PICTURE
                if state is HashState.DISPUTED
                else None,
            )
            work.keep_hash(one, Act.ATTEST, NOW)


@contextmanager
def office(made_file: Path, folder: Path) -> Iterator[Office]:
    """Return the pages while they answer; the clock stands still."""
    clock, place = FakeClock(NOW), Place(folder=folder / "exchange")
    shutil.copy(made_file, folder / "exchange.db")
    store = DatabaseStore(f"sqlite:///{folder / 'exchange.db'}")
    fill(store)
    place.begin()
    for name in ("An", "Bình"):
        place.add_person(name)
    provider = Provider(clock.now)
    listening = socket.create_server(("127.0.0.1", 0))
    with served(provider.app) as issuer:
        provider.issuer = issuer
        origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
        said = {"origin": origin, "issuer": issuer, "client_id": CLIENT_ID}
        place.keep_pages({**said, "client_secret": CLIENT_SECRET, "insecure": "loopback"})
        place.keep_entries({account(issuer, one): entry_text(who) for one, who in PEOPLE.items()})
        process = begin_process(
            store,
            signing_key=SIGNING_KEY,
            limits=FloodLimits(),
            clock=clock,
            ends=KeptEnds(place.folder),
        )
        sessions = Sessions(place.node / "sessions", clock)
        door = Door(read_settings(place.pages()), place, sessions, signing_key=SIGNING_KEY)
        with served(make_app(process, Allowance(), door=door), listening):
            yield Office(
                origin=origin, process=process, clock=clock, place=place, provider=provider
            )
    store.close()
