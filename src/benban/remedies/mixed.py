"""Whether a place shows pictures of many people at once (HARM 1)."""

from benban.errors import NotAnAddressError
from benban.model.catalogue import Catalogue, Service
from benban.model.sighting import Address
from benban.remedies.address import find_service
from benban.remedies.canonical import find_pattern
from benban.remedies.web_address import read_web_address


def shows_many_victims(address: Address, catalogue: Catalogue) -> bool:
    """Return whether the catalogue marks the service, or this shape of address, so."""
    if any(_is_below(address.host, one) for one in catalogue.services if one.mixed_victims):
        return True
    service = find_service(address.host, catalogue)
    if service is None:
        return False
    try:
        pattern = find_pattern(read_web_address(address.raw), service)
    except NotAnAddressError:
        pattern = None
    return pattern is not None and pattern.mixed_victims


def _is_below(host: str, service: Service) -> bool:
    """Return whether *host* is one of the service or under it: each language has its own name."""
    bare = host.lower().rstrip(".")
    domains = service.domains + service.media_domains
    names = {one.removeprefix("*.").removeprefix("www.") for one in domains}
    return any(bare == one or bare.endswith(f".{one}") for one in names)
