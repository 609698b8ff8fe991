"""What is done with new pictures and videos before they can be compared."""

from benban.casework.fingerprints import fingerprint_exhibits
from benban.casework.videos import read_videos
from benban.desk.jobs import Progress
from benban.wiring_case import CaseStore, opened_fence


def measure(store: CaseStore, progress: Progress) -> None:
    """
    Measure what is new; what cannot be read safely stays kept, with the reason in the log.

    Raises:
        FenceUnavailableError: BB-306.
        StoppedError: BB-005, the person stopped it; what was measured stays.
    """
    progress.say("desk.visit.measuring")
    with opened_fence() as fence:
        fingerprint_exhibits(store, fence)
        progress.require_wanted()
        read_videos(store, fence)
