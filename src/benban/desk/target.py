"""Where a file or folder goes that leaves on the person's word: a new name that says nothing."""

import secrets
from pathlib import Path

from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.errors import FolderMissingError
from benban.outside.new_file import require_outside


def usual_folder() -> Path:
    """Return the folder that is offered."""
    downloads = Path.home() / "Downloads"
    return downloads if downloads.is_dir() else Path.home()


def new_target(desk: Desk, asked: Asked, question: str, ending: str) -> Path:
    """
    Return a new path in the folder that was typed (HARM 6); nothing is made yet.

    Args:
        desk: into whose vault nothing is written.
        asked: its field ``folder`` holds what was typed.
        question: message id of what is asked.
        ending: of the name, with its dot; empty for a folder.

    Raises:
        AnswerMissingError: BB-014.
        FolderMissingError: BB-053, no such folder: a mistyped one must not come to be.
        TargetUnwritableError: BB-004, it lies in the vault.
    """
    folder = asked.folder("folder", question)
    try:
        is_there = folder.is_dir()
    except OSError:
        # A name that no disk takes, or a folder that this user may not look into.
        is_there = False
    if not is_there:
        raise FolderMissingError(name=str(folder))
    path = folder / f"tai-lieu-{secrets.token_hex(2)}{ending}"
    require_outside(desk.folder, path)
    return path
