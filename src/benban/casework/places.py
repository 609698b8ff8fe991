"""Which addresses are those of a case, for telling whether somebody else's file speaks of them."""

from collections.abc import Iterable

from benban.capture.place import without_fragment
from benban.errors import BenbanError
from benban.model.exhibit import Capture
from benban.model.sighting import Sighting
from benban.remedies.canonical import canonical_form
from benban.remedies.web_address import read_web_address


def places_of(sightings: Iterable[Sighting], captures: Iterable[Capture]) -> frozenset[str]:
    """Return the addresses that were reported, asked for, and where that led; only to match."""
    found = {one.address.raw for one in sightings if one.address is not None}
    for capture in captures:
        found |= {capture.requested_address, capture.final_address}
    return frozenset(plain_address(one) for one in found if one)


def plain_address(address: str) -> str:
    """Return *address* without trackers and fragment, as far as it is one; only to match."""
    bare = without_fragment(address)
    try:
        return canonical_form(read_web_address(bare), None)
    except BenbanError:
        return bare
