"""Many of one's own photos, looked at by several fences at once, in the order given."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import cycle
from typing import BinaryIO

from benban.model.own_photo import PhotoFacts
from benban.outside.fence import Fence

# Each fence has one photo at work and one that waits, so that none is ever idle.
_IN_FLIGHT_EACH = 2


def look_at_many(
    pictures: Iterable[Callable[[], BinaryIO]], *, is_hashed: bool, fences: Sequence[Fence]
) -> Iterator[PhotoFacts]:
    """
    Yield the facts of each photo, in the order given.

    A photo is opened when its turn comes and closed after it; at most two for each fence are under
    way. A fence that dies at a photo says so in that photo's facts and goes on with the next.

    Raises:
        FenceUnavailableError: BB-306, no fence can be started.
        OSError: a photo could not be opened or read.
    """
    workers = [ThreadPoolExecutor(max_workers=1) for _ in fences]
    turns = cycle(zip(workers, fences, strict=True))
    waiting: deque[Future[PhotoFacts]] = deque()
    try:
        for opened in pictures:
            worker, fence = next(turns)
            waiting.append(worker.submit(_look, fence, opened, is_hashed=is_hashed))
            if len(waiting) >= _IN_FLIGHT_EACH * len(fences):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for worker in workers:
            worker.shutdown(cancel_futures=True)


def _look(fence: Fence, opened: Callable[[], BinaryIO], *, is_hashed: bool) -> PhotoFacts:
    with opened() as picture:
        return fence.look_at_own(picture, is_hashed=is_hashed)
