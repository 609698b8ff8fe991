"""A real log in memory: the same records, leaves, notes and stamps that a vault would make."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from benban.dossier.view import (
    DisclosedRecord,
    DossierView,
    OpenedField,
    OriginalEntry,
    Sealed,
)
from benban.model.custody import (
    CustodyEvent,
    EventDraft,
    EventKind,
    Field,
    TimestampToken,
    TokenState,
)
from benban.model.exhibit import Exhibit
from benban.model.ids import Digest, DigestAlgorithm
from benban.seal.leaf import SealedRecord, seal_event
from benban.seal.merkle import tree_root
from benban.seal.note import key_id, public_key_of, sign_checkpoint, verifier_key
from benban.seal.tsp import build_request
from benban.testing.tsa import FakeTsa
from tests.unit.dossier.example import MADE_AT, ORIGIN

KEY = hashlib.sha256(b"log key of the dossier's tests").digest()


class FakeLog:
    """Takes events in order and seals like casework does."""

    def __init__(self) -> None:
        self._records: list[SealedRecord] = []
        self._events: list[CustodyEvent] = []
        self.authorities: tuple[FakeTsa, ...] = ()

    @property
    def key_id(self) -> str:
        return key_id(public_key_of(KEY))

    def record(self, kind: EventKind, subject: str = "", *fields: Field) -> int:
        at = MADE_AT - timedelta(days=1) + timedelta(minutes=len(self._records))
        sealed = seal_event(
            EventDraft(kind=kind, subject=subject, fields=fields),
            at=at,
            monotonic_ns=len(self._records),
            local_utc_offset_s=25_200,
            actor="person",
        )
        self._records.append(sealed)
        self._events.append(_event(len(self._events), at, (kind, subject), (fields, sealed.leaf)))
        return len(self._records) - 1

    def events(self) -> tuple[CustodyEvent, ...]:
        return tuple(self._events)

    def seal(self, manifest_sha256: str) -> Sealed:
        position = self.record(
            EventKind.DOSSIER_SEALED, "", plain("manifest_sha256", manifest_sha256)
        )
        leaves = tuple(one.leaf for one in self._records)
        checkpoint = sign_checkpoint(ORIGIN, len(leaves), tree_root(leaves), KEY)
        return Sealed(
            checkpoint=checkpoint,
            verifier_key=verifier_key(ORIGIN, public_key_of(KEY)),
            tokens=tuple(
                TimestampToken(
                    authority=f"demo-{number}",
                    state=TokenState.STAMPED,
                    checkpoint_size=checkpoint.size,
                    response=one.answer(build_request(checkpoint.note).der),
                    time_at=MADE_AT,
                )
                for number, one in enumerate(self.authorities, start=1)
            ),
            leaves=leaves,
            records=tuple(
                DisclosedRecord(
                    position=place,
                    salt=one.salt,
                    record=one.record,
                    opened=tuple(
                        OpenedField(name=part.name, salt=part.salt, value=part.value)
                        for part in one.openings
                    ),
                )
                for place, one in enumerate(self._records)
            ),
            sealed_position=position,
        )


def plain(name: str, value: str) -> Field:
    return Field(name=name, value=value, is_sensitive=False)


def secret(name: str, value: str) -> Field:
    return Field(name=name, value=value, is_sensitive=True)


def logged(view: DossierView) -> tuple[DossierView, FakeLog]:
    """*view* with every position taken from a log that holds its entries, and some others."""
    log = FakeLog()
    log.record(EventKind.CASE_OPENED)
    for one in view.sightings:
        raw = one.address.raw if one.address else ""
        log.record(EventKind.REPORTED, one.id, secret("address", raw), secret("text", one.text))
    exhibits = tuple(
        replace(
            entry, position=log.record(EventKind.ADOPTED, entry.exhibit.id, *_ties(entry.exhibit))
        )
        for entry in view.exhibits
    )
    log.record(EventKind.ADOPTED, "exh-ffffffffffffffff", secret("address", "HIDDEN-EXHIBIT"))
    declaration = view.declaration
    if declaration is not None:
        position = log.record(
            EventKind.ORIGINALS_DECLARED, "", secret("declaration", declaration.text)
        )
        declaration = replace(
            declaration,
            position=position,
            originals=tuple(_original(log, entry) for entry in declaration.originals),
        )
    included = {"", *(one.id for one in view.sightings), *(e.exhibit.id for e in exhibits)}
    return (
        replace(
            view,
            origin=ORIGIN,
            key_id=log.key_id,
            exhibits=exhibits,
            declaration=declaration,
            events=tuple(one for one in log.events() if one.subject in included),
            entry_count=len(log.events()),
        ),
        log,
    )


def _original(log: FakeLog, entry: OriginalEntry) -> OriginalEntry:
    one = entry.original
    position = log.record(
        EventKind.ORIGINAL_ADDED,
        one.id,
        secret("sha256", one.sha256.hex),
        secret("original_name", one.original_name),
        plain("arrival", one.arrival.value),
    )
    return replace(entry, position=position)


def _ties(exhibit: Exhibit) -> tuple[Field, ...]:
    return (
        plain("exhibit_kind", exhibit.kind.value),
        secret("sha256", exhibit.sha256.hex),
        secret("sha512", exhibit.sha512.hex),
        secret("size_bytes", str(exhibit.size_bytes)),
        secret("media_type", exhibit.media_type),
        secret("address", exhibit.source_address),
        secret("original_name", exhibit.original_name),
    )


def _event(
    position: int,
    at: datetime,
    what: tuple[EventKind, str],
    held: tuple[tuple[Field, ...], bytes],
) -> CustodyEvent:
    return CustodyEvent(
        position=position,
        at=at,
        kind=what[0],
        subject=what[1],
        actor="person",
        fields=held[0],
        leaf_sha256=Digest(algorithm=DigestAlgorithm.SHA256, hex=held[1].hex()),
    )
