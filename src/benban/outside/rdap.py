"""
Who hosts a site and who registered its name, as the registries say (RFC 9082, 9083).

Address > network > whom it names for abuse; the network above; the AS that the network's record
speaks of; the name > its registrar > whom that names. The site itself is not contacted. What no
registry says is told as missing, with its reason, and never guessed.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from benban.errors import FetchError, HostUnknownError, NameNotFoundError, RegistryAnswerError
from benban.model.resolver import Resolver
from benban.model.routes import HostFacts, RegistryContact
from benban.outside.http_fetcher import FetchLimits, HttpFetcher
from benban.outside.proxy import Endpoint
from benban.outside.public_address import is_public_address
from benban.outside.rdap_answer import LARGEST_ANSWER_BYTES, RegistryObject, read_answer
from benban.outside.registries import Registries, packaged_registries
from benban.outside.resolver import SystemResolver
from benban.watch.ports import Fetcher

# RFC 7480 4.2: the type of these answers, and what older registries call it.
_REGISTRY_TYPES = "application/rdap+json, application/json;q=0.9"
# For the whole look-up, however many registries are asked and however slowly they answer.
WHOLE_S = 45.0
_OK = 200
# facts/channels.yaml: cloudflare, match.
_CLOUDFLARE_NETWORKS = ("CLOUDFLARENET",)
_CLOUDFLARE_AS = 13335
# Gives blocks to the registries.
_ABOVE_ALL = ("iana.org",)
# A name has a handful of labels; each shorter one is one more question.
_MOST_NAMES = 3


@dataclass(slots=True, kw_only=True)
class RdapClient:
    """
    Asks registries; one look-up at a time.

    Args:
        fetcher: pinned to what it checked, follows redirects to the registries of the table only.
        resolver: of this computer.
        registries: which registry answers for what.
        monotonic_s: seconds of a clock that never goes back.
    """

    fetcher: Fetcher
    resolver: Resolver
    registries: Registries
    monotonic_s: Callable[[], float] = field(default=time.monotonic)

    def look_up(self, host: str, now: datetime) -> HostFacts:
        """
        Return what is said about *host*; what is not is named in ``missing``.

        Raises:
            HostUnknownError: BB-632, the name service does not know it; no registry was asked.
        """
        addresses = self._addresses(host)
        asking = _Asking(client=self, until=self.monotonic_s() + WHOLE_S)
        public = [one for one in addresses if is_public_address(one)]
        network = asking.network(public[0]) if public else None
        if not public:
            asking.missing.append("not-public")
        above = asking.above(network) if network is not None else None
        systems = asking.systems(network) if network is not None else None
        registrar = asking.registrar(host)
        found = network.said if network is not None else None
        return HostFacts(
            host=host,
            looked_up_at=now,
            addresses=tuple(addresses),
            network="" if found is None else found.name,
            network_abuse=asking.abuse_of(network, "network-abuse"),
            upstream_abuse=asking.abuse_of(above, ""),
            system_abuse=asking.abuse_of(systems, ""),
            as_numbers=() if found is None else found.as_numbers,
            registrar_abuse=registrar,
            is_behind_cloudflare=found is not None and _is_cloudflare(found),
            missing=tuple(dict.fromkeys(asking.missing)),
            asked=tuple(dict.fromkeys(asking.asked)),
        )

    def _addresses(self, host: str) -> tuple[str, ...]:
        if _is_number(host):
            return (host,)
        try:
            found = self.resolver.addresses(host)
        except NameNotFoundError as error:
            raise HostUnknownError(host=host) from error
        # A zone (fe80::1%eth0) is no address of anybody else.
        return tuple(one for one in found if _is_number(one))


def system_client() -> RdapClient:
    """Return the client of this computer; nobody is asked before its first look-up."""
    resolver = SystemResolver()
    return RdapClient(
        fetcher=registry_fetcher(resolver),
        resolver=resolver,
        registries=packaged_registries(),
    )


def registry_fetcher(
    resolver: Resolver, *, allowed: Iterable[Endpoint] = (), limits: FetchLimits | None = None
) -> HttpFetcher:
    """Return a fetcher that asks for the answers of registries, not for pages."""
    return HttpFetcher(resolver=resolver, allowed=allowed, limits=limits, accept=_REGISTRY_TYPES)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answered:
    said: RegistryObject
    registry: str


@dataclass(slots=True, kw_only=True)
class _Asking:
    client: RdapClient
    until: float
    missing: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def network(self, address: str) -> _Answered | None:
        base = self.client.registries.of_address(address)
        if not base:
            self.missing.append("network-registry")
            return None
        return self._ask(f"{base}ip/{address}", "network-answer", "ip network")

    def above(self, network: _Answered) -> _Answered | None:
        link = network.said.parent_link
        # Nowhere but into a registry of the table, and on the way that the table names.
        bases = self.client.registries.network_bases()
        if not any(link.startswith(base) for base in bases):
            self.missing.append("upstream")
            return None
        return self._ask(link, "upstream", "ip network")

    def systems(self, network: _Answered) -> _Answered | None:
        if not network.said.as_numbers:
            self.missing.append("system")
            return None
        number = network.said.as_numbers[0]
        base = next(
            one for one in self.client.registries.network_bases() if _host(one) == network.registry
        )
        return self._ask(f"{base}autnum/{number}", "system-answer", "autnum")

    def registrar(self, host: str) -> RegistryContact | None:
        base = self.client.registries.of_name(host)
        if not base or _is_number(host):
            self.missing.append("name-registry")
            return None
        for name in _names(host):
            found = self._ask(f"{base}domain/{name}", "", "domain")
            if found is not None:
                contact = found.said.abuse_contact(found.registry, within_role="registrar")
                if contact is None:
                    self.missing.append("registrar-abuse")
                return contact
        self.missing.append("name-answer")
        return None

    def abuse_of(self, answered: _Answered | None, missing: str) -> RegistryContact | None:
        if answered is None:
            return None
        contact = answered.said.abuse_contact(answered.registry)
        if contact is not None and self._is_a_registry(contact):
            contact = None
        if contact is None and missing:
            self.missing.append(missing)
        return contact

    def _is_a_registry(self, contact: RegistryContact) -> bool:
        """Whether the desk is a registry's: above a block that was given out, it runs nothing."""
        domains = {mail.rpartition("@")[2].lower() for mail in contact.mails}
        hosts = (*self.client.registries.network_hosts(), *_ABOVE_ALL)
        return any(f".{host}".endswith(f".{domain}") for host in hosts for domain in domains)

    def _ask(self, url: str, missing: str, kind: str) -> _Answered | None:
        """Return a usable answer of the wanted kind, or None after it was noted as missing."""
        if self.client.monotonic_s() >= self.until:
            self.missing.append("time")
            return None
        found = self._fetched(url)
        if found is None or found.said.kind != kind:
            self.missing += [missing] if missing else []
            return None
        return found

    def _fetched(self, url: str) -> _Answered | None:
        hosts = {*self.client.registries.network_hosts(), _host(url)}
        self.asked.append(_host(url))
        try:
            fetched = self.client.fetcher.fetch(url, limit_bytes=LARGEST_ANSWER_BYTES, hosts=hosts)
            self.asked += [_host(one) for one in fetched.redirects]
            said = read_answer(fetched.body) if fetched.status == _OK else None
        except (FetchError, RegistryAnswerError):
            return None
        return None if said is None else _Answered(said=said, registry=_host(fetched.final))


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _names(host: str) -> list[str]:
    """Return the name and those above it, the shortest that can be registered first."""
    labels = host.split(".")
    names = [".".join(labels[-count:]) for count in range(2, len(labels) + 1)]
    return names[:_MOST_NAMES]


def _is_cloudflare(said: RegistryObject) -> bool:
    return said.name.upper() in _CLOUDFLARE_NETWORKS or _CLOUDFLARE_AS in said.as_numbers


def _is_number(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return "%" not in text
