"""An untrusted text to an address of the catalogue. Nothing is opened or resolved."""

from benban.model.catalogue import Catalogue, Service
from benban.model.sighting import UNKNOWN_SERVICE, Address
from benban.remedies.canonical import canonical_form
from benban.remedies.web_address import read_web_address, refuse_private_host


def parse_address(
    untrusted_text: str, catalogue: Catalogue, *, allow_loopback: bool = False
) -> Address:
    """
    Return the address that *untrusted_text* holds.

    Args:
        untrusted_text: one address as pasted, also without ``https://``; white space around it is
            dropped, everything else stays in ``raw``.
        catalogue: knows the services by their hosts. A host that is not in it belongs to the
            service ``unknown``; it is never guessed.
        allow_loopback: this computer is allowed (demonstration only).

    Raises:
        NotAnAddressError: BB-102.
        PrivateAddressError: BB-602, a host of a private network or of this computer.

    Source: facts on which parameters open the content, channels.md section 1 number 6.
    """
    parts = read_web_address(untrusted_text)
    refuse_private_host(parts.host, allow_loopback=allow_loopback)
    service = find_service(parts.host, catalogue)
    return Address(
        raw=untrusted_text.strip(),
        canonical=canonical_form(parts, service),
        host=parts.host,
        service=UNKNOWN_SERVICE if service is None else service.id,
    )


def find_service(host: str, catalogue: Catalogue) -> Service | None:
    """Return the service that names *host* among its domains, or None."""
    return next((one for one in catalogue.services if has_host(one, host)), None)


def has_host(service: Service, host: str) -> bool:
    """Whether *host* is one of *service*; ``www.`` before a named domain is the same site."""
    bare = host.removeprefix("www.")
    for domain in service.domains + service.media_domains:
        if domain.startswith("*."):
            if host.endswith(domain[1:]):
                return True
        elif domain in {host, bare}:
            return True
    return False
