"""Making and opening the place where things are kept."""

import secrets

from starlette.responses import Response

from benban.desk.app import Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.pages import go_to, show
from benban.desk.stamping import ask_again_where_permitted
from benban.errors import (
    BenbanError,
    CodeNotRepeatedError,
    PassphraseDiffersError,
    RecoveryCodeMistypedError,
    WrongPassphraseError,
)
from benban.wiring_case import change_passphrase

ROUTES = Routes()
_ASKED_GROUPS = 2


@ROUTES.page("/passphrase")
def passphrase(desk: Desk, _asked: Asked) -> Response:
    """Ask for a passphrase to be."""
    if desk.is_open or desk.has_vault:
        return go_to("/unlock")
    return show(desk, "passphrase.html.j2", error=None)


@ROUTES.form("/passphrase")
def set_passphrase(desk: Desk, asked: Asked) -> Response:
    """Make the vault and lead to its recovery sheet."""
    try:
        desk.create(_same_twice(asked))
    except BenbanError as error:
        return show(desk, "passphrase.html.j2", status=400, error=error)
    return go_to("/sheet")


@ROUTES.page("/sheet")
def sheet(desk: Desk, _asked: Asked) -> Response:
    """Show the recovery code once and ask for two of its groups."""
    return _sheet(desk, None)


@ROUTES.form("/sheet")
def repeat_sheet(desk: Desk, asked: Asked) -> Response:
    """Go on when two groups were typed as they stand on the sheet."""
    code = desk.new_code
    if code is None:
        return go_to("/cases")
    typed = [(name, value) for name, value in asked.fields if name.startswith("group-")]
    right = [
        value.strip().upper() == code.groups[int(name.removeprefix("group-")) - 1]
        for name, value in typed
        if name.removeprefix("group-") in {str(one + 1) for one in range(len(code.groups))}
    ]
    if len(right) < _ASKED_GROUPS or not all(right):
        return _sheet(desk, CodeNotRepeatedError())
    desk.new_code = None
    return go_to("/begin")


@ROUTES.form("/sheet/without")
def go_without_sheet(desk: Desk, _asked: Asked) -> Response:
    """Go on without a sheet: the code is forgotten, only the passphrase opens."""
    desk.new_code = None
    return go_to("/begin")


@ROUTES.page("/unlock")
def unlock(desk: Desk, _asked: Asked) -> Response:
    """Ask for the passphrase."""
    if desk.is_open:
        return go_to("/cases")
    if not desk.has_vault:
        return go_to("/")
    return show(desk, "unlock.html.j2", error=None, by_code=False)


@ROUTES.form("/unlock")
def open_by_passphrase(desk: Desk, asked: Asked) -> Response:
    """Open the vault."""
    try:
        desk.unlock(passphrase=asked.exact("passphrase"))
    except BenbanError as error:
        return show(desk, "unlock.html.j2", status=400, error=error, by_code=False)
    ask_again_where_permitted(desk)
    return go_to(desk.leads_to)


@ROUTES.form("/unlock/code")
def open_by_code(desk: Desk, asked: Asked) -> Response:
    """Open the vault with the code of the sheet and set a new passphrase."""
    if desk.is_open:
        # No code was tried then: it must not set a passphrase.
        return go_to("/cases")
    try:
        new = _same_twice(asked)
        if desk.unlock(recovery_code=asked.exact("code")):
            change_passphrase(desk.vault, new)
    except (WrongPassphraseError, RecoveryCodeMistypedError, PassphraseDiffersError) as error:
        return show(desk, "unlock.html.j2", status=400, error=error, by_code=True)
    ask_again_where_permitted(desk)
    return go_to("/cases")


def _same_twice(asked: Asked) -> str:
    first = asked.exact("passphrase")
    if first != asked.exact("again"):
        raise PassphraseDiffersError
    return first


def _sheet(desk: Desk, error: BenbanError | None) -> Response:
    code = desk.new_code
    if code is None:
        return go_to("/cases")
    places = sorted(secrets.SystemRandom().sample(range(1, len(code.groups) + 1), _ASKED_GROUPS))
    status = 400 if error else 200
    return show(desk, "sheet.html.j2", status=status, error=error, code=code.text, asked=places)
