"""Filters of the queue that are kept under a name: encrypted, for whoever uses the vault."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from benban.wiring_case import Vault

# No case stands in it: in a shared vault it lies under the key of the person.
_SETTING = "desk.filters"
MOST_KEPT = 30
LONGEST_NAME = 60
# Two pages at once: each reads the list, and writes it with its own change.
_WRITING = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFilter:
    """
    A filter under a name.

    Attributes:
        wish: what each field of the queue's search holds; empty ones are left out.
    """

    name: str
    wish: dict[str, str]


def kept_filters(vault: Vault) -> tuple[KeptFilter, ...]:
    """Return what is kept, by name."""
    kept = vault.setting(_SETTING)
    return msgspec.json.decode(kept, type=tuple[KeptFilter, ...]) if kept else ()


def keep_filter(vault: Vault, name: str, wish: dict[str, str]) -> bool:
    """Return whether a filter is kept now; one of the same name is replaced, one too many not."""
    kept = KeptFilter(
        name=" ".join(name.split())[:LONGEST_NAME],
        wish={field: value for field, value in wish.items() if value},
    )
    with _WRITING:
        others = [one for one in kept_filters(vault) if one.name != kept.name]
        if len(others) >= MOST_KEPT:
            return False
        _write(vault, [*others, kept])
    return True


def drop_filter(vault: Vault, name: str) -> None:
    """Forget a filter; one that is not there any more is no error."""
    with _WRITING:
        _write(vault, [one for one in kept_filters(vault) if one.name != name])


def _write(vault: Vault, filters: Sequence[KeptFilter]) -> None:
    if filters:
        ordered = sorted(filters, key=lambda one: one.name.casefold())
        vault.set_setting(_SETTING, msgspec.json.encode(ordered))
    else:
        vault.drop_setting(_SETTING)
