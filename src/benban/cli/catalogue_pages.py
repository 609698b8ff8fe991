"""A service, a channel or a rule of the catalogue in words; nothing of it is left out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from benban.cli.out import Json, one_line
from benban.cli.words import Words
from benban.model.catalogue import Catalogue, HeldBack, Service, instrument_name
from benban.model.remedy import Channel, Provision
from benban.wording import Language

_Value = str | int | bool | Sequence[str]

# Keys whose values are ids, with the family of messages that says them.
_FAMILIES = {
    "needs_account": "cli.catalogue.v",
    "asks_id": "cli.catalogue.v",
    "stopncii": "cli.catalogue.v",
    "covers_synthetic": "cli.catalogue.v",
    "kind": "cli.catalogue.v.kind",
    "only_if": "cli.catalogue.v.only_if",
    "may_file": "cli.catalogue.v.may_file",
    "deadline_starts_with": "cli.catalogue.v.starts",
    "clock_started_by": "cli.catalogue.v.starts",
    "exposes_identity_to": "notice.reveals",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """
    What is printed of one name.

    Attributes:
        lines: for people.
        document: the same for programs; its keys are those of the files.
    """

    lines: tuple[str, ...]
    document: dict[str, Json]


def overview(words: Words, catalogue: Catalogue) -> Iterator[str]:
    """Give a line for every service and every rule, and one for each fact that may not be used."""
    yield words(
        "cli.catalogue.title",
        version=catalogue.version,
        edition=catalogue.edition,
        services=len(catalogue.services),
        channels=sum(len(one.channels) for one in catalogue.services),
        rules=len(catalogue.provisions),
    )
    yield ""
    for service in catalogue.services:
        yield f"{service.id:<20} {len(service.channels):>2}  {service.name}"
    yield ""
    for rule in catalogue.provisions:
        name = instrument_name(rule, words.language)
        yield f"{rule.id:<20} {rule.confidence.value}  {_title(rule, words)} ({name})"
    yield ""
    yield words("cli.catalogue.held-back", count=len(catalogue.held_back))
    for held in catalogue.held_back:
        yield f"{held.id:<20} {held.confidence.value}  {_reason(words, held)}"


def overview_json(catalogue: Catalogue) -> dict[str, Json]:
    """Return the same for programs."""
    return {
        "version": catalogue.version,
        "edition": catalogue.edition,
        "services": [one.id for one in catalogue.services],
        "channels": [one.id for service in catalogue.services for one in service.channels],
        "provisions": [one.id for one in catalogue.provisions],
        "held_back": {one.id: one.reason for one in catalogue.held_back},
        "faults": [f"{one.file}:{one.line}" for one in catalogue.faults],
    }


def page_of(words: Words, catalogue: Catalogue, name: str) -> Page | None:
    """Return what the catalogue says of *name*, or None when it has nothing of that name."""
    service = catalogue.service(name)
    if service is not None:
        channels = [_channel(one, catalogue) for one in service.channels]
        lines = [*_lines(words, _service(service))]
        for one in channels:
            lines += ["", *_lines(words, one)]
        held = [one for one in catalogue.held_back if one.id.startswith(f"{name}-")]
        lines += [f"{one.id}: {_reason(words, one)}" for one in held]
        document = {**_json(_service(service)), "channels": [_json(one) for one in channels]}
        return Page(lines=tuple(lines), document=document)
    channel, rule = catalogue.channel(name), catalogue.provision(name)
    held_back = next((one for one in catalogue.held_back if one.id == name), None)
    fields: tuple[tuple[str, _Value], ...]
    if channel is not None:
        fields = _channel(channel, catalogue)
    elif rule is not None:
        fields = _rule(rule)
    elif held_back is not None:
        fields = _held(words, held_back)
    else:
        return None
    return Page(lines=tuple(_lines(words, fields)), document=_json(fields))


def _service(one: Service) -> tuple[tuple[str, _Value], ...]:
    return (
        ("id", one.id),
        ("name", one.name),
        ("country", one.country),
        ("domains", one.domains),
        ("media_domains", one.media_domains),
        ("official_domains", one.official_domains),
        ("keep_params", one.keep_params),
        ("keep_fragment", one.keep_fragment),
        ("strip_params", one.strip_params),
        ("covers_synthetic", one.covers_synthetic),
        ("stopncii", one.stopncii),
        ("mixed_victims", one.mixed_victims),
        ("never_capture", one.never_capture),
        ("do_not_use", one.do_not_use),
        ("url_pattern", tuple(f"{each.kind}: {each.example}" for each in one.patterns)),
    )


def _channel(one: Channel, catalogue: Catalogue) -> tuple[tuple[str, _Value], ...]:
    return (
        ("id", one.id),
        ("kind", one.kind),
        ("address", one.address),
        ("path", one.path),
        ("path_vi", one.path_vi),
        ("scope", one.scope),
        ("only_if", one.only_if),
        ("may_file", one.may_file),
        ("needs_account", one.needs_account),
        ("asks_id", one.asks_id),
        ("asks_for", one.asks_for),
        ("batch", one.batch),
        ("exposes_identity_to", one.exposes_identity_to),
        ("deadline_h", "" if one.deadline_h is None else one.deadline_h),
        ("deadline_starts_with", one.deadline_starts_with),
        ("form", catalogue.form_of(one.id)),
        ("note", one.note),
        ("confidence", one.confidence.value),
        ("source", one.source),
        ("checked_on", f"{one.checked_on:%Y-%m-%d}"),
    )


def _rule(one: Provision) -> tuple[tuple[str, _Value], ...]:
    return (
        ("id", one.id),
        ("country", one.country),
        ("kind", one.kind),
        ("title_vi", one.title_vi),
        ("title_en", one.title_en),
        ("instrument", one.instrument),
        ("article", one.article),
        ("valid_from", "" if one.valid_from is None else f"{one.valid_from:%Y-%m-%d}"),
        ("valid_until", "" if one.valid_until is None else f"{one.valid_until:%Y-%m-%d}"),
        ("applies_to", one.applies_to),
        ("addressee", one.addressee),
        ("gives", one.gives),
        ("elements", one.elements),
        ("clock_h", "" if one.clock_h is None else one.clock_h),
        ("clock_started_by", one.clock_started_by),
        ("escalation", one.escalation),
        ("note", one.note),
        ("confidence", one.confidence.value),
        ("source", one.source),
        ("source_official", one.source_official),
        ("source_date", one.source_date),
        ("checked_on", f"{one.checked_on:%Y-%m-%d}"),
        ("reviewed_by", one.reviewed_by),
    )


def _held(words: Words, one: HeldBack) -> tuple[tuple[str, _Value], ...]:
    return (
        ("id", one.id),
        ("name", one.name),
        ("withheld", _reason(words, one)),
        ("confidence", one.confidence.value),
        ("source", one.source),
        ("checked_on", f"{one.checked_on:%Y-%m-%d}"),
    )


def _lines(words: Words, fields: Iterable[tuple[str, _Value]]) -> Iterator[str]:
    for key, value in fields:
        shown = _shown(words, _said(words, key, value))
        if key == "confidence":
            shown = words(f"cli.catalogue.confidence.{shown}")
        if key == "reviewed_by" and not shown:
            shown = words("plan.law-unreviewed")
        if shown:
            # A value may come from a file that somebody else made.
            yield f"{words(f'cli.catalogue.f.{key}')}: {one_line(shown)}"


def _said(words: Words, key: str, value: _Value) -> _Value:
    """Return ids of the files in words; what is no such id stays as it is."""
    family = _FAMILIES.get(key)
    if family is None or isinstance(value, int):
        return value
    if isinstance(value, str):
        return words.known(family, value) if value else ""
    return tuple(words.known(family, one) for one in value)


def _shown(words: Words, value: _Value) -> str:
    if isinstance(value, bool):
        return words("cli.yes") if value else ""
    if isinstance(value, int):
        return str(value) if value else ""
    return value if isinstance(value, str) else "; ".join(one.rstrip(".") for one in value)


def _json(fields: Iterable[tuple[str, _Value]]) -> dict[str, Json]:
    return {key: value if isinstance(value, str | int) else list(value) for key, value in fields}


def _title(rule: Provision, words: Words) -> str:
    return rule.title_vi if words.language is Language.VI else rule.title_en


def _reason(words: Words, held: HeldBack) -> str:
    return words(f"catalogue.withheld.{held.reason}")
