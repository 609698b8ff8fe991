"""Which registry answers for an address or a name: the table that travels with the program."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

import msgspec


class _Network(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    id: str
    base: str
    ipv4: str
    ipv6: tuple[str, ...]
    confidence: str
    checked_on: date


class _Name(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    base: str
    endings: tuple[str, ...]
    confidence: str
    checked_on: date


class _File(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    network: tuple[_Network, ...]
    name: tuple[_Name, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registries:
    """
    Base addresses of registries.

    Attributes:
        by_block: base for each first number of an IPv4 address.
        by_prefix: IPv6 networks with their base, the longest first.
        by_ending: base for each last label of a name.
    """

    by_block: dict[int, str]
    by_prefix: tuple[tuple[IPv6Network, str], ...]
    by_ending: dict[str, str]

    def of_address(self, address: str) -> str:
        """Return the base of the registry that answers for an IP address; empty if not known."""
        parsed = ip_address(address)
        if isinstance(parsed, IPv6Address):
            return next((base for net, base in self.by_prefix if parsed in net), "")
        return self._of_ipv4(parsed)

    def of_name(self, host: str) -> str:
        """Return the base of the registry that answers for a name; empty if not known."""
        return self.by_ending.get(host.rpartition(".")[2].lower(), "")

    def network_bases(self) -> tuple[str, ...]:
        """Return the base of every registry of networks, each once."""
        bases = [*self.by_block.values(), *(base for _, base in self.by_prefix)]
        return tuple(sorted(set(bases)))

    def network_hosts(self) -> tuple[str, ...]:
        """Return the hosts of every registry of networks: what a person is told beforehand."""
        return tuple(sorted({_host(base) for base in self.network_bases()}))

    def hosts(self) -> tuple[str, ...]:
        """Return the host of every registry, of networks and of names."""
        bases = [*self.network_bases(), *self.by_ending.values()]
        return tuple(sorted({_host(base) for base in bases}))

    def name_host(self, host: str) -> str:
        """Return the host of the registry of a name; empty if not known."""
        base = self.of_name(host)
        return _host(base) if base else ""

    def _of_ipv4(self, address: IPv4Address) -> str:
        return self.by_block.get(int(address) >> 24, "")


@cache
def packaged_registries() -> Registries:
    """Return the table that travels with the program."""
    data = files("benban.catalogue").joinpath("registries.toml").read_bytes()
    return build_registries(data)


def build_registries(data: bytes) -> Registries:
    """Return the table in *data* (TOML); what is of confidence D is left out."""
    table = msgspec.toml.decode(data, type=_File)
    networks = [one for one in table.network if one.confidence != "D"]
    prefixes = [(IPv6Network(prefix), one.base) for one in networks for prefix in one.ipv6]
    return Registries(
        by_block={block: one.base for one in networks for block in _blocks(one.ipv4)},
        by_prefix=tuple(sorted(prefixes, key=lambda one: -one[0].prefixlen)),
        by_ending={
            ending: one.base
            for one in table.name
            if one.confidence != "D"
            for ending in one.endings
        },
    )


def _blocks(text: str) -> list[int]:
    blocks: list[int] = []
    for part in text.split():
        first, _, last = part.partition("-")
        blocks += range(int(first), int(last or first) + 1)
    return blocks


def _host(base: str) -> str:
    return urlsplit(base).hostname or ""
