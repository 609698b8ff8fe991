"""Looking at all photos of an audit: several fences at once, each archive with all its parts."""

import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

from benban.casework.audit import AuditRun, run_audit
from benban.casework.audit_keepers import AuditKeeper
from benban.casework.audit_sources import opened_archives
from benban.desk.audits import Audit
from benban.model.own_photo import AuditedPhoto, OwnPhotoId
from benban.wiring_case import opened_fences

# Each fence holds one photo; more than the processors could use only cost memory.
_MOST_FENCES = 4

# How many photos were looked at, of how many; raises when the person stopped the work.
Say: TypeAlias = Callable[[int, int], None]


class WhileOpen:
    """An ``AuditKeeper`` that takes nothing more once its audit was let go of."""

    def __init__(self, audit: Audit, keeper: AuditKeeper) -> None:
        """Keep with *keeper* as long as *audit* lies open."""
        self._audit, self._keeper = audit, keeper

    @property
    def is_kept(self) -> bool:
        """Whether it is still there when the program ends."""
        return self._keeper.is_kept

    @property
    def is_hashed(self) -> bool:
        """Whether it may hold what groups photos that look alike."""
        return self._keeper.is_hashed

    def photos(self) -> tuple[AuditedPhoto, ...]:
        """Return every photo, the first looked at first."""
        return self._keeper.photos()

    def maybe(self, photo_id: OwnPhotoId) -> AuditedPhoto | None:
        """Return the photo with this id; None if there is none."""
        return self._keeper.maybe(photo_id)

    def keep(self, photos: Sequence[AuditedPhoto], gone: Sequence[AuditedPhoto] = ()) -> None:
        """
        Keep *photos* and let go of *gone*.

        Raises:
            StoppedError: BB-005, the person forgot the list, or gave another answer about age.
            PermitRefusedError: BB-101.
        """
        with self._audit.still_open():
            self._keeper.keep(photos, gone)

    def forget(self) -> None:
        """Destroy all of it."""
        self._keeper.forget()


def look_at_all(audit: Audit, keeper: AuditKeeper, say: Say) -> tuple[AuditRun, ...]:
    """
    Return what was seen of each folder and archive; what was looked at before is passed over.

    What *say* raises ends it; what was done until then is kept, unless *audit* was let go of.

    Raises:
        StoppedError: BB-005, it was let go of.
        PermitRefusedError: BB-101.
        FileUnreadableError: BB-002, and the errors of an archive: BB-8xx.
        FenceUnavailableError: BB-306.
    """
    # Late: no page waits for the decoders.
    from benban.outside.fence_pair import look_at_many

    count = min(_MOST_FENCES, os.cpu_count() or 1)
    with opened_archives(audit.paths) as archives, opened_fences(count) as fences:
        return tuple(
            run_audit(
                sources,
                partial(look_at_many, fences=fences),
                WhileOpen(audit, keeper),
                adult=audit.adult,
                on_progress=say,
            )
            for sources in archives
        )
