"""What a person can set, long work, and drafts."""

from datetime import timedelta

from starlette.responses import PlainTextResponse, Response

from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.drafts import MOST_BYTES
from benban.desk.once import FIELD
from benban.desk.pages import go_to, show
from benban.errors import FormTooLargeError
from benban.model.ids import CaseId

ROUTES = Routes()
IDLE_CHOICES = (2, 5, 10, 30)


@ROUTES.page("/settings")
def settings(desk: Desk, _asked: Asked) -> Response:
    """Show what can be set."""
    _ = desk.vault
    minutes = int(desk.idle.total_seconds() // 60)
    mode = "work" if desk.leads_to == "/queue" else "person"
    return show(desk, "settings.html.j2", choices=IDLE_CHOICES, minutes=minutes, mode=mode)


@ROUTES.form("/settings/rest")
def set_rest(desk: Desk, asked: Asked) -> Response:
    """Set after how long without a click the keys go."""
    wish = asked.first("minutes")
    if wish in {str(one) for one in IDLE_CHOICES}:
        desk.rest_after(timedelta(minutes=int(wish)))
    return go_to("/settings")


@ROUTES.act("/draft/{name}")
def keep_draft(desk: Desk, asked: Asked) -> Response:
    """Keep what is half written; several of a name are ticks, and ticks are no draft."""
    if asked.parts["name"].startswith("case."):
        # Words about a case never wait in the open memory of a locked desk.
        # Of a case that was destroyed meanwhile, nothing is kept either.
        desk.vault.case_entry(CaseId(asked.parts["name"].split(".")[1]))
    fields = {name: value for name, value in asked.fields if name != FIELD}
    if sum(len(value.encode()) for value in fields.values()) > MOST_BYTES:
        raise FormTooLargeError
    desk.drafts.keep(asked.parts["name"], fields)
    return PlainTextResponse("", status_code=204)


@ROUTES.page("/jobs/{job}")
def job(desk: Desk, asked: Asked) -> Response:
    """Show how far long work is; it goes on when the page is closed."""
    found = desk.jobs.get(asked.parts["job"])
    return show(desk, "job.html.j2", job=found)


@ROUTES.act("/jobs/{job}/stop")
def stop_job(desk: Desk, asked: Asked) -> Response:
    """Ask long work to end; what it finished stays."""
    desk.jobs.stop(asked.parts["job"])
    return go_to(f"/jobs/{asked.parts['job']}")


@ROUTES.act("/jobs/{job}/choose")
def choose_in_job(desk: Desk, asked: Asked) -> Response:
    """Give the answer that long work waits for."""
    desk.jobs.answer(asked.parts["job"], asked.every("chosen"))
    return go_to(f"/jobs/{asked.parts['job']}")


@ROUTES.form("/jobs/{job}/resume")
def resume_job(desk: Desk, asked: Asked) -> Response:
    """Begin it again; what is kept already is not fetched twice."""
    found = desk.jobs.resume(asked.parts["job"])
    return go_to(f"/jobs/{found.id}")
