"""The log's tree (RFC 6962 section 2.1) over leaf hashes."""

import hashlib
from collections.abc import Sequence


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """
    Return the root over *leaves*, each a 32-byte leaf hash.

    Perfect subtrees are joined as soon as two of one height stand side by side, so the cost is
    linear and nothing recurses, however many leaves an attacker sends.

    Source: RFC 6962 section 2.1; equal to RFC 9162 section 2.1.2.
    """
    if not leaves:
        return hashlib.sha256(b"").digest()
    peaks: list[tuple[int, bytes]] = []
    for leaf in leaves:
        height, node = 0, leaf
        while peaks and peaks[-1][0] == height:
            node = node_hash(peaks.pop()[1], node)
            height += 1
        peaks.append((height, node))
    root = peaks.pop()[1]
    while peaks:
        root = node_hash(peaks.pop()[1], root)
    return root


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node over *left* and *right*."""
    return hashlib.sha256(b"\x01" + left + right).digest()
