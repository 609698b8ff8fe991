"""A copy of everything, and whether everything is whole."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from starlette.responses import Response

from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.jobs import Progress
from benban.desk.pages import go_to, show
from benban.desk.target import new_target, usual_folder
from benban.errors import BenbanError
from benban.model.custody import Receipt
from benban.model.report import CheckResult, Report
from benban.seal.receipt import parse_receipt
from benban.wiring_case import back_up, check_vault

ROUTES = Routes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """A copy that was made and read back."""

    path: Path
    files: int


@ROUTES.page("/settings/backup")
def backup(desk: Desk, asked: Asked) -> Response:
    """Say what a copy is and ask where it goes."""
    _ = desk.vault
    return _backup_page(desk, asked, None)


@ROUTES.form("/settings/backup")
def make_backup(desk: Desk, asked: Asked) -> Response:
    """Begin to copy."""
    _ = desk.vault
    try:
        path = new_target(desk, asked, "desk.dossier.folder", "")
    except BenbanError as error:
        return _backup_page(desk, asked, error)
    return go_to(f"/jobs/{desk.jobs.start('desk.backup.job', _copying(desk, path)).id}")


@ROUTES.page("/settings/backup/done/{copied}")
def backup_done(desk: Desk, asked: Asked) -> Response:
    """Say where the copy lies and what opens it."""
    _ = desk.vault
    made = desk.outcomes.get(Copied, asked.parts["copied"])
    if made is None:
        return go_to("/settings/backup")
    return show(desk, "backup_done.html.j2", made=made, number=asked.parts["copied"])


@ROUTES.page("/settings/health")
def health(desk: Desk, _asked: Asked) -> Response:
    """Say what a check does, and offer to compare with a receipt."""
    _ = desk.vault
    return show(desk, "health.html.j2", typed="", error=None)


@ROUTES.form("/settings/health")
def check(desk: Desk, asked: Asked) -> Response:
    """Begin to read everything."""
    _ = desk.vault
    typed = asked.exact("receipt").strip()
    try:
        receipt = parse_receipt(f"{typed}\n") if typed else None
    except BenbanError as error:
        return show(desk, "health.html.j2", status=400, typed=typed, error=error)
    return go_to(f"/jobs/{desk.jobs.start('desk.health.job', _checking(desk, receipt)).id}")


@ROUTES.page("/settings/health/{checked}")
def findings(desk: Desk, asked: Asked) -> Response:
    """Say what is whole, what is not, and what could not be seen."""
    _ = desk.vault
    report = desk.outcomes.get(Report, asked.parts["checked"])
    if report is None:
        return go_to("/settings/health")
    return show(
        desk,
        "health_found.html.j2",
        number=asked.parts["checked"],
        failed=[one for one in report.checks if one.result is CheckResult.FAIL],
        not_done=[one for one in report.checks if one.result is CheckResult.NOT_DONE],
        whole=[one for one in report.checks if one.result is CheckResult.PASS],
    )


def _backup_page(desk: Desk, asked: Asked, error: BenbanError | None) -> Response:
    return show(
        desk,
        "backup.html.j2",
        status=400 if error else 200,
        folder=asked.first("folder") or str(usual_folder()),
        error=error,
    )


def _copying(desk: Desk, path: Path) -> Callable[[Progress], str]:
    def work(progress: Progress) -> str:
        def tell(done: int, total: int) -> None:
            progress.say("desk.backup.copying", done, total)

        tell(0, 0)
        report = back_up(desk.vault, path, tell)
        made = Copied(path=path, files=len(report.checks))
        return f"/settings/backup/done/{desk.outcomes.keep(made)}"

    return work


def _checking(desk: Desk, receipt: Receipt | None) -> Callable[[Progress], str]:
    def work(progress: Progress) -> str:
        def tell(done: int, total: int) -> None:
            progress.say("desk.health.reading", done, total)

        tell(0, 0)
        report = check_vault(desk.vault, read=True, receipt=receipt, watch=tell)
        return f"/settings/health/{desk.outcomes.keep(report)}"

    return work
