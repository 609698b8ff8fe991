"""What the commands are called, and what the person types to start this program."""

import shutil
import sys

# Name on the command line -> module of benban.cli.commands that has `build(words)`; imported only
# when used, so that --help stays fast. In the order of the work.
COMMANDS = (
    "desk",
    "vault",
    "case",
    "original",
    "add",
    "import",
    "stamp",
    "authority",
    "standing",
    "compare",
    "show",
    "read",
    "plan",
    "routes",
    "host",
    "notice",
    "catalogue",
    "watch",
    "minor",
    "forget",
    "custody",
    "receipt",
    "letter",
    "paper",
    "consent",
    "allegation",
    "damage",
    "organisation",
    "dossier",
    "share-hash",
    "hand-over",
    "take-over",
    "entrust",
    "verify",
    "check",
    "hash",
    "audit",
    "safer",
    "guide",
    "exchange",
    "scan",
    "demo",
    "help",
)
NAME = "benban"


def program_name() -> str:
    """
    Return what starts this program here: ``benban``, or ``./run`` in a checkout.

    A next step that the person copies must work as it stands.
    """
    if shutil.which(NAME) is not None:
        return NAME
    return "run" if sys.platform == "win32" else "./run"
