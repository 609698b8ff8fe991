"""Whether a place shows pictures of many people at once (HARM 1)."""

from benban.errors import NotAnAddressError
from benban.model.catalogue import Catalogue
from benban.model.sighting import Address
from benban.remedies.address import find_service
from benban.remedies.canonical import find_pattern
from benban.remedies.web_address import read_web_address


def shows_many_victims(address: Address, catalogue: Catalogue) -> bool:
    """Return whether the catalogue marks the service or this shape of address so."""
    service = find_service(address.host, catalogue)
    if service is None:
        return False
    try:
        pattern = find_pattern(read_web_address(address.raw), service)
    except NotAnAddressError:
        pattern = None
    return service.mixed_victims or (pattern is not None and pattern.mixed_victims)
