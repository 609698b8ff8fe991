"""A new passphrase, and a new recovery sheet; the passphrase that opens now is asked first."""

import secrets
from dataclasses import dataclass

from starlette.responses import Response

from benban.casework.ways_in import keep_recovery_code, offer_recovery_code, replace_passphrase
from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.pages import go_to, show, show_lines
from benban.errors import BenbanError, CodeNotRepeatedError, PassphraseDiffersError
from benban.wiring_case import RecoveryCode

ROUTES = Routes()
_ASKED_GROUPS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """
    A code that opens nothing yet.

    Attributes:
        asked: which groups are typed again, from 1.
    """

    code: RecoveryCode
    asked: tuple[int, ...]


@ROUTES.page("/settings/passphrase")
def passphrase(desk: Desk, _asked: Asked) -> Response:
    """Ask for the passphrase that opens now and for a new one."""
    _ = desk.vault
    return show(desk, "new_passphrase.html.j2", error=None)


@ROUTES.form("/settings/passphrase")
def set_passphrase(desk: Desk, asked: Asked) -> Response:
    """Let the new one open from now on."""
    try:
        if asked.exact("passphrase") != asked.exact("again"):
            raise PassphraseDiffersError
        replace_passphrase(desk.vault, asked.exact("known"), asked.exact("passphrase"))
    except BenbanError as error:
        return show(desk, "new_passphrase.html.j2", status=400, error=error)
    # Whoever knew the old one is out, in every browser.
    desk.end_elsewhere()
    return go_to("/passphrase-changed")


@ROUTES.page("/passphrase-changed")
def passphrase_changed(desk: Desk, _asked: Asked) -> Response:
    """Say what opens now and what still does."""
    _ = desk.vault
    return show_lines(desk, "passphrase-changed", ("/settings", "desk.settings"))


@ROUTES.page("/settings/sheet")
def sheet(desk: Desk, _asked: Asked) -> Response:
    """Say what a new sheet does to the old one, and ask for the passphrase."""
    _ = desk.vault
    return show(desk, "new_sheet.html.j2", error=None)


@ROUTES.form("/settings/sheet")
def offer_sheet(desk: Desk, asked: Asked) -> Response:
    """Make a code and lead to it; the old one still opens."""
    try:
        code = offer_recovery_code(desk.vault, asked.exact("known"))
    except BenbanError as error:
        return show(desk, "new_sheet.html.j2", status=400, error=error)
    places = secrets.SystemRandom().sample(range(1, len(code.groups) + 1), _ASKED_GROUPS)
    number = desk.outcomes.keep(Offered(code=code, asked=tuple(sorted(places))))
    return go_to(f"/settings/sheet/{number}")


@ROUTES.page("/settings/sheet/{fresh}")
def show_sheet(desk: Desk, asked: Asked) -> Response:
    """Show the code and ask for two of its groups."""
    _ = desk.vault
    return _sheet_page(desk, asked.parts["fresh"], None)


@ROUTES.form("/settings/sheet/{fresh}")
def keep_sheet(desk: Desk, asked: Asked) -> Response:
    """Let the new code open instead of the old one, now that it is written down."""
    offered = desk.outcomes.get(Offered, asked.parts["fresh"])
    if offered is None:
        return go_to("/settings/sheet")
    right = [
        asked.first(f"group-{place}").upper() == offered.code.groups[place - 1]
        for place in offered.asked
    ]
    if not all(right):
        return _sheet_page(desk, asked.parts["fresh"], CodeNotRepeatedError())
    keep_recovery_code(desk.vault, offered.code)
    desk.outcomes.drop(asked.parts["fresh"])
    desk.end_elsewhere()
    return go_to("/sheet-changed")


@ROUTES.page("/sheet-changed")
def sheet_changed(desk: Desk, _asked: Asked) -> Response:
    """Say that the new sheet opens and the old one does not."""
    _ = desk.vault
    return show_lines(desk, "sheet-changed", ("/settings", "desk.settings"))


def _sheet_page(desk: Desk, number: str, error: BenbanError | None) -> Response:
    offered = desk.outcomes.get(Offered, number)
    if offered is None:
        return go_to("/settings/sheet")
    return show(
        desk,
        "new_sheet_shown.html.j2",
        status=400 if error else 200,
        number=number,
        code=offered.code.text,
        asked=offered.asked,
        error=error,
    )
