"""What the fenced process says about one's own photos, checked before it is believed."""

import re

from benban.errors import FenceUnavailableError
from benban.model.own_photo import PhotoFacts, Trace

# fingerprint.decode.MAX_SIDE_PX, whose libraries this process does not load.
_MAX_SIDE_PX = 20_000
_HASHES = 8
_MEDIA_TYPE = re.compile(r"(?:image/[a-z]{3,5})?", re.ASCII)
_PROBLEM = re.compile(r"(?:BB-3[0-9]{2})?", re.ASCII)
# "2026:11:28 23:59:59.999+07:00" with room to spare.
_MOST_TIME_CHARACTERS = 40
_ORDER = {trace: place for place, trace in enumerate(Trace)}


def check_own(facts: PhotoFacts, *, is_hashed: bool) -> None:
    """
    Return if an honest process could give these facts.

    Raises:
        FenceUnavailableError: BB-306, also when it hashed what it was not to hash.
    """
    places = [_ORDER[trace] for trace in facts.traces]
    is_plausible = places == sorted(set(places))
    is_plausible &= min(facts.width_px, facts.height_px) >= 0
    is_plausible &= max(facts.width_px, facts.height_px) <= _MAX_SIDE_PX
    is_plausible &= _MEDIA_TYPE.fullmatch(facts.media_type) is not None
    is_plausible &= _PROBLEM.fullmatch(facts.problem) is not None
    is_plausible &= _is_shown(facts.taken_at_shown, _MOST_TIME_CHARACTERS)
    if facts.fingerprint is not None:
        is_plausible &= is_hashed and len(facts.fingerprint.dihedral) == _HASHES
    if not is_plausible:
        raise FenceUnavailableError("implausible facts of a photo")


def _is_shown(text: str, most: int) -> bool:
    return len(text) <= most and (text.isprintable() or not text)
