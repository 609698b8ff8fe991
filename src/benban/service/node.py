"""What every route needs: the process, and how much may be asked of it."""

from dataclasses import dataclass, field

from benban.exchange.process import Process
from benban.service.hasher import Hasher, Uploads
from benban.service.limits import Limiter
from benban.service.nearness import Nearness


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """
    A process of an exchange with its limits.

    Attributes:
        hasher: None unless the operator turned hashing on: pictures are not taken then.
        uploads: pictures that are being read or hashed.
        is_get_taken: a hash may stand in the address.
    """

    process: Process
    limiter: Limiter
    nearness: Nearness
    hasher: Hasher | None = None
    uploads: Uploads = field(default_factory=Uploads)
    is_get_taken: bool = False
