"""
What the dossier says of its visits, held against the digests in the log.

Source: docs/reference/bag-format.md, visits.
"""

import hashlib
from collections.abc import Mapping
from typing import Final

from benban_verify.bag import Bag, read_whole
from benban_verify.bagit import visits_of
from benban_verify.canonical import (
    JsonRefusedError,
    JsonValue,
    integer_of,
    list_of,
    object_of,
    parse_canonical,
    text_of,
)
from benban_verify.limits import MAX_JSON_BYTES
from benban_verify.records import Record, parse_time
from benban_verify.refusal import Refusal

DIGEST: Final = "record_sha256"
_KINDS: Final = frozenset({"captured", "attempt failed", "recovered after interruption"})
_NAMES: Final = (
    "v",
    "id",
    "sighting",
    "requested",
    "received_from",
    "by_way_of",
    "status",
    "title",
    "started_at",
    "ended_at",
    "started_monotonic_ns",
    "ended_monotonic_ns",
    "local_utc_offset_s",
    "browser",
    "connections",
    "steps",
    "missing",
    "withheld",
    "counters",
    "post",
    "exhibits",
)


def has_visits(bag: Bag, records: Mapping[int, Record]) -> bool:
    """Return whether the dossier carries the record of a visit, or opens the digest of one."""
    return bool(visits_of(bag)) or bool(_digests(records))


def check_visits(bag: Bag, records: Mapping[int, Record]) -> int:
    """Return how many visits the dossier tells of; each is the one that was logged."""
    logged = _digests(records)
    files = visits_of(bag)
    for subject in sorted(set(logged) ^ set(files.values())):
        raise Refusal("visits.alone", subject=subject)
    for path, subject in sorted(files.items()):
        data = read_whole(bag, path, MAX_JSON_BYTES)
        record = logged[subject]
        if hashlib.sha256(data).hexdigest() != record.opened[DIGEST]:
            raise Refusal("visits.other", subject=subject)
        try:
            _check_agrees(object_of(parse_canonical(data), _NAMES), record)
        except JsonRefusedError as error:
            raise Refusal("visits.unreadable", subject=subject, why=str(error)) from error
    return len(files)


def _digests(records: Mapping[int, Record]) -> Mapping[str, Record]:
    return {
        record.subject: record
        for record in records.values()
        if DIGEST in record.opened and record.kind in _KINDS
    }


def _check_agrees(visit: Mapping[str, JsonValue], record: Record) -> None:
    if integer_of(visit["v"]) != 1:
        raise JsonRefusedError("another version")
    for name in ("started_at", "ended_at"):
        parse_time(text_of(visit[name]))
    status = visit["status"]
    withheld = [object_of(one, ("reason", "count")) for one in list_of(visit["withheld"])]
    said = {
        "exhibits": str(len(list_of(visit["exhibits"]))),
        "missing": str(len(list_of(visit["missing"]))),
        "withheld": str(sum(integer_of(one["count"]) for one in withheld)),
        "status": "none" if status is None else str(integer_of(status)),
    }
    known = {name: record.plain[name] for name in said if name in record.plain}
    if text_of(visit["id"]) != record.subject or any(known[name] != said[name] for name in known):
        raise Refusal("visits.other", subject=record.subject)
