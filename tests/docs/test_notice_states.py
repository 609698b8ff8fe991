"""The table of states in the docs is the table of states in the code."""

import re
from pathlib import Path

from benban.model.remedy import NoticeState
from benban.notices.state import MOVES

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "notices.md"


def test_the_drawn_states_are_those_of_the_code() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("| from | to |")[2].partition("```")[0]
    drawn = {
        NoticeState(start): {NoticeState(one) for one in re.findall(r"\w+", ends)}
        for start, ends in re.findall(r"^\| (\w+) \| (.*) ?\|$", table, re.MULTILINE)
    }

    assert drawn == {state: set(ends) for state, ends in MOVES.items()}
