"""A copy of everything while people work: into the folder that was named when the server began."""

from collections.abc import Callable
from pathlib import Path

from starlette.responses import Response

from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.jobs import Progress
from benban.desk.pages import go_to, show
from benban.desk.routes import settings
from benban.wiring_case import back_up


def copies_in(folder: Path) -> Routes:
    """
    Return the pages by which an administrator makes a copy.

    Args:
        folder: for all copies; no page names it or asks for another.
    """
    routes = Routes()

    @routes.page("/organisation/backup")
    def about(desk: Desk, _asked: Asked) -> Response:
        """Say what a copy is and which there are, by their names."""
        _ = desk.vault
        return show(desk, "server_backup.html.j2", names=_names(folder))

    @routes.form("/organisation/backup")
    def make(desk: Desk, _asked: Asked) -> Response:
        """Begin to copy; whoever writes waits for a moment."""
        _ = desk.vault
        name = f"benban-{desk.clock.now():%Y%m%d-%H%M%S}"
        job = desk.jobs.start("desk.backup.job", _copying(desk, folder / name))
        return go_to(f"/jobs/{job.id}")

    # Administrators have no other long work.
    routes.page("/jobs/{job}")(settings.job)
    routes.act("/jobs/{job}/stop")(settings.stop_job)
    routes.form("/jobs/{job}/resume")(settings.resume_job)
    return routes


def _names(folder: Path) -> list[str]:
    try:
        return sorted((one.name for one in folder.glob("benban-*")), reverse=True)
    except OSError:
        return []


def _copying(desk: Desk, path: Path) -> Callable[[Progress], str]:
    def work(progress: Progress) -> str:
        def tell(done: int, total: int) -> None:
            progress.say("desk.backup.copying", done, total)

        tell(0, 0)
        back_up(desk.vault, path, tell)
        return "/organisation/backup"

    return work
