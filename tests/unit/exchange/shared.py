"""Shared hashes and consents as tests need them; hashes are random bits, of no picture."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from benban.exchange.attestation import ConsentProof
from benban.exchange.life import QUARANTINE, RETENTION
from benban.model.custody import EventDraft, EventKind, Field
from benban.model.fingerprint import Pdq
from benban.model.shared_hash import (
    BankId,
    HashState,
    MemberId,
    Provenance,
    SharedHash,
    hash_id,
)
from benban.seal.leaf import seal_event
from benban.seal.merkle import HashTree, tree_root
from benban.seal.note import fresh_origin, public_key_of, sign_checkpoint

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
ATTESTER, SECOND, THIRD = (MemberId(f"mem-{one * 16}") for one in "abc")
LOG_KEY = bytes(range(32))
EXCHANGE = "here-here-here-here-here-here-here-here"
# What a second member sends.
CONFIRM = {"act": "confirm", "reason": "saw-the-report"}
YES = {"adult_now": "yes", "adult_in_picture": "yes", "nobody_doubts": "yes"}


def pdq(seed: int = 1, quality: int = 90) -> Pdq:
    """Return a hash like that of a picture: about half of its bits are set."""
    return Pdq(hex=hashlib.sha256(seed.to_bytes(8)).hexdigest(), quality=quality)


def shared_hash(state: HashState = HashState.QUARANTINE) -> SharedHash:
    """Return a hash that ATTESTER handed in at NOW."""
    return SharedHash(
        id=hash_id(0, 1),
        bank=BankId("bnk-one"),
        state=state,
        pdq=None if state is HashState.TOMBSTONE else pdq(),
        provenance=Provenance.CASE_OF_A_HOTLINE,
        attested_by=ATTESTER,
        consent_leaf="1" * 64,
        consent_key=public_key_of(LOG_KEY).hex(),
        attested_at=NOW,
        active_from=NOW + QUARANTINE,
        expires_at=NOW + RETENTION,
        disputed_by=SECOND if state is HashState.DISPUTED else None,
        disputed_at=NOW + timedelta(hours=1) if state is HashState.DISPUTED else None,
    )


def consent_proof(
    *,
    kind: EventKind = EventKind.SHARING_AGREED,
    entries_before: int = 4,
    entries_after: int = 3,
    said: Mapping[str, str] = MappingProxyType({}),
    at: datetime = NOW,
) -> ConsentProof:
    """
    Return the proof of a consent in a log that holds other entries, too.

    Where the clock of the computer judges it, *at* is of that clock: a consent grows old.
    """
    values = {**YES, "exchange": EXCHANGE, "pdq": pdq().hex, "quality": "90", **said}
    draft = EventDraft(
        kind=kind,
        fields=tuple(
            Field(name=name, value=value, is_sensitive=True) for name, value in values.items()
        ),
    )
    sealed = seal_event(draft, at=at, monotonic_ns=1, local_utc_offset_s=0, actor="person")
    others = [hashlib.sha256(bytes([one])).digest() for one in range(9)]
    leaves = [*others[:entries_before], sealed.leaf, *others[:entries_after]]
    tree = HashTree(leaves)
    checkpoint = sign_checkpoint(fresh_origin(), len(leaves), tree_root(leaves), LOG_KEY)
    return ConsentProof(
        record=sealed.record,
        salt=sealed.salt,
        index=entries_before,
        path=tuple(tree.inclusion_proof(entries_before)),
        note=checkpoint.note,
        key=public_key_of(LOG_KEY),
        openings=sealed.openings,
    )
