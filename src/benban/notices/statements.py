"""What the person confirms, one statement at a time; nothing is ticked beforehand."""

from benban.model.case import Capacity
from benban.model.catalogue import Form
from benban.wording import Language, say

# In the files of forms: stands for the statement that fits who is writing.
_ENTITLED = "entitled"
_OF_CAPACITY = {
    Capacity.SELF: "i-am-shown",
    Capacity.LAWYER: "i-act-for",
    Capacity.ORGANISATION: "i-act-for",
}


def required_statements(form: Form, capacity: Capacity) -> tuple[str, ...]:
    """Return the ids of the statements that *form* needs from somebody in *capacity*."""
    return tuple(_OF_CAPACITY[capacity] if one == _ENTITLED else one for one in form.statements)


def statement_text(language: Language, statement_id: str) -> str:
    """
    Return the sentence that is confirmed and sent.

    Raises:
        KeyError: there is no such statement.
    """
    return say(language, f"notice.statement.{statement_id}")
