"""
The picture comparison, as far as it can be checked without pixels.

Source: docs/reference/bag-format.md, comparison/geometry.json.
"""

from collections.abc import Mapping
from typing import Final

from benban_verify.bag import Bag, read_whole
from benban_verify.bagit import COMPARISON
from benban_verify.canonical import (
    JsonRefusedError,
    JsonValue,
    integer_of,
    list_of,
    object_of,
    parse_canonical,
    text_of,
)
from benban_verify.inventory import Inventory
from benban_verify.limits import MAX_JSON_BYTES
from benban_verify.records import Record
from benban_verify.refusal import Refusal, printable

_GEOMETRY: Final = COMPARISON + "geometry.json"
_TIERS: Final = frozenset({"A", "B", "C", "0"})
# EVIDENCE 5: a tier C or 0 says its tier and nothing more.
_SILENT_TIERS: Final = frozenset({"C", "0"})


def check_comparison(bag: Bag, inventory: Inventory, records: Mapping[int, Record]) -> None:
    """Refuse a comparison that names other pictures than the dossier, or says too much."""
    pictures = {path for path in bag.paths if path.startswith(COMPARISON)} - {_GEOMETRY}
    named: set[str] = set()
    try:
        if _GEOMETRY not in bag.paths:
            raise JsonRefusedError("geometry.json is missing")
        top = object_of(parse_canonical(read_whole(bag, _GEOMETRY, MAX_JSON_BYTES)))
        if integer_of(top.get("v")) != 1:
            raise JsonRefusedError("another version")
        exhibits = {item.subject for item in inventory.exhibits}
        for run in list_of(top.get("comparisons")):
            named |= _check_run(object_of(run), exhibits, records)
    except JsonRefusedError as error:
        raise Refusal("comparison.unreadable", why=str(error)) from error
    if named != pictures:
        raise Refusal("comparison.other_pictures", name=min(named ^ pictures))


def _check_run(
    run: Mapping[str, JsonValue], exhibits: set[str], records: Mapping[int, Record]
) -> set[str]:
    """The path of the run's veiled picture, if it has one."""
    exhibit, tier = text_of(run.get("exhibit")), text_of(run.get("tier"))
    if exhibit not in exhibits or tier not in _TIERS:
        raise Refusal("comparison.other_exhibit", subject=printable(exhibit))
    if tier in _SILENT_TIERS:
        if set(run) != {"id", "exhibit", "tier"}:
            raise Refusal("comparison.says_too_much", subject=printable(exhibit))
        return set()
    if run.get("original") is not None:
        _check_original(object_of(run["original"], ("subject", "sha256", "position")), records)
    veiled = run.get("veiled")
    return set() if veiled is None else {text_of(veiled)}


def _check_original(original: Mapping[str, JsonValue], records: Mapping[int, Record]) -> None:
    """A photo that is named must be the one that the log took in, where its entry is disclosed."""
    subject = text_of(original["subject"])
    record = records.get(integer_of(original["position"]))
    if record is None:
        return
    said = (record.kind, record.subject, record.opened.get("sha256"))
    if said != ("original added", subject, text_of(original["sha256"])):
        raise Refusal("comparison.other_original", subject=printable(subject))
