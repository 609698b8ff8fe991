"""What a tab needs from a person who brings it to the front (HARM 16)."""

from dataclasses import dataclass
from typing import Protocol

from benban.model.sighting import Address


class Attendant(Protocol):
    """Whoever sits before the window."""

    def wait_until_ready(self) -> bool:
        """Return True when the page to keep is in front, False when it is called off."""
        ...

    def confirm(self, title: str, host: str) -> bool:
        """Return whether the tab with *title*, which is text of the page, on *host* is the one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Attended:
    """
    What a person is asked to bring to the front.

    Attributes:
        address: opened first.
        hosts: of the sighting; the tab has to be on one of them.
        is_shown: False only for tests: without a window.
    """

    address: str
    hosts: frozenset[str]
    attendant: Attendant
    is_shown: bool = True


def sighting_hosts(address: Address) -> frozenset[str]:
    """Return the hosts on which a sighting's tab may stand: its own, with and without ``www``."""
    bare = address.host.removeprefix("www.")
    return frozenset({bare, f"www.{bare}"})
