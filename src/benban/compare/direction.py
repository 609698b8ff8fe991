"""
Which of two pictures came first: said only with support, and never against a contrary sign.

Agreement has no direction: "the photo was cut out of the other picture" is the obvious answer to
it. A picture made from another cannot hold more of the scene, or finer detail, than its source.
"""

from benban.fingerprint.ports import DirectionFacts
from benban.model.finding import Direction, Order
from benban.model.ids import ComparisonId

# A tenth of the picture is no trimming error of a registration that is good to a pixel.
_WIDER_SHARE = 0.1
# A third more pixels along a line, and half more of the finest detail within them.
_LARGER, _FINER = 1.3, 1.5
_CONTRARY_SHARE = 0.03


def judge_direction(
    comparison_id: ComparisonId,
    facts: DirectionFacts | None,
    *,
    is_stamped_before: bool | None,
) -> Direction:
    """
    Return whether the questioned picture is a later, altered copy, and on what that rests.

    Args:
        comparison_id: the tier A finding it belongs to.
        facts: what was measured; None when the pair did not reach a registration.
        is_stamped_before: the original was stamped before the earliest time at which the
            questioned picture was seen or is said to have been; None when nothing is stamped.
    """
    support, contrary = [], []
    if is_stamped_before:
        support.append("stamped-before")
    if facts is not None:
        support += _supported_by(facts)
        contrary += _contradicted_by(facts)
    notes = list(contrary)
    if facts is not None and not facts.is_altered:
        # An untouched copy of the same shot is no "altered copy", whichever came first.
        notes.append("no-altered-area")
    if is_stamped_before is False:
        notes.append("stamp-later-says-nothing")
    is_later = bool(support) and not contrary and facts is not None and facts.is_altered
    return Direction(
        comparison_id=comparison_id,
        order=Order.QUESTIONED_IS_LATER if is_later else Order.NOT_DETERMINED,
        support=tuple(support) if is_later else (),
        notes=tuple(notes),
    )


def _supported_by(facts: DirectionFacts) -> list[str]:
    found = []
    if facts.original_only_share >= _WIDER_SHARE:
        found.append("wider-field")
    if facts.size_ratio >= _LARGER and facts.detail_ratio >= _FINER:
        found.append("finer-detail")
    return found


def _contradicted_by(facts: DirectionFacts) -> list[str]:
    found = []
    if facts.questioned_only_share >= _CONTRARY_SHARE:
        found.append("questioned-has-wider-field")
    if facts.size_ratio <= 1 / _LARGER and facts.detail_ratio <= 1 / _FINER:
        found.append("questioned-has-finer-detail")
    return found
