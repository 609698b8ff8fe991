"""
The plug-in for python-threatexchange against an exchange on a loopback port.

Where python-threatexchange is not installed (it is a peer, not a part) its base classes are
stood in for by shapes; where it is, these tests run on the true ones.
"""

import importlib
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest

from benban.errors.exchange import FeedRefusedError, PeerUnreachableError
from benban.model.shared_hash import BankId, BankRule, MemberId
from benban.outside.exchange_store.store import DatabaseStore
from benban.outside.subscription import Subscription
from benban.seal.note import public_key_of
from benban.service.app import make_app
from benban.service.limits import Allowance
from tests.contract.exchange_stores import BANK, OPERATOR, made_file, store
from tests.service.exchange_client import SIGNING_KEY, Exchange, exchange
from tests.service.served import served
from tests.service.threatexchange_shapes import PLUGIN, standing_in
from tests.unit.exchange.shared import ATTESTER, SECOND, THIRD, pdq

__all__ = ["exchange", "made_file", "store"]


class PdqType:
    """The signal type that the plug-in looks for."""

    @classmethod
    def get_name(cls) -> str:
        """Return its name in that program."""
        return "pdq"


class OtherType:
    """Another one."""

    @classmethod
    def get_name(cls) -> str:
        """Return its name in that program."""
        return "video_md5"


@pytest.fixture(scope="module")
def plugin() -> Iterator[ModuleType]:
    """The module that a user names to python-threatexchange."""
    shapes = standing_in()
    next(shapes)
    yield importlib.import_module(PLUGIN)
    next(shapes, None)


@pytest.fixture
def empty_store(made_file: Path, tmp_path: Path) -> Iterator[DatabaseStore]:
    """SQLite alone: which system of record it is makes no difference on the wire."""
    file = tmp_path / "exchange.db"
    shutil.copy(made_file, file)
    opened = DatabaseStore(f"sqlite:///{file}")
    yield opened
    opened.close()


@pytest.fixture
def address(
    exchange: Exchange, plugin: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Where the exchange answers; the plug-in's clock is the exchange's."""
    monkeypatch.setattr(plugin, "SystemClock", lambda: exchange.clock)
    with served(make_app(exchange.process, Allowance())) as base_url:
        yield base_url


def _subscription(
    exchange: Exchange,
    address: str,
    *,
    by: MemberId = ATTESTER,
    member: str = ATTESTER,
    private_key: bytes = SIGNING_KEY,
) -> Subscription:
    return Subscription(
        base_url=address,
        key=exchange.keys[by],
        member=member,
        public_key=public_key_of(private_key),
        clock=exchange.clock,
    )


def _taken_over(
    plugin: ModuleType,
    subscription: Subscription,
    held: dict[str, object] | None = None,
    checkpoint: object = None,
) -> tuple[dict[str, object], object]:
    """Fetch everything as python-threatexchange's own merging does; the state stands beside it."""
    held = {} if held is None else held
    for delta in plugin.BenbanExchangeAPI(subscription).fetch_iter([PdqType], checkpoint):
        held.update(delta.updates)
        checkpoint = delta.checkpoint
    return {key: value for key, value in held.items() if value is not None}, checkpoint


def test_the_program_itself_never_imports_the_plug_in() -> None:
    said = (
        "import sys, benban.service.app, benban.outside.subscription, benban.wiring_exchange\n"
        "assert not [name for name in sys.modules if 'threatexchange' in name]"
    )

    assert subprocess.run([sys.executable, "-c", said], check=False).returncode == 0


def test_the_manifest_names_the_exchange(plugin: ModuleType) -> None:
    (api,) = plugin.TX_MANIFEST.apis

    assert api.get_name() == "benban"
    assert api.get_config_cls()("ours", "https://x.example", "mem-1", "0" * 64).api == "benban"


def test_hashes_come_and_go_by_signed_deltas(
    plugin: ModuleType, exchange: Exchange, address: str
) -> None:
    number, other = exchange.activate(1), exchange.activate(2)
    api = plugin.BenbanExchangeAPI(_subscription(exchange, address))
    held, checkpoint = _taken_over(plugin, _subscription(exchange, address))
    exchange.post(f"/v1/hashes/{number}/acts", {"act": "withdraw"})

    (second,) = api.fetch_iter([PdqType], checkpoint)
    nothing = [set(one.updates) for one in api.fetch_iter([PdqType], second.checkpoint)]

    assert set(held) == {number, other, "state"}
    assert (second.updates.pop("state").signal, nothing) == ("", [{"state"}])
    assert second.updates == {number: None}


def test_what_is_fetched_becomes_signals_that_a_person_has_to_review(
    plugin: ModuleType, exchange: Exchange, address: str
) -> None:
    exchange.activate(1)
    held, _ = _taken_over(plugin, _subscription(exchange, address))
    convert = plugin.BenbanExchangeAPI.naive_convert_to_signal_type

    signals = convert([OtherType, PdqType], None, held)
    elsewhere = convert([OtherType], None, held)

    assert list(signals) == [PdqType]
    assert list(signals[PdqType]) == [pdq(1).hex]
    (opinion,) = signals[PdqType][pdq(1).hex].get_as_opinions()
    assert opinion.category.name == "INVESTIGATION_SEED"
    assert elsewhere == {}


def test_negative_hashes_are_never_signals_and_take_near_ones_with_them(
    plugin: ModuleType,
) -> None:
    def record(flips: int, *, is_negative: bool = False) -> object:
        signal = f"{int(pdq(1).hex, 16) ^ ((1 << flips) - 1):064x}"
        return plugin.BenbanRecord(signal=signal, is_negative=is_negative)

    fetched = {
        "negative": record(0, is_negative=True),
        "near": record(31),
        "beyond": record(32),
        "gone": None,
    }

    signals = plugin.BenbanExchangeAPI.naive_convert_to_signal_type([PdqType], None, fetched)

    assert list(signals[PdqType].values()) == [fetched["beyond"]]


def test_the_negative_bank_arrives_as_negative(
    plugin: ModuleType, exchange: Exchange, address: str
) -> None:
    with exchange.process.store.within(OPERATOR) as work:
        bank = next(one for one in work.banks() if one.id == BANK)
        work.keep_bank(
            type(bank)(
                id=BankId("bnk-negative"),
                ordinal=7,
                name="logos",
                rule=BankRule.NEGATIVE,
                owner=ATTESTER,
                readers=bank.readers,
            )
        )
    exchange.process.matcher.follow()
    asked = {**exchange.attestation(4), "bank": "bnk-negative", "provenance": "own-platform"}
    assert exchange.post("/v1/hashes", asked).status_code == 201
    exchange.clock.advance(timedelta(days=8).total_seconds())
    exchange.process.matcher.follow()
    exchange.process.office.tick()

    held, _ = _taken_over(plugin, _subscription(exchange, address))

    held.pop("state")
    assert [(vars(one)["signal"], vars(one)["is_negative"]) for one in held.values()] == [
        (pdq(4).hex, True)
    ]


def test_many_changes_come_in_many_deltas(
    plugin: ModuleType, exchange: Exchange, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = {exchange.activate(seed) for seed in range(1, 6)}
    monkeypatch.setattr("benban.service.reading.MOST_CHANGES", 3)

    held, checkpoint = _taken_over(plugin, _subscription(exchange, address))

    assert set(held) == {*numbers, "state"}
    assert vars(checkpoint)["through"] == exchange.process.matcher.change


@pytest.mark.parametrize(
    ("age_s", "is_stale"), [(-600, True), (0, False), (86_000, False), (86_401, True)]
)
def test_a_checkpoint_is_stale_after_a_day(plugin: ModuleType, age_s: int, is_stale: bool) -> None:
    made_at = int(time.time()) - age_s
    checkpoint = plugin.BenbanCheckpoint(
        through=5, made_at=made_at, mark="a" * 32, beginning="b" * 16
    )

    assert (checkpoint.is_stale(), checkpoint.get_progress_timestamp()) == (
        is_stale,
        checkpoint.made_at,
    )


@pytest.mark.parametrize(
    ("said", "why"),
    [({"private_key": bytes(32)}, "signature"), ({"member": "mem-other"}, "signature")],
)
def test_a_delta_of_another_exchange_or_for_another_member_is_not_taken_over(
    exchange: Exchange, address: str, said: dict[str, bytes | str], why: str
) -> None:
    exchange.activate(1)
    subscription = Subscription(
        base_url=address,
        key=exchange.keys[ATTESTER],
        member=str(said.get("member", ATTESTER)),
        public_key=public_key_of(said.get("private_key", SIGNING_KEY)),  # type: ignore[arg-type]
        clock=exchange.clock,
    )

    with pytest.raises(FeedRefusedError) as refused:
        list(subscription.deltas(0))

    assert refused.value.params["why"] == why


def test_a_key_without_the_scope_or_an_address_without_tls_reaches_nothing(
    exchange: Exchange, address: str
) -> None:
    exchange.keys[THIRD] = "bbx_" + "0" * 16 + "_" + "a" * 52
    asked = [
        _subscription(exchange, address, by=THIRD),
        _subscription(exchange, address.replace("127.0.0.1", "exchange.example")),
        _subscription(exchange, address.replace("//", "//user:word@")),
        _subscription(exchange, "ftp://127.0.0.1"),
        _subscription(exchange, "http://[::1"),
    ]
    reasons = []

    for one in asked:
        with pytest.raises(PeerUnreachableError) as refused:
            list(one.deltas(0))
        reasons.append(refused.value.params["reason"])

    assert reasons == [401, "address", "address", "address", "address"]


def test_members_hold_other_numbers_of_one_hash(
    plugin: ModuleType, exchange: Exchange, address: str
) -> None:
    exchange.activate(1)

    first, _ = _taken_over(plugin, _subscription(exchange, address))
    second, _ = _taken_over(plugin, _subscription(exchange, address, by=SECOND, member=SECOND))

    assert set(first) & set(second) == {"state"}
