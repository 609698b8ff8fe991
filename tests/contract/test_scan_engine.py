"""The engines of a scan: on this machine, and as Ray tasks over nodes of which one is lost."""

import os
import secrets
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benban.errors.scan import ScanEngineError
from benban.outside import scan_run
from benban.outside.scan_local import LocalEngine
from benban.outside.scan_ray import RayEngine
from benban.outside.scan_run import run_scan
from benban.scan.ports import Done, Engine, Work
from benban.scan.unit import Unit, cut_units
from tests.contract.scan_engines import EngineContract
from tests.scan_store import PlainEngine, Store, make_store, rows

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
def test_a_cluster_that_is_not_there_is_said(store: Store) -> None:
    with pytest.raises(ScanEngineError) as raised:
        run_scan(store.work(), RayEngine(address=f"{LOOPBACK}:9"), store.out)

    assert isinstance(raised.value.__cause__, ConnectionRefusedError)
    assert not list((store.out / "parts").iterdir())
