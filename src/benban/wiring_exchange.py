"""The composition root of an exchange: who is joined to whom in one process of a node."""

from benban.exchange.ends import Ends
from benban.exchange.flood import FloodLimits
from benban.exchange.matcher import Counter, Matcher, OwnCounter
from benban.exchange.office import Office
from benban.exchange.process import Process
from benban.exchange.shelf import Shelf
from benban.exchange.trail import Trail
from benban.model.clock import Clock
from benban.outside.clock import SystemClock
from benban.outside.exchange_store.store import DatabaseStore
from benban.seal.note import key_id, public_key_of


def open_store(address: str) -> DatabaseStore:
    """Return the system of record at ``sqlite:///FILE`` or ``postgresql://...``."""
    return DatabaseStore(address)


def begin_process(
    store: DatabaseStore,
    *,
    signing_key: bytes,
    limits: FloodLimits,
    clock: Clock | None = None,
    counter: Counter | None = None,
    shelf: Shelf | None = None,
    ends: Ends | None = None,
) -> Process:
    """
    Return a process that knows everything that answers.

    Args:
        store: with its tables.
        signing_key: 32 bytes, Ed25519, of the exchange.
        limits: of the flood hold.
        clock: the machine's, unless another one is given.
        counter: of the node; one of its own where the process is the only one.
        shelf: of the node; None to read the database at the beginning.
        ends: of the machine; None where nobody watches the audit's chains.

    Raises:
        RecordUnavailableError: BB-962.
    """
    clock, counter = clock or SystemClock(), counter or OwnCounter()
    exchange = key_id(public_key_of(signing_key))
    matcher = Matcher(store, clock, counter, shelf)
    matcher.load()
    return Process(
        store=store,
        matcher=matcher,
        counter=counter,
        office=Office(store, matcher, counter, clock=clock, exchange=exchange, limits=limits),
        trail=Trail(store),
        clock=clock,
        signing_key=signing_key,
        exchange=exchange,
        ends=ends,
    )
