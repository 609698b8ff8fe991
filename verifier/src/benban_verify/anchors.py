"""
What did not come in the bag: the key or the receipt that somebody else was given.

Source: EVIDENCE, trust anchors; docs/reference/log-format.md.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from benban_verify.merkle import tree_root
from benban_verify.note import Checkpoint
from benban_verify.receipt import Receipt
from benban_verify.records import Proofs
from benban_verify.refusal import NotDone, Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """
    What the checking person got another way than in the bag.

    Attributes:
        key_id: eight groups of four, or None.
        tsa_roots: DER of each root certificate given by hand.
    """

    key_id: str | None = None
    receipt: Receipt | None = None
    tsa_roots: tuple[bytes, ...] = field(default=())


def check_signer(anchors: Anchors, key_id: str, before: Collection[str] = ()) -> str:
    """
    Return the key that was given outside, when it is the one in the bag or led to it.

    Args:
        anchors: what was given outside.
        key_id: of the key in the bag.
        before: of the keys that signed the log before it changed hands.

    Raises:
        Refusal: the key in the bag is another one.
        NotDone: nothing was given outside.
    """
    expected = [anchors.key_id] if anchors.key_id is not None else []
    if anchors.receipt is not None:
        expected.append(anchors.receipt.key_id)
    if not expected:
        raise NotDone("signer.not_shown", key=key_id)
    for other in expected:
        if other != key_id and other not in before:
            raise Refusal("signer.other_key", key=key_id, expected=other)
    return next((other for other in expected if other != key_id), key_id)


def check_receipt(receipt: Receipt, checkpoint: Checkpoint, proofs: Proofs) -> None:
    """
    Refuse a log that is not the continuation of what the receipt names.

    Raises:
        Refusal: another case, or another past.
        NotDone: the receipt is younger than the dossier.
    """
    if receipt.origin != checkpoint.origin:
        raise Refusal("receipt.other_case")
    if receipt.size > checkpoint.size:
        raise NotDone("receipt.later", size=receipt.size, entries=checkpoint.size)
    if tree_root(proofs.leaves[: receipt.size]) != receipt.root:
        raise Refusal("receipt.other_past", size=receipt.size)
