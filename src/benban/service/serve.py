"""
The exchange as it runs: some processes on one socket, one node between them.

The first process of the program answers nobody: it watches the others, begins one anew that
ended, and ends them in order. What they need stands in the environment, which only this user and
the superuser read.
"""

import atexit
import json
import logging
import multiprocessing
import os
import signal
import socket
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import wait
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.supervisors import Multiprocess

from benban.exchange.entry import read_settings
from benban.exchange.flood import FloodLimits
from benban.outside.clock import SystemClock
from benban.outside.exchange_ends import KeptEnds
from benban.outside.exchange_node import NodeCounter, NodeShelf, make_node_folder
from benban.outside.exchange_place import Place
from benban.outside.exchange_tally import NodeTally, forget_tally
from benban.outside.memory import give_back_memory
from benban.service.limits import Allowance
from benban.service.quiet_log import LOGGING

if TYPE_CHECKING:
    from fastapi import FastAPI

    from benban.outside.fence_hasher import FenceHasher

_ENVIRONMENT = "BENBAN_EXCHANGE_PROCESS"
_WAITING_CONNECTIONS = 512
# What runs is let end; longer than a question takes, shorter than a person waits.
_ENDS_WITHIN_S = 10
# A process that is silent for so long is begun anew; one that reads a large bank is not.
_HEARD_WITHIN_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """
    How an exchange is run.

    Attributes:
        folder: of the exchange.
        database: its address.
        allowance: what one key may ask of all processes together.
        trusted_proxy: address whose word on where a caller is counts; empty for nobody's.
        hma_get: a hash may stand in the address, as HMA's clients send it.
        hashing: pictures are taken, and hashed in the fence.
    """

    folder: Path
    database: str
    host: str
    port: int
    workers: int
    allowance: Allowance = field(default_factory=Allowance)
    trusted_proxy: str = ""
    hma_get: bool = False
    hashing: bool = False


def serve(serving: Serving) -> int:
    """
    Return the exit code once the program was told to end.

    Raises:
        SetUpMissingError: BB-986, no signing key, or no dated text on duties to report.
        NodeFolderError: BB-985.
        PagesSetUpError: BB-993.
    """
    place = Place(folder=serving.folder)
    place.signing_key()
    place.duty_text_of()
    if said := place.pages():
        read_settings(said)
    make_node_folder(place.node)
    os.environ[_ENVIRONMENT] = json.dumps({**asdict(serving), "folder": str(serving.folder)})
    config = config_of(serving)
    try:
        listening = config.bind_socket()
        # Head and body of an answer are two writes: without this the second waits 40 ms for the
        # other side's word on the first. asyncio does it for sockets that it made itself.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # Once the port is ours: another node of this folder would lose what it knows. The database
        # may be one that was put back from a copy: its numbers begin lower.
        NodeCounter(place.node).reset()
        forget_tally(place.node)
        Multiprocess(config, [listening]).run()
    finally:
        del os.environ[_ENVIRONMENT]
    return 0


def config_of(serving: Serving) -> uvicorn.Config:
    """Return how the server is run."""
    return uvicorn.Config(
        "benban.service.serve:app_of_worker",
        factory=True,
        host=serving.host,
        port=serving.port,
        workers=serving.workers,
        backlog=_WAITING_CONNECTIONS,
        log_level="warning",
        log_config=LOGGING,
        # A line for each question would say who asks how much; the audit says it to members alone.
        access_log=False,
        server_header=False,
        # Said by anybody else, X-Forwarded-For is not read at all.
        proxy_headers=bool(serving.trusted_proxy),
        forwarded_allow_ips=serving.trusted_proxy,
        timeout_graceful_shutdown=_ENDS_WITHIN_S,
        timeout_worker_healthcheck=_HEARD_WITHIN_S,
    )


def app_of_worker() -> "FastAPI":
    """Return the application of one process; called in that process."""
    # Three times as much as all before: not for the first process, which waits.
    from benban.service.app import make_app
    from benban.service.pages.door import door_of
    from benban.wiring_exchange import begin_process, open_store

    logging.getLogger("sqlalchemy").setLevel(logging.ERROR)
    Thread(target=_end_with_the_first, name="end-with-the-first", daemon=True).start()
    said = json.loads(os.environ[_ENVIRONMENT])
    place = Place(folder=Path(said["folder"]))
    clock = SystemClock()
    process = begin_process(
        open_store(said["database"]),
        signing_key=place.signing_key(),
        limits=FloodLimits(),
        clock=clock,
        counter=NodeCounter(place.node),
        shelf=NodeShelf(place.node),
        ends=KeptEnds(place.folder),
    )
    # Who was first read the database, and built the bank that all map now.
    give_back_memory()
    tally = NodeTally(place.node, said["workers"])
    door = door_of(place, clock)
    return make_app(
        process,
        Allowance(**said["allowance"]),
        hasher=_hasher() if said["hashing"] else None,
        tally=tally,
        door=door,
        is_get_taken=said["hma_get"],
    )


def _hasher() -> "FenceHasher":
    from benban.outside.fence_hasher import FenceHasher

    hasher = FenceHasher()
    atexit.register(hasher.close)
    return hasher


def _end_with_the_first() -> None:
    # Who watches was killed: what goes on alone would hold the port and end at no word.
    first = multiprocessing.parent_process()
    if first is not None:
        wait([first.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
