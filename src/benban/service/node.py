"""What every route needs: the process, and how much may be asked of it."""

from dataclasses import dataclass

from benban.exchange.process import Process
from benban.service.limits import Limiter


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A process of an exchange with its limits."""

    process: Process
    limiter: Limiter
