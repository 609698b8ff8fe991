"""What the organisation says of itself: its name, its duty to report, how long cases are kept."""

from datetime import date

from starlette.responses import Response

from benban.casework.organisation import (
    RETENTION_DAYS,
    NewDuty,
    duty_texts,
    name_organisation,
    organisation_name,
    retention_days,
    set_duty_text,
    set_retention_days,
)
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.pages import go_to, show
from benban.errors import AnswerMissingError, BenbanError

ROUTES = Routes()
# Everybody reads the text under which they work.
READING = Routes()
_DUTY = ("vi", "en", "day", "signed_by")
_DRAFT = "organisation.duty"


@READING.page("/duty")
def duty(desk: Desk, _asked: Asked) -> Response:
    """Show the text on the duty to report, and earlier ones with their days."""
    every = duty_texts(desk.vault)
    return show(desk, "server_duty.html.j2", texts=every[::-1], speech=desk.language)


@ROUTES.page("/organisation")
def overview(desk: Desk, _asked: Asked) -> Response:
    """Show what is set, and where it is set."""
    texts = duty_texts(desk.vault)
    return show(
        desk,
        "server_organisation.html.j2",
        name=organisation_name(desk.vault),
        duty=texts[-1] if texts else None,
        days=retention_days(desk.vault),
    )


@ROUTES.page("/organisation/name")
def name(desk: Desk, _asked: Asked) -> Response:
    """Ask what the organisation calls itself here."""
    return show(desk, "server_name.html.j2", name=organisation_name(desk.vault))


@ROUTES.form("/organisation/name")
def set_name(desk: Desk, asked: Asked) -> Response:
    """Keep what the organisation calls itself."""
    name_organisation(desk.vault, asked.first("name"))
    return go_to("/organisation")


@ROUTES.page("/organisation/duty")
def new_duty(desk: Desk, _asked: Asked) -> Response:
    """Ask for a new text; the last one stands in the fields."""
    texts = duty_texts(desk.vault)
    last = {"vi": texts[-1].vi, "en": texts[-1].en} if texts else {}
    return _duty_page(desk, {**last, **desk.drafts.get(_DRAFT)}, None)


@ROUTES.form("/organisation/duty")
def keep_duty(desk: Desk, asked: Asked) -> Response:
    """Keep a new text; it is shown from now on, and the earlier ones stay with their days."""
    typed = {field: asked.first(field) for field in _DUTY}
    new = NewDuty(
        vi=typed["vi"], en=typed["en"], day=_day(typed["day"]), signed_by=typed["signed_by"]
    )
    try:
        set_duty_text(desk.vault, new, desk.clock)
    except BenbanError as error:
        return _duty_page(desk, typed, error)
    desk.drafts.drop(_DRAFT)
    return go_to("/organisation")


@ROUTES.page("/organisation/retention")
def retention(desk: Desk, _asked: Asked) -> Response:
    """Ask how long cases are kept."""
    return _retention_page(desk, str(retention_days(desk.vault) or ""), None)


@ROUTES.form("/organisation/retention")
def set_retention(desk: Desk, asked: Asked) -> Response:
    """Keep how long cases are kept; nothing is destroyed by it."""
    typed, (least, most) = asked.first("days"), RETENTION_DAYS
    is_number = typed.isascii() and typed.isdigit() and least <= int(typed[:6]) <= most
    if not is_number:
        return _retention_page(desk, typed, AnswerMissingError("desk.organisation.retention"))
    set_retention_days(desk.vault, int(typed))
    return go_to("/organisation")


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _duty_page(desk: Desk, typed: dict[str, str], error: BenbanError | None) -> Response:
    return show(
        desk,
        "server_duty_new.html.j2",
        status=400 if error else 200,
        typed=typed,
        draft=_DRAFT,
        error=error,
    )


def _retention_page(desk: Desk, typed: str, error: BenbanError | None) -> Response:
    least, most = RETENTION_DAYS
    return show(
        desk,
        "server_retention.html.j2",
        status=400 if error else 200,
        typed=typed,
        least=least,
        most=most,
        error=error,
    )
