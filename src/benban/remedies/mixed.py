"""What the catalogue says against keeping or opening a place (HARM 1, 16)."""

from benban.errors import NotAnAddressError
from benban.model.catalogue import Catalogue, Service, UrlPattern
from benban.model.sighting import Address
from benban.remedies.address import find_service
from benban.remedies.canonical import find_pattern
from benban.remedies.web_address import read_web_address


def shows_many_victims(address: Address, catalogue: Catalogue) -> bool:
    """
    Return whether the catalogue marks the service, or this shape of address, so.

    While a file of a service stands aside, a host that is not known may be that service's: yes.
    """
    if any(_is_below(address.host, one) for one in catalogue.services if one.mixed_victims):
        return True
    if find_service(address.host, catalogue) is None:
        return not catalogue.knows_all_services
    pattern = _pattern_of(address, catalogue)
    return pattern is not None and pattern.mixed_victims


def is_never_captured(address: Address, catalogue: Catalogue) -> bool:
    """Return whether the catalogue marks the service, or this shape of address, so."""
    if any(_is_below(address.host, one) for one in catalogue.services if one.never_capture):
        return True
    pattern = _pattern_of(address, catalogue)
    return pattern is not None and pattern.never_capture


def _pattern_of(address: Address, catalogue: Catalogue) -> UrlPattern | None:
    service = find_service(address.host, catalogue)
    if service is None:
        return None
    try:
        return find_pattern(read_web_address(address.raw), service)
    except NotAnAddressError:
        return None


def _is_below(host: str, service: Service) -> bool:
    """Return whether *host* is one of the service or under it: each language has its own name."""
    bare = host.lower().rstrip(".")
    domains = service.domains + service.media_domains
    names = {one.removeprefix("*.").removeprefix("www.") for one in domains}
    return any(bare == one or bare.endswith(f".{one}") for one in names)
