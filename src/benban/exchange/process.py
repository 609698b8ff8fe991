"""One process of an exchange: what its faces need, joined by ``wiring_exchange``."""

from dataclasses import dataclass

from benban.exchange.ends import Ends
from benban.exchange.matcher import Counter, Matcher
from benban.exchange.office import Office
from benban.exchange.ports import Store
from benban.exchange.trail import Trail
from benban.model.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """
    What one process works with.

    Attributes:
        counter: of the node.
        signing_key: 32 bytes, Ed25519, of the exchange; signs deltas.
        exchange: key id of its public key.
        ends: where this machine saw each chain of the audit end; None where nothing is kept.
    """

    store: Store
    matcher: Matcher
    counter: Counter
    office: Office
    trail: Trail
    clock: Clock
    signing_key: bytes
    exchange: str
    ends: Ends | None = None
