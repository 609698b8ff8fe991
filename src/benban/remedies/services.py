"""One service from its file."""

import re

from benban.errors import CatalogueError
from benban.model.catalogue import Service, UrlPattern
from benban.model.remedy import Channel, Confidence
from benban.remedies.catalogue_checks import check_channel, choice
from benban.remedies.file_formats import ChannelEntry, ServiceFile, UrlPatternEntry


def build_service(entry: ServiceFile, file: str) -> Service:
    """
    Return the service in *entry* with the channels that may be used.

    Args:
        entry: as read.
        file: its name, for the error.

    Raises:
        CatalogueError: BB-601.
    """
    for channel in entry.channel:
        check_channel(channel, entry, file)
    channels = (_channel(one, entry.id, file) for one in entry.channel)
    return Service(
        id=entry.id,
        name=entry.name,
        domains=entry.domains,
        # DESIGN promise 8: a fact of confidence D never reaches a notice; it is not even offered.
        channels=tuple(
            sorted(
                (one for one in channels if one.confidence is not Confidence.D),
                key=lambda one: (one.order, one.id),
            )
        ),
        patterns=tuple(_pattern(one, file) for one in entry.url_pattern),
        official_domains=entry.official_domains,
        media_domains=entry.media_domains,
        keep_params=entry.keep_params,
        strip_params=entry.strip_params,
        keep_fragment=entry.keep_fragment,
        country=entry.country,
        has_vn_complaint=entry.has_vn_complaint,
        mixed_victims=entry.mixed_victims,
        covers_synthetic=entry.covers_synthetic,
        stopncii=entry.stopncii,
        do_not_use=entry.do_not_use,
    )


def _channel(entry: ChannelEntry, service: str, file: str) -> Channel:
    return Channel(
        id=entry.id,
        service=service,
        order=entry.order,
        kind=entry.kind,
        address=entry.address,
        path=entry.path,
        confidence=choice(Confidence, entry.confidence, file, entry.id),
        source=entry.source,
        checked_on=entry.checked_on,
        needs_account=entry.needs_account,
        scope=entry.scope,
        only_if=entry.only_if,
        exposes_identity_to=entry.exposes_identity_to,
        deadline_h=entry.deadline_h,
        deadline_starts_with=entry.deadline_starts_with,
        note=entry.note,
    )


def _pattern(entry: UrlPatternEntry, file: str) -> UrlPattern:
    try:
        re.compile(entry.path)
    except re.error as error:
        problem = "not a regular expression"
        raise CatalogueError(
            str(error), file=file, key=f"url_pattern {entry.kind}", problem=problem
        ) from error
    return UrlPattern(
        kind=entry.kind,
        path=entry.path,
        canonical=entry.canonical,
        example=entry.example,
        example_canonical=entry.example_canonical,
        confidence=choice(Confidence, entry.confidence, file, f"url_pattern {entry.kind}"),
        query=entry.query,
        hosts=entry.hosts,
        fold=entry.fold,
        mixed_victims=entry.mixed_victims,
    )
