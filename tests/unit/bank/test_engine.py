"""Who waits for the compiled way to load, and who is answered by numpy meanwhile."""

from threading import Event

import numpy as np
import pytest

from benban.bank import by_numpy
from benban.bank import engine as choice
from benban.bank.bank import Bank
from benban.bank.engine import FEW_QUESTIONS, WORTH_COMPILING, Loading, engine_to_ask
from benban.bank.ports import Engine
from tests.unit.bank.conftest import random_words


@pytest.fixture(autouse=True)
def _nothing_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "_loading", Loading())


def test_few_questions_do_not_wait_while_the_compiled_way_loads() -> None:
    begun, goes_on, loaded = Event(), Event(), list[Engine]()

    def try_out(quickest: Engine) -> None:
        begun.set()
        goes_on.wait()
        loaded.append(quickest)

    while_loading = engine_to_ask(WORTH_COMPILING, FEW_QUESTIONS, try_out)
    begun.wait()
    still = engine_to_ask(WORTH_COMPILING, 1, try_out)
    many = engine_to_ask(WORTH_COMPILING, FEW_QUESTIONS + 1, try_out)
    goes_on.set()
    while engine_to_ask(WORTH_COMPILING, 1, try_out) is by_numpy:
        pass

    compiled = choice.engine(WORTH_COMPILING)
    assert compiled is not by_numpy
    assert (while_loading, still, many) == (by_numpy, by_numpy, compiled)
    # Once, whoever asked.
    assert loaded == [compiled]


def test_what_fails_while_it_loads_keeps_nobody_waiting() -> None:
    def try_out(_quickest: Engine) -> None:
        message = "no compiler"
        raise OSError(message)

    loading = Loading()
    with pytest.raises(OSError, match="no compiler"):
        loading.load(try_out)

    assert loading.is_over(try_out)


def test_a_bank_answers_the_same_before_and_after(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "WORTH_COMPILING", 1)
    words = random_words(300)
    bank = Bank()
    numbers = np.arange(300, dtype=np.int64)
    bank.add_many(numbers[:200], words[:200])
    bank.merge()
    bank.add_many(numbers[200:], words[200:])
    bank.prepare()

    before = [bank.near_many(words[at : at + 1], 31) for at in range(300)]
    after = bank.near_many(words, 31)

    assert [one.number.tolist() for one in before] == [[at] for at in range(300)]
    assert after.number.tolist() == list(range(300))
