"""
A log that changed hands: the key before signed the key after, and both stand in one entry.

Source: docs/reference/hand-over-format.md, "Change of key".
"""

from collections.abc import Mapping

from benban_verify.ed25519 import is_valid_key, is_valid_signature
from benban_verify.merkle import tree_root
from benban_verify.note import decode_base64, key_id
from benban_verify.records import Proofs, Record

_CONTEXT = "benban/v1/key-changed"


def keys_before(
    public_key: bytes, origin: str, proofs: Proofs, records: Mapping[int, Record]
) -> tuple[str, ...]:
    """
    Return the ids of the keys that led to *public_key*, the youngest first.

    A change counts only when both keys signed it over exactly the log before it.
    """
    found: list[str] = []
    wanted = public_key
    for position in sorted(records, reverse=True):
        record = records[position]
        if record.kind != "key changed":
            continue
        before = _key_before(record, wanted, origin, proofs)
        if before is not None:
            found.append(key_id(before))
            wanted = before
    return tuple(found)


def _key_before(record: Record, after: bytes, origin: str, proofs: Proofs) -> bytes | None:
    plain = record.plain
    names = ("root", "old_key", "new_key", "old_signature", "new_signature")
    values = [decode_base64(plain.get(name, "")) for name in names]
    root, old, new, *signatures = (value or b"" for value in values)
    size = record.position
    if plain.get("size") != str(size) or new != after or root != tree_root(proofs.leaves[:size]):
        return None
    said = "".join(
        f"{line}\n" for line in (_CONTEXT, origin, size, *(plain[name] for name in names[:3]))
    ).encode()
    for key, signature in zip((old, new), signatures, strict=True):
        if not is_valid_key(key) or not is_valid_signature(key, said, signature):
            return None
    return old
