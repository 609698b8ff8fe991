"""
Run one command in a process of its own and have it killed right before one step on the disk.

``python -m tests.path.doomed STEP PORT WORD...``: with a step that never comes the command ends by
itself, and the number of its steps stands last on standard error. PORT is the one of the loopback
site that the command may visit.
"""

import os
import signal
import sys
from functools import partial

import pytest

from benban.cli.main import main
from benban.vault import Step, Vault
from tests.path.loopback import OPENED_BROWSER, browser_on_loopback

NEVER = -1


class Death:
    """Counts the steps of the vault's disk and kills this process right before one of them."""

    def __init__(self, number: int) -> None:
        self._number = number
        self.steps = 0

    def __call__(self, _step: Step) -> None:
        if self.steps == self._number:
            os.kill(os.getpid(), signal.SIGKILL)
        self.steps += 1


if __name__ == "__main__":
    death = Death(int(sys.argv[1]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("benban.wiring_case.Vault.open", partial(Vault.open, on_step=death))
        patch.setattr(OPENED_BROWSER, browser_on_loopback(int(sys.argv[2])))
        code = main(sys.argv[3:])
    sys.stderr.write(f"steps {death.steps}\n")
    sys.exit(code)
