"""Which catalogue this process works with: the vault's own if it has a newer one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benban.model.catalogue import Catalogue
    from benban.vault import Vault

# Settings of the vault: the bundle as it came, and the keys that the person accepted.
BUNDLE, SIGNERS = "catalogue", "catalogue-signers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """
    What a vault keeps of a catalogue; nothing of it is understood yet.

    Attributes:
        data: the bundle; empty for none.
        signers: the accepted keys, one on a line.
    """

    data: bytes = b""
    signers: bytes = b""


@dataclass(slots=True)
class _Process:
    """One vault is open in a process; what is printed after it was closed names its facts still."""

    held: Held


_THIS = _Process(held=Held())


def held_by(vault: Vault) -> Held:
    """Return what *vault* keeps."""
    return Held(data=vault.setting(BUNDLE), signers=vault.setting(SIGNERS))


def use_catalogue_of(vault: Vault) -> None:
    """Let :func:`current_catalogue` be that of *vault* from now on, in every thread."""
    _THIS.held = held_by(vault)


def use_the_programs_own() -> None:
    """Let :func:`current_catalogue` be what came with the program, until a vault is opened."""
    _THIS.held = Held()


def current_catalogue() -> Catalogue:
    """Return the catalogue of the vault opened last; without one, the program's own."""
    from benban.remedies.catalogue import packaged_catalogue

    held = _THIS.held
    if not held.data:
        return packaged_catalogue()
    from benban.remedies.bundle import pinned_signers

    return newest(held, pinned_signers())


def newest(held: Held, pinned: Sequence[bytes]) -> Catalogue:
    """
    Return the newer of the catalogue that came with the program and the one the person gave.

    A bundle that an older program took and that this one cannot read is not used. What the
    program itself keeps closed or out of notices stays so under any bundle.

    Args:
        held: of the vault.
        pinned: keys that came with the program, 32 bytes each.
    """
    from benban.remedies.catalogue import packaged_catalogue

    packaged = packaged_catalogue()
    given = _given(held, tuple(pinned)) if held.data else None
    return given if given is not None and given.edition > packaged.edition else packaged


@lru_cache(maxsize=2)
def _given(held: Held, pinned: tuple[bytes, ...]) -> Catalogue | None:
    import io

    from benban.errors import BenbanError
    from benban.remedies.bundle import read_bundle
    from benban.remedies.catalogue import packaged_catalogue
    from benban.remedies.guards import broken_guards, with_guards
    from benban.seal.edition_note import signer_keys

    try:
        known = (*pinned, *signer_keys(held.signers))
        found = read_bundle(io.BytesIO(held.data), known).catalogue
    except BenbanError:
        return None
    own = packaged_catalogue()
    if found.faults or broken_guards(found, own):
        return None
    return with_guards(found, own)
