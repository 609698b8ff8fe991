"""A reading edition that names nobody else: for who is neither a lawyer nor an authority."""

from dataclasses import replace
from urllib.parse import urlsplit

from benban.dossier.view import DossierView, ExhibitEntry
from benban.model.exhibit import Capture, Missing
from benban.model.sighting import Address, Sighting

# What stands in the place of an account, a group or a title that names somebody.
WITHHELD = "[…]"
# Blogs and shops carry the account before the service's name: an-account.tumblr.com.
_PLAIN_LABELS = frozenset({"www", "m", "mobile", "web", "mbasic", "touch", "old", "vm", "vt"})
# Under a country's two letters names are often registered one level below these.
_SECOND_LEVELS = frozenset({"ac", "co", "com", "edu", "gov", "info", "name", "net", "or", "org"})
_COUNTRY = 2


def without_others(view: DossierView) -> DossierView:
    """
    Return *view* without accounts, groups, titles and page texts of others (promise 10).

    Of an address only the service's own name stays; what the person wrote in their own words stays,
    digests, times and the log stay. The commitments of what was taken out stay closed, so it still
    verifies.
    """
    return replace(
        view,
        sightings=tuple(_sighting(one) for one in view.sightings),
        captures=tuple(_capture(one) for one in view.captures),
        exhibits=tuple(_entry(one) for one in view.exhibits),
        witnesses=tuple(replace(one, addresses=(), name=WITHHELD) for one in view.witnesses),
        imports=tuple(
            replace(one, received_name=WITHHELD if one.received_name else "")
            for one in view.imports
        ),
        mentions=(),
        missing=(*view.missing, Missing(what="names-of-others", reason="audience")),
    )


def shown_host(host: str) -> str:
    """Return *host* without what stands before the service's own name: it may be an account."""
    labels = host.split(".")
    if ":" in host or labels[-1].isdecimal():
        return host
    is_third_level = len(labels[-1]) == _COUNTRY and labels[-2:-1] and labels[-2] in _SECOND_LEVELS
    own = 3 if is_third_level else 2
    before = (one if one in _PLAIN_LABELS else WITHHELD for one in labels[:-own])
    return ".".join((*before, *labels[-own:]))


def _sighting(sighting: Sighting) -> Sighting:
    return replace(
        sighting,
        address=_address(sighting.address) if sighting.address else None,
        other_raw_addresses=(),
        seen_on=WITHHELD if sighting.seen_on else "",
        seen_by=WITHHELD if sighting.seen_by else "",
    )


def _address(address: Address) -> Address:
    host = shown_host(address.host)
    shown = f"https://{host}/{WITHHELD}"
    return replace(address, raw=shown, canonical=shown, host=host)


def _capture(capture: Capture) -> Capture:
    return replace(
        capture,
        requested_address=_host(capture.requested_address),
        final_address=_host(capture.final_address),
        redirects=tuple(_host(one) for one in capture.redirects),
        title=WITHHELD if capture.title else "",
        connections=tuple(replace(one, host=shown_host(one.host)) for one in capture.connections),
        missing=tuple(replace(one, what=_missing(one.what)) for one in capture.missing),
        # Whose post it is, in whose channel, in whose words.
        post=None,
    )


def _entry(entry: ExhibitEntry) -> ExhibitEntry:
    exhibit = replace(
        entry.exhibit,
        source_address=_host(entry.exhibit.source_address),
        original_name=WITHHELD if entry.exhibit.original_name else "",
    )
    return replace(entry, exhibit=exhibit, text="")


def _host(address: str) -> str:
    if not address:
        return ""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        host = ""
    return f"https://{shown_host(host)}/{WITHHELD}" if host else WITHHELD


def _missing(what: str) -> str:
    """Return what is missing; where a capture names a host after what it was, it is cut."""
    kind, colon, host = what.partition(": ")
    return f"{kind}: {shown_host(host)}" if colon and "." in host else what
