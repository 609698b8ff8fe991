"""What is half written: in memory before there is a vault, then encrypted in it."""

import json
import threading

from benban.wiring_case import Vault

_SETTING = "desk.draft."
# A page of a person's own words; the largest field is refused before it comes here.
MOST_BYTES = 256 * 1024


class Drafts:
    """Half-written forms by name; a name says which form of which case, never what is in it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._memory: dict[str, dict[str, str]] = {}
        self._vault: Vault | None = None

    def move_into(self, vault: Vault) -> None:
        """Keep drafts in *vault* from now on, also those written so far."""
        with self._lock:
            self._vault = vault
            for name, fields in self._memory.items():
                _write(vault, name, fields)
            self._memory.clear()

    def leave_vault(self) -> None:
        """Forget what is in memory; what lies in the vault stays there."""
        with self._lock:
            self._vault = None
            self._memory.clear()

    @property
    def is_empty(self) -> bool:
        """Whether memory holds no words; what lies in a vault is not asked."""
        with self._lock:
            return not self._memory

    def keep(self, name: str, fields: dict[str, str]) -> None:
        """Keep the fields of a form instead of what was kept of it before."""
        kept = {key: value for key, value in fields.items() if value.strip()}
        with self._lock:
            if self._vault is not None:
                _write(self._vault, name, kept)
            elif kept:
                self._memory[name] = kept
            else:
                self._memory.pop(name, None)

    def get(self, name: str) -> dict[str, str]:
        """Return the fields that were kept; empty when there are none."""
        with self._lock:
            if self._vault is None:
                return dict(self._memory.get(name, {}))
            raw = self._vault.setting(_SETTING + name)
            return _read(raw)

    def drop(self, name: str) -> None:
        """Forget a draft: the form was sent, or the person threw it away."""
        self.keep(name, {})


def _write(vault: Vault, name: str, fields: dict[str, str]) -> None:
    if fields:
        vault.set_setting(_SETTING + name, json.dumps(fields).encode())
    elif vault.setting(_SETTING + name):
        vault.drop_setting(_SETTING + name)


def _read(raw: bytes) -> dict[str, str]:
    if not raw:
        return {}
    fields = json.loads(raw)
    return {str(key): str(value) for key, value in fields.items()}
