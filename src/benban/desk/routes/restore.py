"""Bring a copy back on a computer that has no vault yet; nothing that is there is overwritten."""

from collections.abc import Callable
from pathlib import Path

from starlette.responses import Response

from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.jobs import Progress
from benban.desk.pages import go_to, show
from benban.errors import BenbanError, FolderMissingError, VaultFolderTakenError
from benban.outside.new_file import require_outside
from benban.wiring_case import restore_vault

ROUTES = Routes()


@ROUTES.page("/restore")
def ask(desk: Desk, asked: Asked) -> Response:
    """Ask where the copy lies and where it goes."""
    if desk.is_open:
        return go_to("/settings/backup")
    return _page(desk, asked, None)


@ROUTES.form("/restore")
def restore(desk: Desk, asked: Asked) -> Response:
    """Begin to bring it back; the passphrase is asked afterwards, by the vault itself."""
    if desk.is_open:
        return go_to("/settings/backup")
    try:
        copy = asked.folder("copy", "desk.restore.copy")
        target = asked.folder("folder", "desk.dossier.folder")
        _require_places(copy, target)
    except BenbanError as error:
        return _page(desk, asked, error)
    return go_to(f"/jobs/{desk.jobs.start('desk.restore.job', _restoring(desk, copy, target)).id}")


def _page(desk: Desk, asked: Asked, error: BenbanError | None) -> Response:
    return show(
        desk,
        "restore.html.j2",
        status=400 if error else 200,
        copy=asked.first("copy"),
        folder=asked.first("folder") or str(desk.usual_folder),
        error=error,
    )


def _require_places(copy: Path, target: Path) -> None:
    """
    Return if there is a folder to read and none to overwrite; the work itself asks once more.

    Raises:
        FolderMissingError: BB-053.
        VaultFolderTakenError: BB-402.
        TargetUnwritableError: BB-004, it would lie in the copy.
    """
    try:
        is_there = copy.is_dir()
        is_taken = target.exists() and (not target.is_dir() or any(target.iterdir()))
    except OSError:
        is_there, is_taken = False, False
    if not is_there:
        raise FolderMissingError(name=str(copy))
    if is_taken:
        raise VaultFolderTakenError
    require_outside(copy, target)


def _restoring(desk: Desk, copy: Path, target: Path) -> Callable[[Progress], str]:
    def work(progress: Progress) -> str:
        def tell(done: int, total: int) -> None:
            progress.say("desk.backup.copying", done, total)

        tell(0, 0)
        restore_vault(copy, target, tell)
        if not desk.is_open:
            desk.folder = target
        return "/unlock"

    return work
