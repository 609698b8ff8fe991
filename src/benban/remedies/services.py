"""One service from its file."""

from benban.model.catalogue import HeldBack, Service, UrlPattern
from benban.model.remedy import Channel, Confidence
from benban.remedies.catalogue_words import CONFIDENCE_D
from benban.remedies.file_formats import ChannelEntry, ServiceFile, UrlPatternEntry


def build_service(entry: ServiceFile) -> Service:
    """Return the service in *entry*, which was checked, with the channels that may be used."""
    return Service(
        id=entry.id,
        name=entry.name,
        domains=entry.domains,
        # DESIGN promise 8: a fact of confidence D never reaches a notice; it is not even offered.
        channels=tuple(
            sorted(
                (_channel(one, entry.id) for one in entry.channel if not _is_unsure(one)),
                key=lambda one: (one.order, one.id),
            )
        ),
        patterns=tuple(_pattern(one) for one in entry.url_pattern),
        official_domains=entry.official_domains,
        media_domains=entry.media_domains,
        keep_params=entry.keep_params,
        strip_params=entry.strip_params,
        keep_fragment=entry.keep_fragment,
        country=entry.country,
        has_vn_complaint=entry.has_vn_complaint,
        mixed_victims=entry.mixed_victims,
        never_capture=entry.never_capture,
        covers_synthetic=entry.covers_synthetic,
        stopncii=entry.stopncii,
        do_not_use=entry.do_not_use,
    )


def held_back_channels(entry: ServiceFile) -> tuple[HeldBack, ...]:
    """Return the channels of *entry* that may not be used."""
    return tuple(
        HeldBack(
            id=one.id,
            reason=CONFIDENCE_D,
            name=entry.name,
            confidence=Confidence(one.confidence),
            source=one.source,
            checked_on=one.checked_on,
        )
        for one in entry.channel
        if _is_unsure(one)
    )


def _is_unsure(entry: ChannelEntry) -> bool:
    return entry.confidence == Confidence.D.value


def _channel(entry: ChannelEntry, service: str) -> Channel:
    return Channel(
        id=entry.id,
        service=service,
        order=entry.order,
        kind=entry.kind,
        address=entry.address,
        path=entry.path,
        confidence=Confidence(entry.confidence),
        source=entry.source,
        checked_on=entry.checked_on,
        needs_account=entry.needs_account,
        scope=entry.scope,
        only_if=entry.only_if,
        exposes_identity_to=entry.exposes_identity_to,
        deadline_h=entry.deadline_h,
        deadline_starts_with=entry.deadline_starts_with,
        note=entry.note,
        may_file=entry.may_file,
        asks_id="yes" if entry.says_id and entry.asks_id == "unknown" else entry.asks_id,
        asks_for=entry.asks_for,
        batch=entry.batch,
        path_vi=entry.path_vi,
    )


def _pattern(entry: UrlPatternEntry) -> UrlPattern:
    return UrlPattern(
        kind=entry.kind,
        path=entry.path,
        canonical=entry.canonical,
        example=entry.example,
        example_canonical=entry.example_canonical,
        confidence=Confidence(entry.confidence),
        query=entry.query,
        hosts=entry.hosts,
        fold=entry.fold,
        mixed_victims=entry.mixed_victims,
        never_capture=entry.never_capture,
    )
