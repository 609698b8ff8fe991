"""Which channels of the catalogue may be offered for one sighting."""

from typing import Protocol

from benban.model.catalogue import Catalogue, Service
from benban.model.remedy import Channel, Confidence

# Services whose results point at pages of others, in the order in which they are asked.
SEARCH_ENGINES = ("google_search", "bing_microsoft", "yandex")

# A notice to whoever posted it can put a child in danger.
_TELLS_THE_POSTER = frozenset({"uploader", "uploader-notified"})


class Chooser(Protocol):
    """What the choice depends on."""

    @property
    def catalogue(self) -> Catalogue:
        """Checked facts."""
        ...

    @property
    def service(self) -> Service | None:
        """Of the sighting's address."""
        ...

    @property
    def minor(self) -> bool:
        """Whether an age answer is not yes."""
        ...


def service_channels(
    scene: Chooser, conditions: frozenset[str]
) -> tuple[tuple[Channel, ...], tuple[Channel, ...]]:
    """
    Return the channels of the sighting's service: for everybody, and limited to US law.

    Args:
        scene: what the choice depends on.
        conditions: values of ``only_if`` that are met.
    """
    service = scene.service
    if service is None:
        return (), ()
    usable = tuple(one for one in service.channels if is_offered(one, conditions, scene.minor))
    everybody = tuple(one for one in usable if not one.scope)
    limited = tuple(one for one in usable if one.scope == "US" and not scene.minor)
    return everybody, limited


def search_channels(scene: Chooser) -> tuple[Channel, ...]:
    """Return one channel per search engine, the first that takes a text."""
    chosen: list[Channel] = []
    for engine_id in SEARCH_ENGINES:
        engine = scene.catalogue.service(engine_id)
        if engine is None or engine is scene.service:
            continue
        offered = [
            one
            for one in engine.channels
            if is_offered(one, frozenset({"", "adult"}), scene.minor)
            and scene.catalogue.form_of(one.id)
        ]
        chosen += offered[:1]
    return tuple(chosen)


def is_offered(channel: Channel, conditions: frozenset[str], minor: bool) -> bool:
    """Whether *channel* may be shown to the person at all."""
    tells_everybody = "public" in channel.exposes_identity_to
    # What is mailed to a wrong address cannot be called back; a page can be compared first.
    is_unsure_mail = channel.kind == "email" and channel.confidence is Confidence.C
    tells_poster = minor and not _TELLS_THE_POSTER.isdisjoint(channel.exposes_identity_to)
    return channel.only_if in conditions and not (
        tells_everybody or is_unsure_mail or tells_poster or channel.kind == "api"
    )
