"""What must hold for one file of the catalogue, and for all of them together."""

import re
from collections.abc import Iterator
from typing import TypeAlias
from urllib.parse import urlsplit

from benban.errors import NotAnAddressError
from benban.model.catalogue import Service
from benban.model.remedy import Confidence
from benban.remedies.canonical import canonical_form, find_pattern
from benban.remedies.catalogue_words import (
    ASKS_ID,
    CHANNEL_KINDS,
    EXPOSES,
    MAY_FILE,
    NEEDS_ACCOUNT,
    ONLY_IF,
    STARTERS,
    SYNTHETIC,
    WITHHELD,
    YES_NO_UNKNOWN,
)
from benban.remedies.file_formats import (
    ChannelEntry,
    ProvisionEntry,
    ServiceFile,
    UrlPatternEntry,
)
from benban.remedies.toml_places import Place
from benban.remedies.web_address import read_web_address

# Where, which rule, and the value or the allowed values.
Found: TypeAlias = tuple[Place, str, str]

_CONFIDENCE = frozenset(one.value for one in Confidence)
_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
# Whether the person is told that an identity document is asked for, and what then may stand there.
_ID_SAID = {True: {"yes", "unknown", "sometimes"}, False: {"no", "unknown", "sometimes"}}
# Who may file follows from what the channel is for.
_FILED_BY = {"copyright": "owner", "authority": "authority", "operator": "operator"}


def check_service(entry: ServiceFile, file: str) -> Iterator[Found]:
    """Give what is wrong with one service, as read; its patterns are compiled here."""
    if file != f"channels/{entry.id}.toml":
        yield ("id",), "other-name", entry.id
    yield from _choices(
        (("covers_synthetic",), (entry.covers_synthetic,), SYNTHETIC),
        (("stopncii",), (entry.stopncii,), YES_NO_UNKNOWN),
    )
    for index, pattern in enumerate(entry.url_pattern):
        yield from _check_expression(pattern, ("url_pattern", index))
    for index, channel in enumerate(entry.channel):
        yield from _check_channel(channel, entry, ("channel", index))


def check_patterns(service: Service) -> Iterator[Found]:
    """Give the patterns of *service* that do not do to their own examples what they say."""
    for index, pattern in enumerate(service.patterns):
        place = ("url_pattern", index)
        try:
            example = read_web_address(pattern.example)
            again = read_web_address(pattern.example_canonical)
        except NotAnAddressError:
            yield (*place, "example"), "pattern-example", pattern.example
            continue
        if find_pattern(example, service) is not pattern:
            yield (*place, "example"), "pattern-other", pattern.kind
            continue
        made = canonical_form(example, service)
        if made != pattern.example_canonical:
            yield (*place, "example_canonical"), "pattern-canonical", made
        elif canonical_form(again, service) != made:
            yield (*place, "canonical"), "pattern-unstable", made


def check_provision(entry: ProvisionEntry, index: int) -> Iterator[Found]:
    """Give what is wrong with one rule of law."""
    place = ("provision", index)
    yield from _choices(
        ((*place, "confidence"), (entry.confidence,), _CONFIDENCE),
        ((*place, "clock_started_by"), (entry.clock_started_by,), STARTERS),
        ((*place, "withheld"), (entry.withheld,), WITHHELD),
    )
    for key, value in (("source", entry.source), ("title_vi", entry.title_vi)):
        if not value.strip():
            yield (*place, key), "empty", ""
    if (entry.clock_h is None) != (not entry.clock_started_by):
        yield (*place, "clock_h"), "half-a-clock", ""
    first, last = entry.valid_from, entry.valid_until
    if first is not None and last is not None and last < first:
        yield (*place, "valid_until"), "ends-before-it-begins", f"{last:%Y-%m-%d}"


def _check_channel(entry: ChannelEntry, service: ServiceFile, place: Place) -> Iterator[Found]:
    yield from _choices(
        ((*place, "kind"), (entry.kind,), CHANNEL_KINDS),
        ((*place, "only_if"), (entry.only_if,), ONLY_IF),
        ((*place, "confidence"), (entry.confidence,), _CONFIDENCE),
        ((*place, "needs_account"), (entry.needs_account,), NEEDS_ACCOUNT),
        ((*place, "asks_id"), (entry.asks_id,), ASKS_ID),
        ((*place, "may_file"), entry.may_file, MAY_FILE),
        ((*place, "exposes_identity_to"), entry.exposes_identity_to, EXPOSES),
        ((*place, "deadline_starts_with"), (entry.deadline_starts_with,), STARTERS),
    )
    expected = _FILED_BY.get(entry.only_if)
    must_hold = (
        ("exposes_identity_to", "empty", bool(entry.exposes_identity_to)),
        ("source", "empty", bool(entry.source.strip())),
        ("address", "empty", bool(entry.address or entry.path)),
        ("batch", "negative", entry.batch >= 0),
        ("deadline_h", "half-a-clock", (entry.deadline_h is None) is not entry.has_starter),
        ("asks_id", "id-not-said", entry.asks_id in _ID_SAID[entry.says_id]),
        ("may_file", "filed-by", not entry.may_file or expected in {None, *entry.may_file}),
    )
    for key, rule, holds in must_hold:
        if not holds:
            yield (*place, key), rule, ""
    yield from _check_address(entry, service, (*place, "address"))


def _check_address(entry: ChannelEntry, service: ServiceFile, place: Place) -> Iterator[Found]:
    # A look-alike address collects the name and the links of frightened people.
    address = entry.address
    if address in service.do_not_use:
        yield place, "do-not-use", address
    if entry.kind == "email" and address and not _MAIL.fullmatch(address):
        yield place, "not-a-mail-address", address
    if "://" in address:
        host = urlsplit(address).hostname or ""
        if host not in service.official_domains or not address.startswith("https://"):
            yield place, "not-official", address


def _check_expression(pattern: UrlPatternEntry, place: Place) -> Iterator[Found]:
    yield from _choices(((*place, "confidence"), (pattern.confidence,), _CONFIDENCE))
    try:
        re.compile(pattern.path)
    except re.error as error:
        yield (*place, "path"), "pattern-broken", str(error)


def _choices(*asked: tuple[Place, tuple[str, ...], frozenset[str]]) -> Iterator[Found]:
    for place, values, allowed in asked:
        if not allowed.issuperset(values):
            yield place, "choice", ", ".join(sorted(one for one in allowed if one))
