"""
How many other cases of this vault a channel also appears in: counts, never which (HARM 14).

By the channel's own number alone: a name can be changed, taken over and made to look like another.
"""

import re
from collections.abc import Collection, Mapping, Sequence

from benban.model.exhibit import Capture
from benban.model.ids import CaseId, SightingId
from benban.model.post import PostFactName
from benban.model.sighting import Sighting

# A post of a private channel: its number stands in the address (catalogue, telegram post_private).
_PRIVATE_POST = re.compile(r"https://t\.me/c/(\d+)/\d+")
_TELEGRAM = "telegram"


def channels_of(
    sightings: Sequence[Sighting], captures: Sequence[Capture]
) -> dict[SightingId, frozenset[str]]:
    """
    Return the channels of each sighting, as far as a page or an address gave their number.

    Args:
        sightings: of one case.
        captures: of the same case.

    Returns:
        Platform and number as one key, only to compare; a sighting without any is left out.
    """
    found: dict[SightingId, set[str]] = {}
    for sighting in sightings:
        place = sighting.address.canonical if sighting.address is not None else ""
        if private := _PRIVATE_POST.fullmatch(place):
            found.setdefault(sighting.id, set()).add(f"{_TELEGRAM}|{private[1]}")
    for capture in captures:
        number = capture.post.value(PostFactName.CHANNEL_ID) if capture.post else ""
        if capture.post is not None and number:
            platform = capture.post.layout.partition("/")[0]
            found.setdefault(capture.sighting_id, set()).add(f"{platform}|{number}")
    return {one: frozenset(keys) for one, keys in found.items()}


def count_other_cases(
    channels: Collection[str], by_case: Mapping[CaseId, Collection[str]], own: CaseId
) -> int:
    """
    Return in how many other cases one of these channels appears.

    Args:
        channels: of one sighting.
        by_case: the channels of every case, this one's too.
        own: the case that is open; it is not counted.
    """
    return sum(
        case_id != own and not frozenset(channels).isdisjoint(theirs)
        for case_id, theirs in by_case.items()
    )
