"""Where the list of one's own photos is: in memory, or in a case of somebody who is 18 or older."""

import threading
from collections.abc import Sequence
from typing import Protocol

from benban.model.own_photo import AuditedPhoto, OwnPhotoId
from benban.vault import CaseStore


class AuditKeeper(Protocol):
    """Keeps the photos of one audit. Used from any thread; each call lasts when it returns."""

    @property
    def is_kept(self) -> bool:
        """Whether it is still there when the program ends."""
        ...

    @property
    def is_hashed(self) -> bool:
        """Whether it may hold what groups photos that look alike; of adults alone."""
        ...

    def photos(self) -> tuple[AuditedPhoto, ...]:
        """Return every photo, the first looked at first."""
        ...

    def maybe(self, photo_id: OwnPhotoId) -> AuditedPhoto | None:
        """Return the photo with this id; None if there is none."""
        ...

    def keep(self, photos: Sequence[AuditedPhoto], gone: Sequence[AuditedPhoto] = ()) -> None:
        """
        Keep *photos* and let go of *gone*, all or nothing; one with the same id is replaced.

        Raises:
            PermitRefusedError: BB-101, somebody may be under 18; nothing was kept.
        """
        ...

    def forget(self) -> None:
        """Destroy all of it."""
        ...


class MemoryKeeper:
    """An :class:`AuditKeeper` that ends with the program and writes nothing anywhere."""

    is_kept = False

    def __init__(self, *, is_hashed: bool) -> None:
        """Begin empty; *is_hashed* is for somebody who said that they are 18 or older."""
        self._is_hashed = is_hashed
        self._photos: dict[OwnPhotoId, AuditedPhoto] = {}
        self._lock = threading.Lock()

    @property
    def is_hashed(self) -> bool:
        """Whether it may hold what groups photos that look alike."""
        return self._is_hashed

    def photos(self) -> tuple[AuditedPhoto, ...]:
        """Return every photo, the first looked at first."""
        with self._lock:
            return tuple(self._photos.values())

    def maybe(self, photo_id: OwnPhotoId) -> AuditedPhoto | None:
        """Return the photo with this id; None if there is none."""
        return self._photos.get(photo_id)

    def keep(self, photos: Sequence[AuditedPhoto], gone: Sequence[AuditedPhoto] = ()) -> None:
        """Keep *photos* and let go of *gone*."""
        with self._lock:
            for one in gone:
                self._photos.pop(one.id, None)
            self._photos.update((one.id, one) for one in photos)

    def forget(self) -> None:
        """Let go of all of it."""
        with self._lock:
            self._photos.clear()


class CaseKeeper:
    """An :class:`AuditKeeper` in the case of somebody who is 18 or older; encrypted, no event."""

    is_kept = True
    is_hashed = True

    def __init__(self, store: CaseStore) -> None:
        """
        Begin with what the case keeps.

        Args:
            store: stays open as long as this is used. Once somebody in it may be under 18, this
                takes nothing more; a new one does, if the answers still allow it.
        """
        self._store = store
        self._marks = store.minor_marks()

    def photos(self) -> tuple[AuditedPhoto, ...]:
        """Return every photo, the first looked at first."""
        return self._store.all(AuditedPhoto)

    def maybe(self, photo_id: OwnPhotoId) -> AuditedPhoto | None:
        """Return the photo with this id; None if there is none."""
        return self._store.maybe(AuditedPhoto, photo_id)

    def keep(self, photos: Sequence[AuditedPhoto], gone: Sequence[AuditedPhoto] = ()) -> None:
        """
        Keep *photos* and let go of *gone* in one transaction.

        Raises:
            PermitRefusedError: BB-101, somebody in the case may be under 18; nothing was kept.
            DiskFullError: BB-410; nothing was kept.
        """
        self._store.keep_photos(photos, gone=gone, marks=self._marks)

    def forget(self) -> None:
        """Destroy every row of it, unreadable from this vault."""
        self._store.forget_photos()
