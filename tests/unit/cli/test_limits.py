"""Time limits on the terminal: what is not known is said."""

from datetime import date

import pytest

from benban.cli.limits import print_limits
from benban.cli.out import Out
from benban.cli.words import Words
from benban.model.limitation import TimeLimit
from benban.remedies import packaged_catalogue
from benban.remedies.limitation import time_limits
from benban.wording import Language


def _limits(act_on: date) -> tuple[TimeLimit, ...]:
    return time_limits(
        act_on=act_on, known_on=act_on, is_act_sure=True, catalogue=packaged_catalogue()
    )


@pytest.mark.parametrize(
    ("act_on", "is_said"), [(date(2026, 6, 30), True), (date(2026, 9, 1), False)]
)
def test_where_no_limit_for_fines_is_known_that_is_said(
    act_on: date, capsys: pytest.CaptureFixture[str], *, is_said: bool
) -> None:
    print_limits(Out(Words(Language.EN), is_json=False), _limits(act_on))

    assert ("Earlier acts fall under other rules" in capsys.readouterr().out) is is_said
