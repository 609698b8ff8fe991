"""Somebody half entered: the passphrase was right, the second factor is still asked."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.responses import HTMLResponse, Response

from benban.desk.pages import render_before
from benban.desk.server.duty import PostedDuty
from benban.model.clock import Clock
from benban.model.people import Person
from benban.wiring_case import RecoveryCode, Vault
from benban.wording import Language


def _nothing() -> None:
    return None


@dataclass(slots=True, kw_only=True, eq=False)
class Half:
    """
    Somebody whose passphrase opened their vault.

    Attributes:
        leads_in: makes the session and returns what leads to it.
        ends: forgets this half entry.
        new_code: of the sheet that is to be typed back first; None when it was, or there is none.
        asked: which groups of it.
        duty: the text in force that was not shown to them yet; None when it was.
        before_all: done when the second factor was shown too, e.g. a new passphrase set.
    """

    vault: Vault
    person: Person
    language: Language
    origin: str
    clock: Clock
    leads_in: "Callable[[Half], Response]"
    ends: "Callable[[Half], None]"
    kept: dict[str, object] = field(default_factory=dict)
    new_code: RecoveryCode | None = None
    asked: tuple[int, ...] = ()
    duty: PostedDuty | None = None
    before_all: Callable[[], None] = _nothing
    _closing: threading.Lock = field(default_factory=threading.Lock)
    _is_closed: bool = False

    def show(self, template: str, *, status: int = 200, **values: object) -> Response:
        """Return a page of ``templates/``; nothing of the desk is on it."""
        return HTMLResponse(render_before(self.language, template, **values), status_code=status)

    def let_in(self) -> Response:
        """Return what leads to the desk."""
        return self.leads_in(self)

    def end(self) -> None:
        """Let the keys go: whoever it was begins with the passphrase again."""
        self.ends(self)

    def hand_on(self) -> bool:
        """Return whether the keys are still here; whoever asked has them from now on."""
        with self._closing:
            is_mine, self._is_closed = not self._is_closed, True
        return is_mine

    def close(self) -> None:
        """Let the keys go, unless they went already."""
        with self._closing:
            if self._is_closed:
                return
            self._is_closed = True
        self.kept.clear()
        self.new_code = None
        self.before_all = _nothing
        self.vault.close()
