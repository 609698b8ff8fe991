"""A member keeps where its audit ended, signed; what is missing later it can show to anybody."""

# ruff: noqa: S608 - constants; and this is what tampering looks like

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fastapi import FastAPI

from benban.exchange.audit import START, ChainEnd
from benban.exchange.flood import FloodLimits
from benban.model.shared_hash import MemberId
from benban.outside.exchange_ends import KeptEnds
from benban.outside.exchange_store.store import DatabaseStore
from benban.seal.note import key_id, public_key_of
from benban.service import app as app_module
from benban.service.app import make_app
from benban.service.limits import Allowance
from benban.testing.clock import FakeClock
from benban.wiring_exchange import begin_process
from tests.contract.exchange_stores import as_owner, empty_store, made_file, server, store
from tests.service.exchange_client import SIGNING_KEY, Exchange, exchange
from tests.unit.exchange.shared import ATTESTER, NOW, SECOND

__all__ = ["as_owner", "empty_store", "exchange", "made_file", "server", "store"]

# As docs/explanation/exchange.md says it: what a stranger checks has no code of ours.
_BEGINS = b"benban/v1/exchange-audit-end\x00"


def _opened(text: str) -> dict[str, object]:
    """Return what a member was told, after its signature was checked."""
    said, _, rest = text.encode().partition(b"\n")
    public = Ed25519PublicKey.from_public_bytes(public_key_of(SIGNING_KEY))
    public.verify(bytes.fromhex(rest.decode().strip()), _BEGINS + said)
    opened: dict[str, object] = json.loads(said)
    return opened


def test_a_member_is_told_where_its_chain_ends_and_shows_later_that_it_was_cut(
    exchange: Exchange, as_owner: Callable[..., None]
) -> None:
    before = exchange.get("/v1/audit").json()
    assert _opened(before["end"])["number"] == 0
    assert _opened(before["end"])["digest"] == START
    for seed in (1, 2, 3):
        assert exchange.attest(seed).status_code == 201

    told = exchange.get("/v1/audit").json()

    end = _opened(told["end"])
    assert end == {
        "v": 1,
        "exchange": key_id(public_key_of(SIGNING_KEY)),
        "member": ATTESTER,
        "number": 3,
        "digest": told["lines"][-1]["digest"],
        "at": int(NOW.timestamp()),
    }
    # Nobody else's lines are told of.
    assert _opened(exchange.get("/v1/audit", SECOND).json()["end"])["number"] == 0

    as_owner(f"DELETE FROM audit WHERE member = '{ATTESTER}' AND number = 3")

    again = exchange.get("/v1/audit?after=2").json()
    assert (again["lines"], _opened(again["end"])["number"]) == ([], 2)


def test_an_end_that_somebody_else_wrote_is_not_signed(exchange: Exchange) -> None:
    exchange.attest(1)
    told = exchange.get("/v1/audit").json()["end"]

    with pytest.raises(InvalidSignature):
        _opened(told.replace('"number":1', '"number":9'))


def test_a_served_exchange_keeps_the_ends_and_says_once_when_lines_are_missing(
    exchange: Exchange,
    store: DatabaseStore,
    as_owner: Callable[..., None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(app_module, "_FOLLOW_EVERY_S", 0.01)
    ends = _Told(tmp_path)
    exchange.attest(1)
    exchange.attest(2)

    assert _lived(store, ends)
    assert ends.known()[ATTESTER].number == 2
    assert not caplog.records

    as_owner(f"DELETE FROM audit WHERE member = '{ATTESTER}' AND number = 2")
    with caplog.at_level(logging.ERROR):
        assert _lived(store, ends)

    said = [one for one in caplog.messages if "lines are missing" in one]
    assert len(said) == 1
    assert ATTESTER not in caplog.text
    assert ends.known()[ATTESTER].number == 2


def test_a_disk_that_is_slow_to_keep_the_ends_does_not_hold_up_the_changes(
    exchange: Exchange, store: DatabaseStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_module, "_FOLLOW_EVERY_S", 0.01)
    exchange.attest(1)
    ends = _Stuck(tmp_path)
    process = begin_process(
        store, signing_key=SIGNING_KEY, limits=FloodLimits(), clock=FakeClock(NOW), ends=ends
    )
    follow, followed = process.matcher.follow, Event()

    def told() -> None:
        follow()
        if ends.is_stuck.is_set():
            followed.set()

    monkeypatch.setattr(process.matcher, "follow", told)

    async def lived() -> bool:
        async with make_app(process, Allowance()).router.lifespan_context(FastAPI()):
            is_followed = await asyncio.to_thread(followed.wait, 20)
            ends.goes_on.set()
            return is_followed

    assert asyncio.run(lived())


class _Stuck(KeptEnds):
    """Keeps nothing until it is let."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.is_stuck, self.goes_on = Event(), Event()

    def keep(self, ends: Mapping[MemberId, ChainEnd]) -> None:
        """Wait."""
        self.is_stuck.set()
        self.goes_on.wait(60)
        super().keep(ends)


def _lived(store: DatabaseStore, ends: "_Told") -> bool:
    """Return whether the ends were looked at some times while an exchange was served."""
    process = begin_process(
        store, signing_key=SIGNING_KEY, limits=FloodLimits(), clock=FakeClock(NOW), ends=ends
    )
    app, said = make_app(process, Allowance()), ends.looked_again()

    async def lived() -> bool:
        async with app.router.lifespan_context(app):
            return await asyncio.to_thread(said.wait, 60)

    return asyncio.run(lived())


class _Told(KeptEnds):
    """Says when it was asked some times more."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._left, self._said = 0, Event()

    def looked_again(self) -> Event:
        """Return what is set once it was looked at three times."""
        self._left, self._said = 3, Event()
        return self._said

    def known(self) -> Mapping[MemberId, ChainEnd]:
        """Return where each chain ended."""
        self._left -= 1
        if self._left == 0:
            self._said.set()
        return super().known()
