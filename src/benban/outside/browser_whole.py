"""A whole page (``--whole-page``): what is read as the page draws it, and what is fetched apart."""

from benban.capture.media_store import MediaStore, StoredBody
from benban.capture.ports import IsCrowded, PageLimits
from benban.outside.cdp_events import RequestPaused, promised_bytes

_PARTIAL = 206


class WholePage:
    """
    Takes the pictures of a page in as they come and notes what has to be fetched apart.

    A film is asked for in ranges, as far as it is played; a large picture would lie in memory
    twice. Both are fetched whole afterwards, by a request of their own.

    Args:
        store: where bodies go.
        limits: of bodies, each and together.
        is_crowded: says which pages and frames are not opened.

    Attributes:
        apart: what is to be fetched apart, each with its frame.
        is_refused: the page itself was to come from such a place.
    """

    def __init__(self, store: MediaStore, limits: PageLimits, is_crowded: IsCrowded) -> None:
        self._is_crowded = is_crowded
        self.is_refused = False
        self._store = store
        self._limits = limits
        self.apart: dict[str, str] = {}

    def refuses(self, paused: RequestPaused, *, is_main: bool) -> bool:
        """Note and return whether a page or frame shows many people (HARM 1)."""
        if paused.resource_type != "Document" or not self._is_crowded(paused.request.url):
            return False
        self.is_refused |= is_main
        return True

    def is_apart(self, paused: RequestPaused) -> bool:
        """Note and return whether the answer is not to be read on its way."""
        promised = promised_bytes(paused)
        is_large = promised is not None and promised > self._limits.body_bytes
        if not (
            paused.resource_type == "Media"
            or paused.response_status_code == _PARTIAL
            or (paused.resource_type == "Image" and is_large)
        ):
            return False
        self.apart.setdefault(paused.request.url, paused.frame_id)
        return True

    def has_room(self, size_bytes: int) -> bool:
        """Return whether one more body finds room."""
        left = self._limits.whole_bytes - self._store.position
        return size_bytes <= min(self._limits.body_bytes, left)

    def put(self, body: bytes) -> StoredBody:
        """Keep a body and return where it lies."""
        return self._store.put(body)
