"""What opens or closes a route: ties to a country, the photo's owner, who hosts the site."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from benban.model.ids import SightingId
from benban.model.sighting import Answer


class LinkTo(Enum):
    """A place whose law helps only people who have a tie to it."""

    VIET_NAM = "VN"
    UNITED_STATES = "US"
    EUROPEAN_UNION = "EU"
    UNITED_KINGDOM = "UK"
    AUSTRALIA = "AU"
    INDIA = "IN"
    SINGAPORE = "SG"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkAnswer:
    """What the person said about one tie; never inferred, and only ``YES`` opens a route."""

    to: LinkTo
    answer: Answer
    answered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePhoto:
    """
    What the person said about the photo that a picture was made from (the gate to copyright).

    Attributes:
        owns_it: they took it, or its author gave them the right to it.
        has_read_warning: what a copyright notice costs was shown and read.
        photo: which photo, in their own words.
    """

    sighting_id: SightingId
    owns_it: Answer
    has_read_warning: Answer
    photo: str
    answered_at: datetime

    @property
    def opens_copyright(self) -> bool:
        """Whether a copyright notice may be shown at all."""
        said = (self.owns_it, self.has_read_warning) == (Answer.YES, Answer.YES)
        return said and bool(self.photo.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryContact:
    """
    Whom a registry names for reports of abuse.

    Attributes:
        name: as registered.
        mails: mail addresses in the order of the registry.
        registry: host of the registry that said so.
    """

    name: str
    mails: tuple[str, ...]
    registry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HostFacts:
    """
    What the registries say about the machine and the name behind one host; never a guess.

    Attributes:
        host: as it was looked up.
        addresses: IP addresses the name service gave.
        network: name of the network as registered; empty when not known.
        network_abuse: whom the network names; None when nobody.
        upstream_abuse: whom the network above it names.
        system_abuse: whom the AS names that the network's record speaks of.
        as_numbers: numbers of those AS.
        registrar_abuse: whom the registrar of the name names.
        is_behind_cloudflare: the network is Cloudflare's, which hides who stores the content.
        missing: ids of what was not found, with the reason in words of ``host.missing.<id>``.
        asked: hosts of the registries that learned the name or the address.
    """

    host: str
    looked_up_at: datetime
    addresses: tuple[str, ...] = field(default=())
    network: str = ""
    network_abuse: RegistryContact | None = None
    upstream_abuse: RegistryContact | None = None
    system_abuse: RegistryContact | None = None
    as_numbers: tuple[int, ...] = field(default=())
    registrar_abuse: RegistryContact | None = None
    is_behind_cloudflare: bool = False
    missing: tuple[str, ...] = field(default=())
    asked: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """
    What is known beside the sighting itself, and changes which routes are open.

    Attributes:
        links: answers about ties to places; one per place, the newest.
        photo: about the photo of this sighting; None when not asked.
        host: what the registries say about this sighting's host; None when not looked up.
    """

    links: tuple[LinkAnswer, ...] = field(default=())
    photo: SourcePhoto | None = None
    host: HostFacts | None = None

    def link(self, to: LinkTo) -> Answer:
        """Return what was said about *to*; not answered when nothing was."""
        said = (one.answer for one in self.links if one.to.value == to.value)
        return next(said, Answer.NOT_ANSWERED)


NOTHING_ANSWERED = Circumstances()
