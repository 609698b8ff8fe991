"""The engines of a scan: on this machine, and as Ray tasks over nodes of which one is lost."""

import os
import secrets
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from benban.bank.bank import Bank
from benban.bank.shards import cut_in, read_plan, write_shards
from benban.bank.words import Matches
from benban.errors import BankDamagedError
from benban.errors.scan import ScanEngineError
from benban.outside import scan_run
from benban.outside.ray_shards import name_of, open_ray_shards
from benban.outside.scan_bank import open_banked
from benban.outside.scan_local import LocalEngine
from benban.outside.scan_ray import RayEngine
from benban.outside.scan_run import run_scan
from benban.scan.ports import Done, Engine, Work
from benban.scan.unit import Unit, cut_units
from tests.contract.scan_engines import EngineContract
from tests.scan_store import PlainEngine, Store, make_store, rows
from tests.unit.bank.conftest import clustered

if TYPE_CHECKING:
    from ray._private.node import Node
    from ray.cluster_utils import Cluster

ROOT = Path(__file__).parents[2]
# Not 127.0.0.1, which Ray takes for the address that others know this machine by.
LOOPBACK = "127.0.0.2"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return make_store(tmp_path, pictures=6)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Cluster]":
    """A cluster of two nodes on this machine; the head, where this process is, has no core."""
    if sys.platform != "linux":
        pytest.skip("only Linux has the whole of 127.0.0.0/8 for itself")
    with pytest.MonkeyPatch.context() as patched:
        folder = tmp_path_factory.mktemp("ray")
        patched.setenv("RAY_USAGE_STATS_ENABLED", "0")
        # Nodes and this process know each other by a token, made for this cluster alone.
        (folder / "token").write_text(secrets.token_hex(32), encoding="ascii")
        patched.setenv("RAY_AUTH_MODE", "token")
        patched.setenv("RAY_AUTH_TOKEN_PATH", str(folder / "token"))
        patched.setenv("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        patched.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), str(ROOT / "src")]))
        from ray.cluster_utils import Cluster

        head = {"num_cpus": 0, "node_ip_address": LOOPBACK, "include_dashboard": False}
        started = Cluster(initialize_head=True, head_node_args=head)
        started.add_node(num_cpus=1, node_ip_address=LOOPBACK)
        yield started
        started.shutdown()  # type: ignore[no-untyped-call] # Ray's own


class TestLocal(EngineContract):
    @pytest.fixture
    def engine(self) -> Engine:
        return LocalEngine(2)


@pytest.mark.long
@pytest.mark.allow_hosts([LOOPBACK])
@pytest.mark.filterwarnings("ignore")  # Ray's own libraries warn of each other
class TestRay(EngineContract):
    @pytest.fixture
    def engine(self, cluster: "Cluster") -> Engine:
        return RayEngine(address=cluster.address)


@pytest.fixture
def shards(tmp_path: Path) -> tuple[Path, Bank]:
    """Three shards on disk, and one bank of the same hashes."""
    number, words = np.arange(300, dtype=np.int64), clustered(300)
    write_shards(tmp_path / "shards", cut_in(3, number, words))
    bank = Bank()
    bank.add_many(number, words)
    return tmp_path / "shards", bank


def said(found: Matches) -> list[list[int]]:
    return [one.tolist() for one in (found.question, found.number, found.distance_bits)]


def end_actors(folder: Path, index: int, copies: int, *, is_for_good: bool) -> None:
    """End what holds a shard as the kernel would; Ray brings it back, or it is gone for good."""
    import ray

    for copy in range(copies):
        holder = ray.get_actor(name_of(read_plan(folder), index, copy))
        ray.kill(holder, no_restart=is_for_good)


@pytest.mark.long
@pytest.mark.allow_hosts([LOOPBACK])
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("copies", "is_for_good"), [(1, False), (1, True), (2, True)])
def test_an_actor_lost_in_the_middle_of_look_ups_costs_no_answer(
    cluster: "Cluster",
    shards: tuple[Path, Bank],
    *,
    copies: int,
    is_for_good: bool,
) -> None:
    folder, bank = shards
    asked = clustered(40)
    expected = said(bank.near_many(asked, 31))

    with open_ray_shards(folder, address=cluster.address, copies=copies) as held:
        answers = [said(held.near_many(asked, 31))]
        with ThreadPoolExecutor(1) as asker:
            asked_for = [asker.submit(held.near_many, asked, 31) for _ in range(30)]
            asked_for[3].result()
            end_actors(folder, 1, copies, is_for_good=is_for_good)
            answers += [said(one.result()) for one in asked_for]

    assert answers == [expected] * 31


@pytest.mark.long
@pytest.mark.allow_hosts([LOOPBACK])
@pytest.mark.filterwarnings("ignore")
def test_a_node_lost_with_its_actors_costs_no_answer(
    cluster: "Cluster", shards: tuple[Path, Bank]
) -> None:
    folder, bank = shards
    asked = clustered(40)
    node = cluster.add_node(num_cpus=1, node_ip_address=LOOPBACK)

    with open_ray_shards(folder, address=cluster.address) as held:
        before = said(held.near_many(asked, 31))
        cluster.remove_node(node, allow_graceful=False)
        after = said(held.near_many(asked, 31))

    assert [before, after] == [said(bank.near_many(asked, 31))] * 2


@pytest.mark.long
@pytest.mark.allow_hosts([LOOPBACK])
@pytest.mark.filterwarnings("ignore")
def test_what_is_withdrawn_is_given_by_no_actor_also_after_it_was_lost(
    cluster: "Cluster", shards: tuple[Path, Bank]
) -> None:
    folder, bank = shards
    asked = clustered(40)

    with open_ray_shards(folder, address=cluster.address, copies=2) as held:
        before = said(held.near_many(asked, 31))
        held.withdraw(np.array([7, 150, 299], np.int64))
        after = [said(held.near_many(asked, 31)) for _ in range(2)]
        end_actors(folder, 0, 2, is_for_good=False)
        after += [said(held.near_many(asked, 31)) for _ in range(2)]
        left = len(held)

    assert before == said(bank.near_many(asked, 31))
    for number in (7, 150, 299):
        bank.delete(number)
    assert after == [said(bank.near_many(asked, 31))] * 4
    assert left == 297


@pytest.mark.long
@pytest.mark.allow_hosts([LOOPBACK])
@pytest.mark.filterwarnings("ignore")
def test_a_shard_that_is_damaged_is_said_and_not_left_out(
    cluster: "Cluster", shards: tuple[Path, Bank]
) -> None:
    folder, _ = shards
    part = folder / "shard-00001" / "front-1.npy"
    part.write_bytes(part.read_bytes()[:-1])

    with (
        open_ray_shards(folder, address=cluster.address) as held,
        pytest.raises(BankDamagedError),
    ):
        held.near_many(clustered(2), 31)


class LosesANode:
    """Ends a node of the cluster, as a machine that burns, once the first unit is done."""

    def __init__(self, inner: Engine, cluster: "Cluster", node: "Node") -> None:
        self.inner, self.cluster = inner, cluster
        self.node: Node | None = node

    def run(self, work: Work, units: Iterable[Unit]) -> Iterator[Done]:
        for done in self.inner.run(work, units):
            if self.node is not None:
                self.cluster.remove_node(self.node, allow_graceful=False)
                self.node = None
            yield done


@pytest.mark.long
@pytest.mark.allow_hosts([LOOPBACK])
@pytest.mark.filterwarnings("ignore")
def test_the_loss_of_a_node_in_mid_scan_changes_nothing(
    cluster: "Cluster", store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_run, "cut_units", lambda listed: cut_units(listed, most_files=1))
    run_scan(store.work(), PlainEngine(), store.out.with_name("alone"))
    node = cluster.add_node(num_cpus=2, node_ip_address=LOOPBACK)
    engine = LosesANode(RayEngine(address=cluster.address), cluster, node)

    run_scan(store.work(), engine, store.out)

    assert engine.node is None
    assert rows(store.out) == rows(store.out.with_name("alone"))


@pytest.mark.long
@pytest.mark.allow_hosts([LOOPBACK])
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("engine", ["local", "ray"])
def test_a_bank_in_shards_gives_the_same_results(
    request: pytest.FixtureRequest, store: Store, engine: str
) -> None:
    expected = run_scan(store.work(), PlainEngine(), store.out.with_name("alone"))
    ((number, words),) = store.work().banked.held()
    folder = store.bank.with_name("shards")
    write_shards(folder, cut_in(2, number, words))
    work = replace(store.work(), banked=open_banked(folder))
    running: Engine = LocalEngine(1)
    if engine == "ray":
        running = RayEngine(address=request.getfixturevalue("cluster").address)

    found = run_scan(work, running, store.out)

    assert found == expected
    assert rows(store.out) == rows(store.out.with_name("alone"))


@pytest.mark.long
@pytest.mark.allow_hosts([LOOPBACK])
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_that_is_not_there_is_said(store: Store) -> None:
    with pytest.raises(ScanEngineError) as raised:
        run_scan(store.work(), RayEngine(address=f"{LOOPBACK}:9"), store.out)

    assert isinstance(raised.value.__cause__, ConnectionRefusedError)
    assert not list((store.out / "parts").iterdir())
