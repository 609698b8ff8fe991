"""Compiles what looks up in a bank, once for all processes to come: compiling needs much memory."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benban.bank.engine import WORTH_COMPILING, engine
from benban.bank.folder import map_segment, write_segment
from benban.bank.pieces import cut, piece_count, probes
from benban.bank.segment import Segment
from benban.bank.words import FRONT, WORDS


def warm_up() -> None:
    """Return once every way to ask a bank was taken; without group ``fast`` nothing is kept."""
    quickest = engine(WORTH_COMPILING)
    words, live = np.zeros((2, WORDS), np.uint64), np.ones(2, np.uint8)
    pieces = cut(piece_count(len(words)))
    offsets, rows = quickest.tables(words, pieces)
    built = Segment(
        pieces=pieces,
        front=np.ascontiguousarray(words[:, :FRONT]),
        back=np.ascontiguousarray(words[:, FRONT:]),
        number=np.arange(2),
        offsets=offsets,
        rows=rows,
    )
    with TemporaryDirectory() as folder:
        # Mapped ones are another kind of array to the compiler: nobody may write to them.
        mapped = map_segment(Path(folder), write_segment(Path(folder), built, 0))
        for one in (built, mapped):
            if one is not None:
                quickest.look_up(one, live, words, probes(len(pieces), 0), 0)
        del mapped, one
    # Of one row all that lies beside each other is in one piece: another kind once more.
    for count in (1, 2):
        quickest.read_all(words[:count], live[:count], words, 0)
