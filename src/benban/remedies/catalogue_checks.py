"""What must hold for the catalogue as a whole."""

from collections import Counter
from enum import Enum
from typing import TypeVar
from urllib.parse import urlsplit

from benban.errors import CatalogueError, NotAnAddressError
from benban.model.catalogue import Catalogue, Service
from benban.remedies.canonical import canonical_form, find_pattern
from benban.remedies.file_formats import ChannelEntry, ServiceFile
from benban.remedies.web_address import read_web_address

_Choice = TypeVar("_Choice", bound=Enum)

CHANNEL_KINDS = frozenset(
    {
        "in_app",
        "in_product",
        "web_form",
        "web_page",
        "email",
        "bot",
        "phone",
        "in_person",
        "post",
        "app",
        "api",
        "hash",
    }
)
ONLY_IF = frozenset(
    {
        "",
        "adult",  # asks for a picture, or is for adults by its own words
        "minor",
        "impersonation",
        "personal-data",
        "talk",
        "the-service-itself",
        "page-gone",
        "decision",  # a complaint against an answer already given
        "copyright",
        "authority",
        "operator",
    }
)
STARTERS = frozenset(
    {"valid-request", "person-complaint", "report-received", "authority-demand", ""}
)
EXPOSES = frozenset(
    {
        "nobody",
        "platform",
        "uploader",
        "uploader-notified",
        "host",
        "public",
        "public-list",
        "asks-id",
        "hotline",
        "police",
    }
)


def choice(kind: type[_Choice], value: str, file: str, key: str) -> _Choice:
    """
    Return the member of *kind* written as *value*.

    Raises:
        CatalogueError: BB-601, there is none.
    """
    try:
        return kind(value)
    except ValueError as error:
        problem = f"{value} is none of {', '.join(str(one.value) for one in kind)}"
        raise CatalogueError(problem, file=file, key=key, problem=problem) from error


def check_channel(entry: ChannelEntry, service: ServiceFile, file: str) -> None:
    """
    Return when every value of *entry* is one that the plan understands.

    Raises:
        CatalogueError: BB-601.
    """
    faults = [
        ("kind", entry.kind not in CHANNEL_KINDS),
        ("only_if", entry.only_if not in ONLY_IF),
        ("needs_account", entry.needs_account not in {"yes", "no", "unknown"}),
        ("exposes_identity_to", not EXPOSES.issuperset(entry.exposes_identity_to)),
        ("exposes_identity_to", not entry.exposes_identity_to),
        ("deadline_starts_with", entry.deadline_starts_with not in STARTERS),
        ("deadline_h", (entry.deadline_h is None) != (not entry.deadline_starts_with)),
        ("source", not entry.source),
        ("address", not entry.address and not entry.path),
        ("address", not _is_official(entry, service)),
        ("address", entry.address in service.do_not_use),
    ]
    for key, is_wrong in faults:
        if is_wrong:
            _fail(file, f"{entry.id} {key}", "not allowed here")


def check_catalogue(catalogue: Catalogue) -> None:
    """
    Return when services, rules and forms fit one another.

    Raises:
        CatalogueError: BB-601.
    """
    _check_unique(catalogue)
    for service in catalogue.services:
        _check_patterns(service)
    known = {form.id for form in catalogue.forms}
    for channel_id, form in catalogue.channel_forms:
        if form not in known:
            _fail("forms.toml", form, f"wanted by channel {channel_id} and not there")
    _check_repealed(catalogue)


def _is_official(entry: ChannelEntry, service: ServiceFile) -> bool:
    # A look-alike address collects the name and the links of frightened people.
    if not entry.address.startswith("http"):
        return True
    host = urlsplit(entry.address).hostname or ""
    return host in service.official_domains and entry.address.startswith("https://")


def _check_unique(catalogue: Catalogue) -> None:
    channels = [channel.id for service in catalogue.services for channel in service.channels]
    hosts = [h for service in catalogue.services for h in service.domains + service.media_domains]
    groups = (
        ("channels", [service.id for service in catalogue.services]),
        ("channels", channels),
        ("channels", hosts),
        ("laws", [provision.id for provision in catalogue.provisions]),
        ("forms.toml", [form.id for form in catalogue.forms]),
    )
    for file, names in groups:
        for name, count in Counter(names).items():
            if count > 1:
                _fail(file, name, "stands twice")


def _check_patterns(service: Service) -> None:
    file = f"{service.id}.toml"
    for pattern in service.patterns:
        key = f"url_pattern {pattern.kind}"
        try:
            example = read_web_address(pattern.example)
            again = read_web_address(pattern.example_canonical)
        except NotAnAddressError as error:
            raise CatalogueError(file=file, key=key, problem="example is no address") from error
        if find_pattern(example, service) is not pattern:
            _fail(file, key, "its example fits another pattern first, or none")
        if canonical_form(example, service) != pattern.example_canonical:
            _fail(file, key, "its example has another canonical form")
        if canonical_form(again, service) != pattern.example_canonical:
            _fail(file, key, "its canonical form changes when read again")


def _check_repealed(catalogue: Catalogue) -> None:
    spellings = [one for rule in catalogue.repealed for one in rule.spellings]
    for form in catalogue.forms:
        for text in form.texts:
            for spelling in spellings:
                if spelling in text.body or spelling in text.subject:
                    _fail(f"{text.language.value}/{form.id}.txt", spelling, "repealed law")


def _fail(file: str, key: str, problem: str) -> None:
    raise CatalogueError(f"{file}: {key}: {problem}", file=file, key=key, problem=problem)
