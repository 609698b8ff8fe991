from benban.model.custody import CustodyEvent, EventKind
from benban.seal.digests import as_sha256
from benban.vault.log import CustodyLog
from benban.vault.marks import MinorMarks


class _ShortLog(CustodyLog):
    """A log in a list that notes which of its entries were read."""

    def __init__(self) -> None:
        self.kinds: list[EventKind | None] = []
        self.read: list[int] = []

    def events_from(self, first: int, count: int) -> tuple[CustodyEvent, ...]:
        positions = range(first, min(first + count, len(self.kinds)))
        self.read.extend(positions)
        return tuple(
            CustodyEvent(
                position=at,
                at=None,
                kind=self.kinds[at],
                subject="",
                actor="",
                fields=(),
                leaf_sha256=as_sha256(bytes(32)),
            )
            for at in positions
        )


def test_every_entry_of_the_log_is_read_once_however_often_is_asked() -> None:
    log = _ShortLog()
    log.kinds = [EventKind.MINOR_MARKED, None] * 400
    marks = MinorMarks(log)

    counted = [marks.count(), marks.count()]
    log.kinds += [EventKind.MINOR_MARKED]
    counted.append(marks.count())

    assert counted == [400, 400, 401]
    assert log.read == list(range(801))
