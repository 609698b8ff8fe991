"""What asks outside for a page, after that page said what goes where."""

from benban.casework.look_up import HostFinder
from benban.watch.ports import Fetcher


def host_finder() -> HostFinder:
    """Return what asks the registries."""
    # Late: most pages ask nobody.
    from benban.outside.rdap import system_client

    return system_client()


def registry_hosts(host: str) -> tuple[tuple[str, ...], str]:
    """Return the registries of networks, and the one of the name of *host* or nothing."""
    from benban.outside.registries import packaged_registries

    known = packaged_registries()
    return tuple(known.network_hosts()), known.name_host(host) or ""


def watch_fetcher() -> Fetcher:
    """Return what looks at pages over HTTP."""
    # Late: most pages ask nobody.
    from benban.outside.http_fetcher import HttpFetcher

    return HttpFetcher()
