"""
Visit a page in a process of its own and be killed at one moment of the visit.

``python -m tests.path.doomed_visit VAULT MOMENT NUMBER``: the vault and its one case exist. MOMENT
says what is counted: ``step``, a step of the visit as it ends; ``part``, a part right after it is
in the vault and before anything else is written; ``disk``, any step of the vault's disk before it
happens. The page is kept whole where the answers allow it. With a number that never comes the
visit ends by itself; the names of its steps stand on standard output, how many steps the disk had
on standard error.
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
from benban.vault import Step, StepKind, Vault

NEVER = -1
PASSPHRASE = "bốn từ dễ nhớ"
PLACE = "https://vi-du.test/trang"
FILM = "https://vi-du.test/phim.webm"


class Death:
    """Counts moments of one kind and kills this process at one of them."""

    def __init__(self, moment: str, number: int) -> None:
        self._moment = moment
        self._number = number
        self._seen = 0
        self._part_lies = self._part_is_in = self.is_on = False
        self.steps: list[str] = []
        self.disk_steps = 0

    def step(self, step: CaptureStep) -> None:
        """Count a step of the visit."""
        self.steps.append(step.name)
        self._count("step")

    def disk(self, step: Step) -> None:
        """Count a step of the disk; the one after the commit of a part says that it is in."""
        if not self.is_on:
            return
        if self._part_is_in:
            self._part_lies = self._part_is_in = False
            self._count("part")
        if step.kind is StepKind.RENAME and "blobs" in step.path.parts:
            self._part_lies = True
        self._part_is_in = self._part_lies and step.kind is StepKind.COMMIT
        self.disk_steps += 1
        self._count("disk")

    def _count(self, moment: str) -> None:
        if moment != self._moment:
            return
        if self._seen == self._number:
            os.kill(os.getpid(), signal.SIGKILL)
        self._seen += 1


def visit(folder: Path, death: Death) -> None:
    """Visit, and die when it is time."""
    page = page_of(PLACE, "<p>chữ</p>", media=(FILM,))
    with Vault.open(
        folder,
        passphrase=PASSPHRASE,
        recovery_code=None,
        clock=SystemClock(),
        platform=ThisPlatform(),
        on_step=death.disk,
    ) as vault:
        (entry,) = vault.cases()
        with vault.open_case(entry.id) as store:
            (sighting,) = store.all(Sighting)
            wish = WholePageWish(reason="lý do", catalogue=packaged_catalogue())
            death.is_on = True
            preserve_address(
                store,
                sighting,
                FakeBrowser(page=page, media={FILM: b"\x1aE\xdf\xa3" * 5000}),
                clock=SystemClock(),
                choose_media=choose_nothing,
                on_step=death.step,
                whole_page=wish if sighting.answers.all_yes else None,
            )
            death.is_on = False


if __name__ == "__main__":
    doom = Death(sys.argv[2], int(sys.argv[3]))
    visit(Path(sys.argv[1]), doom)
    sys.stdout.write("\n".join(doom.steps))
    sys.stderr.write(str(doom.disk_steps))
