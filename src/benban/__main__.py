"""``python -m benban``: the command line, which is told here how the desk is opened."""

import sys
from pathlib import Path

from benban.cli.main import main
from benban.wording import Language


def _open_desk(folder: Path, language: Language, *, opens_window: bool) -> int:
    # Late: no other command pays for a web server.
    from benban.desk.main import run_desk

    return run_desk(folder, language, opens_window=opens_window)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], open_desk=_open_desk))
