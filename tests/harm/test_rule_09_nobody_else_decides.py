"""HARM 9: the person, a lawyer or an organisation; a partner or relative is no capacity."""

import inspect

import pytest

from benban.model.case import Capacity
from benban.notices.statements import required_statements
from tests.harm.scenes import CATALOGUE
from tests.harm.walk import Walk


def test_there_are_three_capacities() -> None:
    assert {one.value for one in Capacity} == {"self", "lawyer", "organisation"}


@pytest.mark.parametrize("who", ["partner", "husband", "relative", "parent", "guardian", "friend"])
def test_nobody_else_can_open_a_case(terminal: Walk, who: str) -> None:
    refused = terminal.run("case", "new", "--capacity", who)

    assert (refused.code, terminal.ask("case", "list")["cases"]) == (2, [])


def test_a_case_is_the_persons_own_unless_said_otherwise(terminal: Walk) -> None:
    assert terminal.ask("case", "new")["capacity"] == "self"


@pytest.mark.parametrize("capacity", [Capacity.LAWYER, Capacity.ORGANISATION])
def test_who_acts_for_the_person_never_signs_as_the_person(capacity: Capacity) -> None:
    signed = {one for form in CATALOGUE.forms for one in required_statements(form, capacity)}

    assert ("i-am-shown" in signed, "i-act-for" in signed) == (False, True)


def test_a_statement_is_chosen_by_the_capacity_of_the_case_and_by_nothing_else() -> None:
    assert list(inspect.signature(required_statements).parameters) == ["form", "capacity"]
