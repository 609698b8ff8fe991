from io import BytesIO

import pytest

from benban.casework.originals import (
    PLAIN_COPIES_PER_CASE,
    GivenFile,
    add_originals,
    declare_originals,
)
from benban.errors import DeclarationMissingError, OriginalLimitError
from benban.model.exhibit import Arrival, Original
from benban.model.fingerprint import OriginalFingerprint
from benban.outside.fence import Fence
from benban.testing.clock import FakeClock
from benban.testing.pictures import draw_feed_picture
from benban.vault import CaseStore

SENTENCE = "Những ảnh này chụp đúng người của hồ sơ này."


def _photo(number: int) -> GivenFile:
    return GivenFile(stream=BytesIO(draw_feed_picture(number)), name=f"{number}.jpg")


def _nowhere_else(_digest: object) -> bool:
    return False


def test_no_photo_is_kept_before_the_declaration(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    with pytest.raises(DeclarationMissingError):
        add_originals(store, [_photo(1)], fence, clock, is_in_other_case=_nowhere_else)

    assert store.all(Original) == ()


def test_another_sentence_is_no_declaration(store: CaseStore) -> None:
    with pytest.raises(DeclarationMissingError):
        declare_originals(store, "ảnh của tôi", SENTENCE)


def test_a_declared_photo_is_kept_with_its_fingerprint(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    declare_originals(store, SENTENCE, SENTENCE)

    (original,) = add_originals(store, [_photo(1)], fence, clock, is_in_other_case=_nowhere_else)

    prints = store.all(OriginalFingerprint)
    assert (original.arrival, [one.original_id for one in prints]) == (
        Arrival.PLAIN_COPY,
        [original.id],
    )


def test_the_same_photo_is_not_kept_twice(store: CaseStore, fence: Fence, clock: FakeClock) -> None:
    declare_originals(store, SENTENCE, SENTENCE)
    first = add_originals(store, [_photo(1)], fence, clock, is_in_other_case=_nowhere_else)

    second = add_originals(store, [_photo(1)], fence, clock, is_in_other_case=_nowhere_else)

    assert (second, len(store.all(Original))) == (first, 1)


def test_one_photo_serves_one_case_only(store: CaseStore, fence: Fence, clock: FakeClock) -> None:
    declare_originals(store, SENTENCE, SENTENCE)

    with pytest.raises(OriginalLimitError):
        add_originals(store, [_photo(1)], fence, clock, is_in_other_case=lambda _digest: True)

    assert store.all(Original) == ()


def test_a_persons_case_holds_thirty_plain_copies(
    store: CaseStore, fence: Fence, clock: FakeClock
) -> None:
    declare_originals(store, SENTENCE, SENTENCE)
    photos = [_photo(number) for number in range(PLAIN_COPIES_PER_CASE)]
    add_originals(store, photos, fence, clock, is_in_other_case=_nowhere_else)

    with pytest.raises(OriginalLimitError):
        add_originals(store, [_photo(99)], fence, clock, is_in_other_case=_nowhere_else)
