"""A bank's folder read by somebody who does not hold it."""

from pathlib import Path

import numpy as np
import pytest

from benban.bank.bank import Bank
from benban.bank.held import read_held
from benban.errors import BankDamagedError
from tests.unit.bank.conftest import random_words


@pytest.mark.parametrize("is_merged", [False, True])
def test_what_is_live_is_read_and_nothing_is_written(tmp_path: Path, *, is_merged: bool) -> None:
    words = random_words(5)
    bank = Bank.open(tmp_path)
    bank.add_many(np.arange(3, dtype=np.int64), words[:3])
    if is_merged:
        bank.merge()
    bank.add_many(np.arange(3, 5, dtype=np.int64), words[3:])
    bank.delete(1)
    bank.delete(4)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    number, held = read_held(tmp_path)

    after = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    bank.close()
    assert number.tolist() == [0, 2, 3]
    assert held.tolist() == words[[0, 2, 3]].tolist()
    assert after == before


def test_a_folder_without_a_bank_is_refused_and_none_is_begun(tmp_path: Path) -> None:
    with pytest.raises(BankDamagedError):
        read_held(tmp_path)

    assert list(tmp_path.iterdir()) == []
