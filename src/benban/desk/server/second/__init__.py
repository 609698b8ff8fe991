"""The second factor of an organisation's server: a passkey, or a code from an app."""

from benban.desk.app import Routes
from benban.desk.server.ports import FactorRoutes
from benban.desk.server.second.anew import is_let_set_up_anew, leave_of, let_set_up_anew
from benban.desk.server.second.factors import factors_of
from benban.desk.server.second.pages import CHECK, CHOOSE, ROUTES
from benban.desk.server.second.settings import settings_routes
from benban.model.clock import Clock
from benban.wiring_case import Vault

__all__ = ["PasskeyOrCode", "is_let_set_up_anew", "let_set_up_anew"]


class PasskeyOrCode:
    """The second factor as the server asks for it (``ports.SecondFactor``)."""

    def __init__(self, clock: Clock) -> None:
        """Ask by the program's *clock*."""
        self._clock = clock

    @property
    def routes(self) -> FactorRoutes:
        """Its pages."""
        return ROUTES

    @property
    def scripts(self) -> tuple[str, ...]:
        """What its pages load."""
        return ("passkey.js",)

    def settings(self, origin: str) -> Routes:
        """Return its pages among the settings of a desk whose browser is at *origin*."""
        return settings_routes(origin)

    def is_set(self, vault: Vault) -> bool:
        """Return whether this person has one that is asked for."""
        may_set_up_anew = leave_of(vault, self._clock.now()) is not None
        return factors_of(vault).count > 0 and not may_set_up_anew

    def begins_at(self, vault: Vault) -> str:
        """Return where somebody half entered goes first."""
        return CHECK if self.is_set(vault) else CHOOSE
