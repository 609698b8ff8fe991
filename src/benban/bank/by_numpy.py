"""Tables and look-ups in numpy: always there, and what the compiled way is held against."""

import numpy as np

from benban.bank.pieces import Pieces, Probes, values
from benban.bank.ports import Found, Live, Part, Positions, Tables
from benban.bank.words import FRONT, Words, distances

# Fingerprints counted at a time: what is in between stays in the processor's cache.
_BLOCK = 16_384
# One fingerprint looked up by its position costs as much as so many read in a row.
COST_OF_A_CANDIDATE = 8
COST_OF_A_PROBE = 4


def tables(words: Words, pieces: Pieces) -> Tables:
    """Return offsets and rows of a segment of *words* (n x 4)."""
    offsets = np.zeros(pieces.table_length, np.uint32)
    rows = np.empty((len(pieces), len(words)), np.uint32)
    for piece in range(len(pieces)):
        value = values(words, pieces, piece)
        rows[piece] = np.argsort(value, kind="stable")
        count = 1 << int(pieces.width[piece])
        first = int(pieces.row_start[piece]) + 1
        offsets[first : first + count] = np.cumsum(np.bincount(value, minlength=count))
    return offsets, rows


def look_up(part: Part, live: Live, asked: Words, probes: Probes, radius_bits: int) -> Found:
    """Return question, position and distance of each neighbour in a segment."""
    found = [_look_up_one(part, live, one, probes, radius_bits) for one in asked]
    return _joined(found)


def read_all(words: Words, live: Live, asked: Words, radius_bits: int) -> Found:
    """Return question, position and distance of each neighbour among *words*, reading all."""
    front, back = words[:, :FRONT], words[:, FRONT:]
    return _joined([_read_all_one(front, back, live, one, radius_bits) for one in asked])


def _look_up_one(
    part: Part, live: Live, asked: Words, probes: Probes, radius_bits: int
) -> tuple[Positions, Positions]:
    stretches = []
    cost = COST_OF_A_PROBE * len(probes.flips)
    for piece in range(len(part.pieces)):
        flips = probes.flips[probes.flip_start[piece] : probes.flip_start[piece + 1]]
        row = part.pieces.row_start[piece] + (values(asked[None], part.pieces, piece) ^ flips)
        start, stop = part.offsets[row].astype(np.int64), part.offsets[row + 1].astype(np.int64)
        cost += COST_OF_A_CANDIDATE * int((stop - start).sum())
        if cost > len(part.front):
            return _read_all_one(part.front, part.back, live, asked, radius_bits)
        stretches.append((start, stop))
    candidates = np.unique(
        np.concatenate(
            [part.rows[piece][_each(start, stop)] for piece, (start, stop) in enumerate(stretches)]
        )
    ).astype(np.int64)
    return _compared(part.front, part.back, live, candidates, asked, radius_bits)


def _compared(
    front: Words, back: Words, live: Live, at: Positions, asked: Words, radius_bits: int
) -> tuple[Positions, Positions]:
    """Return which of the fingerprints *at* these positions are within the radius, and how far."""
    distance = distances(front[at], asked[:FRONT])
    at, distance = at[distance <= radius_bits], distance[distance <= radius_bits]
    distance = distance + distances(back[at], asked[FRONT:])
    near = (distance <= radius_bits) & (live[at] != 0)
    return at[near], distance[near].astype(np.int64)


def _each(start: Positions, stop: Positions) -> Positions:
    """Return every position from each start to before its stop."""
    length = stop - start
    before = np.cumsum(length) - length
    return np.repeat(start - before, length) + np.arange(int(length.sum()))


def _read_all_one(
    front: Words, back: Words, live: Live, asked: Words, radius_bits: int
) -> tuple[Positions, Positions]:
    half = [
        np.flatnonzero(distances(front[first : first + _BLOCK], asked[:FRONT]) <= radius_bits)
        + first
        for first in range(0, len(front), _BLOCK)
    ]
    candidates = np.concatenate([np.empty(0, np.int64), *half])
    return _compared(front, back, live, candidates, asked, radius_bits)


def _joined(found: list[tuple[Positions, Positions]]) -> Found:
    nothing = np.empty(0, np.int64)
    question = np.repeat(np.arange(len(found)), [len(position) for position, _ in found])
    return (
        question,
        np.concatenate([nothing, *(position for position, _ in found)]),
        np.concatenate([nothing, *(distance for _, distance in found)]),
    )
