"""What the terminal says beside an order of two pictures."""

import pytest

from benban.cli.commands.compare import print_order
from benban.cli.out import Out
from benban.cli.words import Words
from benban.model.finding import Direction, Order
from benban.model.ids import new_comparison_id
from benban.wording import Language, say


@pytest.mark.parametrize("language", Language)
def test_no_order_is_said_without_what_it_rests_on(
    language: Language, capsys: pytest.CaptureFixture[str]
) -> None:
    later = Direction(
        comparison_id=new_comparison_id(),
        order=Order.QUESTIONED_IS_LATER,
        support=("wider-field", "finer-detail"),
        notes=("stamp-later-says-nothing",),
    )

    print_order(Out(Words(language), is_json=False), later)

    said = " ".join(capsys.readouterr().out.split())
    signs = (say(language, f"dossier.support.{one}") for one in later.support)
    note = say(language, f"dossier.support.{later.notes[0]}")
    assert said == " ".join(
        (
            say(language, "cli.compare.later"),
            say(language, "dossier.direction.support", items="; ".join(signs)),
            say(language, "dossier.direction.limit"),
            say(language, "dossier.direction.note", items=note),
        )
    )
