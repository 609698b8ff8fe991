"""The composition root of a person's side. Heavy libraries are imported where they are used."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from benban.outside.clock import SystemClock
from benban.outside.platforms import ThisPlatform
from benban.outside.workplace import workplace_fields
from benban.vault import CaseStore, RecoveryCode, Vault, back_up, calibrated_cost, check_vault
from benban.vault import restore as restore_backup
from benban.vault.watching import Watch, unwatched

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benban.capture.attended import Attended
    from benban.capture.ports import Browser
    from benban.model.catalogue import Catalogue
    from benban.model.clock import Clock
    from benban.model.report import Report
    from benban.outside.fence import Fence
    from benban.outside.tsa import HttpAuthority

__all__ = ["CaseStore", "RecoveryCode", "Vault", "back_up", "check_vault"]


def system_clock() -> Clock:
    """Return this computer's clock."""
    return SystemClock()


def create_vault(folder: Path, *, passphrase: str) -> tuple[Vault, RecoveryCode]:
    """Make a vault whose passphrase costs as much to try as this computer bears."""
    return Vault.create(
        folder,
        passphrase=passphrase,
        cost=calibrated_cost(SystemClock()),
        clock=SystemClock(),
        platform=ThisPlatform(),
        workplace=workplace_fields,
    )


def open_vault(
    folder: Path, *, passphrase: str | None = None, recovery_code: str | None = None
) -> Vault:
    """Open the vault in *folder*; :meth:`Vault.open` says what can go wrong."""
    return Vault.open(
        folder,
        passphrase=passphrase,
        recovery_code=recovery_code,
        clock=SystemClock(),
        platform=ThisPlatform(),
        workplace=workplace_fields,
    )


def change_passphrase(vault: Vault, new: str) -> None:
    """Let a new passphrase open the vault, at the cost that this computer bears."""
    vault.change_passphrase(new, calibrated_cost(SystemClock()))


def restore_vault(backup: Path, folder: Path, watch: Watch = unwatched) -> Report:
    """Make a vault from a backup; an existing one is not overwritten."""
    return restore_backup(backup, folder, platform=ThisPlatform(), watch=watch)


def catalogue() -> Catalogue:
    """Return the channels, rules and forms in use: the open vault's, or the program's own."""
    from benban.casework.catalogue_in_use import current_catalogue

    return current_catalogue()


@contextmanager
def opened_fence() -> Iterator[Fence]:
    """Give the fence in which pictures are decoded and measured."""
    from benban.outside.fence import Fence

    with Fence() as fence:
        yield fence


@contextmanager
def opened_fences(count: int) -> Iterator[tuple[Fence, ...]]:
    """Give fences for :func:`benban.outside.fence_pair.look_at_many`."""
    with ExitStack() as stack:
        yield tuple(stack.enter_context(opened_fence()) for _ in range(count))


@contextmanager
def opened_browser(
    vault: Vault, *, allowed: tuple[tuple[str, int], ...] = (), attended: Attended | None = None
) -> Iterator[Browser]:
    """Give a browser behind our proxy; *allowed* names loopback places of a demonstration."""
    from benban.outside.own_browser import make_browser
    from benban.outside.proxy import Endpoint

    with vault.temporary_folder("browser") as folder:
        places = frozenset(Endpoint(host=host, port=port) for host, port in allowed)
        yield make_browser(folder, places, attended)


def authorities(vault: Vault) -> tuple[HttpAuthority, ...]:
    """Return the enabled time-stamping authorities with their pinned roots."""
    from benban.outside.authorities import SETTING, enabled_authorities

    return enabled_authorities(vault.setting(SETTING))


def demonstration_authority(authority_id: str, url: str, root: bytes) -> HttpAuthority:
    """Return an authority on loopback."""
    from benban.outside.ask import Reach
    from benban.outside.tsa import HttpAuthority

    here = Reach.THIS_COMPUTER
    return HttpAuthority(authority_id=authority_id, url=url, roots=(root,), reach=here)
