"""The end of the program, also when something in it does not end."""

import os
import sys
import threading


def end_within(seconds: float) -> None:
    """
    Let the program be over after *seconds*, whatever is still under way.

    Somebody left: keys that a thread holds which does not come back must not stay in memory.
    What was being written is whole or absent at the next opening, as after a kill.
    """
    timer = threading.Timer(seconds, _end)
    timer.daemon = True
    timer.start()


def _end() -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
