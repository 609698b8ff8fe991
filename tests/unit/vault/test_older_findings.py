"""What an older program kept of a comparison is read as it was meant."""

from benban.model.finding import CommonOrigin
from benban.vault.documents import decoded

OLDER = (
    b'{"id":"cmp-0000000000000001","exhibit_id":"exh-0000000000000001","original_id":null,'
    b'"tier":"0","originals_compared":4,"at":"2026-11-28T08:30:00Z","short_list_of":null}'
)


def test_a_finding_of_before_its_search_was_counted_says_nothing_of_a_search() -> None:
    kept = decoded(CommonOrigin, OLDER)

    assert (kept.originals_compared, kept.searched, kept.part, kept.siblings) == (
        4,
        None,
        None,
        None,
    )
