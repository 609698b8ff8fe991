"""One form per place, from the catalogue's patterns. Only for matching; notices use the raw."""

import re
from dataclasses import replace

from benban.model.catalogue import Service, UrlPattern
from benban.remedies.web_address import WebAddress, authority, write_pairs

_NAME = re.compile(r"\{(\w+)\}")

# Parameters that only tell where a click came from, on any site.
TRACKERS = frozenset({"fbclid", "gclid", "dclid", "msclkid", "igshid", "igsh", "mc_cid", "mc_eid"})
TRACKER_PREFIX = "utm_"

# For telephones, for old browsers, for those who try what comes next.
_FACES = frozenset({"www", "m", "mobile", "mbasic", "old", "new", "np", "sh", "ptb", "canary"})


def canonical_form(address: WebAddress, service: Service | None) -> str:
    """
    Return the form of *address* used for matching.

    Args:
        address: normalised parts.
        service: the catalogue's service of this host; None for an unknown host, where everything
            but known trackers is kept, for any of it may be the key to the content.
    """
    pattern = None if service is None else find_pattern(address, service)
    if service is None or pattern is None or not pattern.canonical:
        return _plain_form(address, service)
    filled = _fill(address, pattern, service)
    return _plain_form(address, service) if filled is None else _with_keys(filled, address, service)


def find_pattern(address: WebAddress, service: Service) -> UrlPattern | None:
    """Return the first pattern of *service* that *address* fits, or None."""
    names = {name for name, _ in address.query}
    for pattern in service.patterns:
        host_fits = not pattern.hosts or address.host in pattern.hosts
        if host_fits and names.issuperset(pattern.query) and re.match(pattern.path, address.path):
            return pattern
    return None


def _fill(
    address: WebAddress, pattern: UrlPattern, service: Service
) -> tuple[str, frozenset[str]] | None:
    found = re.match(pattern.path, address.path)
    groups = {} if found is None else found.groupdict()
    values = {name: value or "" for name, value in address.query}
    values |= {name: value for name, value in groups.items() if value is not None}
    values["host"] = _site(address.host, service)
    wanted = frozenset(_NAME.findall(pattern.canonical))
    if not wanted.issubset(values) or _is_said_twice(wanted - groups.keys(), address):
        return None
    folded = {name: text.lower() if name in pattern.fold else text for name, text in values.items()}
    return _NAME.sub(lambda place: folded[place.group(1)], pattern.canonical), wanted


def _is_said_twice(names: frozenset[str], address: WebAddress) -> bool:
    """Return whether a key stands twice: which one opens the content is not guessed."""
    said = [name for name, _ in address.query]
    return any(said.count(name) > 1 for name in names)


def _with_keys(filled: tuple[str, frozenset[str]], address: WebAddress, service: Service) -> str:
    text, used = filled
    keeps_all = "*" in service.keep_params
    kept = tuple(
        (name, value)
        for name, value in address.query
        if name not in used and (keeps_all or name in service.keep_params)
    )
    query = write_pairs(tuple(sorted(kept, key=lambda pair: (pair[0], pair[1] or ""))))
    if "?" in text and query:
        query = "&" + query[1:]
    fragment = f"#{address.fragment}" if service.keep_fragment and address.fragment else ""
    return f"{text}{query}{fragment}"


def _plain_form(address: WebAddress, service: Service | None) -> str:
    strip = frozenset() if service is None else frozenset(service.strip_params)
    keep = frozenset() if service is None else frozenset(service.keep_params)
    pairs = tuple(
        (name, value)
        for name, value in address.query
        if name in keep or "*" in keep or not _is_tracker(name, strip)
    )
    # The order of parameters may mean something on an unknown site; it is left as it is there.
    ordered = pairs if service is None else tuple(sorted(pairs, key=lambda pair: pair[0]))
    scheme = address.scheme if service is None else "https"
    fragment = f"#{address.fragment}" if address.fragment else ""
    place = address if service is None else replace(address, host=_site(address.host, service))
    return f"{scheme}://{authority(place)}{address.path}{write_pairs(ordered)}{fragment}"


def _site(host: str, service: Service) -> str:
    # Of a service that is known these are faces of one site, and only where the catalogue names
    # the bare name too; elsewhere "m." may be another site altogether.
    first, _, bare = host.partition(".")
    return bare if first in _FACES and bare in service.domains else host


def _is_tracker(name: str, strip: frozenset[str]) -> bool:
    return name in strip or name in TRACKERS or name.startswith(TRACKER_PREFIX)
