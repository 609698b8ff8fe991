"""The second factor among the settings of a desk on a server: adding and removing, never all."""

from collections.abc import Callable
from dataclasses import replace
from weakref import WeakKeyDictionary

from starlette.responses import Response

from benban.casework.ways_in import require_known
from benban.desk.app import Handler, Routes
from benban.desk.asked import Asked
from benban.desk.desk import Desk
from benban.desk.pages import go_to, show
from benban.desk.server.second.asking import (
    Before,
    app_key,
    app_values,
    ask_for_new,
    forget_app_key,
    new_passkey,
    with_passkeys,
)
from benban.desk.server.second.factors import (
    Factors,
    factors_held,
    factors_of,
    keep_factors,
    note,
    proven_app,
    without_factor,
)
from benban.desk.server.second.passkey import Site
from benban.errors import BenbanError, DeskLockedError
from benban.wiring_case import Vault

HERE = "/settings/second"
_SURE = f"{HERE}/sure"
_SURE_AT = "second.sure_ns"
# Long enough to fetch a phone from another room.
_SURE_FOR_NS = 10 * 60 * 1_000_000_000


def settings_routes(origin: str) -> Routes:
    """Return the pages; *origin* is where browsers are, what passkeys are bound to."""
    pages = _Pages(origin)
    routes = Routes()
    routes.page(HERE)(pages.sure_first(pages.overview))
    routes.page(_SURE)(pages.sure_page)
    routes.form(_SURE)(pages.be_sure)
    routes.page(f"{HERE}/app")(pages.sure_first(pages.app))
    routes.form(f"{HERE}/app")(pages.sure_first(pages.add_app))
    routes.page(f"{HERE}/key")(pages.sure_first(pages.key))
    routes.act(f"{HERE}/key/ask")(pages.sure_first(pages.ask_key))
    routes.form(f"{HERE}/key")(pages.sure_first(pages.add_key))
    routes.form(f"{HERE}/remove")(pages.sure_first(pages.remove))
    return routes


class _Pages:
    def __init__(self, origin: str) -> None:
        self._site = Site(origin=origin)
        # By the vault of one entry: what is kept between two pages goes with it.
        self._kept: WeakKeyDictionary[Vault, dict[str, object]] = WeakKeyDictionary()

    def sure_first(self, handler: Handler) -> Handler:
        """Return *handler* for whoever typed the passphrase again lately: a desk left open asks."""

        def sure(desk: Desk, asked: Asked) -> Response:
            before = self._before(desk)
            sure_ns = before.kept.get(_SURE_AT)
            now_ns = before.clock.monotonic_ns()
            if not isinstance(sure_ns, int) or not 0 <= now_ns - sure_ns <= _SURE_FOR_NS:
                return go_to(_SURE)
            return handler(desk, asked)

        return sure

    def sure_page(self, desk: Desk, _asked: Asked) -> Response:
        """Ask for the passphrase again."""
        _ = desk.vault
        return show(desk, "settings_second_sure.html.j2", error=None)

    def be_sure(self, desk: Desk, asked: Asked) -> Response:
        """Let whoever knows the passphrase change the second factor for some minutes."""
        try:
            require_known(desk.vault, asked.exact("passphrase"))
        except BenbanError as error:
            return show(desk, "settings_second_sure.html.j2", status=400, error=error)
        before = self._before(desk)
        before.kept[_SURE_AT] = before.clock.monotonic_ns()
        return go_to(HERE)

    def overview(self, desk: Desk, _asked: Asked) -> Response:
        """Show what is set up."""
        return self._overview(desk, None)

    def app(self, desk: Desk, _asked: Asked) -> Response:
        """Show a new key for an app."""
        return self._app(desk, None)

    def add_app(self, desk: Desk, asked: Asked) -> Response:
        """Take the new key once the app showed one code of it; one before it ends."""
        before = self._before(desk)
        try:
            proven = proven_app(app_key(before), asked.exact("code"), desk.clock.now())
        except BenbanError as error:
            return self._app(desk, error)
        self._change(desk, "second.added", lambda factors: replace(factors, app=proven))
        forget_app_key(before)
        return go_to(HERE)

    def key(self, desk: Desk, _asked: Asked) -> Response:
        """Offer to make a passkey."""
        return with_passkeys(show(desk, "settings_second_key.html.j2", error=None))

    def ask_key(self, desk: Desk, _asked: Asked) -> Response:
        """Give the browser what it is asked to make."""
        return ask_for_new(self._before(desk))

    def add_key(self, desk: Desk, asked: Asked) -> Response:
        """Take the passkey that was made."""
        before = self._before(desk)

        def added(factors: Factors) -> Factors:
            made = new_passkey(before, asked, factors)
            return replace(factors, passkeys=(*factors.passkeys, made))

        try:
            self._change(desk, "second.added", added)
        except BenbanError as error:
            page = show(desk, "settings_second_key.html.j2", status=400, error=error)
            return with_passkeys(page)
        return go_to(HERE)

    def remove(self, desk: Desk, asked: Asked) -> Response:
        """Let one factor open nothing any more; the last one stays."""
        factor = asked.first("factor")
        try:
            self._change(desk, "second.removed", lambda factors: without_factor(factors, factor))
        except BenbanError as error:
            return self._overview(desk, error)
        return go_to(HERE)

    def _change(self, desk: Desk, what: str, changed: Callable[[Factors], Factors]) -> None:
        with factors_held():
            keep_factors(desk.vault, changed(factors_of(desk.vault)))
            # Who came in with what is gone now is out.
            desk.end_elsewhere()
            note(desk.vault, what)

    def _overview(self, desk: Desk, error: BenbanError | None) -> Response:
        status = 200 if error is None else 400
        factors = factors_of(desk.vault)
        return show(desk, "settings_second.html.j2", status=status, factors=factors, error=error)

    def _app(self, desk: Desk, error: BenbanError | None) -> Response:
        return show(
            desk,
            "settings_second_app.html.j2",
            status=200 if error is None else 400,
            error=error,
            replaces=factors_of(desk.vault).app is not None,
            **app_values(self._before(desk)),
        )

    def _before(self, desk: Desk) -> Before:
        vault = desk.vault
        if vault.person is None:
            # A vault of one's own knows no second factor.
            raise DeskLockedError
        return Before(
            vault=vault,
            person=vault.person,
            site=self._site,
            clock=desk.clock,
            language=desk.language,
            kept=self._kept.setdefault(vault, {}),
        )
