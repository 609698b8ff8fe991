"""Take a newer catalogue from a file that the person gives; nothing is ever fetched."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

from benban.casework.catalogue_in_use import (
    BUNDLE,
    SIGNERS,
    held_by,
    newest,
    use_catalogue_of,
)
from benban.errors import BundleFaultyError, BundleMalformedError, BundleOlderError
from benban.model.catalogue import Catalogue
from benban.model.remedy import Channel
from benban.remedies.bundle import MAX_BUNDLE_BYTES, Bundle, read_bundle, refuse_faults
from benban.remedies.catalogue import packaged_catalogue
from benban.remedies.guards import broken_guards
from benban.seal.edition_note import NAME, signer_keys
from benban.seal.note import verifier_key
from benban.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """
    A bundle that may be used when the person says so.

    Attributes:
        bundle: signed, newer than what is in use, and without a fault.
        data: as it came.
        used: the catalogue in use.
        is_new_signer: the person was given this key and has not accepted it before.
    """

    bundle: Bundle
    data: bytes
    used: Catalogue
    is_new_signer: bool

    @property
    def moved(self) -> tuple[tuple[str, str, str], ...]:
        """The channels that lead elsewhere than before: id, old and new address."""
        before = {one.id: one.address for one in _channels(self.used)}
        return tuple(
            (one.id, before[one.id], one.address)
            for one in _channels(self.bundle.catalogue)
            if before.get(one.id, one.address) != one.address
        )

    @property
    def changes(self) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        """What is new, other than it was, and gone: services, channels, rules and forms."""
        before, after = _facts(self.used), _facts(self.bundle.catalogue)
        return (
            tuple(sorted(after.keys() - before.keys())),
            tuple(sorted(one for one in after.keys() & before if after[one] != before[one])),
            tuple(sorted(before.keys() - after.keys())),
        )


def offer_from(
    vault: Vault, untrusted_file: BinaryIO, pinned: Sequence[bytes], *, given: bytes | None = None
) -> Offer:
    """
    Return what *untrusted_file* offers; nothing is changed.

    Args:
        vault: whose catalogue would be replaced.
        untrusted_file: a bundle.
        pinned: keys that came with the program.
        given: a key that the person was given by its owner.

    Raises:
        BundleMalformedError: BB-621. BundleSignatureError: BB-622.
        BundleOlderError: BB-623, not newer than what is in use.
        BundleFaultyError: BB-624, it does not check clean, also by the lists of the program.
    """
    data = untrusted_file.read(MAX_BUNDLE_BYTES + 1)
    if len(data) > MAX_BUNDLE_BYTES:
        raise BundleMalformedError("too large")
    held = held_by(vault)
    known = (*pinned, *signer_keys(held.signers))
    bundle = read_bundle(io.BytesIO(data), known if given is None else (*known, given))
    used = newest(held, pinned)
    if bundle.catalogue.edition <= used.edition:
        raise BundleOlderError(offered=bundle.catalogue.edition, used=used.edition)
    refuse_faults(bundle.catalogue)
    if broken := broken_guards(bundle.catalogue, packaged_catalogue()):
        raise BundleFaultyError(count=len(broken), file=broken[0], line=1)
    return Offer(bundle=bundle, data=data, used=used, is_new_signer=bundle.signer not in known)


def take_offer(vault: Vault, offer: Offer) -> None:
    """Use the offered catalogue from now on; plans and notices that were made stay as they are."""
    if offer.is_new_signer:
        line = f"{verifier_key(NAME, offer.bundle.signer)}\n".encode()
        vault.set_setting(SIGNERS, vault.setting(SIGNERS) + line)
    vault.set_setting(BUNDLE, offer.data)
    use_catalogue_of(vault)


def _channels(catalogue: Catalogue) -> tuple[Channel, ...]:
    return tuple(channel for service in catalogue.services for channel in service.channels)


def _facts(catalogue: Catalogue) -> dict[str, object]:
    found: dict[str, object] = {one.id: one for one in _channels(catalogue)}
    found |= {one.id: one for one in catalogue.provisions}
    found |= {f"{one.id}.toml": replace(one, channels=()) for one in catalogue.services}
    found |= {f"forms/{one.id}": one for one in catalogue.forms}
    found |= {f"repealed {one.instrument}": one for one in catalogue.repealed}
    return found
