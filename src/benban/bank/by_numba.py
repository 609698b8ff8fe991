"""
Tables and look-ups, compiled. Imported only where group ``fast`` is installed.

The compiled code is kept beside this file, or in the person's cache folder where that cannot be
written; it holds no fingerprint.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

from benban.bank.by_numpy import COST_OF_A_CANDIDATE, COST_OF_A_PROBE
from benban.bank.pieces import Pieces, Probes
from benban.bank.ports import Found, Live, Part, Positions, Tables
from benban.bank.words import FRONT, WORD_BITS, Words

_FIRST_ROOM = 1024

_At = int | np.int64
Row = NDArray[np.uint32]


class _Cut(NamedTuple):
    start: NDArray[np.int64]
    width: NDArray[np.int64]
    row_start: NDArray[np.int64]


class _Held(NamedTuple):
    """Fingerprints in two halves, and which of them may be given out."""

    front: Words
    back: Words
    live: Live


class _Looked(NamedTuple):
    """Tables of a segment, and what is looked up in them."""

    offsets: NDArray[np.uint32]
    rows: NDArray[np.uint32]
    near: NDArray[np.int64]
    flips: NDArray[np.int64]
    flip_start: NDArray[np.int64]


class _Room(NamedTuple):
    question: Positions
    position: Positions
    distance: Positions


_Function = TypeVar("_Function", bound=Callable[..., object])


def _compiled(function: _Function) -> _Function:
    """Return *function* compiled at its first call; other threads go on while it runs."""
    return cast("_Function", njit(cache=True, nogil=True)(function))


def tables(words: Words, pieces: Pieces) -> Tables:
    """Return offsets and rows of a segment of *words* (n x 4)."""
    offsets = np.zeros(pieces.table_length, np.uint32)
    rows = np.empty((len(pieces), len(words)), np.uint32)
    _tables(words, _cut_of(pieces), offsets, rows)
    return offsets, rows


def look_up(part: Part, live: Live, asked: Words, probes: Probes, radius_bits: int) -> Found:
    """Return question, position and distance of each neighbour in a segment."""
    looked = _Looked(part.offsets, part.rows, probes.radius, probes.flips, probes.flip_start)
    given = (_Held(part.front, part.back, live), _cut_of(part.pieces), looked, radius_bits)
    return _in_rooms(_look_up, given, asked)


def read_all(words: Words, live: Live, asked: Words, radius_bits: int) -> Found:
    """Return question, position and distance of each neighbour among *words*, reading all."""
    return _in_rooms(
        _read_all, (_Held(words[:, :FRONT], words[:, FRONT:], live), radius_bits), asked
    )


def _cut_of(pieces: Pieces) -> _Cut:
    return _Cut(pieces.start, pieces.width, pieces.row_start)


def _in_rooms(
    kernel: Callable[..., tuple[int, int]], given: tuple[object, ...], asked: Words
) -> Found:
    """Return what *kernel* finds, in as much room as it turns out to need."""
    found: list[Found] = []
    size, asked_from = max(_FIRST_ROOM, 2 * len(asked)), 0
    while True:
        room = _Room(np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size, np.int64))
        stopped_at, count = kernel(*given, asked, asked_from, room)
        found.append((room.question[:count], room.position[:count], room.distance[:count]))
        if stopped_at == len(asked):
            break
        # Not even one question's neighbours may fit.
        asked_from, size = stopped_at, size * 8
    if len(found) == 1:
        return found[0]
    question, position, distance = (np.concatenate(one) for one in zip(*found, strict=True))
    return question, position, distance


def _write_ones(_typing: object, _value: object) -> tuple[Any, Callable[..., object]]:
    def write(_context: object, builder: Any, _signature: object, arguments: Any) -> object:  # noqa: ANN401 - the compiler's own
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), write


# How many bits are set; the processor has an instruction for it.
_ones = cast("Callable[[np.uint64], np.uint64]", intrinsic(_write_ones))


def _write_fetch(_typing: object, _address: object) -> tuple[Any, Callable[..., object]]:
    def write(context: Any, builder: Any, _signature: object, arguments: Any) -> object:  # noqa: ANN401 - the compiler's own
        pointer, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [pointer, number, number, number])
        name = "llvm.prefetch.p0"
        fetch = builder.module.globals.get(name) or ir.Function(builder.module, kind, name)
        # To read, to be kept near, data.
        hints = (number(0), number(3), number(1))
        builder.call(fetch, [builder.inttoptr(arguments[0], pointer), *hints])
        return context.get_dummy_value()

    return types.void(types.uint64), write


# Tells the processor to bring an address near; reads nothing, changes nothing, cannot fail.
_fetch = cast("Callable[[np.uint64], None]", intrinsic(_write_fetch))


@_compiled
def _half_distance(half: Words, position: np.uint64, a: np.uint64, b: np.uint64) -> np.int64:
    """Return how many bits of one half differ from its two words *a* and *b*."""
    return np.int64(
        _ones(half[position, np.uint64(0)] ^ a) + _ones(half[position, np.uint64(1)] ^ b)
    )


@_compiled
def _value(words: Words, position: _At, cut: _Cut, piece: int) -> np.int64:
    """Return the value of one piece; the same as ``pieces.values``."""
    word, shift = cut.start[piece] // WORD_BITS, cut.start[piece] % WORD_BITS
    value = words[position, word] >> np.uint64(shift)
    if shift + cut.width[piece] > WORD_BITS:
        value |= words[position, word + 1] << np.uint64(WORD_BITS - shift)
    return np.int64(value & np.uint64((1 << cut.width[piece]) - 1))


@_compiled
def _tables(words: Words, cut: _Cut, offsets: NDArray[np.uint32], rows: NDArray[np.uint32]) -> None:
    for piece in range(len(cut.start)):
        first = cut.row_start[piece]
        values = 1 << cut.width[piece]
        for position in range(len(words)):
            offsets[first + _value(words, position, cut, piece) + 1] += np.uint32(1)
        for value in range(values):
            offsets[first + value + 1] += offsets[first + value]
        free = offsets[first : first + values].copy()
        for position in range(len(words)):
            held = _value(words, position, cut, piece)
            rows[piece, free[held]] = np.uint32(position)
            free[held] += np.uint32(1)


@_compiled
def _put(room: _Room, count: int, question: int, position: _At, distance: np.int64) -> None:
    room.question[count] = question
    room.position[count] = position
    room.distance[count] = distance


@_compiled
def _read_one(
    held: _Held, radius: int, asked: Words, question: int, room: _Room, count: int
) -> int:
    """Return how many are in *room* after all of *held* was read, or -1 when it is too small."""
    a, b, c, d = asked[question, 0], asked[question, 1], asked[question, 2], asked[question, 3]
    for at in range(len(held.front)):
        position = np.uint64(at)
        distance = _half_distance(held.front, position, a, b)
        if distance > radius:
            continue
        distance += _half_distance(held.back, position, c, d)
        if distance <= radius and held.live[position]:
            if count == len(room.position):
                return -1
            _put(room, count, question, at, distance)
            count += 1
    return count


@_compiled
def _read_all(
    held: _Held, radius: int, asked: Words, asked_from: int, room: _Room
) -> tuple[int, int]:
    """Return the question that did not fit, or how many there are, and how many are in *room*."""
    count = 0
    for question in range(asked_from, len(asked)):
        after = _read_one(held, radius, asked, question, room, count)
        if after < 0:
            return question, count
        count = after
    return len(asked), count


@_compiled
def _find_rows(
    cut: _Cut, looked: _Looked, asked: Words, question: int, start: Row, length: Row
) -> np.int64:
    """Fill in which stretch of rows each look-up leads to; return how long they are together."""
    total = np.int64(0)
    rows, row_bytes = np.uint64(looked.rows.ctypes.data), np.uint64(looked.rows.itemsize)
    for piece in range(len(cut.start)):
        first = cut.row_start[piece]
        value = _value(asked, question, cut, piece)
        before = np.uint64(piece) * np.uint64(looked.rows.shape[1])
        for flip in range(looked.flip_start[piece], looked.flip_start[piece + 1]):
            row = np.uint64(first + (value ^ looked.flips[flip]))
            begin = looked.offsets[row]
            start[flip] = begin
            length[flip] = looked.offsets[row + np.uint64(1)] - begin
            total += np.int64(length[flip])
            _fetch(rows + row_bytes * (before + np.uint64(begin)))
    return total


@_compiled
def _gather(
    held: _Held, looked: _Looked, start: Row, length: Row, candidates: Row, ends: Positions
) -> int:
    """
    Return how many *candidates* the stretches lead to.

    ``ends`` becomes how many there are after each piece. They are gathered first and compared
    afterwards, so that the memory brings many at a time.
    """
    count = 0
    front, step = np.uint64(held.front.ctypes.data), np.uint64(held.front.strides[0])
    for piece in range(len(ends)):
        for flip in range(looked.flip_start[piece], looked.flip_start[piece + 1]):
            begin = np.uint64(start[flip])
            for entry in range(length[flip]):
                position = looked.rows[np.uint64(piece), begin + np.uint64(entry)]
                _fetch(front + np.uint64(position) * step)
                candidates[np.uint64(count)] = position
                count += 1
        ends[piece] = count
    return count


@_compiled
def _is_new(
    held: _Held,
    position: np.uint64,
    asked: Words,
    question: int,
    cut: _Cut,
    piece: int,
    looked: _Looked,
) -> bool:
    """Whether no earlier piece has already led to this fingerprint."""
    whole = np.empty((1, 4), np.uint64)
    whole[0, :2], whole[0, 2:] = held.front[position], held.back[position]
    for earlier in range(piece):
        differing = _value(whole, 0, cut, earlier) ^ _value(asked, question, cut, earlier)
        if np.int64(_ones(np.uint64(differing))) <= looked.near[earlier]:
            return False
    return True


@_compiled
def _compare(
    held: _Held,
    cut: _Cut,
    looked: _Looked,
    radius: int,
    asked: Words,
    question: int,
    candidates: NDArray[np.uint32],
    ends: Positions,
    room: _Room,
    count: int,
) -> int:
    """Return how many are in *room* after *candidates* were compared, or -1 if it is too small."""
    a, b, c, d = asked[question, 0], asked[question, 1], asked[question, 2], asked[question, 3]
    for at in range(len(candidates)):
        position = np.uint64(candidates[np.uint64(at)])
        distance = _half_distance(held.front, position, a, b)
        if distance > radius:
            continue
        distance += _half_distance(held.back, position, c, d)
        if distance > radius or not held.live[position]:
            continue
        piece = 0
        while ends[piece] <= at:
            piece += 1
        if _is_new(held, position, asked, question, cut, piece, looked):
            if count == len(room.position):
                return -1
            _put(room, count, question, np.int64(position), distance)
            count += 1
    return count


@_compiled
def _look_up(
    held: _Held,
    cut: _Cut,
    looked: _Looked,
    radius: int,
    asked: Words,
    asked_from: int,
    room: _Room,
) -> tuple[int, int]:
    """Return the question that did not fit, or how many there are, and how many are in *room*."""
    count = 0
    candidates = np.empty(_FIRST_ROOM, np.uint32)
    ends = np.empty(len(cut.start), np.int64)
    start, length = np.empty((2, len(looked.flips)), np.uint32)
    for question in range(asked_from, len(asked)):
        needed = _find_rows(cut, looked, asked, question, start, length)
        if COST_OF_A_PROBE * len(start) + COST_OF_A_CANDIDATE * needed > len(held.front):
            # Reading all in a row costs less.
            after = _read_one(held, radius, asked, question, room, count)
        else:
            if needed > len(candidates):
                candidates = np.empty(2 * needed, np.uint32)
            found = _gather(held, looked, start, length, candidates, ends)
            after = _compare(
                held, cut, looked, radius, asked, question, candidates[:found], ends, room, count
            )
        if after < 0:
            return question, count
        count = after
    return len(asked), count
