"""What a bank's folder holds, read without holding the folder."""

from pathlib import Path

import numpy as np

from benban.bank.folder import open_segment, read_manifest
from benban.bank.journal import Kind, read_journal
from benban.bank.state import State
from benban.bank.words import WORDS, Numbers, Words
from benban.errors import BankDamagedError


def read_held(folder: Path) -> tuple[Numbers, Words]:
    """
    Return the numbers (n) and fingerprints (n x 4) that the folder confirms; nothing is written.

    Of a bank that somebody else holds, it is what was confirmed at one moment; where a merge
    replaces its files meanwhile, the folder is called damaged and may be read again.

    Raises:
        BankFolderError: BB-340, there is no such folder.
        BankDamagedError: BB-332, it holds no bank, or one that does not hold together.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        raise BankDamagedError(part="bank.json")
    state = State.of_segment(open_segment(folder, manifest))
    frames, _ = read_journal(folder / manifest.journal)
    for frame in frames:
        if frame.kind is Kind.ADD:
            if len(np.unique(frame.number)) != len(frame.number) or state.has_any(frame.number):
                raise BankDamagedError(part=manifest.journal)
            state = state.with_tail(frame.words, frame.number)
        else:
            state.delete_all(frame.number)
    return _live(state)


def _live(state: State) -> tuple[Numbers, Words]:
    is_live = state.tail_live[: state.tail_count] != 0
    number = state.tail_number[: state.tail_count][is_live]
    words = state.tail_words[: state.tail_count][is_live]
    if state.segment is not None:
        held = state.segment_live != 0
        number = np.concatenate([state.segment.number[held], number])
        words = np.concatenate([state.segment.words[held], words])
    return number, np.ascontiguousarray(words.reshape(-1, WORDS))
