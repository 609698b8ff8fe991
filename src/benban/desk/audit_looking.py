"""Looking at all photos of an audit: several fences at once, each archive with all its parts."""

import os
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from benban.casework.audit import AuditRun, run_audit
from benban.casework.audit_keepers import AuditKeeper
from benban.casework.audit_sources import opened_archives
from benban.desk.audits import Audit
from benban.wiring_case import opened_fences

# Each fence holds one photo; more than the processors could use only cost memory.
_MOST_FENCES = 4

# How many photos were looked at, of how many; raises when the person stopped the work.
Say: TypeAlias = Callable[[int, int], None]


def look_at_all(audit: Audit, keeper: AuditKeeper, say: Say) -> tuple[AuditRun, ...]:
    """
    Return what was seen of each folder and archive; what was looked at before is passed over.

    What *say* raises ends it; what was done until then is kept.

    Raises:
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
                keeper,
                adult=audit.adult,
                on_progress=say,
            )
            for sources in archives
        )
