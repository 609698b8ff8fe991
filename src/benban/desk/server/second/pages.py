"""The pages between the passphrase and the desk: setting up, asking, and what to do without."""

from collections.abc import Callable

from starlette.responses import Response

from benban.desk.asked import Asked
from benban.desk.pages import go_to
from benban.desk.server.ports import FactorRoutes, HalfEntered
from benban.desk.server.second.anew import leave_of, use_leave
from benban.desk.server.second.asking import (
    Before,
    app_key,
    app_values,
    ask_for_known,
    ask_for_new,
    new_passkey,
    taken_challenge,
    with_passkeys,
)
from benban.desk.server.second.factors import (
    AppKey,
    Factors,
    Passkey,
    drop_factors,
    factors_held,
    factors_of,
    keep_factors,
    note,
    proven_app,
    take_code,
    take_passkey,
)
from benban.desk.server.second.passkey import Site
from benban.desk.server.second.waiting import TRIES, entry_ended
from benban.errors import BenbanError, SecondCodeUsedError, SecondCodeWrongError

ROUTES = FactorRoutes()
CHOOSE, CHECK = "/second/choose", "/second/check"
_WRONG = "second.wrong"


def may_set_up(half: HalfEntered) -> bool:
    """Return whether there is nothing yet that could be asked for, or it is to be set up anew."""
    has_none = factors_of(half.vault).count == 0
    return has_none or leave_of(half.vault, half.clock.now()) is not None


@ROUTES.page(CHOOSE)
def choose(half: HalfEntered, _asked: Asked) -> Response:
    """Ask which of the two somebody wants to begin with."""
    if not may_set_up(half):
        return go_to(CHECK)
    return half.show("second_choose.html.j2", leave=factors_of(half.vault).count > 0)


@ROUTES.page("/second/app")
def app(half: HalfEntered, _asked: Asked) -> Response:
    """Show the key for an app."""
    return _app_page(half, None) if may_set_up(half) else go_to(CHECK)


@ROUTES.form("/second/app")
def set_up_app(half: HalfEntered, asked: Asked) -> Response:
    """Take the key once the app showed one code of it."""
    if not may_set_up(half):
        return go_to(CHECK)
    try:
        proven = proven_app(app_key(_before(half)), asked.exact("code"), half.clock.now())
    except SecondCodeWrongError as error:
        return _app_page(half, error)
    return _set_up(half, lambda: proven)


@ROUTES.page("/second/key")
def key(half: HalfEntered, _asked: Asked) -> Response:
    """Offer to make a passkey."""
    return _key_page(half, None) if may_set_up(half) else go_to(CHECK)


@ROUTES.form("/second/key/ask")
def ask_new(half: HalfEntered, _asked: Asked) -> Response:
    """Give the browser what it is asked to make."""
    return ask_for_new(_before(half)) if may_set_up(half) else go_to(CHECK)


@ROUTES.form("/second/key")
def set_up_key(half: HalfEntered, asked: Asked) -> Response:
    """Take the passkey that was made."""
    if not may_set_up(half):
        return go_to(CHECK)
    try:
        return _set_up(half, lambda: new_passkey(_before(half), asked, Factors()))
    except BenbanError as error:
        return _key_page(half, error)


@ROUTES.page(CHECK)
def check(half: HalfEntered, _asked: Asked) -> Response:
    """Ask for the second factor."""
    return go_to(CHOOSE) if may_set_up(half) else _check_page(half, None)


@ROUTES.form("/second/check/code")
def check_code(half: HalfEntered, asked: Asked) -> Response:
    """Let in whoever shows a code; five wrong ones end this entry."""
    if may_set_up(half):
        return go_to(CHOOSE)
    try:
        take_code(half.vault, asked.exact("code"), half.clock.now())
    except (SecondCodeWrongError, SecondCodeUsedError) as error:
        return _wrong(half, error)
    except BenbanError as error:
        return _check_page(half, error)
    return half.let_in()


@ROUTES.form("/second/check/key/ask")
def ask_known(half: HalfEntered, _asked: Asked) -> Response:
    """Give the browser what it is asked to show."""
    return go_to(CHOOSE) if may_set_up(half) else ask_for_known(_before(half))


@ROUTES.form("/second/check/key")
def check_key(half: HalfEntered, asked: Asked) -> Response:
    """Let in whoever shows a passkey."""
    if may_set_up(half):
        return go_to(CHOOSE)
    before = _before(half)
    try:
        take_passkey(half.vault, asked.exact("answer"), taken_challenge(before), before.site)
    except BenbanError as error:
        return _check_page(half, error)
    return half.let_in()


@ROUTES.page("/second/lost")
def lost(half: HalfEntered, _asked: Asked) -> Response:
    """Say what to do when neither device nor app is there any more."""
    return half.show("second_lost.html.j2")


def _set_up(half: HalfEntered, make: Callable[[], AppKey | Passkey]) -> Response:
    """Keep the first factor; with leave to set up anew, it is the first again."""
    with factors_held():
        # Asked again inside: of two browsers that were allowed to, one may have been faster.
        if not may_set_up(half):
            return go_to(CHECK)
        made = make()
        if leave := leave_of(half.vault, half.clock.now()):
            use_leave(half.vault, leave)
            drop_factors(half.vault)
        if isinstance(made, AppKey):
            keep_factors(half.vault, Factors(app=made))
        else:
            keep_factors(half.vault, Factors(passkeys=(made,)))
        note(half.vault, "second.set-up")
    return half.let_in()


def _wrong(half: HalfEntered, error: BenbanError) -> Response:
    before = half.kept.get(_WRONG, 0)
    count = before + 1 if isinstance(before, int) else 1
    half.kept[_WRONG] = count
    if count < TRIES:
        return _check_page(half, error)
    note(half.vault, "second.wrong-codes")
    ended = half.show("second_ended.html.j2", status=400, error=entry_ended(half.vault))
    half.end()
    return ended


def _app_page(half: HalfEntered, error: BenbanError | None) -> Response:
    values = app_values(_before(half))
    return half.show("second_app.html.j2", status=_status(error), error=error, **values)


def _key_page(half: HalfEntered, error: BenbanError | None) -> Response:
    return with_passkeys(half.show("second_key.html.j2", status=_status(error), error=error))


def _check_page(half: HalfEntered, error: BenbanError | None) -> Response:
    factors = factors_of(half.vault)
    page = half.show(
        "second_check.html.j2",
        status=_status(error),
        error=error,
        has_keys=bool(factors.passkeys),
        has_app=factors.app is not None,
    )
    return with_passkeys(page) if factors.passkeys else page


def _before(half: HalfEntered) -> Before:
    return Before(
        vault=half.vault,
        person=half.person,
        site=Site(origin=half.origin),
        clock=half.clock,
        language=half.language,
        kept=half.kept,
    )


def _status(error: BenbanError | None) -> int:
    return 200 if error is None else 400
