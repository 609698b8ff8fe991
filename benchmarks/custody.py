"""
Proofs over a log of 20,000 events: how long one takes, how many bytes it is.

The peer is the same proof without the kept tree: every node above the leaves hashed anew.
"""

import hashlib
import platform
import statistics
import time

from benban.seal.merkle import HashTree, inclusion_proof, tree_root, verify_inclusion
from benchmarks._document import Claim, Comparison, Document, Peer

_EVENTS = 20_000
_MOST_BYTES = 600
_MOST_MS = 1.0


def run(*, quick: bool) -> Document:
    """Measure proofs at places spread over the log, the first and the last among them."""
    leaves = [hashlib.sha256(number.to_bytes(8)).digest() for number in range(_EVENTS)]
    root = tree_root(leaves)
    places = sorted({0, _EVENTS - 1, *range(0, _EVENTS, 1_000 if quick else 37)})
    tree = HashTree(leaves)
    made, checked, sizes = [], [], []
    for place in places:
        start = time.perf_counter()
        proof = tree.inclusion_proof(place)
        middle = time.perf_counter()
        verify_inclusion(leaf=leaves[place], index=place, size=_EVENTS, proof=proof, root=root)
        end = time.perf_counter()
        made.append((middle - start) * 1000)
        checked.append((end - middle) * 1000)
        sizes.append(len(b"".join(proof)))
    start = time.perf_counter()
    inclusion_proof(leaves, places[1])
    anew = (time.perf_counter() - start) * 1000
    count = len(places)
    return Document(
        name="custody",
        claims=(
            Claim(
                name="a proof over 20,000 events",
                value=statistics.median(made),
                unit="ms",
                target=_MOST_MS,
                comparison=Comparison.AT_MOST,
                peer=Peer(
                    name="hashing the tree anew", version=platform.python_version(), value=anew
                ),
                n=count,
                note=f"median; the longest {max(made):.4f}",
            ),
            Claim(
                name="checking it",
                value=statistics.median(checked),
                unit="ms",
                target=_MOST_MS,
                comparison=Comparison.AT_MOST,
                n=count,
                note=f"median; the longest {max(checked):.4f}; every proof held",
            ),
            Claim(
                name="size of a proof",
                value=max(sizes),
                unit="bytes",
                target=_MOST_BYTES,
                comparison=Comparison.AT_MOST,
                n=count,
                note="as bytes, the largest",
            ),
        ),
    )
