"""
The Merkle tree over the leaves of a log.

Source: RFC 9162 section 2.1 (the same tree as RFC 6962 section 2.1); leaves are hashed in
``seal.leaf``.
"""

import hashlib
from collections.abc import Sequence
from hmac import compare_digest

from benban.errors import ConsistencyProofError, InclusionProofError

HASH_BYTES = 32

_NODE_PREFIX = b"\x01"


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """
    Return the 32 bytes of the root.

    Args:
        leaves: leaf hashes, 32 bytes each, oldest first; may be empty.

    Source: RFC 9162 section 2.1.1.
    """
    if not leaves:
        return hashlib.sha256(b"").digest()
    return _subtree(leaves, 0, len(leaves))


class HashTree:
    """
    The tree with all its nodes, for many proofs over one log.

    Args:
        leaves: leaf hashes, 32 bytes each, oldest first; may be empty.

    Source: RFC 9162 section 2.1.1; a node without a sibling rises to the next level as it is, which
    gives the same tree as splitting at the largest power of two.
    """

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._levels = [list(leaves)]
        while len(self._levels[-1]) > 1:
            below = self._levels[-1]
            level = [
                _node(left, right) for left, right in zip(below[::2], below[1::2], strict=False)
            ]
            self._levels.append(level + (below[-1:] if len(below) % 2 else []))

    def inclusion_proof(self, index: int) -> tuple[bytes, ...]:
        """
        Return the nodes that lead from leaf *index* to the root, lowest first.

        Raises:
            InclusionProofError: BB-503, there is no such leaf.

        Source: RFC 9162 section 2.1.3.1.
        """
        if not 0 <= index < len(self._levels[0]):
            raise InclusionProofError("no such leaf")
        proof: list[bytes] = []
        for level in self._levels[:-1]:
            sibling = index ^ 1
            if sibling < len(level):
                proof.append(level[sibling])
            index >>= 1
        return tuple(proof)


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Return one proof; see :meth:`HashTree.inclusion_proof`."""
    return HashTree(leaves).inclusion_proof(index)


def verify_inclusion(
    *, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """
    Return if *proof* leads from *leaf* at *index* of a tree of *size* leaves to *root*.

    Raises:
        InclusionProofError: BB-503, it does not.

    Source: RFC 9162 section 2.1.3.2, its step numbers stand in the comments.
    """
    # 1. The index lies in the tree.
    if not 0 <= index < size or not _are_hashes((leaf, root, *proof)):
        raise InclusionProofError("no such position, or a node is not 32 bytes")
    # 2. to 4.
    node, _ = _climbed((leaf, leaf), proof, index, size - 1, InclusionProofError)
    # 5.
    if not compare_digest(node, root):
        raise InclusionProofError("the proof does not lead to the root")


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> tuple[bytes, ...]:
    """
    Return the nodes that show that the first *old_size* leaves are the beginning of *leaves*.

    Empty when the older tree is empty or the same.

    Raises:
        ConsistencyProofError: BB-504, the older tree would be larger.

    Source: RFC 9162 section 2.1.4.1.
    """
    if not 0 <= old_size <= len(leaves):
        raise ConsistencyProofError("no such older tree")
    if old_size in {0, len(leaves)}:
        return ()
    proof: list[bytes] = []
    start, end, is_whole = 0, len(leaves), True
    while old_size != end:
        middle = start + _split(end - start)
        if old_size <= middle:
            proof.append(_subtree(leaves, middle, end))
            end = middle
        else:
            proof.append(_subtree(leaves, start, middle))
            start, is_whole = middle, False
    if not is_whole:
        proof.append(_subtree(leaves, start, end))
    return tuple(reversed(proof))


def verify_consistency(
    *, old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """
    Return if the tree of *old_root* is the beginning of the tree of *new_root*.

    Raises:
        ConsistencyProofError: BB-504, it is not shown.

    Source: RFC 9162 section 2.1.4.2, its step numbers stand in the comments.
    """
    if not 0 <= old_size <= new_size or not _are_hashes((old_root, new_root, *proof)):
        raise ConsistencyProofError("no such sizes, or a node is not 32 bytes")
    if old_size in {0, new_size}:
        _require_trivial(old_size, old_root, new_root, proof)
        return
    # 1. and 2.
    nodes = list(proof)
    if old_size & (old_size - 1) == 0:
        nodes.insert(0, old_root)
    if not nodes:
        raise ConsistencyProofError("the proof is empty")
    number, last = old_size - 1, new_size - 1  # 3.
    while number & 1:  # 4.
        number, last = number >> 1, last >> 1
    # 5. and 6.
    new_node, old_node = _climbed(
        (nodes[0], nodes[0]), nodes[1:], number, last, ConsistencyProofError
    )
    # 7.
    if not (compare_digest(old_node, old_root) and compare_digest(new_node, new_root)):
        raise ConsistencyProofError("the proof does not lead to both roots")


def _climbed(
    nodes: tuple[bytes, bytes],
    proof: Sequence[bytes],
    number: int,
    last: int,
    failure: type[InclusionProofError | ConsistencyProofError],
) -> tuple[bytes, bytes]:
    # The walk that both algorithms share: the first node takes every sibling, the second one
    # only those to its left, which are all that the older tree has.
    whole, left_only = nodes
    for sibling in proof:
        if last == 0:
            raise failure("the proof is too long")
        if number & 1 or number == last:
            whole, left_only = _node(sibling, whole), _node(sibling, left_only)
            while number and not number & 1:
                number, last = number >> 1, last >> 1
        else:
            whole = _node(whole, sibling)
        number, last = number >> 1, last >> 1
    if last:
        raise failure("the proof is too short")
    return whole, left_only


def _require_trivial(
    old_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    # RFC 9162 leaves these out: an empty tree begins every tree, a tree begins itself.
    expected = tree_root(()) if old_size == 0 else new_root
    if proof or not compare_digest(old_root, expected):
        raise ConsistencyProofError("the roots of an empty or equal tree do not agree")


def _subtree(leaves: Sequence[bytes], start: int, end: int) -> bytes:
    if end - start == 1:
        return leaves[start]
    middle = start + _split(end - start)
    return _node(_subtree(leaves, start, middle), _subtree(leaves, middle, end))


def _split(size: int) -> int:
    # The largest power of two below size.
    return 1 << ((size - 1).bit_length() - 1)


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE_PREFIX + left + right).digest()


def _are_hashes(values: Sequence[bytes]) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
