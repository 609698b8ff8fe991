"""Who of the people that run an exchange comes in by its pages, and what they may do there."""

import hashlib
import hmac
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import SplitResult, urlsplit

from benban.errors.exchange_pages import PagesSetUpError
from benban.model.shared_hash import HashId, MemberId

# What people do by the pages, propose and agree to, and no member: a chain of its own, that of the
# people who run it. No member's id has this form.
OPERATORS = MemberId("operator")
_SHORT_NAME = b"benban/v1/short-name\x00"
_HALF = 5
_LONGEST = 255


class Role(Enum):
    """What somebody may do by the pages."""

    OPERATOR = "operator"
    # Reads everything, changes nothing.
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """
    Who an account of the identity provider is here.

    Attributes:
        person: name of one of the people who run the exchange; of an auditor any name.
    """

    person: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSettings:
    """
    Where the pages stand, and who says who somebody is.

    Attributes:
        origin: scheme, host and port as browsers see them, of the proxy.
        issuer: of the identity provider, exactly as it names itself.
        client_id: under which the provider knows this exchange.
        client_secret: of that client; empty for one without.
    """

    origin: str
    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)

    @property
    def is_secure(self) -> bool:
        """Whether something before us speaks TLS."""
        return self.origin.startswith("https://")

    @property
    def authority(self) -> str:
        """Host and port as they must stand in ``Host``."""
        return urlsplit(self.origin).netloc

    @property
    def back_to(self) -> str:
        """The address to which the provider sends people back; it is registered there."""
        return f"{self.origin}/office/entered"


def read_settings(said: Mapping[str, str]) -> PageSettings:
    """
    Return the settings.

    Args:
        said: as they are kept: origin, issuer, client_id, client_secret, and ``insecure``, which
            is ``loopback`` where both addresses may be of this computer, without TLS.

    Raises:
        PagesSetUpError: BB-993; ``what`` names what is wrong.
    """
    is_here_allowed = said.get("insecure") == "loopback"
    for name in ("origin", "issuer"):
        parts = _split(said.get(name, ""), name)
        is_whole = parts.path == "" if name == "origin" else not parts.path.endswith("//")
        if not is_whole or not is_confidential(said[name], is_here_allowed=is_here_allowed):
            raise PagesSetUpError(what=name)
    if not _is_plain(said.get("client_id", "")):
        raise PagesSetUpError(what="client-id")
    return PageSettings(
        origin=said["origin"],
        issuer=said["issuer"],
        client_id=said["client_id"],
        client_secret=said.get("client_secret", ""),
    )


def is_confidential(address: str, *, is_here_allowed: bool) -> bool:
    """Return whether nobody on the way reads what is sent there: https, or this computer's own."""
    parts = _split(address, "address")
    if parts.scheme == "https":
        return True
    return is_here_allowed and parts.scheme == "http" and _is_loopback(parts.hostname or "")


def account(issuer: str, subject: str) -> str:
    """
    Return under which name an account's entry is kept; an issuer has no space in it.

    Raises:
        PagesSetUpError: BB-993, not the subject of an account.
    """
    if not _is_plain(subject):
        raise PagesSetUpError(what="subject")
    return f"{issuer} {subject}"


def entry_text(entry: Entry) -> str:
    """Return how an entry is kept."""
    return f"{entry.role.value} {entry.person}"


def read_entry(said: str) -> Entry:
    """
    Return what is kept of an account.

    Raises:
        PagesSetUpError: BB-993.
    """
    role, _, person = said.partition(" ")
    if role not in {one.value for one in Role} or not person:
        raise PagesSetUpError(what="entries.json")
    return Entry(person=person, role=Role(role))


def short_name(number: HashId, signing_key: bytes) -> str:
    """
    Return what people call a shared hash on the pages; the hash cannot be found from it.

    Args:
        number: of the shared hash; the name stays when the hash itself is gone.
        signing_key: of the exchange: another exchange has other names.
    """
    said = hmac.new(signing_key, _SHORT_NAME + number.to_bytes(8), hashlib.sha256).hexdigest()
    return f"{said[:_HALF]}-{said[_HALF : 2 * _HALF]}"


def _split(address: str, name: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        is_odd = parts.port == 0 or not parts.hostname
    except ValueError as error:
        raise PagesSetUpError(what=name) from error
    is_odd = is_odd or parts.username is not None or bool(parts.query) or bool(parts.fragment)
    if is_odd or not _is_plain(address) or " " in address:
        raise PagesSetUpError(what=name)
    return parts


def _is_plain(said: str) -> bool:
    return 0 < len(said) <= _LONGEST and said.isascii() and said.isprintable()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
