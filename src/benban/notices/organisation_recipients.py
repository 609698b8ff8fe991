"""Who could be given data, and which: from the catalogue's services, channels and forms."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from benban.model.catalogue import Catalogue, Service
from benban.wording import Language

# What a place of a form stands for; of the others nothing personal goes.
_DATA = {
    "addresses": "addresses",
    "name": "name",
    "contact": "contact",
    "seen": "seen",
    "photo": "photo",
    "ticket": "ticket",
    "sent_on": "ticket",
}
_OWN_FORM = "own-form"
_PLACE = re.compile(r"\{([a-z_]+)\}")
_HOME = "VN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """
    A service that a notice may be sent to.

    Attributes:
        country: empty where the catalogue does not say it.
        data: ids under ``organisation.data.<id>``.
        learns: who may learn the name; ids under ``organisation.learns.<id>``.
    """

    name: str
    country: str
    data: tuple[str, ...]
    learns: tuple[str, ...]


def recipients_of(catalogue: Catalogue) -> tuple[Recipient, ...]:
    """Return every service with a channel that may be used, by name."""
    found = [_recipient(one, catalogue) for one in catalogue.services if one.channels]
    return tuple(sorted(found, key=lambda one: one.name.casefold()))


def outside_count(recipients: Iterable[Recipient]) -> int:
    """Return how many are not known to be in Viet Nam."""
    return sum(one.country != _HOME for one in recipients)


def _recipient(service: Service, catalogue: Catalogue) -> Recipient:
    data: dict[str, None] = {}
    for channel in service.channels:
        form = catalogue.form(catalogue.form_of(channel.id))
        if form is None:
            data[_OWN_FORM] = None
            continue
        places = _PLACE.findall(form.text(Language.EN).body)
        data |= dict.fromkeys(_DATA[one] for one in places if one in _DATA)
    learns = dict.fromkeys(who for one in service.channels for who in one.exposes_identity_to)
    return Recipient(
        name=service.name, country=service.country, data=tuple(data), learns=tuple(learns)
    )
