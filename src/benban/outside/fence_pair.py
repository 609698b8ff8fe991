"""Many of one's own photos, looked at by several fences at once, in the order given."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from io import BytesIO
from itertools import cycle
from threading import Lock
from typing import BinaryIO

from benban.model.own_photo import PhotoFacts
from benban.outside.fence import Fence
from benban.outside.fence_process import PICTURE_BYTES

# Each fence has one photo at work and one that waits, so that none is ever idle.
_IN_FLIGHT_EACH = 2


def look_at_many(
    pictures: Iterable[Callable[[], BinaryIO]], *, is_hashed: bool, fences: Sequence[Fence]
) -> Iterator[PhotoFacts]:
    """
    Yield the facts of each photo, in the order given.

    A photo is opened, read and closed when its turn comes, one at a time: those of one archive
    share its file. At most two for each fence are under way. A fence that dies at a photo says so
    in that photo's facts and goes on with the next.

    Raises:
        FenceUnavailableError: BB-306, no fence can be started.
        OSError: a photo could not be opened or read.
    """
    workers = [ThreadPoolExecutor(max_workers=1) for _ in fences]
    turns = cycle(zip(workers, fences, strict=True))
    waiting: deque[Future[PhotoFacts]] = deque()
    reading = Lock()
    try:
        for opened in pictures:
            worker, fence = next(turns)
            waiting.append(worker.submit(_look, fence, opened, reading, is_hashed=is_hashed))
            if len(waiting) >= _IN_FLIGHT_EACH * len(fences):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for worker in workers:
            worker.shutdown(cancel_futures=True)


def _look(
    fence: Fence, opened: Callable[[], BinaryIO], reading: Lock, *, is_hashed: bool
) -> PhotoFacts:
    with reading, opened() as picture:
        data = picture.read(PICTURE_BYTES + 1)
    return fence.look_at_own(BytesIO(data), is_hashed=is_hashed)
