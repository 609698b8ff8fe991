"""
Visit a page whole in a process of its own and be killed as one step of the visit ends.

``python -m tests.path.doomed_visit VAULT STEP``: the vault and its one case exist. With a step that
never comes the visit ends by itself, and the names of its steps stand on standard output.
"""

import os
import signal
import sys
from pathlib import Path

from benban.capture.visit import choose_nothing
from benban.casework.preserve import preserve_address
from benban.casework.whole_page import WholePageWish
from benban.model.exhibit import CaptureStep
from benban.model.sighting import Sighting
from benban.outside.clock import SystemClock
from benban.outside.platforms import ThisPlatform
from benban.remedies.catalogue import packaged_catalogue
from benban.testing.browser import FakeBrowser, page_of
from benban.vault import Vault

NEVER = -1
PASSPHRASE = "bốn từ dễ nhớ"
PLACE = "https://vi-du.test/trang"


def visit(folder: Path, number: int) -> None:
    """Visit, and die as step *number* has just ended."""
    seen: list[str] = []

    def die(step: CaptureStep) -> None:
        seen.append(step.name)
        if len(seen) - 1 == number:
            os.kill(os.getpid(), signal.SIGKILL)

    film = "https://vi-du.test/phim.webm"
    page = page_of(PLACE, "<p>chữ</p>", media=(film,))
    with Vault.open(
        folder,
        passphrase=PASSPHRASE,
        recovery_code=None,
        clock=SystemClock(),
        platform=ThisPlatform(),
    ) as vault:
        (entry,) = vault.cases()
        with vault.open_case(entry.id) as store:
            preserve_address(
                store,
                store.all(Sighting)[0],
                FakeBrowser(page=page, media={film: b"\x1aE\xdf\xa3" * 5000}),
                clock=SystemClock(),
                choose_media=choose_nothing,
                on_step=die,
                whole_page=WholePageWish(reason="lý do", catalogue=packaged_catalogue()),
            )
    sys.stdout.write("\n".join(seen))


if __name__ == "__main__":
    visit(Path(sys.argv[1]), int(sys.argv[2]))
