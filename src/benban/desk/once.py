"""Forms that work once: a second click, or a page reloaded, shows what the first one did."""

import secrets
import threading
from collections import OrderedDict

from benban.errors import FormUnknownError

FIELD = "form"
_KEPT = 4000
# How long a second click waits for the first one.
_PATIENCE_S = 60.0


class _Form:
    def __init__(self) -> None:
        self.taken = False
        self.over = threading.Event()
        self.location = ""


class OnceForms:
    """Numbers of forms that were given out, and what came of those sent."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forms: OrderedDict[str, _Form] = OrderedDict()

    def new(self) -> str:
        """Return a number for a form that is about to be shown."""
        number = secrets.token_urlsafe(12)
        with self._lock:
            self._forms[number] = _Form()
            while len(self._forms) > _KEPT:
                self._forms.popitem(last=False)
        return number

    def take(self, untrusted_number: str) -> str | None:
        """
        Return None if this is the first time, else where the first one led.

        Raises:
            FormUnknownError: BB-013, of an earlier run, or too old.
        """
        while True:
            with self._lock:
                form = self._forms.get(untrusted_number)
                if form is None:
                    raise FormUnknownError
                if form.location:
                    return form.location
                if not form.taken:
                    form.taken, form.over = True, threading.Event()
                    return None
            if not form.over.wait(_PATIENCE_S):
                return "/"

    def settle(self, number: str, location: str) -> None:
        """Keep where a form led."""
        with self._lock:
            form = self._forms.get(number)
        if form is not None:
            form.location = location
            form.over.set()

    def give_back(self, number: str) -> None:
        """Let a form be sent again: what it asked was refused and nothing was done."""
        with self._lock:
            form = self._forms.get(number)
        if form is not None:
            form.taken = False
            # A second click that waited tries for itself.
            form.over.set()

    def forget(self) -> None:
        """Let no form that was given out so far do anything."""
        with self._lock:
            waiting = tuple(self._forms.values())
            self._forms.clear()
        for form in waiting:
            form.over.set()
