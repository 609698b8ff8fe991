"""How long after a deed on one node every process of another one answers accordingly."""

import json
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import numpy as np

from benban.bank.words import Words
from benban.exchange.answers import hash_id_in, opaque_number
from benban.outside.exchange_place import Place
from benban.outside.exchange_store.store import DatabaseStore
from benchmarks import _exchange_node as node_of
from benchmarks._document import Claim, Comparison
from tests import postgresql
from tests.contract.exchange_stores import PARTS
from tests.service.exchange_load import secret_of
from tests.service.exchange_running import Running, asks
from tests.unit.exchange.shared import ATTESTER, CONFIRM, SECOND

_WORKERS = 2
_AGAIN_S = 0.01
_GIVES_UP_S = 60


def follow(words: Words, times: int, note: str) -> list[Claim]:
    """
    Return claims on how far one node is behind another one over the same PostgreSQL.

    Args:
        words: hashes that answer already.
        times: hashes that are made active and taken back, at most 50.
        note: what goes before every note.
    """
    with TemporaryDirectory() as folder, postgresql.running() as server:
        here = _set_up(Path(folder), server, words)
        elsewhere = here.beside(Place(folder=Path(folder) / "elsewhere"), workers=_WORKERS)
        try:
            here.start()
            elsewhere.start()
            found_s, gone_s = _followed(here, elsewhere, times)
        finally:
            here.end()
            elsewhere.end()
    deeds = (
        ("a new hash, until every process of another node finds it, longest", found_s),
        ("a hash taken back, until no process of another node finds it, longest", gone_s),
    )
    return [
        Claim(
            name=name,
            value=round(max(seen), 2),
            unit="s",
            target=5,
            comparison=Comparison.AT_MOST,
            n=times,
            note=(
                f"{note}from the answer to the deed; {len(words):,} hashes, two nodes over one"
                f" PostgreSQL, nobody else asks; half of them under {np.median(seen):.2f} s"
            ),
        )
        for name, seen in deeds
    ]


def _set_up(folder: Path, server: postgresql.Server, words: Words) -> Running:
    owner = DatabaseStore(server.address(postgresql.OWNER))
    owner.migrate()
    server.run(f"GRANT {PARTS} TO {postgresql.SERVICE}")
    database = server.address(postgresql.SERVICE)
    here = Running(place=Place(folder=folder / "here"), database=database, workers=_WORKERS)
    here.set_up()
    node_of.add_member(owner, ordinal=1)
    owner.close()
    address = server.address(postgresql.OWNER).replace("postgresql:", "postgresql+psycopg:")
    node_of.fill(address, words, ordinal=1)
    return here


def _followed(here: Running, elsewhere: Running, times: int) -> tuple[list[float], list[float]]:
    """Return how many seconds each new hash took, and each that was taken back."""
    found_s, gone_s = list[float](), list[float]()
    with ExitStack() as held:
        attester = held.enter_context(here.client(ATTESTER))
        second = held.enter_context(here.client(SECOND))
        asked = [held.enter_context(elsewhere.client_of(one)) for one in elsewhere.children()]
        for seed in range(1, times + 1):
            number = here.attest(seed, attester).json()["number"]
            theirs = opaque_number(hash_id_in(number, secret_of(ATTESTER)), secret_of(SECOND))
            _act(second, theirs, CONFIRM)
            found_s.append(_until(asked, seed, is_found=True))
            _act(attester, number, {"act": "withdraw"})
            gone_s.append(_until(asked, seed, is_found=False))
    return found_s, gone_s


def _act(client: httpx.Client, number: str, said: dict[str, str]) -> None:
    client.post(f"/v1/hashes/{number}/acts", content=json.dumps(said)).raise_for_status()


def _until(asked: Sequence[httpx.Client], seed: int, *, is_found: bool) -> float:
    """Return how many seconds pass until each of them answers so."""
    started = time.perf_counter()
    for client in asked:
        while bool(asks(client, seed)) != is_found:
            if time.perf_counter() > started + _GIVES_UP_S:
                message = "the other node does not follow"
                raise RuntimeError(message)
            time.sleep(_AGAIN_S)
    return time.perf_counter() - started
