"""Look up who hosts a site: after a one-off yes, or under a standing permission (promise 1)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from benban.casework.events import event, open_field, sealed_field
from benban.casework.routes import keep_host_facts
from benban.casework.standing import live_permission
from benban.errors import BenbanError, NoHostToLookUpError
from benban.model.clock import Clock
from benban.model.custody import EventKind
from benban.model.routes import HostFacts, RegistryContact
from benban.model.sighting import Sighting
from benban.model.standing import StandingAct
from benban.vault import CaseStore

_ACT = "look up host"


class HostFinder(Protocol):
    """Asks the registries; implemented by ``outside.rdap``."""

    def look_up(self, host: str, now: datetime) -> HostFacts:
        """
        Return what the registries say about *host*.

        Raises:
            HostUnknownError: BB-632.
        """
        ...


def host_of(sighting: Sighting) -> str:
    """
    Return the host that would be looked up.

    Raises:
        NoHostToLookUpError: BB-634, the sighting has no address.
    """
    if sighting.address is None:
        raise NoHostToLookUpError
    return sighting.address.host


def look_up_host(
    store: CaseStore, sighting: Sighting, finder: HostFinder, clock: Clock
) -> HostFacts:
    """
    Return what was found, after it was logged and kept; the caller asked the person before.

    Raises:
        NoHostToLookUpError: BB-634; HostUnknownError: BB-632. The attempt stands in the log.
    """
    host = host_of(sighting)
    store.record(
        event(
            EventKind.ATTEMPT,
            sighting.id,
            open_field("act", _ACT),
            sealed_field("host", host),
        )
    )
    try:
        facts = finder.look_up(host, clock.now())
    except BenbanError as error:
        reason = open_field("reason", error.code)
        store.record(event(EventKind.ATTEMPT_FAILED, sighting.id, open_field("act", _ACT), reason))
        raise
    return keep_host_facts(store, sighting, facts)


def contacts_of(facts: HostFacts) -> tuple[tuple[str, RegistryContact], ...]:
    """Return whom the registries name, the nearest first, each with the message that says so."""
    named = (
        ("cli.host.network-abuse", facts.network_abuse),
        ("cli.host.upstream-abuse", facts.upstream_abuse),
        ("cli.host.system-abuse", facts.system_abuse),
        ("cli.host.registrar-abuse", facts.registrar_abuse),
    )
    return tuple((message_id, contact) for message_id, contact in named if contact is not None)


def may_look_up(store: CaseStore, registries: Sequence[str], clock: Clock) -> bool:
    """
    Whether a standing permission lets these registries be asked now without asking the person.

    Every registry that may be asked must be named by it, and its pause must be over.
    """
    now = clock.now()
    permission = live_permission(store, StandingAct.LOOK_UP, now)
    if permission is None or not all(permission.allows(one, now) for one in registries):
        return False
    return now >= _last_looked(store, now) + timedelta(hours=permission.every_h)


def _last_looked(store: CaseStore, now: datetime) -> datetime:
    looked = [one.looked_up_at for one in store.all(HostFacts)]
    return max(looked, default=now - timedelta(days=366))
