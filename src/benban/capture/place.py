"""Where an address leads: scheme, host, port; for text that may be no address at all."""

from dataclasses import dataclass
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """
    What of an address decides where a request goes; all empty or 0 when it is not an address.

    Attributes:
        host: lower case, an IPv6 address without brackets.
        port: the scheme's own when the address names none.
        path: as it stands, without query and fragment.
    """

    scheme: str = ""
    host: str = ""
    port: int = 0
    path: str = ""

    @property
    def is_web(self) -> bool:
        """Whether it is an http or https address with a host."""
        return self.scheme in _PORTS and bool(self.host)


def place_of(untrusted_address: str) -> Place:
    """Return where *untrusted_address* leads; never raises."""
    try:
        parts = urlsplit(untrusted_address)
        port = parts.port or _PORTS.get(parts.scheme, 0)
        host = parts.hostname or ""
    except ValueError:
        return Place()
    return Place(scheme=parts.scheme, host=host, port=port, path=parts.path)


def without_fragment(address: str) -> str:
    """Return *address* up to its fragment, as it is requested."""
    return address.split("#", 1)[0]
