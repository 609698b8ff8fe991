from dataclasses import replace

import pytest

from benban.compare.direction import judge_direction
from benban.fingerprint.ports import DirectionFacts
from benban.model.finding import Direction, Order
from benban.model.ids import ComparisonId

_ID = ComparisonId("cmp-0000000000000001")
_SAME = DirectionFacts(
    original_only_share=0.0,
    questioned_only_share=0.0,
    detail_ratio=1.0,
    size_ratio=1.0,
    is_altered=True,
)
_WIDER = replace(_SAME, original_only_share=0.3)
_FINER = replace(_SAME, size_ratio=2.0, detail_ratio=2.5)


@pytest.mark.parametrize(
    ("facts", "is_stamped_before", "support"),
    [
        (_WIDER, None, ("wider-field",)),
        (_FINER, None, ("finer-detail",)),
        (_SAME, True, ("stamped-before",)),
        (
            replace(_FINER, original_only_share=0.3),
            True,
            ("stamped-before", "wider-field", "finer-detail"),
        ),
    ],
)
def test_a_later_copy_is_said_only_with_what_supports_it(
    facts: DirectionFacts | None, is_stamped_before: bool | None, support: tuple[str, ...]
) -> None:
    direction = judge_direction(_ID, facts, is_stamped_before=is_stamped_before)

    assert direction == Direction(
        comparison_id=_ID, order=Order.QUESTIONED_IS_LATER, support=support, notes=()
    )


@pytest.mark.parametrize(
    ("facts", "is_stamped_before", "notes"),
    [
        (_SAME, None, ()),
        (None, None, ()),
        (None, True, ()),
        (replace(_WIDER, is_altered=False), True, ("no-altered-area",)),
        (_SAME, False, ("stamp-later-says-nothing",)),
        (replace(_SAME, size_ratio=2.0), None, ()),
        (replace(_SAME, detail_ratio=3.0), None, ()),
        (replace(_WIDER, questioned_only_share=0.2), None, ("questioned-has-wider-field",)),
        (
            replace(_WIDER, size_ratio=0.5, detail_ratio=0.4),
            True,
            ("questioned-has-finer-detail",),
        ),
    ],
)
def test_without_support_or_against_a_contrary_sign_the_order_is_not_determined(
    facts: DirectionFacts | None, is_stamped_before: bool | None, notes: tuple[str, ...]
) -> None:
    direction = judge_direction(_ID, facts, is_stamped_before=is_stamped_before)

    assert direction == Direction(
        comparison_id=_ID, order=Order.NOT_DETERMINED, support=(), notes=notes
    )


def test_a_stamp_later_than_the_fake_is_noted_beside_other_support() -> None:
    direction = judge_direction(_ID, _WIDER, is_stamped_before=False)

    assert direction == Direction(
        comparison_id=_ID,
        order=Order.QUESTIONED_IS_LATER,
        support=("wider-field",),
        notes=("stamp-later-says-nothing",),
    )
